"""One optimizer at work: pieces, scopes, write-back, decay, clipping, schedule, refusals."""

import math
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnplug
from nnplug.core.errors import ContractError
from nnplug.core.layer import Parameter
from nnplug.core.optimizer import Optimizer
from nnplug.core.registry import default_registry
from nnplug.core.schedule import Schedule
from nnplug.engine import updater as module
from nnplug.engine.layout import Layout
from nnplug.engine.updater import NonFiniteGradientError, Updater

TREE: dict[str, Any] = {
    "0": {"W": Parameter((2, 3)), "mean": Parameter((2,), trainable=False)},
    "1": {"b": Parameter((1, 3), decay=False)},
}
N, SIZE = 9, 11


def make(optimizer: Any, runs: tuple[int, ...] = (), dtype: Any = float, **options: Any) -> Updater:
    w, g = (
        np.random.default_rng(seed).standard_normal((*runs, SIZE)).astype(dtype) for seed in (0, 1)
    )
    if isinstance(optimizer, str):
        optimizer = default_registry().build("optimizer", optimizer)
    return Updater(optimizer, Layout(TREE), w, g, **options)


def walk(updater: Updater, steps: int = 5) -> Any:
    rng = np.random.default_rng(2)
    for _ in range(steps):
        updater.g[...] = rng.standard_normal(updater.g.shape)
        updater.step()
    return updater.w


BUILT_INS = ["gd", "sgd:momentum=0.9", "momentum", "adagrad", "adam"]


@pytest.mark.parametrize("optimizer", BUILT_INS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("numbers", [1, 2, 5])
def test_in_blocks_an_element_optimizer_takes_the_same_steps(
    monkeypatch: pytest.MonkeyPatch, optimizer: str, dtype: Any, numbers: int
) -> None:
    whole = walk(make(optimizer, dtype=dtype))
    monkeypatch.setattr(module, "BLOCK_BYTES", numbers * np.dtype(dtype).itemsize)
    blocks = make(optimizer, dtype=dtype)
    assert len(blocks._pieces) == -(-N // numbers)
    np.testing.assert_array_equal(walk(blocks), whole)


@pytest.mark.parametrize("optimizer", BUILT_INS)
@pytest.mark.parametrize("options", [{}, {"clip": 0.5}, {"weight_decay": 0.1}])
def test_stacked_runs_take_the_steps_that_each_takes_alone(
    optimizer: str, options: dict[str, float]
) -> None:
    stack = make(optimizer, (3,), **options)
    alone = [make(optimizer, **options) for _ in range(3)]
    for r, one in enumerate(alone):
        one.w[...] = stack.w[r]
    rng = np.random.default_rng(2)
    for _ in range(5):
        stack.g[...] = rng.standard_normal(stack.g.shape)
        for r, one in enumerate(alone):
            one.g[...] = stack.g[r]
            one.step()
        stack.step()
    for r, one in enumerate(alone):
        np.testing.assert_array_equal(stack.w[r], one.w)


class Recorder(Optimizer):
    """Notes what it sees, in a list that its test hands in."""

    seen: ClassVar[list[Any]] = []

    def update(self, w: Any, g: Any, lr: float, t: int) -> Any:
        self.seen.append((w.copy(), g.copy(), lr, t))
        return w


class OnParameters(Recorder):
    """Sees one parameter at a time."""

    scope = "parameter"


class OnNetworks(Recorder):
    """Sees a whole network at once."""

    scope = "network"


@pytest.mark.parametrize("runs", [(), (2,)])
@pytest.mark.parametrize(
    ("optimizer", "shapes"),
    [(OnParameters, [(2, 3), (1, 3)]), (OnNetworks, [(N,)])],
)
def test_other_scopes_see_one_run_at_a_time_and_nothing_untrained(
    runs: tuple[int, ...], optimizer: type[Recorder], shapes: list[tuple[int, ...]]
) -> None:
    optimizer.seen.clear()
    updater = make(optimizer(), runs)
    updater.step()
    assert [w.shape for w, *_ in optimizer.seen] == shapes * (runs[0] if runs else 1)
    seen = np.concatenate([w.ravel() for w, *_ in optimizer.seen])
    np.testing.assert_array_equal(seen, updater.w.ravel())


class Fresh(Optimizer):
    """Returns new arrays: w - lr g, and the old w in a slot."""

    slots = ("old",)

    def update(self, w: Any, g: Any, lr: float, t: int, old: Any) -> Any:
        return w - lr * g, w


class InPlace(Optimizer):
    """The same, in place."""

    slots = ("old",)

    def update(self, w: Any, g: Any, lr: float, t: int, old: Any) -> Any:
        old[...] = w
        w -= lr * g
        return w, old


class Swapped(Optimizer):
    """Swaps its slots at every step."""

    slots = ("a", "b")

    def update(self, w: Any, g: Any, lr: float, t: int, a: Any, b: Any) -> Any:
        a += t
        return w, b, a


class Reversed(Optimizer):
    """Returns w backwards, as a view."""

    def update(self, w: Any, g: Any, lr: float, t: int) -> Any:
        return w[::-1]


class Keeper(Optimizer):
    """Keeps the gradient itself in its slot."""

    slots = ("last",)

    def update(self, w: Any, g: Any, lr: float, t: int, last: Any) -> Any:
        return w - lr * g, g


def test_new_arrays_and_arrays_changed_in_place_are_the_same_step() -> None:
    fresh, in_place = make(Fresh()), make(InPlace())
    np.testing.assert_array_equal(walk(fresh), walk(in_place))
    np.testing.assert_array_equal(fresh.slots["old"], in_place.slots["old"])


def test_everything_returned_is_read_before_anything_is_written() -> None:
    updater = make(Swapped())
    updater.step()
    np.testing.assert_array_equal(updater.slots["a"], np.zeros(N))
    np.testing.assert_array_equal(updater.slots["b"], np.ones(N))
    updater = make(Reversed())
    before = updater.w.copy()
    updater.step()
    np.testing.assert_array_equal(updater.w, before[::-1])


def test_a_slot_never_is_the_gradient() -> None:
    updater = make(Keeper())
    updater.step()
    last = updater.slots["last"].copy()
    updater.g[...] = 5
    np.testing.assert_array_equal(updater.slots["last"], last)


class WritesGradient(Optimizer):
    """Scales the gradient in place, which it may not."""

    def update(self, w: Any, g: Any, lr: float, t: int) -> Any:
        g *= lr
        w -= g
        return w


def test_the_gradient_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        make(WritesGradient()).step()


class Returns(Optimizer):
    """Returns whatever its test wants."""

    slots = ("m",)
    made: ClassVar[Any] = None

    def update(self, w: Any, g: Any, lr: float, t: int, m: Any) -> Any:
        return Returns.made(w, m)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda w, m: None, "update returned None"),
        (lambda w, m: w, r"update returned float64\[9\]"),
        (lambda w, m: (w,), r"update returned float64\[9\]"),
        (lambda w, m: (w, m, m), r"update returned float64\[9\], float64\[9\], float64\[9\]"),
        (lambda w, m: [w, m], "update returned a list"),
        (lambda w, m: (w, m[:1]), r"update returned m as float64\[1\]"),
        (lambda w, m: (w.astype(np.float32), m), r"update returned w as float32\[9\]"),
        (lambda w, m: (1.0, m), "update returned w as a float"),
        (lambda w, m: (w, None), "update returned m as None"),
    ],
)
def test_a_wrong_return_is_named(made: Any, said: str) -> None:
    Returns.made = made
    updater = make(Returns(), label="optimizer 'mine' from nnplug-mine 0.1")
    with pytest.raises(ContractError, match=f"optimizer 'mine' from nnplug-mine 0.1: {said}"):
        updater.step()


def test_the_label_is_the_class_where_nobody_knows_better() -> None:
    Returns.made = lambda w, m: None
    with pytest.raises(ContractError, match="optimizer Returns: "):
        make(Returns()).step()


class Halving(Schedule):
    """Halves the rate at every step, as one of NumPy's numbers."""

    def factor(self, step: int, total: int) -> Any:
        return np.float64(0.5**step)


def test_the_rate_is_a_python_float_times_the_schedule_and_t_counts_from_one() -> None:
    OnNetworks.seen.clear()
    updater = make(OnNetworks(lr=0.5), schedule=Halving(), total=3, dtype=np.float32)
    for _ in range(5):
        updater.step()
    rates, ts = zip(*[(lr, t) for *_, lr, t in OnNetworks.seen], strict=True)
    # Beyond its total, the schedule stays at its last factor.
    assert rates == (0.5, 0.25, 0.125, 0.125, 0.125)
    assert ts == (1, 2, 3, 4, 5)
    assert {type(lr) for lr in rates} == {float}
    assert make(OnNetworks(lr=0.5), lr=np.float64(0.25)).rate() == 0.25


@pytest.mark.parametrize("optimizer", [*BUILT_INS, Fresh(), Keeper()])
@pytest.mark.parametrize(
    "options", [{}, {"clip": 0.1, "weight_decay": 0.1, "schedule": Halving(), "lr": 0.1}]
)
def test_float32_stays_float32(optimizer: Any, options: dict[str, Any]) -> None:
    updater = make(optimizer, dtype=np.float32, total=9, **options)
    walk(updater)
    assert updater.w.dtype == np.float32
    assert {slot.dtype for slot in updater.slots.values()} <= {np.dtype(np.float32)}


def test_decay_is_added_to_the_gradient_of_what_decays() -> None:
    updater = make("gd:lr=1", weight_decay=0.25)
    updater.w[...] = [4, 8, -4, 0, 2, 1, 4, 4, 4]
    updater.g[...] = 1
    updater.step()
    # w - (1 + w / 4) for W; b, which does not decay, loses 1.
    np.testing.assert_array_equal(updater.w, [2, 5, -4, -1, 0.5, -0.25, 3, 3, 3])
    assert updater.penalty() == 0.125 * (4 + 25 + 16 + 1 + 0.25 + 0.0625)
    assert make("gd").penalty() == 0


@given(st.floats(1e-150, 1e150), st.floats(1e-3, 1e3))
def test_clipping_shortens_to_the_limit_and_keeps_the_direction(size: float, share: float) -> None:
    updater = make("gd")
    direction = updater.g / math.sqrt(math.fsum(float(v) ** 2 for v in updater.g))
    updater.g[...] = size * direction
    updater.clip = size * share
    updater.prepare()
    expected = size * min(1.0, share) * direction
    np.testing.assert_allclose(updater.g, expected, rtol=1e-12)


def test_clipping_works_where_squares_overflow_and_at_zero() -> None:
    updater = make("gd", clip=2.0)
    updater.g[...] = 0
    updater.g[:2] = [3e200, 4e200]
    updater.prepare()
    np.testing.assert_allclose(updater.g[:2], [1.2, 1.6], rtol=1e-15)
    updater.g[...] = 0
    updater.prepare()
    assert (updater.g == 0).all()


@pytest.mark.parametrize("options", [{}, {"clip": 1.0}, {"weight_decay": 0.1}])
@pytest.mark.parametrize("runs", [(), (2,)])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_gradient_that_is_not_finite_moves_nothing(
    options: dict[str, float], runs: tuple[int, ...], value: float
) -> None:
    updater = make("adam", runs, **options)
    before = updater.w.copy()
    updater.g[..., 4] = value
    with pytest.raises(NonFiniteGradientError):
        updater.step()
    np.testing.assert_array_equal(updater.w, before)
    assert updater.t == 0
    assert not any(slot.any() for slot in updater.slots.values())


@pytest.mark.parametrize("runs", [(), (2,)])
def test_finite_numbers_whose_squares_overflow_are_a_step(runs: tuple[int, ...]) -> None:
    updater = make("gd:lr=1e-200", runs)
    updater.w[...] = 0
    updater.g[...] = 1e200
    with np.errstate(over="ignore"):
        updater.step()
    np.testing.assert_allclose(updater.w, np.full((*runs, N), -1.0))


@pytest.mark.parametrize("runs", [(), (3,)])
def test_no_test_of_a_gradient_is_so_long_that_blas_wakes_its_threads(
    runs: tuple[int, ...],
) -> None:
    w, g = np.zeros((*runs, 30_001)), np.zeros((*runs, 30_001))
    tree: dict[str, Any] = {"0": {"b": Parameter((1, 30_001))}}
    updater = Updater(default_registry().build("optimizer", "gd"), Layout(tree), w, g)
    parts = module.dot_parts(updater.g)
    assert max(part.size for part in parts) < 10_000
    assert sum(part.size for part in parts) == g.size
    assert module.has_finite_squares(parts)
    for place in (0, 8191, 8192, 30_000):
        g[...] = 0
        g[..., place] = math.nan
        assert not module.has_finite_squares(parts)


def test_nothing_to_train_is_a_step_too() -> None:
    updater = Updater(
        nnplug.Registry().build("optimizer", "adam"),
        Layout({}),
        np.zeros(0),
        np.zeros(0),
        clip=1.0,
    )
    updater.step()
    assert updater.t == 1
