import numpy as np
import pytest
from matplotlib.colors import LogNorm
from matplotlib.patches import Rectangle

from nnplug.comparison.records import Comparison
from nnplug.figures.comparison.heat_map import draw_heat_map
from nnplug.figures.comparison.shades import GOOD, ink_on
from nnplug.figures.comparison.words import value_text
from nnplug.figures.style import INK

RATES = ["1", "0.01", "0.1"]
UNITS = ["none", "4,4", "16,16", "8"]
TWO = {"lr": RATES, "hidden_dims": UNITS}


def cells(axes):
    return axes.collections[0].get_array()


def hatched(axes):
    return [p for p in axes.patches if isinstance(p, Rectangle) and p.get_hatch()]


def said(figure):
    return [text.get_text() for text in figure.texts if text.get_text()]


def luminance(rgb):
    """Relative luminance of sRGB, as WCAG 2.2 defines it."""
    c = np.asarray(rgb)[..., :3]
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4) @ [
        0.2126,
        0.7152,
        0.0722,
    ]


def test_cells_hold_medians_and_print_them(make, assert_tidy):
    made = make.comparison(TWO, 5)
    figure = draw_heat_map(made)
    axes = figure.axes[0]
    # Units have more values than rates, and go across; both in ascending order.
    assert [t.get_text() for t in axes.get_xticklabels()] == ["none", "4,4", "8", "16,16"]
    assert [t.get_text() for t in axes.get_yticklabels()] == ["0.01", "0.1", "1"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("hidden-dims", "lr")
    printed = {text.get_position(): text.get_text() for text in axes.texts}
    for setting in made.settings:
        column = ["none", "4,4", "8", "16,16"].index(setting.varied["hidden_dims"])
        row = ["0.01", "0.1", "1"].index(setting.varied["lr"])
        median = np.median(made.values(setting.index))
        assert cells(axes)[row, column] == pytest.approx(median)
        assert float(printed[column, row]) == pytest.approx(median, rel=0.006)
    assert isinstance(axes.collections[0].norm, LogNorm)
    assert said(figure)[:2] == [
        "loss by hidden-dims and lr",
        "median of 5 seeds; darker is better",
    ]
    assert_tidy(figure)


@pytest.mark.parametrize("metric", ["loss", "accuracy"])
def test_the_best_cell_is_the_darkest_and_every_number_stands_out(make, metric):
    made = make.comparison(TWO, 3, metric=metric)
    axes = draw_heat_map(made).axes[0]
    mesh = axes.collections[0]
    shades = mesh.cmap(mesh.norm(cells(axes)))
    best = cells(axes).argmin() if metric == "loss" else cells(axes).argmax()
    assert luminance(shades).flat[best] == luminance(shades).min()
    for text in axes.texts:
        column, row = text.get_position()
        behind = luminance(shades[round(row), round(column)])
        ink = luminance(tuple(int(INK[i : i + 2], 16) / 255 for i in (1, 3, 5)))
        letters = 1.0 if text.get_color() == "white" else ink
        contrast = (max(letters, behind) + 0.05) / (min(letters, behind) + 0.05)
        assert contrast > 4


def test_any_shade_has_letters_of_contrast():
    assert ink_on((1, 1, 1)) == INK
    assert ink_on((0, 0, 0)) == "white"
    assert ink_on(GOOD(1.0)) == "white"


def test_cells_of_lost_runs_are_hatched_and_crossed(make, assert_tidy):
    made = make.comparison(TWO, 4, diverged={0: 4, 5: 2, 7: 1})
    figure = draw_heat_map(made)
    axes = figure.axes[0]
    # none, 4,4, 8, 16,16 across; 0.01, 0.1, 1 up; settings go through units first.
    places = {(round(p.get_x() + 0.5), round(p.get_y() + 0.5)) for p in hatched(axes)}
    assert places == {(0, 2), (1, 0)}
    assert np.ma.getmaskarray(cells(axes)).sum() == 2
    texts = [t.get_text() for t in axes.texts]
    assert texts.count("×") == 2
    assert sorted(t for t in texts if "lost" in t) == ["1 lost", "2 lost", "4 lost"]
    assert "×: half of the runs are lost; lost: diverged or failed" in said(figure)
    assert_tidy(figure)


def test_all_diverged(make, assert_tidy):
    figure = draw_heat_map(make.comparison(TWO, 2, diverged=dict.fromkeys(range(12), 2)))
    assert len(figure.axes) == 1  # no colour bar
    assert len(hatched(figure.axes[0])) == 12
    assert_tidy(figure)


def test_equal_medians_have_a_scale(make, assert_tidy):
    settings = make.settings({"lr": ["1", "2"], "momentum": ["0", "0.9"]})
    records = [make.record(i, 0, metrics={"loss": 0.5}) for i in range(4)]
    assert_tidy(draw_heat_map(Comparison(settings, [0], "loss", None, "binary", records)))


def test_what_else_is_varied_has_a_map_each_on_one_scale(make, assert_tidy):
    axes = {"activation": ["relu", "tanh", "elu"], **TWO}
    figure = draw_heat_map(make.comparison(axes, 3, diverged={0: 3}))
    maps = figure.axes[:3]
    assert {"relu", "tanh", "elu"} <= set(said(figure))
    assert len({m.collections[0].get_clim() for m in maps}) == 1
    assert [m.get_ylabel() for m in maps] == ["lr", "", ""]
    assert_tidy(figure)


def test_a_drawn_grid_leaves_cells_empty(make, assert_tidy):
    full = make.comparison(TWO, 2)
    kept = [one for one in full.settings if one.index % 4 != 1]
    records = [r for r in full.records if r.setting % 4 != 1]
    figure = draw_heat_map(Comparison(kept, [0, 1], "loss", None, "binary", records))
    assert_tidy(figure)
    missing = Comparison(full.settings, [0, 1], "loss", None, "binary", records)
    axes = draw_heat_map(missing).axes[0]
    assert np.ma.getmaskarray(cells(axes)).sum() == 3
    assert not hatched(axes)


@pytest.mark.parametrize("shape", [(20, 10), (3, 40), (60, 4)])
def test_many_values_keep_their_order_and_what_does_not_fit_is_left_out(make, assert_tidy, shape):
    axes = {
        "lr": [f"{10 ** (-4 + 4 * i / shape[0]):.6g}" for i in range(shape[0])],
        "momentum": [f"{i / 100:g}" for i in range(shape[1])],
    }
    figure = draw_heat_map(make.comparison(axes, 1))
    width, height = figure.get_size_inches() * figure.dpi
    assert width <= 1300
    assert height <= 1300
    assert_tidy(figure)


@pytest.mark.parametrize(
    "axes",
    [
        {"lr": RATES},
        {"lr": RATES, "optimizer": ["gd", "adam"]},
        {"lr": RATES, "momentum": ["0.9"]},
        {"optimizer": ["gd", "adam"], "activation": ["relu", "tanh"]},
    ],
)
def test_without_two_numbers_there_is_no_map(make, axes):
    assert draw_heat_map(make.comparison(axes, 2)) is None


def test_without_runs_there_is_no_map(make):
    made = Comparison(make.settings(TWO), [0], "loss", None, "binary", [])
    assert draw_heat_map(made) is None


@pytest.mark.parametrize(
    ("metric", "value", "expected"),
    [
        ("accuracy", 0.99996, "99.9 %"),
        ("test_accuracy", 1.0, "100 %"),
        ("accuracy", 0.5238, "52.4 %"),
        ("loss", 0.0123456, "0.0123"),
        ("r2", -np.inf, "diverged"),
    ],
)
def test_values_are_short_and_never_rounded_up_to_all(metric, value, expected):
    assert value_text(metric, value) == expected
