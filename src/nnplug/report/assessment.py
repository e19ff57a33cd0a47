"""What a model is worth, in lines of text."""

from collections.abc import Sequence
from typing import Any

from nnplug.engine.assess import Assessment

SAID = {
    "accuracy": "accuracy",
    "precision": "precision",
    "recall": "recall",
    "f1": "F1",
    "log_loss": "log loss",
    "roc_auc": "ROC AUC",
    "r2": "R2",
    "mae": "MAE",
    "rmse": "RMSE",
    "loss": "loss",
    "rows": "rows",
}
"""What each number is called, in the order in which they are printed."""

SHARES = ("accuracy", "precision", "recall")


def say_assessment(found: Assessment) -> list[str]:
    """Say every number of an assessment, in lines."""
    metrics = found.metrics
    head = f"{found.source}: {found.rows:,} row{'s' * (found.rows != 1)}, {found.task}"
    lines = [head, *found.notes, ""]
    plain = [name for name in SAID if name in metrics]
    width = max(len(SAID[name]) for name in plain)
    lines += [f"{SAID[name]:<{width}}  {_said(name, metrics[name])}" for name in plain]
    if found.task == "regression":
        if metrics["targets"]:
            lines += ["", *_by_name("target", metrics["targets"])]
        return lines
    lines += ["", *_confusion(found), "", *_by_name("class", metrics["classes"])]
    return lines


def _confusion(found: Assessment) -> list[str]:
    counts = [[_count(n) for n in row] for row in found.metrics["confusion"]]
    table = [["true \\ predicted", *found.names]]
    table += [[name, *row] for name, row in zip(found.names, counts, strict=True)]
    return _aligned(table)


def _by_name(what: str, metrics: dict[str, dict[str, Any]]) -> list[str]:
    """Return a row for each class or target, and a column for each number."""
    columns = [name for name in SAID if name in next(iter(metrics.values()))]
    table = [[what, *(SAID[name] for name in columns)]]
    table += [[one, *(_said(name, row[name]) for name in columns)] for one, row in metrics.items()]
    return _aligned(table)


def _aligned(table: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of cells, the first column to the left and the others to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            f"{cell:{'<' if j == 0 else '>'}{width}}"
            for j, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def _said(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if name == "rows":
        return _count(value)
    return f"{100 * value:.2f} %" if name in SHARES else f"{value:.5g}"


def _count(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"
