"""On what machine, and with which versions, the runs of a report were made."""

from collections.abc import Mapping, Sequence
from typing import Any

from nnplug.engine.machine import machine_facts
from nnplug.report.document import Block, Heading, Table, Text
from nnplug.report.sources import Source

UNKNOWN = "not known"

GIB = 2**30


def setup_blocks(sources: Sequence[Source]) -> list[Block]:
    """Return the section on hardware and versions: a column for each machine."""
    found: list[tuple[Mapping[str, Any], list[str]]] = []
    without = []
    for source in sources:
        if not source.machines:
            without.append(source.name)
        for facts in source.machines:
            names = next((names for known, names in found if known == facts), None)
            if names is None:
                names = []
                found.append((facts, names))
            names.append(source.name)
    if without:
        found.append((machine_facts(), ["where this report was written"]))
    heads = [", ".join(names) for _, names in found] if len(found) > 1 else ["value"]
    columns = [_cells(facts) for facts, _ in found]
    cells = ((name, [column[i] for column in columns]) for i, name in enumerate(_ROWS))
    rows = [[name, *row] for name, row in cells if any(row)]
    blocks: list[Block] = [Heading("Setup"), Table(["", *heads], rows)]
    if without:
        blocks.append(
            Text(
                f"No machine is stored with {', '.join(without)}; in its place the table has the "
                "one where this report was written."
            )
        )
    return blocks


_ROWS = (
    *("CPU", "cores", "memory", "system", "Python", "NumPy", "BLAS"),
    *("processes", "nnplug", "packages"),
)


def _cells(facts: Mapping[str, Any]) -> list[str]:
    """Return a machine's column, in the order of the rows; an empty cell where nothing is said."""
    memory, threads, workers = (facts.get(key) for key in ("memory", "blas_threads", "workers"))
    counted = f", {threads} thread{'s' * (threads != 1)}" if threads else ""
    packages = facts.get("packages") or {}
    return [
        _known(facts.get("cpu")),
        _known(facts.get("cores")),
        f"{memory / GIB:.1f} GiB" if memory else UNKNOWN,
        _known(facts.get("system")),
        _known(facts.get("python")),
        _known(facts.get("numpy")),
        _known(facts.get("blas")) + counted,
        str(workers) if workers and workers > 1 else "",
        _known(facts.get("nnplug")),
        ", ".join(f"{name} {version}".rstrip() for name, version in packages.items()),
    ]


def _known(value: Any) -> str:
    return UNKNOWN if value is None else str(value)
