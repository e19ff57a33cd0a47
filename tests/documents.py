"""Runs what documents say: their `console` blocks as commands, their `python` blocks as code.

In a `console` block a line `$ nnplug ...` is run, and the lines below it are its output, where
`...` stands for anything. A `python` block is executed, or saved where it says `file=NAME`; the
blocks of one document share names and one empty directory.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.M | re.S)


@dataclass(frozen=True)
class Block:
    """One fenced block of a document."""

    language: str
    options: str
    text: str
    line: int


@dataclass(frozen=True)
class Command:
    """One command of a console block, and the output that the document shows."""

    words: list[str]
    expected: str
    line: int


def documents() -> list[Path]:
    """Return the README and every page of the docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(document: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a document."""
    text = document.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(match[1], match[2].strip(), match[3], line)


def commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a console block that are nnplug's."""
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        typed, _, expected = part.partition("\n")
        while typed.endswith("\\"):
            more, _, expected = expected.partition("\n")
            typed = typed[:-1] + more
        words = shlex.split(typed)
        if words[0] == "nnplug":
            yield Command(words[1:], expected.strip("\n"), block.line)


def matches(expected: str, got: str) -> bool:
    """Say whether output is what a document shows, `...` standing for anything."""
    pattern = re.escape("\n".join(line.rstrip() for line in expected.splitlines()))
    pattern = pattern.replace(re.escape("..."), ".*?")
    shown = "\n".join(line.rstrip() for line in got.strip("\n").splitlines())
    return re.fullmatch(pattern, shown, re.S) is not None
