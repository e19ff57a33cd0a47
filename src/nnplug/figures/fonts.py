"""Fonts for texts in any script: an installed one that has the characters, or a note."""

import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain

from matplotlib import font_manager
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.text import Text
from matplotlib.ticker import FixedLocator

from nnplug.figures.style import FAMILY

LATIN = "\u024f"
"""The last character of the blocks that the bundled font has whole."""

LIKELY = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei",
    "Droid Sans Fallback",
    "PingFang SC",
    "Hiragino Sans",
    "Hiragino Sans GB",
    "Apple SD Gothic Neo",
    "Microsoft YaHei",
    "SimHei",
    "Yu Gothic",
    "MS Gothic",
    "Malgun Gothic",
    "IPAGothic",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Noto Sans Symbols2",
    "Arial Unicode MS",
    "FreeSans",
    "Unifont",
)
"""Families that are asked first, so that not every font on the machine is opened."""

CJK = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "IDEOGRAPHIC", "FULLWIDTH")


def fit_fonts(figure: Figure) -> str | None:
    """Give each text a font that has its characters; return what to install where none has."""
    texts = [(text, _beyond_latin(text.get_text())) for text in _texts(figure)]
    wanted = frozenset().union(*(characters for _, characters in texts))
    if not wanted:
        return None
    families, missing = _families(wanted)
    for text, characters in texts:
        if characters and families:
            text.set_fontfamily([FAMILY, *families])
    return _note(missing) if missing else None


def _texts(figure: Figure) -> Iterator[Text]:
    """Yield the texts that a user may have chosen: all but the numbers at ticks.

    `figure.findobj` would make every tick for that, which takes longer than drawing them.
    """
    for artist in [*figure.get_children(), *chain(*(a.get_children() for a in figure.axes))]:
        if isinstance(artist, Text):
            yield artist
        elif isinstance(artist, Legend):
            yield from artist.get_texts()
        elif isinstance(artist, Axis):
            yield artist.label
            if isinstance(artist.get_major_locator(), FixedLocator):
                yield from artist.get_majorticklabels()


def _beyond_latin(text: str) -> frozenset[str]:
    if text.isascii():
        return frozenset()
    return frozenset(c for c in text if c > LATIN and unicodedata.category(c) not in ("Cf", "Mn"))


@lru_cache(maxsize=32)
def _families(wanted: frozenset[str]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the families that have what the bundled font lacks, and what none has."""
    missing = wanted - _held(font_manager.findfont(FAMILY), wanted)
    chosen: list[str] = []
    for name, path in _installed() if missing else []:
        held = _held(path, missing)
        if held:
            chosen.append(name)
            missing -= held
            if not missing:
                break
    return tuple(chosen), missing


def _installed() -> list[tuple[str, str]]:
    """Return family and file of each regular font, the likely ones first."""
    found: dict[str, str] = {}
    for font in font_manager.fontManager.ttflist:
        # A last-resort font has every character, and draws none of them.
        if font.style == "normal" and "lastresort" not in font.name.replace(" ", "").lower():
            found.setdefault(font.name, font.fname)
    rank = {name: i for i, name in enumerate(LIKELY)}
    return sorted(found.items(), key=lambda item: (rank.get(item[0], len(rank)), item[0]))


def _held(path: str, wanted: frozenset[str]) -> frozenset[str]:
    try:
        font = font_manager.get_font(path)
        return frozenset(c for c in wanted if font.get_char_index(ord(c)))
    except (OSError, RuntimeError, ValueError):
        return frozenset()  # a bitmap or a damaged font


def _note(missing: frozenset[str]) -> str:
    shown = "".join(sorted(missing)[:8]) + ("..." if len(missing) > 8 else "")
    cjk = any(unicodedata.name(c, "").partition(" ")[0].startswith(CJK) for c in missing)
    remedy = (
        "install Noto Sans CJK (Debian, Ubuntu: apt install fonts-noto-cjk)"
        if cjk
        else "install one that has them (Debian, Ubuntu: apt install fonts-noto-core)"
    )
    return f"no installed font has {shown}: the picture shows boxes there; {remedy}"
