"""The laws that hold for the optimizers, whatever their formula."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from nnplug.core import Optimizer
from nnplug.core.errors import SpecError
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

Update = Callable[..., Any]
ALL = [
    *[GD(), SGD(momentum=0.9), Momentum(), Nesterov(), Adagrad(), Adadelta(), RMSprop()],
    *[Adam(), AdamW(), NAdam()],
]
every = pytest.mark.parametrize("optimizer", ALL, ids=repr)


@pytest.mark.parametrize("scale", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize("optimizer", [Adagrad(), Adam(), AdamW()], ids=repr)
def test_the_first_step_is_lr_in_each_weight(
    optimizer: Optimizer, scale: float, update: Update
) -> None:
    g = scale * np.array([1.0, -2.0, 0.5])
    w = update(optimizer, np.zeros(3), g, 0.25, 1, [np.zeros(3) for _ in optimizer.slots])
    np.testing.assert_allclose(w, -0.25 * np.sign(g), rtol=2e-5)


@every
def test_the_lr_handed_in_counts_and_not_the_field(optimizer: Optimizer, update: Update) -> None:
    g = np.array([1.0, -2.0])
    small, large = (
        update(optimizer, np.zeros(2), g, lr, 1, [np.zeros(2) for _ in optimizer.slots])
        for lr in (0.5, 1.0)
    )
    np.testing.assert_allclose(large, 2 * small, rtol=1e-15)


@every
def test_nothing_moves_without_gradient_and_memory(optimizer: Optimizer, update: Update) -> None:
    w = np.array([1.0, -2.0])
    slots = [np.zeros(2) for _ in optimizer.slots]
    moved = update(optimizer, w.copy(), np.zeros(2), 0.1, 1, slots)
    # adamw takes lr decay of every weight.
    shrunk = 1 - 0.1 * 0.01 if isinstance(optimizer, AdamW) else 1.0
    np.testing.assert_allclose(moved, shrunk * w, rtol=1e-15)
    assert optimizer.own_decay is isinstance(optimizer, AdamW)


@every
def test_the_gradient_is_not_written(optimizer: Optimizer, update: Update) -> None:
    g = np.array([1.0, -2.0])
    g.flags.writeable = False
    update(optimizer, np.zeros(2), g, 0.1, 1, [np.zeros(2) for _ in optimizer.slots])
    np.testing.assert_array_equal(g, [1, -2])


@every
@settings(deadline=None)
@given(data=st.data())
def test_a_vector_may_be_cut_anywhere(
    optimizer: Optimizer, data: st.DataObject, update: Update
) -> None:
    g = data.draw(arrays.arrays(np.float64, 9, elements=st.floats(-1e3, 1e3)))
    cut = data.draw(st.integers(1, 8))
    whole, slots = np.ones(9), [np.zeros(9) for _ in optimizer.slots]
    left, right = ([np.zeros(n) for _ in optimizer.slots] for n in (cut, 9 - cut))
    a, b = np.ones(cut), np.ones(9 - cut)
    for t in range(1, 4):
        whole = update(optimizer, whole, g, 0.1, t, slots)
        a = update(optimizer, a, g[:cut], 0.1, t, left)
        b = update(optimizer, b, g[cut:], 0.1, t, right)
    np.testing.assert_array_equal(whole, np.concatenate([a, b]))


@every
@pytest.mark.parametrize("t", [1, 10_000_000])
@pytest.mark.parametrize("size", [1e-30, 1e-10, 1e10, 1e30])
def test_finite_for_gradients_of_any_size_and_late_steps(
    optimizer: Optimizer, size: float, t: int, update: Update
) -> None:
    w, slots = np.ones(2), [np.zeros(2) for _ in optimizer.slots]
    for step in range(3):
        w = update(optimizer, w, size * np.array([1.0, -1.0]), 0.1, t + step, slots)
    assert np.isfinite(w).all()
    assert all(np.isfinite(slot).all() for slot in slots)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(
    ("optimizer", "field", "values"),
    [
        (SGD(), "momentum", [0.0, 0.5, 0.9]),
        (Momentum(), "momentum", [0.0, 0.5, 0.9]),
        (Nesterov(), "momentum", [0.0, 0.5, 0.9]),
        (Adagrad(), "eps", [1e-10, 1e-3, 1.0]),
        (Adadelta(), "rho", [0.0, 0.95, 0.5]),
        (Adadelta(), "eps", [1e-6, 1e-3, 1.0]),
        (RMSprop(), "rho", [0.0, 0.9, 0.5]),
        (RMSprop(), "eps", [1e-8, 1e-3, 1.0]),
        (AdamW(), "decay", [0.0, 0.01, 1.0]),
        (AdamW(), "beta2", [0.999, 0.0, 0.9]),
        (NAdam(), "beta1", [0.0, 0.9, 0.5]),
        (NAdam(), "beta2", [0.999, 0.0, 0.9]),
        (Adam(), "beta1", [0.0, 0.9, 0.5]),
        (Adam(), "beta2", [0.999, 0.0, 0.9]),
        (Adam(), "eps", [1e-8, 1e-3, 1.0]),
    ],
    ids=repr,
)
def test_a_stack_with_a_column_is_its_runs_one_by_one(
    optimizer: Optimizer, field: str, values: list[float], dtype: Any, update: Update
) -> None:
    rng = np.random.default_rng(0)
    runs = len(values)
    column = type(optimizer)()
    object.__setattr__(column, field, np.array(values, dtype=dtype).reshape(runs, 1))
    stacked = rng.standard_normal((runs, 5)).astype(dtype)
    memory = [np.zeros_like(stacked) for _ in optimizer.slots]
    alone = [(w.copy(), [np.zeros_like(w) for _ in optimizer.slots]) for w in stacked]
    for t in range(1, 21):
        g = rng.standard_normal((runs, 5)).astype(dtype)
        stacked = update(column, stacked, g, 0.1, t, memory)
        assert stacked.dtype == dtype
        for i, value in enumerate(values):
            w, slots = alone[i]
            own = type(optimizer)(**{field: value})
            alone[i] = (update(own, w, g[i], 0.1, t, slots), slots)
    # 1 - beta2^t is all but exact in Python's floats, and 1e-4 wrong in a float32 column.
    rtol = 1e-12 if dtype == np.float64 else 2e-3
    np.testing.assert_allclose(stacked, [w for w, _ in alone], rtol=rtol, atol=rtol)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@every
def test_a_stack_with_a_column_of_lr_has_the_bits_of_its_runs(
    optimizer: Optimizer, dtype: Any, update: Update
) -> None:
    rng = np.random.default_rng(0)
    rates = [0.1, 0.003, 0.07]
    column = np.array(rates, dtype=dtype).reshape(3, 1)
    stacked = rng.standard_normal((3, 40)).astype(dtype)
    memory = [np.zeros_like(stacked) for _ in optimizer.slots]
    alone = [(w.copy(), [np.zeros_like(w) for _ in optimizer.slots]) for w in stacked]
    for t in range(1, 21):
        g = rng.standard_normal((3, 40)).astype(dtype)
        stacked = update(optimizer, stacked, g, column, t, memory)
        for i, lr in enumerate(rates):
            w, slots = alone[i]
            alone[i] = (update(optimizer, w, g[i], lr, t, slots), slots)
    np.testing.assert_array_equal(stacked, [w for w, _ in alone])


def test_the_two_forms_of_momentum_agree_while_lr_is_constant_and_differ_when_it_falls(
    update: Update,
) -> None:
    g, mu = 1.0, 0.9

    def travelled(optimizer: Optimizer, rates: list[float]) -> float:
        w, slots = np.zeros(1), [np.zeros(1)]
        for t, lr in enumerate(rates, 1):
            w = update(optimizer, w, np.array([g]), lr, t, slots)
        return float(w[0])

    sgd, labs = SGD(momentum=mu), Momentum(momentum=mu)
    assert travelled(sgd, [0.1] * 5) == pytest.approx(travelled(labs, [0.1] * 5), rel=1e-14)
    # By hand: v = 1 and 1.9; sgd goes 0.1 * 1 + 0.01 * 1.9, the labs' form 0.1 + (0.09 + 0.01).
    assert travelled(sgd, [0.1, 0.01]) == pytest.approx(-0.119, rel=1e-14)
    assert travelled(labs, [0.1, 0.01]) == pytest.approx(-0.2, rel=1e-14)


def test_nesterov_brakes_where_momentum_runs_past(update: Update) -> None:
    # f = w^2 / 2 from w = 1: the ball of momentum rolls past 0 by more.
    def lowest(optimizer: Optimizer) -> float:
        w, slots, found = np.ones(1), [np.zeros(1)], 1.0
        for t in range(1, 100):
            w = update(optimizer, w, w.copy(), 0.1, t, slots)
            found = min(found, float(w[0]))
        return found

    assert lowest(Momentum()) < 1.2 * lowest(Nesterov()) < 0


def test_the_decay_of_adamw_goes_past_the_division_by_the_gradients_size(update: Update) -> None:
    # Two weights with gradients of very different size shrink alike.
    w, g = np.array([2.0, 2.0]), np.array([1e-4, 1e4])
    with_decay, without = (
        update(AdamW(decay=decay), w.copy(), g, 0.1, 1, [np.zeros(2), np.zeros(2)])
        for decay in (0.5, 0.0)
    )
    np.testing.assert_allclose(with_decay - without, [-0.1 * 0.5 * 2] * 2, rtol=1e-12)


def test_the_first_step_of_rmsprop_is_larger_and_that_of_adadelta_smaller_than_lr(
    update: Update,
) -> None:
    g = np.array([1.0, -2.0])
    # g / sqrt(0.1 g^2) = 3.1623 sign(g); sqrt(1e-6) / sqrt(0.05 g^2) g = 0.0044721 sign(g).
    w = update(RMSprop(), np.zeros(2), g, 1.0, 1, [np.zeros(2)])
    np.testing.assert_allclose(w, [-3.1622776601683795, 3.1622776601683795], rtol=1e-7)
    w = update(Adadelta(), np.zeros(2), g, 1.0, 1, [np.zeros(2), np.zeros(2)])
    np.testing.assert_allclose(w, [-0.004472135954999579, 0.004472135954999579], rtol=2e-5)


@every
@pytest.mark.parametrize("problem", ["quadratic of condition 100", "Rosenbrock"])
def test_f_falls_a_thousandfold(optimizer: Optimizer, problem: str, update: Update) -> None:
    def f(w: Any) -> tuple[float, Any]:
        x, y = w
        if problem == "Rosenbrock":
            slope = [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]
            return (1 - x) ** 2 + 100 * (y - x * x) ** 2, np.array(slope)
        return (x * x + 100 * y * y) / 2, np.array([x, 100 * y])

    def best(lr: float) -> float:
        w, slots = np.array([-1.2, 1.0]), [np.zeros(2) for _ in optimizer.slots]
        lowest = f(w)[0]
        for t in range(1, 10_001):
            value, g = f(w)
            lowest = min(lowest, value)
            if lowest < f(np.array([-1.2, 1.0]))[0] / 1000 or not value < 1e6:
                break
            w = update(optimizer, w, g, lr, t, slots)
        return lowest

    start = f(np.array([-1.2, 1.0]))[0]
    assert any(best(lr) < start / 1000 for lr in (1e-3, 3e-3, 1e-2, 1e-1, 1.0))


@pytest.mark.parametrize(
    ("cls", "wrong"),
    [
        (GD, {"lr": 0.0}),
        (SGD, {"momentum": 1.0}),
        (Momentum, {"momentum": -0.1}),
        (Adagrad, {"eps": 0.0}),
        (Adam, {"beta1": 1.0}),
        (Adam, {"beta2": 1.0}),
        (Nesterov, {"momentum": 1.0}),
        (Adadelta, {"rho": 1.0}),
        (Adadelta, {"eps": 0.0}),
        (RMSprop, {"rho": -0.1}),
        (AdamW, {"decay": -0.1}),
        (NAdam, {"beta1": 1.0}),
    ],
)
def test_hyperparameters_out_of_range(cls: type[Optimizer], wrong: dict[str, float]) -> None:
    with pytest.raises(SpecError, match=next(iter(wrong))):
        cls(**wrong)
