"""What a terminal shows while a run trains, and how Ctrl-C stops it."""

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from nnplug.engine.run import Run
from nnplug.engine.training import POINTS

LINES = 20
"""About how many lines a run prints where no --log-interval is given."""

REDRAW = 0.1
"""Seconds between two states of the progress bar."""


def say_metrics(metrics: dict[str, float], prefix: str = "") -> str:
    """Say metrics on one line: "loss 0.01234  accuracy 98.10 %"."""
    return "  ".join(f"{prefix}{name} {say_metric(name, v)}" for name, v in metrics.items())


def say_metric(name: str, value: float) -> str:
    """Say one metric's value."""
    return f"{100 * value:.2f} %" if name.endswith("accuracy") else f"{value:.5g}"


class Quiet:
    """Shows nothing."""

    stop = False

    def measured(self, run: Run) -> None:
        """Show nothing."""

    def passed(self, run: Run) -> None:
        """Show nothing."""

    def close(self) -> None:
        """Have nothing to close."""


class Lines(Quiet):
    """Prints a line every so many epochs, or every --log-interval.

    as_json : one JSON object a line instead of text
    """

    def __init__(self, epochs: int, log_interval: int | None, *, as_json: bool = False) -> None:
        grid = max(1, epochs // POINTS)  # the epochs whose metrics are measured anyway
        self.interval = log_interval or grid * max(1, -(-epochs // (LINES * grid)))
        self.as_json = as_json
        self.width = len(str(epochs))

    def measured(self, run: Run) -> None:
        """Print the run's metrics if its epoch is one to print."""
        if run.epoch % self.interval and run.epoch != run.epochs:
            return
        parts = {"": run.metrics("train")}
        if run.has_test():
            parts["test "] = run.metrics("test")
        if self.as_json:
            row: dict[str, Any] = {"event": "epoch", "epoch": run.epoch}
            for prefix, metrics in parts.items():
                row |= {f"{prefix}{name}".replace(" ", "_"): v for name, v in metrics.items()}
            click.echo(json.dumps(row))
            return
        said = "  ".join(say_metrics(metrics, prefix) for prefix, metrics in parts.items())
        click.echo(f"epoch {run.epoch:>{self.width}}/{run.epochs}  {said}")


class Bar(Quiet):
    """A progress bar on a terminal, with the loss that was last measured."""

    def __init__(self, epochs: int) -> None:
        self.bar: Any = click.progressbar(
            length=epochs, label="training", item_show_func=self._show, file=sys.stderr
        )
        self.bar.__enter__()
        self.drawn = 0.0
        self.epoch = 0
        self.loss = ""

    def measured(self, run: Run) -> None:
        """Remember the loss."""
        self.loss = f"loss {run.metrics('train')['loss']:.5g}"

    def passed(self, run: Run) -> None:
        """Redraw the bar, unless it was drawn a moment ago."""
        now = time.monotonic()
        if now - self.drawn > REDRAW or run.epoch == run.epochs:
            self.bar.update(run.epoch - self.epoch, self.loss)
            self.epoch, self.drawn = run.epoch, now

    def close(self) -> None:
        """End the line of the bar."""
        self.bar.__exit__(None, None, None)

    @staticmethod
    def _show(item: Any) -> str:
        return item or ""


@contextmanager
def stoppable(watch: Quiet) -> Iterator[None]:
    """Let the first Ctrl-C ask the run to stop, and the second end the program."""

    def ask(signum: int, frame: FrameType | None) -> None:
        if watch.stop:
            raise KeyboardInterrupt
        watch.stop = True
        click.echo("\nstopping after this step; Ctrl-C again ends at once", err=True)

    try:
        earlier = signal.signal(signal.SIGINT, ask)
    except ValueError:  # not the main thread: nobody types Ctrl-C here
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, earlier)
