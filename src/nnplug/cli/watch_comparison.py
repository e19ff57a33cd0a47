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


class Lines(Quiet):
    """Prints what is compared, and a line for each setting as its last run ends."""

    def __init__(self, plan: "Plan", prepared: "Prepared") -> None:
        self.plan, self.prepared = plan, prepared
        self.came: dict[int, list[Record]] = {}

    def begin(self) -> None:
        """Say what is compared."""
        count, seeds = len(self.prepared.settings), self.plan.seeds
        said = f"{count} settings x {seeds} seeds, judged by {_words(self.prepared.metric)}"
        if self.plan.tune is not None:
            rates = len(self.plan.tune.labels)
            said += f"; lr: the best of {rates} on {self.plan.tuning_seeds} other seeds"
        click.echo(said + "\n")

    def finished(self, record: "Record") -> None:
        """Print a line if that was a setting's last run."""
        if record.role != "judge":
            return
        its = self.came.setdefault(record.setting, [])
        its.append(record)
        if len(its) == self.plan.seeds:
            self.show(self.line(its))

    def known(self, records: "Sequence[Record]") -> None:
        """Count runs that were finished before."""
        for record in records:
            self.finished(record)

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


class Bar(Lines):
    """The same with a progress bar over all runs, which says how much time is left."""

    def __init__(self, plan: "Plan", prepared: "Prepared") -> None:
        super().__init__(plan, prepared)
        epochs = [one.settings.epochs for one in prepared.assemblies]
        self.epochs = epochs
        total = sum(epochs) * plan.seeds
        if plan.tune is not None:
            total += sum(epochs) * plan.tuning_seeds * len(plan.tune.labels)
        self.total = total
        self.bar: Any = None
        self.waiting, self.drawn = 0, 0.0

    def begin(self) -> None:
        """Say what is compared, and draw the bar below it."""
        super().begin()
        self.bar = click.progressbar(
            length=self.total, label="training", file=sys.stderr, show_pos=False
        )
        self.bar.__enter__()

    def advance(self, epochs: int) -> None:
        """Redraw the bar, unless it was drawn a moment ago."""
        self.waiting += epochs
        now = time.monotonic()
        if now - self.drawn > REDRAW:
            self.bar.update(self.waiting)
            self.waiting, self.drawn = 0, now

    def finished(self, record: "Record") -> None:
        """Count the epochs that a run which ended early leaves out."""
        self.advance(self.epochs[record.setting] - record.epochs)
        super().finished(record)

    def show(self, line: str) -> None:
        """Print a line where the bar is, which then goes on below it."""
        click.echo("\r\033[K", nl=False, err=True)
        click.echo(line)

    def close(self) -> None:
        """End the line of the bar."""
        self.bar.update(self.waiting)
        self.bar.__exit__(None, None, None)
        super().close()


def _words(metric: str) -> str:
    return metric.replace("test_", "held-out ")
