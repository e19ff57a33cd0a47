"""What a heat map shows: two varied numbers, and a median for each pair of their values."""

from collections.abc import Sequence
from dataclasses import dataclass

from nnplug.comparison.records import Comparison, Setting
from nnplug.comparison.statistics import median
from nnplug.figures.comparison.layout import Panels, panels_of
from nnplug.figures.comparison.varied import are_ordered, rest_label, values_of, varied_names
from nnplug.figures.comparison.words import lost

MOST = 12
"""How many maps a picture has at most."""


@dataclass(frozen=True)
class Cell:
    """One cell of a map: the median of its runs, infinite where half of them are lost.

    lost : how many of the runs diverged or failed
    """

    median: float
    lost: int


@dataclass(frozen=True)
class Map:
    """One map: cells by (row, column), rows from the lowest value up."""

    label: str
    cells: dict[tuple[int, int], Cell]


@dataclass(frozen=True)
class Maps:
    """Maps over the same two numbers, one for each value of whatever else is varied.

    across, up : the names along the two axes;  columns, rows : their values
    left_out : how many maps there would be more
    """

    across: str
    up: str
    columns: Sequence[str]
    rows: Sequence[str]
    maps: Sequence[Map]
    panels: Panels
    left_out: int

    @property
    def cells(self) -> list[Cell]:
        """All cells of all maps."""
        return [cell for one in self.maps for cell in one.cells.values()]


def maps_of(comparison: Comparison) -> Maps | None:
    """Return maps over the two varied numbers with the most values, or None without two.

    Units of hidden layers, 4,4 or none, count as numbers.
    """
    settings = comparison.settings
    names = [name for name in varied_names(settings) if are_ordered(settings, name)]
    if len(names) < 2:
        return None
    across, up = sorted(names, key=lambda name: -len(values_of(settings, name)))[:2]
    columns, rows = values_of(settings, across), values_of(settings, up)
    groups: dict[str, list[Setting]] = {}
    for setting in settings:
        groups.setdefault(rest_label(setting, [across, up]), []).append(setting)
    chosen = dict(list(groups.items())[:MOST])
    maps = []
    for label, members in chosen.items():
        cells = {}
        for one in members:
            values = comparison.values(one.index)
            if len(values):
                place = rows.index(one.varied[up]), columns.index(one.varied[across])
                count = sum(map(lost, comparison.of(one.index)))
                cells[place] = Cell(median(values), count)
        maps.append(Map(label, cells))
    panels = panels_of([members[0] for members in chosen.values()], [across, up])
    return Maps(across, up, columns, rows, maps, panels, len(groups) - len(chosen))
