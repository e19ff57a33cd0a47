"""What files say, made harmless for a terminal."""

from typing import Any


def plain(value: Any) -> str:
    """Return a value as text of printable characters: a terminal obeys others."""
    return "".join(one if one.isprintable() else "?" for one in str(value))
