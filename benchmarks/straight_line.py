"""The training step of a 2-10-10-1 sigmoid network with BCE and Adam, by hand in NumPy.

Every function here is a run of its own: `run(steps) -> loss after the last step`, from the same
start weights. None computes the loss while it trains, so each step is forward, backward and update.
"""

import numpy as np
from numpy.typing import NDArray
from timing import Run

Array = NDArray[np.float64]

LR, BETA1, BETA2, EPS = 0.01, 0.9, 0.999, 1e-8
SHAPES = {
    "W1": (2, 10), "b1": (1, 10),
    "W2": (10, 10), "b2": (1, 10),
    "W3": (10, 1), "b3": (1, 1),
}  # fmt: skip


def xor() -> tuple[Array, Array]:
    """Return the 21 points of the lab exercise and their labels: x (21, 2), t (21, 1)."""
    x, t = [], []
    for i in range(11):
        x.append((i / 10, i / 10))
        t.append(0.0)
        if i != 5:
            x.append((i / 10, 1 - i / 10))
            t.append(1.0)
    return np.array(x), np.array(t)[:, None]


def start() -> dict[str, Array]:
    """Return the weights that every hand-written form begins with; biases are zero."""
    rng = np.random.default_rng(0)
    return {
        name: rng.normal(0, np.sqrt(2 / sum(shape)), shape) if name[0] == "W" else np.zeros(shape)
        for name, shape in SHAPES.items()
    }


def loss(w: dict[str, Array], x: Array, t: Array) -> float:
    """Return the mean BCE of the network with weights w."""
    z = x
    for i in ("1", "2", "3"):
        z = (z if i == "1" else 1 / (1 + np.exp(-z))) @ w["W" + i] + w["b" + i]
    return float(np.mean(np.logaddexp(0, z) - t * z))


def views(flat: Array) -> list[Array]:
    """Return W1, b1, W2, b2, W3, b3 as views into one flat vector."""
    found, offset = [], 0
    for shape in SHAPES.values():
        size = int(np.prod(shape))
        found.append(flat[offset : offset + size].reshape(shape))
        offset += size
    return found


def flat_start() -> Array:
    """Return the start weights in one flat vector."""
    return np.concatenate([a.ravel() for a in start().values()])


def flat_loss(w: Array, x: Array, t: Array) -> float:
    """Return the loss of the network whose weights are the flat vector w."""
    return loss(dict(zip(SHAPES, views(w), strict=True)), x, t)


def flat_dot(steps: int) -> float:
    """One flat vector with views, products by `np.dot`: the reference (a)."""
    x, t = xor()
    n = len(x)
    w = flat_start()
    g, m, v = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    W1, b1, W2, b2, W3, b3 = views(w)
    dW1, db1, dW2, db2, dW3, db3 = views(g)
    for step in range(1, steps + 1):
        a1 = 1 / (1 + np.exp(-(np.dot(x, W1) + b1)))
        a2 = 1 / (1 + np.exp(-(np.dot(a1, W2) + b2)))
        p = 1 / (1 + np.exp(-(np.dot(a2, W3) + b3)))
        d3 = (p - t) / n
        np.dot(a2.T, d3, out=dW3)
        d3.sum(0, out=db3, keepdims=True)
        d2 = np.dot(d3, W3.T) * a2 * (1 - a2)
        np.dot(a1.T, d2, out=dW2)
        d2.sum(0, out=db2, keepdims=True)
        d1 = np.dot(d2, W2.T) * a1 * (1 - a1)
        np.dot(x.T, d1, out=dW1)
        d1.sum(0, out=db1, keepdims=True)
        m *= BETA1
        m += (1 - BETA1) * g
        v *= BETA2
        v += (1 - BETA2) * g * g
        w -= LR / (1 - BETA1**step) * m / (np.sqrt(v / (1 - BETA2**step)) + EPS)
    return flat_loss(w, x, t)


def flat_matmul(steps: int) -> float:
    """The same with `@`, which costs a little more than `np.dot` at every small product."""
    x, t = xor()
    n = len(x)
    w = flat_start()
    g, m, v = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    W1, b1, W2, b2, W3, b3 = views(w)
    dW1, db1, dW2, db2, dW3, db3 = views(g)
    for step in range(1, steps + 1):
        a1 = 1 / (1 + np.exp(-(x @ W1 + b1)))
        a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
        p = 1 / (1 + np.exp(-(a2 @ W3 + b3)))
        d3 = (p - t) / n
        np.matmul(a2.T, d3, out=dW3)
        d3.sum(0, out=db3, keepdims=True)
        d2 = (d3 @ W3.T) * a2 * (1 - a2)
        np.matmul(a1.T, d2, out=dW2)
        d2.sum(0, out=db2, keepdims=True)
        d1 = (d2 @ W2.T) * a1 * (1 - a1)
        np.matmul(x.T, d1, out=dW1)
        d1.sum(0, out=db1, keepdims=True)
        m *= BETA1
        m += (1 - BETA1) * g
        v *= BETA2
        v += (1 - BETA2) * g * g
        w -= LR / (1 - BETA1**step) * m / (np.sqrt(v / (1 - BETA2**step)) + EPS)
    return flat_loss(w, x, t)


def per_array(steps: int) -> float:
    """Six arrays, and Adam over each of them in turn."""
    x, t = xor()
    n = len(x)
    weights = W1, b1, W2, b2, W3, b3 = list(start().values())
    ms = [np.zeros_like(w) for w in weights]
    vs = [np.zeros_like(w) for w in weights]
    for step in range(1, steps + 1):
        a1 = 1 / (1 + np.exp(-(np.dot(x, W1) + b1)))
        a2 = 1 / (1 + np.exp(-(np.dot(a1, W2) + b2)))
        p = 1 / (1 + np.exp(-(np.dot(a2, W3) + b3)))
        d3 = (p - t) / n
        d2 = np.dot(d3, W3.T) * a2 * (1 - a2)
        d1 = np.dot(d2, W2.T) * a1 * (1 - a1)
        gradients = (
            np.dot(x.T, d1), d1.sum(0, keepdims=True),
            np.dot(a1.T, d2), d2.sum(0, keepdims=True),
            np.dot(a2.T, d3), d3.sum(0, keepdims=True),
        )  # fmt: skip
        c1, c2 = LR / (1 - BETA1**step), 1 - BETA2**step
        for w, g, m, v in zip(weights, gradients, ms, vs, strict=True):
            m *= BETA1
            m += (1 - BETA1) * g
            v *= BETA2
            v += (1 - BETA2) * g * g
            w -= c1 * m / (np.sqrt(v / c2) + EPS)
    return loss(dict(zip(SHAPES, weights, strict=True)), x, t)


def buffered(steps: int) -> float:
    """No temporary at all, sums as products with ones: NumPy's floor, and no longer formulas."""
    x, t = xor()
    n = len(x)
    w = flat_start()
    g, m, v = np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    u, q = np.zeros_like(w), np.zeros_like(w)
    W1, b1, W2, b2, W3, b3 = views(w)
    dW1, db1, dW2, db2, dW3, db3 = views(g)
    a1, a2, d1, d2, s = (np.empty((n, 10)) for _ in range(5))
    p, d3 = np.empty((n, 1)), np.empty((n, 1))
    ones, one = np.ones((1, n)), np.array(1.0)
    xT, a1T, a2T, W2T, W3T = x.T, a1.T, a2.T, W2.T, W3.T
    dot, exp, sqrt = np.dot, np.exp, np.sqrt
    add, subtract, multiply, divide = np.add, np.subtract, np.multiply, np.divide
    negative, reciprocal = np.negative, np.reciprocal
    for step in range(1, steps + 1):
        for a, W, b, out in ((x, W1, b1, a1), (a1, W2, b2, a2), (a2, W3, b3, p)):
            dot(a, W, out)
            add(out, b, out)
            negative(out, out)
            exp(out, out)
            add(out, one, out)
            reciprocal(out, out)
        subtract(p, t, d3)
        multiply(d3, 1 / n, d3)
        dot(a2T, d3, dW3)
        dot(ones, d3, db3)
        for d, WT, a, aT, out, dW, db in (
            (d3, W3T, a2, a1T, d2, dW2, db2),
            (d2, W2T, a1, xT, d1, dW1, db1),
        ):
            dot(d, WT, out)
            multiply(out, a, out)
            subtract(one, a, s)
            multiply(out, s, out)
            dot(aT, out, dW)
            dot(ones, out, db)
        multiply(m, BETA1, m)
        multiply(g, 1 - BETA1, u)
        add(m, u, m)
        multiply(v, BETA2, v)
        multiply(g, 1 - BETA2, u)
        multiply(u, g, u)
        add(v, u, v)
        c2 = (1 - BETA2**step) ** 0.5
        sqrt(v, u)
        add(u, EPS * c2, u)
        divide(m, u, q)
        multiply(q, LR * c2 / (1 - BETA1**step), q)
        subtract(w, q, w)
    return flat_loss(w, x, t)


FORMS: dict[str, Run] = {
    "flat vector, np.dot": flat_dot,
    "flat vector, @": flat_matmul,
    "per array": per_array,
    "every temporary in a buffer": buffered,
}
"""The straight-line forms that were compared; the first is the reference (a)."""
