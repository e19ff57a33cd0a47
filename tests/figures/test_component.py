import numpy as np
import pytest

from nnplug.core import Data, Schedule
from nnplug.core.registry import default_registry
from nnplug.figures.component import draw_activation, draw_dataset, draw_schedule


def build(kind: str, spec: str):
    return default_registry().build(kind, spec)


def curves(axes, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Return x and y of all pieces of f or f', which differ in their line."""
    style = {"f": "-", "f'": "--"}[label]
    pieces = [line.get_data() for line in axes.lines if line.get_linestyle() == style]
    pieces = [piece for piece in pieces if len(piece[0]) > 2]
    x, y = (np.concatenate(values) for values in zip(*pieces, strict=True))
    return x, y


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "relu", "leaky_relu:slope=0.2", "silu"])
def test_an_activation_is_drawn_with_its_slope(assert_tidy, name):
    figure = draw_activation(build("activation", name), name)
    (axes,) = figure.axes
    x, y = curves(axes, "f")
    assert (x.min(), x.max()) == (-5, 5)
    slope_x, slope = curves(axes, "f'")
    np.testing.assert_array_equal(slope_x, x)
    # The drawn slope is that of the drawn curve, away from where pieces meet.
    inside = np.diff(x) > 1e-6
    rise = np.diff(y)[inside] / np.diff(x)[inside]
    middle = ((slope[1:] + slope[:-1]) / 2)[inside]
    np.testing.assert_allclose(rise, middle, atol=1e-3)
    assert figure.texts[0].get_text() == name
    assert_tidy(figure)


@pytest.mark.parametrize(("name", "kinks"), [("relu", [0.0]), ("tanh", [])])
def test_kinks_are_marked(name, kinks):
    (axes,) = draw_activation(build("activation", name), name).axes
    marked = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert marked == kinks
    names = [t.get_text() for t in axes.get_legend().get_texts()]
    assert ("kink: f has no derivative" in names) == bool(kinks)


def test_an_activation_of_vectors_is_drawn_over_its_first_input(assert_tidy):
    figure = draw_activation(build("activation", "softmax"), "softmax")
    y1, y2, slope = (line.get_ydata() for line in figure.axes[0].lines[2:])
    np.testing.assert_allclose(y1 + 2 * y2, 1)
    np.testing.assert_allclose(slope, y1 * (1 - y1))
    assert_tidy(figure)


class Warmup(Schedule):
    """From 0 to 2 along a line."""

    def factor(self, step: int, total: int) -> float:
        return 2 * step / total


@pytest.mark.parametrize("schedule", [Warmup(), build("schedule", "cosine")])
def test_a_schedule_is_drawn_step_by_step(assert_tidy, schedule):
    figure = draw_schedule(schedule, "schedule", total=500)
    (axes,) = figure.axes
    steps, factors = axes.lines[0].get_data()
    assert list(steps) == list(range(500))
    assert factors[250] == schedule.factor(250, 500)
    low, high = axes.get_ylim()
    assert low <= min(factors)
    assert high >= max(factors)
    assert_tidy(figure)


@pytest.mark.parametrize("name", ["xor", "linear", "chessboard:cells=5"])
def test_built_in_data_are_drawn_with_their_counts(assert_tidy, name):
    data = build("dataset", name).load(np.random.default_rng(0))
    figure = draw_dataset(data, name)
    ones = int(data.y.sum())
    names = [t.get_text() for t in figure.legends[0].get_texts()]
    assert names == [f"0 ({len(data) - ones:,})", f"1 ({ones:,})"]
    assert_tidy(figure)


@pytest.mark.parametrize("features", [1, 2, 5])
@pytest.mark.parametrize("task", ["regression", "multiclass"])
def test_data_of_any_width_are_drawn(made, assert_tidy, features, task):
    x = np.random.default_rng(0).standard_normal((50, features))
    y = x[:, :1] if task == "regression" else np.eye(4)[np.arange(50) % 4]
    assert_tidy(draw_dataset(Data(x, y, task), "a title"))


def test_pictures_are_drawn_as_pictures(made, assert_tidy):
    figure = draw_dataset(made.pictures(), "bars")
    assert len(figure.axes[0].images) == 28
    assert_tidy(figure)


def test_two_main_directions_keep_distances_of_a_flat_set():
    rng = np.random.default_rng(0)
    flat = rng.standard_normal((30, 2)) @ rng.standard_normal((2, 6))
    data = Data(flat, np.arange(30)[:, None] % 2.0, "binary")
    axes = draw_dataset(data, "flat").axes[0]
    drawn = np.concatenate([c.get_offsets() for c in axes.collections])
    spread = np.linalg.norm(flat - flat.mean(axis=0), axis=1)
    np.testing.assert_allclose(
        np.sort(np.linalg.norm(drawn, axis=1)), np.sort(spread), rtol=1e-9, atol=1e-9
    )


def test_data_without_spread_are_drawn(assert_tidy):
    data = Data(np.ones((3, 4)), np.array([[0.0], [1.0], [1.0]]), "binary")
    assert_tidy(draw_dataset(data, "one place"))
