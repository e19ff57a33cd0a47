"""The optimizers against trajectories that mpmath computes from their papers in 50 digits."""

from collections.abc import Callable, Iterator
from typing import Any

import mpmath as mp
import numpy as np
import pytest

from nnplug.core import Optimizer
from nnplug.plugins.optimizers.adadelta import Adadelta
from nnplug.plugins.optimizers.adagrad import Adagrad
from nnplug.plugins.optimizers.adam import Adam
from nnplug.plugins.optimizers.adamw import AdamW
from nnplug.plugins.optimizers.gd import GD
from nnplug.plugins.optimizers.momentum import Momentum
from nnplug.plugins.optimizers.nadam import NAdam
from nnplug.plugins.optimizers.nesterov import Nesterov
from nnplug.plugins.optimizers.rmsprop import RMSprop
from nnplug.plugins.optimizers.sgd import SGD

# The test function f(w) = sum a_i w_i^2 / 2 + sum w_i^4 / 4: its gradient a w + w^3 is exact in
# both arithmetics, and no two steps see the same one.
START = [1.5, -2.0, 0.3]
SLOPES = [1.0, 0.5, 3.0]


def gradient(w: Any) -> Any:
    return [a * x + x**3 for a, x in zip(SLOPES, w, strict=True)]


def paper_gd(lr: Any) -> Iterator[Any]:
    w = [mp.mpf(x) for x in START]
    while True:
        w = [x - lr * d for x, d in zip(w, gradient(w), strict=True)]
        yield w


def paper_sgd(lr: Any, mu: Any) -> Iterator[Any]:
    # torch.optim.SGD: the buffer is the first gradient, then mu buffer + g.
    w, buffer = [mp.mpf(x) for x in START], None
    while True:
        g = gradient(w)
        buffer = g if buffer is None else [mu * b + d for b, d in zip(buffer, g, strict=True)]
        w = [x - lr * b for x, b in zip(w, buffer, strict=True)]
        yield w


def paper_momentum(lr: Any, mu: Any) -> Iterator[Any]:
    # Delta w(t) = -lr dE/dw(t) + mu Delta w(t - 1)
    w, delta = [mp.mpf(x) for x in START], [mp.mpf(0)] * 3
    while True:
        delta = [-lr * d + mu * old for d, old in zip(gradient(w), delta, strict=True)]
        w = [x + d for x, d in zip(w, delta, strict=True)]
        yield w


def paper_adagrad(lr: Any, eps: Any) -> Iterator[Any]:
    w, seen = [mp.mpf(x) for x in START], []
    while True:
        seen.append(gradient(w))
        norms = [mp.sqrt(sum(g[i] ** 2 for g in seen)) for i in range(3)]
        w = [x - lr * d / (s + eps) for x, d, s in zip(w, seen[-1], norms, strict=True)]
        yield w


def paper_adam(lr: Any, beta1: Any, beta2: Any, eps: Any) -> Iterator[Any]:
    # Algorithm 1, line by line; the moments as the sums of which they are the recursion.
    w, seen = [mp.mpf(x) for x in START], []
    while True:
        seen.append(gradient(w))
        t = len(seen)
        new = []
        for i, x in enumerate(w):
            m = (1 - beta1) * sum(beta1 ** (t - 1 - k) * seen[k][i] for k in range(t))
            v = (1 - beta2) * sum(beta2 ** (t - 1 - k) * seen[k][i] ** 2 for k in range(t))
            m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
            new.append(x - lr * m_hat / (mp.sqrt(v_hat) + eps))
        w = new
        yield w


def mean(values: list[Any], rho: Any) -> Any:
    """Return (1 - rho) times the sum of which the running mean is the recursion."""
    t = len(values)
    return (1 - rho) * sum(rho ** (t - 1 - k) * values[k] for k in range(t))


def paper_adamw(lr: Any, beta1: Any, beta2: Any, eps: Any, decay: Any) -> Iterator[Any]:
    w, seen = [mp.mpf(x) for x in START], []
    while True:
        seen.append(gradient(w))
        t = len(seen)
        new = []
        for i, x in enumerate(w):
            m_hat = mean([g[i] for g in seen], beta1) / (1 - beta1**t)
            v_hat = mean([g[i] ** 2 for g in seen], beta2) / (1 - beta2**t)
            new.append(x - lr * (m_hat / (mp.sqrt(v_hat) + eps) + decay * x))
        w = new
        yield w


def paper_nadam(lr: Any, beta1: Any, beta2: Any, eps: Any) -> Iterator[Any]:
    # Algorithm 2 of the workshop paper, with mu = beta1 and nu = beta2 constant.
    w, seen = [mp.mpf(x) for x in START], []
    while True:
        seen.append(gradient(w))
        t = len(seen)
        new = []
        for i, x in enumerate(w):
            m = mean([g[i] for g in seen], beta1)
            ahead = beta1 * m / (1 - beta1 ** (t + 1))
            ahead += (1 - beta1) * seen[-1][i] / (1 - beta1**t)
            v_hat = mean([g[i] ** 2 for g in seen], beta2) / (1 - beta2**t)
            new.append(x - lr * ahead / (mp.sqrt(v_hat) + eps))
        w = new
        yield w


def paper_rmsprop(lr: Any, rho: Any, eps: Any) -> Iterator[Any]:
    w, seen = [mp.mpf(x) for x in START], []
    while True:
        seen.append(gradient(w))
        norms = [mp.sqrt(mean([g[i] ** 2 for g in seen], rho)) for i in range(3)]
        w = [x - lr * d / (s + eps) for x, d, s in zip(w, seen[-1], norms, strict=True)]
        yield w


def paper_adadelta(lr: Any, rho: Any, eps: Any) -> Iterator[Any]:
    # Algorithm 1: RMS[x] is sqrt(E[x^2] + eps), delta x_t = -RMS[delta x]_(t-1) / RMS[g]_t g_t.
    w, seen, deltas = [mp.mpf(x) for x in START], [], []
    while True:
        seen.append(gradient(w))
        step = []
        for i in range(3):
            rms_g = mp.sqrt(mean([g[i] ** 2 for g in seen], rho) + eps)
            rms_x = mp.sqrt(mean([d[i] ** 2 for d in deltas], rho) + eps)
            step.append(-rms_x / rms_g * seen[-1][i])
        deltas.append(step)
        w = [x + lr * d for x, d in zip(w, step, strict=True)]
        yield w


def paper_nesterov(lr: Any, mu: Any) -> Iterator[Any]:
    # Sutskever et al., equations 3 and 4: v = mu v - lr grad f(u + mu v), u = u + v. w of the
    # component is the point at which the next gradient is taken, u + mu v.
    u, v = [mp.mpf(x) for x in START], [mp.mpf(0)] * 3
    while True:
        slope = gradient([x + mu * d for x, d in zip(u, v, strict=True)])
        v = [mu * d - lr * g for d, g in zip(v, slope, strict=True)]
        u = [x + d for x, d in zip(u, v, strict=True)]
        yield [x + mu * d for x, d in zip(u, v, strict=True)]


Paper = Callable[..., Iterator[Any]]
Update = Callable[..., Any]
CASES: list[tuple[Optimizer, Paper, tuple[float, ...]]] = [
    (GD(lr=0.05), paper_gd, (0.05,)),
    (SGD(lr=0.05), paper_sgd, (0.05, 0.0)),
    (SGD(lr=0.02, momentum=0.9), paper_sgd, (0.02, 0.9)),
    (Momentum(lr=0.02), paper_momentum, (0.02, 0.9)),
    (Momentum(lr=0.03, momentum=0.5), paper_momentum, (0.03, 0.5)),
    (Adagrad(lr=0.3), paper_adagrad, (0.3, 1e-10)),
    (Adam(), paper_adam, (0.01, 0.9, 0.999, 1e-8)),
    (Adam(lr=0.1, beta1=0.8, beta2=0.99, eps=1e-3), paper_adam, (0.1, 0.8, 0.99, 1e-3)),
    (Adam(lr=0.1, beta1=0.0, beta2=0.0, eps=0.5), paper_adam, (0.1, 0.0, 0.0, 0.5)),
    (Nesterov(lr=0.02), paper_nesterov, (0.02, 0.9)),
    (Nesterov(lr=0.03, momentum=0.5), paper_nesterov, (0.03, 0.5)),
    (RMSprop(), paper_rmsprop, (0.01, 0.9, 1e-8)),
    (RMSprop(lr=0.05, rho=0.99, eps=1e-3), paper_rmsprop, (0.05, 0.99, 1e-3)),
    (Adadelta(), paper_adadelta, (1.0, 0.95, 1e-6)),
    (Adadelta(lr=0.5, rho=0.9, eps=1e-2), paper_adadelta, (0.5, 0.9, 1e-2)),
    (AdamW(), paper_adamw, (0.01, 0.9, 0.999, 1e-8, 0.01)),
    (
        AdamW(lr=0.1, beta1=0.8, beta2=0.99, eps=1e-3, decay=0.5),
        paper_adamw,
        (0.1, 0.8, 0.99, 1e-3, 0.5),
    ),
    (AdamW(decay=0.0), paper_adam, (0.01, 0.9, 0.999, 1e-8)),
    (NAdam(), paper_nadam, (0.01, 0.9, 0.999, 1e-8)),
    (NAdam(lr=0.1, beta1=0.8, beta2=0.99, eps=1e-3), paper_nadam, (0.1, 0.8, 0.99, 1e-3)),
]


def name(value: Any) -> str | None:
    return repr(value) if isinstance(value, Optimizer) else None


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("optimizer", "paper", "constants"), CASES, ids=name)
def test_twenty_steps(
    optimizer: Optimizer, paper: Paper, constants: tuple[float, ...], dtype: Any, update: Update
) -> None:
    w = np.array(START, dtype=dtype)
    slots = [np.zeros_like(w) for _ in optimizer.slots]
    with mp.workdps(50):
        expected = paper(*(mp.mpf(c) for c in constants))
        for t in range(1, 21):
            g = np.array(SLOPES, dtype=dtype) * w + w**3
            w = update(optimizer, w, g, optimizer.lr, t, slots)
            assert w.dtype == dtype
            assert all(slot.dtype == dtype for slot in slots)
            exact = [float(x) for x in next(expected)]
            # A rounding or so a step, of numbers up to 2.
            np.testing.assert_allclose(w, exact, rtol=0, atol=40 * np.finfo(dtype).eps)
