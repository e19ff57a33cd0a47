"""L-BFGS against the dense formula in 50 digits, and what its line search promises."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplug.core.errors import SpecError
from nnplug.engine.network import Network
from nnplug.plugins.optimizers.l_bfgs import LBFGS

START = [-1.2, 1.0, 0.5, -0.7]
Function = Callable[[Any], tuple[Any, list[Any]]]


def rosenbrock(w: Any) -> tuple[Any, list[Any]]:
    """Return two of Rosenbrock's valleys side by side, and the gradient."""
    value, slopes = 0, []
    for a, b in ((w[0], w[1]), (w[2], w[3])):
        steep = b - a * a
        value += (1 - a) * (1 - a) + 100 * steep * steep
        slopes += [-2 * (1 - a) - 400 * a * steep, 200 * steep]
    return value, slopes


def as_evaluate(f: Function, seen: list[Any] | None = None) -> Any:
    def evaluate(w: Any) -> tuple[float, Any]:
        value, slopes = f(w)
        if seen is not None:
            seen.append(np.array(w))
        return float(value), np.array(slopes, w.dtype)

    return evaluate


def walk(optimizer: LBFGS, f: Function, start: Any, steps: int, dtype: Any = np.float64) -> Any:
    w = np.array(start, dtype)
    slots: Any = [np.zeros_like(w) for _ in optimizer.slots]
    for t in range(1, steps + 1):
        w, *slots = optimizer.step(as_evaluate(f), w, optimizer.lr, t, *slots)
        assert w.dtype == dtype
        assert all(slot.dtype == dtype for slot in slots)
        yield w, slots


def paper(f: Function, start: Any, memory: int) -> Iterator[Any]:
    """Yield w by Nocedal's product formula with dense matrices, and Lewis and Overton's search."""

    def dot(a: Any, b: Any) -> Any:
        return (a.T * b)[0]

    def at(w: Any) -> tuple[Any, Any]:
        value, slopes = f(w)
        return value, mp.matrix(slopes)

    w, pairs = mp.matrix(start), []
    while True:
        value, g = at(w)
        identity = mp.eye(len(w))
        h = identity / mp.sqrt(dot(g, g))
        if pairs:
            s, y = pairs[-1]
            h = identity * dot(s, y) / dot(y, y)
        for s, y in pairs:
            rho = 1 / dot(s, y)
            left = identity - rho * s * y.T
            h = left * h * left.T + rho * s * s.T
        d = -h * g
        slope = dot(g, d)
        low, high, a = mp.mpf(0), None, mp.mpf(1)
        while True:
            new_value, new_g = at(w + a * d)
            if new_value > value + mp.mpf(1e-4) * a * slope:
                high = a
            elif dot(new_g, d) < mp.mpf(0.9) * slope:
                low = a
            else:
                break
            a = 2 * a if high is None else (low + high) / 2
        pairs = [*pairs, (a * d, new_g - g)][-memory:] if memory else []
        w = w + a * d
        yield w


@pytest.mark.parametrize("memory", [0, 1, 3, 10])
def test_twenty_steps(memory: int) -> None:
    # The valley multiplies rounding: what differs by 1e-16 at first, by 1e-9 in the end.
    with mp.workdps(50):
        expected = paper(rosenbrock, START, memory)
        for w, _ in walk(LBFGS(memory=memory), rosenbrock, START, 20):
            exact = [float(x) for x in next(expected)]
            np.testing.assert_allclose(w, exact, rtol=0, atol=1e-8)


def test_float32_stays_float32_and_arrives() -> None:
    *_, (w, _) = walk(LBFGS(), rosenbrock, START, 80, np.float32)
    np.testing.assert_allclose(w, np.ones(4), atol=2e-3)


def test_pairs_make_the_difference_to_steepest_descent() -> None:
    steepness = np.geomspace(1, 1e2, 6)

    def bowl(w: Any) -> tuple[Any, Any]:
        return (steepness * w * w).sum() / 2, steepness * w

    *_, (w, _) = walk(LBFGS(), bowl, np.ones(6), 25)
    assert bowl(w)[0] < 1e-15
    *_, (w, _) = walk(LBFGS(memory=0), bowl, np.ones(6), 25)
    assert bowl(w)[0] > 1e-2


@settings(deadline=None, max_examples=50)
@given(st.integers(0, 10_000), st.floats(1e-3, 1e3))
def test_every_step_keeps_wolfes_conditions(seed: int, lr: float) -> None:
    rng = np.random.default_rng(seed)
    start = rng.uniform(-2, 2, 4)
    before = start
    for w, _ in walk(LBFGS(lr=lr), rosenbrock, start, 8):
        (value, g), (new_value, new_g) = (rosenbrock(v) for v in (before, w))
        move = w - before
        if not move.any():
            break
        slope, new_slope = np.dot(g, move), np.dot(new_g, move)
        assert slope < 0
        assert new_value <= value + 1e-4 * slope * (1 - 1e-6) + 1e-13
        assert new_slope >= 0.9 * slope * (1 + 1e-6) - 1e-13
        before = w


def test_the_newest_pair_comes_first_and_the_oldest_falls_out() -> None:
    assert LBFGS.slots == tuple(f"s{i}" for i in range(1, 11)) + tuple(
        f"y{i}" for i in range(1, 11)
    )
    path = list(walk(LBFGS(), rosenbrock, START, 14))
    points = [np.array(START)] + [w for w, _ in path]
    slots = path[-1][1]
    for i in range(10):
        step = points[-1 - i] - points[-2 - i]
        change = np.subtract(rosenbrock(points[-1 - i])[1], rosenbrock(points[-2 - i])[1])
        np.testing.assert_allclose(slots[i], step, atol=1e-14)
        np.testing.assert_allclose(slots[10 + i], change, atol=1e-11)


@pytest.mark.parametrize("lr", [0.25, 3.0])
def test_the_first_try_is_lr_along_the_gradients_direction(lr: float) -> None:
    seen: list[Any] = []
    w = np.array([3.0, 4.0])
    slots = [np.zeros(2) for _ in LBFGS.slots]
    evaluate = as_evaluate(lambda v: ((v * v).sum() / 2, v), seen)
    LBFGS(lr=100.0).step(evaluate, w, lr, 1, *slots)
    np.testing.assert_allclose(seen[1], w - lr * np.array([0.6, 0.8]), rtol=1e-15)


def test_at_the_minimum_it_looks_once_and_stays() -> None:
    seen: list[Any] = []
    w = np.ones(4)
    slots = [np.ones(4) for _ in LBFGS.slots]
    moved, *kept = LBFGS().step(as_evaluate(rosenbrock, seen), w, 1.0, 1, *slots)
    np.testing.assert_array_equal(moved, np.ones(4))
    assert len(seen) == 1
    assert not np.any(kept)


def test_a_try_that_is_too_far_for_finite_numbers_is_shortened() -> None:
    def barrier(w: Any) -> tuple[float, Any]:
        # x - log(x), which is least at 1 and infinite left of 0.
        x = float(w[0])
        return (x - math.log(x), [1 - 1 / x]) if x > 0 else (math.inf, [math.nan])

    *_, (w, _) = walk(LBFGS(lr=50.0), barrier, [5.0], 40)
    assert w[0] == pytest.approx(1, rel=1e-7)


def test_where_no_try_helps_it_stays_and_forgets() -> None:
    def uphill(w: Any) -> tuple[float, Any]:
        # The gradient lies: along it the value rises.
        return float(w.sum()), -np.ones(2)

    slots = [np.zeros(2) for _ in LBFGS.slots]
    slots[0], slots[10] = np.ones(2), np.ones(2)
    w, *kept = LBFGS().step(uphill, np.zeros(2), 1.0, 1, *slots)
    np.testing.assert_array_equal(w, [0, 0])
    assert not np.any(kept)


def test_it_trains_a_network_in_a_few_steps() -> None:
    rng = np.random.default_rng(0)
    x = rng.standard_normal((40, 2))
    net = Network("linear:units=8 tanh linear:units=1", 2, loss="mse", optimizer="l_bfgs")
    t = np.sin(x[:, :1]) * x[:, 1:]
    updater = net.updater
    assert updater is not None

    def evaluate(w: Any) -> tuple[float, Any]:
        updater.w[...] = w
        z = net.forward(x)
        net.backward(net.loss_gradient(z, t))
        return float(net.loss_value(z, t)), updater.g.copy()

    first = evaluate(updater.w.copy())[0]
    for _ in range(100):
        updater.step_evaluating(evaluate)
    assert evaluate(updater.w.copy())[0] < first / 1000


@pytest.mark.parametrize("wrong", [{"memory": 11}, {"memory": -1}, {"lr": 0.0}])
def test_hyperparameters_out_of_range(wrong: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match=next(iter(wrong))):
        LBFGS(**wrong)
