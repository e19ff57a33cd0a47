"""A run done again from its folder: is the curve equal to the bit, and if not, what differs?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from nnplug.core.errors import DivergedError, RunFileError
from nnplug.core.registry import Registry, default_registry
from nnplug.engine.agreement import (
    elsewhere,
    other_components,
    other_points,
    refuse_no_run,
    wanted,
)
from nnplug.engine.apart import Apart, compared, curves_apart
from nnplug.engine.assemble import Assembly
from nnplug.engine.chance import stream
from nnplug.engine.differences import Difference, by_hand
from nnplug.engine.folder import CONFIG, MODEL
from nnplug.engine.history import History
from nnplug.engine.result import Result, write_state
from nnplug.engine.resume import Points, assemble_again, points_again, where_it_stood
from nnplug.engine.run import Run
from nnplug.engine.saved import Saved, read_saved
from nnplug.engine.settings import write_config
from nnplug.engine.train import run_assembly
from nnplug.engine.training import Silent, Watch


@dataclass(frozen=True)
class Rerun:
    """A run, and what came of doing it again.

    folder : of the run;  epochs, seconds : how far it was done again, and in how long
    curves : how far each series of the history is apart;  weights : likewise those it ended with
    differs : what is known to be otherwise than it was
    known : whether the folder says on which machine it was trained
    result : of the run that was done again
    """

    folder: Path
    epochs: int
    seconds: float
    curves: Mapping[str, Apart]
    weights: Apart
    differs: Sequence[Difference]
    known: bool
    result: Result

    @property
    def equal(self) -> bool:
        """Whether every point of the curves and every weight is the same to the bit."""
        return self.weights.equal and all(curve.equal for curve in self.curves.values())


def rerun(
    folder: str | Path,
    *,
    x: Any = None,
    y: Any = None,
    data: Any = None,
    test_data: Any = None,
    registry: Registry | None = None,
    watch: Watch | None = None,
    **about: Any,
) -> Rerun:
    """Do a saved run again, as far as it went, and compare; its folder stays as it is.

        again = nnplug.rerun("runs/monday")
        print(again.equal, again.differs)

    x, y, data, test_data, about : as `nnplug.resume` takes them
    watch : looks on from outside
    Raises RunFileError and SettingsError for a folder of which nothing can be done again.
    """
    path = Path(folder)
    refuse_no_run(path)
    if not (path / MODEL).exists():
        raise RunFileError(
            f"{path} has no {MODEL}: it was ended before anything was kept",
            f"nnplug train --resume {path}",
        )
    saved = read_saved(path / MODEL)
    registry = registry or default_registry()
    again = _Again(path, saved, registry, points_again(x, y, data, about), test_data)
    result = again.train(watch or Silent())
    return Rerun(
        path,
        result.epochs,
        again.seconds,
        curves_apart(History.from_json(saved.meta["history"]), result.history),
        _weights(saved, result.run),
        again.differs,
        again.known,
        result,
    )


class _Stops:
    """Watches a run through another one's eyes, and stops it at a place.

    place : the epochs that are done then, and the batches of the next; None for no such place
    """

    def __init__(self, watch: Watch, run: Run, place: tuple[int, int] | None) -> None:
        self.watch = watch
        self.run = run
        self.place = place

    @property
    def stop(self) -> bool:
        """Whether it is there."""
        return self.watch.stop or (self.run.epoch, self.run.batches) == self.place

    def measured(self, run: Run) -> None:
        """Let the other one look."""
        self.watch.measured(run)

    def passed(self, run: Run) -> None:
        """Let the other one look."""
        self.watch.passed(run)


class _Again:
    """Does a run again, leg by leg as it was done."""

    def __init__(
        self, folder: Path, saved: Saved, registry: Registry, points: Points, test: Any
    ) -> None:
        self.folder = folder
        self.saved = saved
        self.registry = registry
        self.points = points
        self.test = test
        self.seconds = 0.0
        self.differs: list[Difference] = []
        self.known = False

    def train(self, watch: Watch) -> Result:
        """Train as far as the run went."""
        meta = self.saved.meta
        by_itself = meta["ended"] not in ("", "interrupted") or bool(meta["stopped_by"])
        end = None if by_itself else (meta["epoch"], meta["batches"])
        totals = [leg["epochs"] for leg in meta["legs"]] + [meta["epochs"]]
        places = [(leg["epoch"], leg["batches"]) for leg in meta["legs"]]
        settings = wanted(self.folder, self.saved)
        first = settings.but(epochs=totals[0])
        assembly = assemble_again(
            self.folder, first, self.registry, self.points, self.test, "rerun"
        )
        self._compare(assembly)
        shuffle = stream(settings.seed, "shuffle")
        with TemporaryDirectory() as temporary:
            assembly.run.folder = between = Path(temporary)  # for what callbacks write
            for total, place in zip(totals[1:], places, strict=True):
                result = self._leg(assembly, shuffle, _Stops(watch, assembly.run, place))
                if result.reason == "diverged" or result.epochs < place[0] or watch.stop:
                    return result  # it went otherwise before
                (between / CONFIG).write_text(write_config(assembly.resolved), encoding="utf-8")
                write_state(between, result.run, assembly.resolved, shuffle)
                found = where_it_stood(
                    between,
                    self.registry,
                    epochs=total,
                    extend=True,
                    points=self.points,
                    test=self.test,
                )
                assembly, shuffle = found.assembly, found.shuffle
                assembly.run.folder = between
            return self._leg(assembly, shuffle, _Stops(watch, assembly.run, end))

    def _leg(self, assembly: Assembly, shuffle: np.random.Generator, watch: _Stops) -> Result:
        try:
            result = run_assembly(assembly, watch, shuffle=shuffle)
        except DivergedError as error:
            result = error.result
        self.seconds += result.seconds
        return result

    def _compare(self, assembly: Assembly) -> None:
        machine = elsewhere(self.folder, assembly)
        self.known = machine is not None
        self.differs += other_components(assembly, self.saved)
        self.differs += by_hand(self.saved.meta["notes"])
        self.differs += [*other_points(assembly, self.saved), *(machine or ())]


def _weights(saved: Saved, run: Run) -> Apart:
    """Compare the weights that the runs ended with, and those of their last steps."""
    before, now = saved.arrays, run.network.w
    last = (before.get("last", before["w"]), now if run.last is None else run.last)
    # A state that was kept in passing has none but those of its last step.
    pairs = [last, (before["w"], now)] if saved.meta["ended"] else [last]
    if any(one.shape != other.shape for one, other in pairs):
        return Apart(0, missing=len(before["w"]))
    found = [compared(one.astype(np.float64), other.astype(np.float64)) for one, other in pairs]
    return max(found, key=lambda apart: (apart.differing, apart.most))
