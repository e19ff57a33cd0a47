"""A report as Markdown, in the form that GitHub, Pandoc and most editors read."""

import re
from collections.abc import Iterator

from nnplug.report.document import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Picture,
    Table,
    Text,
    printable,
)

_SPECIAL = re.compile(r"[\\`*\[\]<>|~$&]|(?<![^\W_])_|_(?![^\W_])")
"""What has a meaning wherever it stands; an underscore inside a word has none."""

_FIRST = re.compile(r"^(?:[-+=#](?=\s|$|[-=#])|\d+(?=[.)](?:\s|$)))")
"""What begins a list, a heading or a rule where it stands first."""


def as_markdown(document: Document) -> str:
    """Return the whole document; pictures are named by their files."""
    lines = [f"# {escape(document.title)}", ""]
    about = [escape(text) for text in (document.author, document.made) if text]
    if about:
        lines += [", ".join(about), ""]
    for block in document.blocks:
        lines += [*_lines(block), ""]
    return "\n".join(lines)


def escape(text: str) -> str:
    """Return a text that Markdown prints as it is, on one line."""
    line = _SPECIAL.sub(r"\\\g<0>", " ".join(printable(text).split()))
    first = _FIRST.match(line)
    if first is None:
        return line
    sign = first[0]
    rest = line[len(sign) :]
    return f"{sign}\\{rest}" if sign.isdigit() else f"\\{line}"


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Heading):
        yield f"{'#' * block.level} {escape(block.text)}"
    elif isinstance(block, Text):
        yield f"**{escape(block.text)}**" if block.strong else escape(block.text)
    elif isinstance(block, Bullets):
        yield from (f"- {escape(item)}" for item in block.items)
    elif isinstance(block, Table):
        ruler = ["---:" if i in block.numbers else ":---" for i in range(len(block.head))]
        yield f"| {' | '.join(map(escape, block.head))} |"
        yield f"| {' | '.join(ruler)} |"
        yield from (f"| {' | '.join(map(escape, row))} |" for row in block.rows)
    elif isinstance(block, Code):
        # A fence that is longer than any inside.
        text = printable(block.text)
        longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
        fence = "`" * max(3, longest + 1)
        yield f"{fence}{block.language}\n{text}\n{fence}"
    elif isinstance(block, Picture):
        yield f"![{escape(block.alt)}]({block.file})\n\n*{escape(block.caption)}*"
