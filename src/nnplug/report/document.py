"""A report as plain data: what is said in which order, before it is Markdown or HTML.

All texts are as they are to be read; whoever writes them down escapes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is the report's own title."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Text:
    """A paragraph; `strong` for one that a reader must not overlook."""

    text: str
    strong: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list of sentences."""

    items: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table, its cells row by row; `numbers` are the columns that are aligned to the right."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: Sequence[int] = ()


@dataclass(frozen=True)
class Code:
    """Lines to be read as they are: commands, settings, a table of a program.

    language : what Markdown is told of it;  narrow : whether lines are short, so that a page has
        room for two of them side by side
    """

    text: str
    language: str = "text"
    narrow: bool = False


@dataclass(frozen=True)
class Picture:
    """A picture.

    file : its path below the report's folder;  alt : what it shows, for those who do not see it
    caption : the line below it;  scale : how many of its pixels stand for one on the screen
    """

    file: str
    alt: str
    caption: str
    scale: int = 1


Block = Heading | Text | Bullets | Table | Code | Picture


@dataclass
class Document:
    """A report: its title, who wrote it, and what it says."""

    title: str
    author: str = ""
    made: str = ""
    blocks: list[Block] = field(default_factory=list)


def printable(text: str) -> str:
    """Return a text without what a terminal or a browser would obey: it stands as U+FFFD."""
    return "".join(
        c if c.isprintable() or c in "\t\n" else "\N{REPLACEMENT CHARACTER}" for c in text
    )
