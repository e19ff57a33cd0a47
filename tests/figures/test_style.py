import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from nnplug.figures.output import save_figure
from nnplug.figures.style import (
    BETWEEN,
    COLOURS,
    MARKERS,
    SHARE,
    VALUES,
    class_names,
    colour,
    look,
    marker,
    plain,
)
from nnplug.figures.summary import draw_summary


def luminance(rgb) -> float:
    """Relative luminance of sRGB, as WCAG 2.2 defines it."""
    c = np.asarray(rgb)[..., :3]
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("name", ["between", "share", "values"])
def test_ramps_grow_lighter_or_darker_all_the_way(name):
    ramp = {"between": BETWEEN, "share": SHARE, "values": matplotlib.colormaps[VALUES]}[name]
    steps = np.diff(luminance(ramp(np.linspace(0, 1, 64))))
    assert (steps > 0).all() or (steps < 0).all()


def test_the_two_ends_of_a_probability_differ_in_a_grey_print():
    low, high = luminance(BETWEEN(0.0)), luminance(BETWEEN(1.0))
    assert (high + 0.05) / (low + 0.05) > 2


# Viénot, Brettel, Mollon, Digital video colourmaps for checking the legibility of displays by
# dichromats, 1999: what a protanope and a deuteranope see, on linear RGB.
DICHROMATS = {
    "protanope": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "deuteranope": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
}


@pytest.mark.parametrize("eyes", DICHROMATS)
def test_the_first_four_colours_differ_for_colour_blind_readers(eyes):
    colours = np.array([to_rgb(c) for c in COLOURS[:4]])
    seen = np.clip(colours**2.2 @ np.array(DICHROMATS[eyes]).T, 0, 1) ** (1 / 2.2)
    apart = np.abs(seen[:, None] - seen[None]).max(axis=-1)
    assert apart[~np.eye(4, dtype=bool)].min() > 0.1


def test_fifty_six_classes_have_a_look_of_their_own():
    assert len({(colour(i), marker(i)) for i in range(len(COLOURS) * len(MARKERS))}) == 56


def test_the_look_ends_with_its_context():
    before = dict(matplotlib.rcParams)
    with look():
        assert matplotlib.rcParams["font.family"] == ["DejaVu Sans"]
    assert dict(matplotlib.rcParams) == before


HOSTILE = {
    "lines.linewidth": 9,
    "axes.spines.top": False,
    "axes.prop_cycle": matplotlib.cycler(color=["red"]),
    "xtick.direction": "in",
    "savefig.transparent": True,
    "savefig.pad_inches": 2,
    "path.sketch": (5, 100, 2),
    "image.cmap": "hot",
    "legend.frameon": True,
    "legend.loc": "lower left",
    "figure.dpi": 300,
    "svg.fonttype": "none",
}


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_the_settings_of_a_matplotlibrc_or_another_package_make_no_other_picture(
    made, tmp_path, suffix
):
    def draw(name):
        figure = draw_summary(made.result(made.binary(), made.says_xor))
        save_figure(figure, tmp_path / f"{name}.{suffix}")
        return (tmp_path / f"{name}.{suffix}").read_bytes()

    before = draw("plain")
    with matplotlib.rc_context(HOSTILE):
        assert draw("hostile") == before


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("short", 10, "short"),
        ("exactly ten", 11, "exactly ten"),
        ("eleven letters", 8, "eleven…"),
        ("two\nlines\tand", None, "two lines and"),
        ("数据集的名称", 12, "数据集的名称"),
        ("数据集的名称", 8, "数据集…"),
        (5, 3, "5"),
        ("", 3, ""),
    ],
)
def test_a_text_is_one_line_of_so_many_columns(text, width, expected):
    assert plain(text, width) == expected


def test_classes_without_names_have_numbers():
    assert class_names(("a",), 3) == ["a", "1", "2"]
