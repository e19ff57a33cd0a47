"""What pictures of a comparison say in words: metrics, values, how many runs."""

import math

from nnplug.comparison import spelling
from nnplug.comparison.records import Comparison, Record
from nnplug.figures.headline import SCORES


def metric_name(metric: str) -> str:
    """Return what a metric is called: "held-out loss", "R²"."""
    plain = metric.removeprefix("test_")
    said = SCORES.get(plain, spelling.metric_name(plain))
    return said if plain == metric else f"held-out {said}"


def setting_name(name: str) -> str:
    """Return what a varied setting is called, as it is typed: "hidden-dims"."""
    return name.replace("_", "-")


def value_text(metric: str, value: float, digits: int = 3) -> str:
    """Return a value in so many digits; a share in percent, never rounded up to 100."""
    if math.isinf(value):
        return "diverged"
    if not spelling.is_share(metric):
        return spelling.number(value, digits)
    text = f"{100 * value:.1f}"
    return f"{'99.9' if text == '100.0' and value < 1 else text.removesuffix('.0')} %"


def lost(record: Record) -> bool:
    """Say whether a run counts as the worst."""
    return record.status != "done"


def lost_text(records: list[Record]) -> str:
    """Return how many of the runs diverged or failed; empty for none."""
    parts = []
    for status in ("diverged", "failed"):
        count = sum(record.status == status for record in records)
        if count == len(records) == 1:
            parts.append(status)
        elif count:
            parts.append(f"{count} of {len(records)} {status}")
    return ", ".join(parts)


def runs_text(comparison: Comparison, *, band: bool = True) -> str:
    """Return what is drawn of the runs: "median of 16 seeds, band between the quartiles"."""
    counts = {len(runs) for one in comparison.settings if (runs := comparison.of(one.index))}
    least, most = min(counts, default=0), max(counts, default=0)
    said = "one seed"
    if most > 1:
        said = f"median of {most if least == most else f'{least} to {most}'} seeds"
        said += ", band between the quartiles" * band
    return said + "; each setting at its tuned lr" * bool(comparison.tuned)
