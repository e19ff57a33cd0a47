"""Where each panel stands: rows and columns are what is varied, where that is two things."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nnplug.comparison.records import Comparison, Setting
from nnplug.comparison.statistics import median
from nnplug.figures.comparison.varied import are_ordered, values_of, varied_names

MOST = 60
"""How many panels a picture has at most; of more settings it shows those of the best medians."""

MOST_COLUMNS, MOST_ROWS = 9, 10


@dataclass(frozen=True)
class Panels:
    """A grid of panels.

    places : (row, column) of each panel
    """

    rows: int
    columns: int
    places: Sequence[tuple[int, int]]

    def lowest(self, place: tuple[int, int]) -> bool:
        """Say whether no panel stands below this one."""
        return not any(c == place[1] and r > place[0] for r, c in self.places)


def best(comparison: Comparison, most: int = MOST) -> list[Setting]:
    """Return the settings of the best medians, at most so many, in the order of the comparison."""
    sign = -1.0 if comparison.higher_is_better else 1.0

    def rank(setting: Setting) -> float:
        values = comparison.values(setting.index)
        return sign * median(values) if len(values) else math.inf

    chosen = sorted(comparison.settings, key=rank)[:most]
    return sorted(chosen, key=lambda setting: setting.index)


def left_out(comparison: Comparison, shown: Sequence[Setting]) -> str:
    """Return what is said where not all settings are shown; empty where they are."""
    count = len(comparison.settings)
    return "" if len(shown) == count else f"the best {len(shown)} of {count} settings"


def panels_of(settings: Sequence[Setting], without: Sequence[str] = ()) -> Panels:
    """Return a place for each setting: in the grid of two varied things, else row by row.

    without : what is varied along an axis of every panel, and so not along the grid
    """
    names = [name for name in varied_names(settings) if name not in without]
    if len(names) == 2:
        # Numbers go from left to right.
        across = sorted(
            names,
            key=lambda name: (are_ordered(settings, name), len(values_of(settings, name))),
            reverse=True,
        )
        for column, row in (across, reversed(across)):
            found = _grid(settings, row, column)
            if found:
                return found
    last = len(values_of(settings, names[-1])) if len(names) > 2 else 1
    return in_rows(len(settings), last)


def in_rows(count: int, period: int = 1) -> Panels:
    """Return places for so many panels row by row, with few gaps in the last one.

    period : after how many panels the last thing that is varied begins anew, best below itself
    """

    def cost(columns: int) -> float:
        gaps = -count % columns
        return gaps / 2 + abs(columns - math.sqrt(1.6 * count)) + 3 * (columns % period > 0)

    columns = count if count <= 4 else min(range(3, MOST_COLUMNS), key=cost)
    columns = max(columns, 1)
    return Panels(-(-count // columns), columns, [divmod(i, columns) for i in range(count)])


def _grid(settings: Sequence[Setting], row: str, column: str) -> Panels | None:
    """Return a grid of two varied things, or None where it is too large or has equal places."""
    rows: Mapping[str, int] = {v: i for i, v in enumerate(values_of(settings, row))}
    columns: Mapping[str, int] = {v: i for i, v in enumerate(values_of(settings, column))}
    places = [(rows[one.varied[row]], columns[one.varied[column]]) for one in settings]
    size = len(rows) * len(columns)
    if len(columns) > MOST_COLUMNS or len(rows) > MOST_ROWS or size > 2 * len(places):
        return None
    return Panels(len(rows), len(columns), places) if len(set(places)) == len(places) else None
