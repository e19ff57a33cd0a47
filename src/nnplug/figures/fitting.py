"""Texts that fit into so many pixels: measured, broken into lines, cut in the middle."""

import math
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from matplotlib import font_manager
from matplotlib.backends.backend_agg import get_hinting_flag

from nnplug.figures.style import DPI, FAMILY, SMALL, plain


def width_of(text: str, size: float = SMALL) -> float:
    """Return how many pixels a text is wide, in a bitmap or in a drawing, whichever is more.

    size : in points. Characters that the bundled font lacks count as squares.
    """
    return sum(_advance(character, size) for character in text)


def cut(text: object, pixels: float, size: float = SMALL) -> str:
    """Return a text on one line, its middle left out where it is too wide: "adam…, lr 0.01"."""
    line = plain(text)
    if width_of(line, size) <= pixels:
        return line
    room = pixels - width_of("…", size)
    # What tells settings apart stands at their ends as often as at their beginnings.
    head, tail = "", ""
    for front, back in zip(line, reversed(line), strict=True):
        if width_of(head + front + tail, size) > room:
            break
        head += front
        if width_of(head + back + tail, size) > room:
            break
        tail = back + tail
    return head.rstrip() + "…" + tail.lstrip()


def broken(text: object, pixels: float, lines: int, size: float = SMALL) -> str:
    """Return a text on at most so many lines, broken after commas, else at spaces, else cut."""
    line = plain(text)
    for mark in (", ", " "):
        found = _fill(line.split(mark), mark, pixels, size)
        if len(found) <= lines and all(width_of(one, size) <= pixels for one in found):
            return "\n".join(found)
    found = [*found[: lines - 1], " ".join(found[lines - 1 :])]
    return "\n".join(cut(one, pixels, size) for one in found)


def fitted(
    texts: Sequence[object], pixels: float, lines: int = 1, size: float = SMALL
) -> list[str]:
    """Return texts that fit, each on at most so many lines; what differs still does.

    Where cutting leaves two alike, both begin with their number.
    """
    found = [broken(text, pixels, lines, size) for text in texts]
    return [
        broken(f"{i + 1}: {text}", pixels, lines, size) if found.count(one) > 1 else one
        for i, (text, one) in enumerate(zip(texts, found, strict=True))
    ]


def _fill(words: Sequence[str], mark: str, pixels: float, size: float) -> list[str]:
    """Put as many words on each line as it takes."""
    found = [words[0]]
    for word in words[1:]:
        longer = found[-1] + mark + word
        if width_of(longer, size) <= pixels:
            found[-1] = longer
        else:
            found[-1] += mark.rstrip()
            found.append(word)
    return found


@lru_cache(maxsize=4096)
def _advance(character: str, size: float) -> float:
    font = font_manager.get_font(font_manager.findfont(FAMILY))
    if not font.get_char_index(ord(character)):
        # Another font will have it; those of one width are square.
        return 0.0 if unicodedata.combining(character) else math.ceil(size * DPI / 72)
    font.set_size(size, DPI)
    drawing = float(font.load_char(ord(character)).linearHoriAdvance) / 65536
    # A bitmap sets each character at a whole pixel.
    flags = get_hinting_flag()  # type: ignore[no-untyped-call]  # matplotlib has no type for it
    widths = []
    for text in ("||", f"|{character}|"):
        font.set_text(text, 0.0, flags=flags)
        widths.append(float(font.get_width_height()[0]) / 64)
    return max(drawing, widths[1] - widths[0])
