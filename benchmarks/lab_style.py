"""The same training run as the lab reports write it: dicts of arrays, and Adam array by array.

Reference (b). The functions and names are those of a typical report; the loss is not computed while
it trains, so that a step is the same work as in the other forms.
"""

import numpy as np
from straight_line import BETA1, BETA2, EPS, LR, Array, loss, start, xor

Arrays = dict[str, Array]


def sigmoid(z: Array) -> Array:
    return 1 / (1 + np.exp(-z))


def forward(x: Array, params: Arrays) -> tuple[Array, Arrays]:
    cache = {"A0": x}
    for i in range(1, 4):
        cache[f"Z{i}"] = np.dot(cache[f"A{i - 1}"], params[f"W{i}"]) + params[f"b{i}"]
        cache[f"A{i}"] = sigmoid(cache[f"Z{i}"])
    return cache["A3"], cache


def backward(t: Array, params: Arrays, cache: Arrays) -> Arrays:
    n = t.shape[0]
    grads = {}
    dz = cache["A3"] - t
    for i in range(3, 0, -1):
        grads[f"dW{i}"] = np.dot(cache[f"A{i - 1}"].T, dz) / n
        grads[f"db{i}"] = np.sum(dz, axis=0, keepdims=True) / n
        if i > 1:
            a = cache[f"A{i - 1}"]
            dz = np.dot(dz, params[f"W{i}"].T) * a * (1 - a)
    return grads


def adam(params: Arrays, grads: Arrays, m: Arrays, v: Arrays, step: int) -> None:
    for key in params:
        g = grads["d" + key]
        m[key] = BETA1 * m[key] + (1 - BETA1) * g
        v[key] = BETA2 * v[key] + (1 - BETA2) * g**2
        m_hat = m[key] / (1 - BETA1**step)
        v_hat = v[key] / (1 - BETA2**step)
        params[key] = params[key] - LR * m_hat / (np.sqrt(v_hat) + EPS)


def dict_of_arrays(steps: int) -> float:
    """Train from the common start weights; return the loss after the last step."""
    x, t = xor()
    params = start()
    m = {key: np.zeros_like(w) for key, w in params.items()}
    v = {key: np.zeros_like(w) for key, w in params.items()}
    for step in range(1, steps + 1):
        _, cache = forward(x, params)
        grads = backward(t, params, cache)
        adam(params, grads, m, v, step)
    return loss(params, x, t)
