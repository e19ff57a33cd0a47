import pytest
from matplotlib import font_manager

from nnplug.figures import fonts
from nnplug.figures.fonts import fit_fonts
from nnplug.figures.style import FAMILY, add_axes, heading, new_figure


@pytest.fixture
def installed(monkeypatch):
    """Return a function that says which characters the fonts on this machine have."""

    def install(**families: str) -> list[str]:
        opened: list[str] = []
        entries = [font for font in font_manager.fontManager.ttflist if font.name == FAMILY]
        entries += [font_manager.FontEntry(fname=name, name=name) for name in families]

        def held(path, wanted):
            if path in families:
                opened.append(path)
            return frozenset(c for c in wanted if c in families.get(path, "Ωж→"))

        monkeypatch.setattr(font_manager.fontManager, "ttflist", entries)
        monkeypatch.setattr(fonts, "_held", held)
        fonts._families.cache_clear()
        return opened

    yield install
    fonts._families.cache_clear()


def figure_of(*texts: str):
    figure = new_figure(400, 300)
    heading(figure, texts[0])
    axes = add_axes(figure, 50, 50, 300, 150)
    axes.set_xlabel(texts[-1])
    axes.set_yticks([0, 1], [texts[-1], "plain"])
    return figure


def test_latin_and_what_the_bundled_font_has_changes_nothing(installed):
    opened = installed()
    figure = figure_of("Größe, prix d'été", "x1")
    assert fit_fonts(figure) is None
    assert opened == []
    figure = figure_of("Ω, ж, →", "x1")
    assert fit_fonts(figure) is None
    assert opened == []


def test_an_installed_font_is_taken_for_the_texts_that_need_it(installed):
    installed(Strange="猫犬", Other="ก")
    figure = figure_of("plain", "猫 and ก")
    assert fit_fonts(figure) is None
    axes = figure.axes[0]
    assert set(axes.xaxis.label.get_fontfamily()) == {FAMILY, "Strange", "Other"}
    assert set(axes.get_yticklabels()[0].get_fontfamily()) == {FAMILY, "Strange", "Other"}
    assert "Strange" not in figure.texts[0].get_fontfamily()
    assert "Strange" not in axes.get_yticklabels()[1].get_fontfamily()


def test_likely_fonts_are_opened_first_and_no_more_than_needed(installed):
    opened = installed(Aaa="猫", **{"Noto Sans CJK JP": "猫犬", "Zzz": "猫"})
    assert fit_fonts(figure_of("猫")) is None
    assert opened == ["Noto Sans CJK JP"]


def test_a_last_resort_font_is_never_taken(installed):
    installed(**{"Last Resort": "猫", ".LastResort": "猫"})
    assert fit_fonts(figure_of("猫")) is not None


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("猫", "fonts-noto-cjk"),
        ("한국", "fonts-noto-cjk"),
        ("ひらがな", "fonts-noto-cjk"),
        ("ไทย", "fonts-noto"),
    ],
)
def test_without_a_font_the_note_says_what_to_install(installed, text, remedy):
    installed()
    note = fit_fonts(figure_of(text))
    assert note is not None
    assert all(c in note for c in text)
    assert remedy in note


def test_texts_of_legends_are_seen(installed):
    installed(Strange="猫")
    figure = figure_of("plain")
    figure.axes[0].plot([0, 1], label="猫")
    legend = figure.axes[0].legend()
    assert fit_fonts(figure) is None
    assert "Strange" in legend.get_texts()[0].get_fontfamily()


def test_a_real_font_is_read():
    path = font_manager.findfont(FAMILY)
    assert fonts._held(path, frozenset("Ω\U000f1234")) == frozenset("Ω")
    assert fonts._held(__file__, frozenset("Ω")) == frozenset()
