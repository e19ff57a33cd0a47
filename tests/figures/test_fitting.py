import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg

from nnplug.figures.fitting import broken, cut, fitted, width_of
from nnplug.figures.style import look, new_figure

TEXTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Mn", "Me"], max_codepoint=0x9FFF),
    max_size=60,
)


@pytest.mark.parametrize("size", [7, 8, 11])
@pytest.mark.parametrize(
    "text", ["adam:lr=0.01,beta1=0.95", "WWWWWWWWWWWWWWWWWW", "iiiiiiiiiiiiiiii", "größer, 3.5e-05"]
)
def test_a_width_is_what_matplotlib_draws(text, size):
    with look():
        figure = new_figure(600, 100)
        drawn = figure.text(0, 0.5, text, size=size)
        box = drawn.get_window_extent(FigureCanvasAgg(figure).get_renderer())
    assert box.width <= 1.01 * width_of(text, size) + 1
    assert width_of(text, size) < 1.08 * box.width + 2


def test_characters_of_other_fonts_are_square():
    assert width_of("数据", 9) == pytest.approx(2 * width_of("数", 9))
    assert width_of("数", 9) > width_of("a", 9)


def test_a_text_that_fits_stays_and_one_that_does_not_keeps_both_ends():
    assert cut("adam, lr 0.01", 200) == "adam, lr 0.01"
    short = cut("a_package:with_a_very_long_name, lr 0.01", 120)
    head, tail = short.split("…")
    assert "a_package:with_a_very_long_name, lr 0.01".startswith(head)
    assert tail.endswith("0.01")
    assert head


@given(TEXTS, st.floats(20, 300))
def test_no_text_is_wider_than_its_room(text, pixels):
    assert width_of(cut(text, pixels)) <= pixels
    lines = broken(text, pixels, 2).split("\n")
    assert len(lines) <= 2
    assert all(width_of(line) <= pixels for line in lines)


@given(st.lists(TEXTS.map(str.strip).filter(bool), max_size=8, unique=True))
def test_texts_that_differ_still_do(texts):
    assert len(set(fitted(texts, 150, 2))) == len(texts)


def test_lines_are_broken_after_commas_first():
    assert broken("lr 0.001, hidden-dims 4,4", 120, 2) == "lr 0.001,\nhidden-dims 4,4"
    assert broken("lr 0.001, hidden-dims 4,4", 400, 2) == "lr 0.001, hidden-dims 4,4"
    assert broken("one two three", 60, 2) == "one two\nthree"


def test_two_texts_that_would_be_cut_alike_are_numbered():
    long = "a" * 40
    first, second = fitted([f"{long}x{long}", f"{long}y{long}"], 100)
    assert first.startswith("1: a")
    assert second.startswith("2: a")
