"""What a component's docstring says: its first line, its labelled lines, and the rest."""

import re
from dataclasses import dataclass
from inspect import cleandoc

LABEL = re.compile(r"([A-Z][a-z]+): (.*)")


@dataclass(frozen=True)
class Docstring:
    """A docstring in parts.

    summary : the first line
    labelled : ("Formula", "y = max(z, 0)"), ("Source", ...), each on one line
    prose : the other paragraphs
    """

    summary: str
    labelled: tuple[tuple[str, str], ...]
    prose: tuple[str, ...]


def read(doc: str | None) -> Docstring:
    """Take a docstring apart. A labelled line goes on where the next ones are indented."""
    summary, _, rest = cleandoc(doc or "").partition("\n")
    labelled: list[tuple[str, str]] = []
    prose: list[str] = []
    for paragraph in filter(None, rest.strip().split("\n\n")):
        if not LABEL.match(paragraph.strip()):
            prose.append(" ".join(paragraph.split()))
            continue
        for line in paragraph.strip().splitlines():
            found = LABEL.match(line)
            if found:
                labelled.append((found[1], found[2]))
            else:
                label, said = labelled[-1]
                labelled[-1] = label, f"{said} {line.strip()}"
    return Docstring(summary, tuple(labelled), tuple(prose))
