"""Reads what documents say: their `console` blocks as commands, their `python` blocks as code.

In a `console` block a line `$ nnplug ...` is a command, and the lines below it are its output,
where `...` stands for anything. A `python` block is code, or a file where it says `file=NAME`; the
blocks of one document share names and one empty directory.

A document that begins with `<!-- in a shell -->` is for an environment of its own: whatever stands
in its `console` blocks is typed there, `pip install` among it, by `test_plugin_guide.py`.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.M | re.S)
IN_A_SHELL = "<!-- in a shell -->"


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

    typed: str
    expected: str
    line: int

    @property
    def words(self) -> list[str]:
        """What follows `nnplug`."""
        return shlex.split(self.typed)[1:]

    @property
    def may_fail(self) -> bool:
        """Whether the document shows that it does not succeed."""
        return re.search(r"\berror:|\bFAILED\b|[1-9]\d* failed", self.expected) is not None


def documents() -> list[Path]:
    """Return the README and every page of the docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(document: Path) -> Iterator[Block]:
    """Yield the fenced blocks of a document."""
    text = document.read_text(encoding="utf-8")
    for match in FENCE.finditer(text):
        line = text.count("\n", 0, match.start()) + 1
        yield Block(match[1], match[2].strip(), match[3], line)


def typed(block: Block) -> Iterator[Command]:
    """Yield the commands of a console block, whichever program they call."""
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        line, _, expected = part.partition("\n")
        while line.endswith("\\"):
            more, _, expected = expected.partition("\n")
            line = line[:-1] + more
        yield Command(line, expected.strip("\n"), block.line)


def commands(block: Block) -> Iterator[Command]:
    """Yield the commands of a console block that are nnplug's."""
    return (command for command in typed(block) if shlex.split(command.typed)[0] == "nnplug")


def is_for_a_shell(document: Path) -> bool:
    """Say whether a document needs an environment of its own."""
    return document.read_text(encoding="utf-8").startswith(IN_A_SHELL)


def matches(expected: str, got: str) -> bool:
    """Say whether output is what a document shows, `...` standing for anything."""
    pattern = re.escape("\n".join(line.rstrip() for line in expected.splitlines()))
    pattern = pattern.replace(re.escape("..."), ".*?")
    shown = "\n".join(line.rstrip() for line in got.strip("\n").splitlines())
    return re.fullmatch(pattern, shown, re.S) is not None
