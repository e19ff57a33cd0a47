"""What `nnplug train --track` prints of the layers, and the picture that it leaves."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnplug.engine.tracked import groups_of, tracked, verdict

if TYPE_CHECKING:
    from nnplug.engine.history import History
    from nnplug.engine.result import Result

PICTURE = "track.png"

COLUMNS = (
    ("gradient at start", "gradient_norm", 0),
    ("at end", "gradient_norm", -1),
    ("step/weights", "update_ratio", -1),
    ("dead", "dead", -1),
    ("saturated", "saturated", -1),
)
"""Head, series, and which of its values."""


def was_tracked(result: "Result") -> bool:
    """Say whether the history holds what happened in the layers."""
    return bool(tracked(result.history, "gradient_norm"))


def say_track(result: "Result") -> str:
    """Say each layer's gradient norm, update ratio, dead and saturated units."""
    rows = [["", *(head for head, _, _ in COLUMNS)]]
    for group in groups_of(result.network, result.history):
        row = [group.label]
        for _, series, which in COLUMNS:
            share = series in ("dead", "saturated")
            paths = group.activations if share else [group.weights]
            row.append(" ".join(_cells(result.history, series, paths, which)))
        rows.append(row)
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = []
    for label, *cells in rows:
        said = (f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
        lines.append("  ".join([f"{label:<{widths[0]}}", *said]).rstrip())
    return "\n".join(filter(None, [*lines, verdict(result.history)]))


def _cells(history: "History", series: str, paths: list[str], which: int) -> Any:
    found = tracked(history, series)
    for path in paths:
        if path in found:
            value = history[found[path]][which]
            share = series in ("dead", "saturated")
            yield f"{100 * value:.0f} %" if share else f"{value:.2g}"


def draw(result: "Result", folder: Path) -> None:
    """Draw the layers into a run's folder."""
    from nnplug.figures.output import save_figure
    from nnplug.figures.track import draw_track

    save_figure(draw_track(result), folder / PICTURE)
