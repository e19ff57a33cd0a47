"""What a terminal shows while a comparison runs: how far it is, how long it takes, what came."""

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from nnplug.cli.watch import REDRAW

if TYPE_CHECKING:
    from nnplug.comparison.plan import Plan, Prepared
    from nnplug.comparison.records import Record


class Quiet:
    """Shows nothing."""

    def begin(self) -> None:
        """Show nothing."""

    def advance(self, epochs: int) -> None:
        """Show nothing."""

    def finished(self, record: "Record") -> None:
        """Show nothing."""

    def known(self, records: "Sequence[Record]") -> None:
        """Show nothing."""

    def close(self) -> None:
        """Have nothing to close."""


class Counter(Quiet):
    """Counts the epochs that have passed.

    total : the epochs of all runs that are to be trained;  passed : of these, so far
    """

    def __init__(self, plan: "Plan", prepared: "Prepared") -> None:
        self.plan, self.prepared = plan, prepared
        self.epochs = [one.settings.epochs for one in prepared.assemblies]
        runs = plan.seeds
        if plan.tune is not None:
            runs += plan.tuning_seeds * len(plan.tune.labels)
        self.total, self.passed = sum(self.epochs) * runs, 0

    def advance(self, epochs: int) -> None:
        """Count epochs."""
        self.passed += epochs

    def finished(self, record: "Record") -> None:
        """Count the epochs that a run which ended early leaves out."""
        self.advance(self.epochs[record.setting] - record.epochs)

    def known(self, records: "Sequence[Record]") -> None:
        """Leave out runs that were finished before."""
        self.total -= sum(self.epochs[record.setting] for record in records)


class Lines(Counter):
    """Prints what is compared, and a line for each setting as its last run ends."""

    def __init__(self, plan: "Plan", prepared: "Prepared") -> None:
        super().__init__(plan, prepared)
        self.came: dict[int, list[Record]] = {}
        self.began = time.monotonic()

    def begin(self) -> None:
        """Say what is compared, and what so many seeds could not tell."""
        from nnplug.comparison.spelling import counted

        count, seeds = len(self.prepared.settings), self.plan.seeds
        said = f"{count} settings x {seeds} seeds, judged by {_words(self.prepared.metric)}"
        if self.plan.tune is not None:
            rates = len(self.plan.tune.labels)
            said += f"; lr: the best of {rates} on {self.plan.tuning_seeds} other seeds"
        click.echo(said)
        needed = self.prepared.seeds_to_decide()
        if seeds < needed:
            click.echo(f"{counted(seeds, 'seed')} cannot show who wins; --seeds {needed} could.")
        click.echo("")

    def finished(self, record: "Record") -> None:
        """Print a line if that was a setting's last run."""
        super().finished(record)
        self._came(record, self.left())

    def known(self, records: "Sequence[Record]") -> None:
        """Show what was finished before."""
        super().known(records)
        for record in records:
            self._came(record, "")

    def left(self) -> str:
        """Return how much time is left, in words; nothing where that is unknown or over."""
        if not 0 < self.passed < self.total:
            return ""
        took = time.monotonic() - self.began
        return f"  ({say_time(took * (self.total - self.passed) / self.passed)} left)"

    def line(self, records: "list[Record]") -> str:
        """Return what is to be said of a setting whose runs are done."""
        from nnplug.comparison.spelling import metric_value
        from nnplug.comparison.statistics import median

        metric = self.prepared.metric
        label = self.prepared.settings[records[0].setting].label
        middle = median([record.value(metric) for record in records])
        done = sum(len(its) == self.plan.seeds for its in self.came.values())
        width = len(str(len(self.prepared.settings)))
        count = f"{done:>{width}}/{len(self.prepared.settings)}"
        return f"{count}  {label}: median {_words(metric)} {metric_value(metric, middle)}"

    def show(self, line: str) -> None:
        """Print a line."""
        click.echo(line)

    def close(self) -> None:
        """Leave a line free before the table."""
        if self.came:
            click.echo("")

    def _came(self, record: "Record", left: str) -> None:
        if record.role != "judge":
            return
        its = self.came.setdefault(record.setting, [])
        its.append(record)
        if len(its) == self.plan.seeds:
            self.show(self.line(its) + left)


class Bar(Counter):
    """A progress bar over all runs, which says how much time is left, and nothing else."""

    def __init__(self, plan: "Plan", prepared: "Prepared") -> None:
        super().__init__(plan, prepared)
        self.bar: Any = None
        self.drawn, self.shown = 0.0, 0

    def begin(self) -> None:
        """Draw the bar."""
        super().begin()
        self.bar = click.progressbar(
            length=self.total, label="training", file=sys.stderr, show_pos=False
        )
        self.bar.__enter__()

    def advance(self, epochs: int) -> None:
        """Redraw the bar, unless it was drawn a moment ago."""
        super().advance(epochs)
        now = time.monotonic()
        if now - self.drawn > REDRAW:
            self._draw()
            self.drawn = now

    def known(self, records: "Sequence[Record]") -> None:
        """Let the bar be about what is left."""
        super().known(records)
        self.bar.length = self.total

    def close(self) -> None:
        """End the line of the bar."""
        self._draw()
        self.bar.__exit__(None, None, None)
        super().close()

    def _draw(self) -> None:
        self.bar.update(self.passed - self.shown)
        self.shown = self.passed


class BarAndLines(Bar, Lines):
    """The bar, with the lines above it."""

    def left(self) -> str:
        """Leave that to the bar."""
        return ""

    def show(self, line: str) -> None:
        """Print a line where the bar is, which then goes on below it."""
        click.echo("\r\033[K", nl=False, err=True)
        click.echo(line)


def say_time(seconds: float) -> str:
    """Return a time as one says it: "8 s", "3 min", "2 h 5 min"."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min"


def _words(metric: str) -> str:
    return metric.replace("test_", "held-out ")
