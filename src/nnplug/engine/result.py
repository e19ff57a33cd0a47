"""What training returns: the network, how it went, and what to do with it."""

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnplug.core.array import Array
from nnplug.core.component import Component
from nnplug.core.dataset import Data
from nnplug.core.errors import RunFileError
from nnplug.core.registry import Registry
from nnplug.engine.alike import as_taken
from nnplug.engine.checkpoint import build_network, write_checkpoint
from nnplug.engine.files import write_whole
from nnplug.engine.folder import CONFIG, HISTORY, MODEL, discard, make_folder
from nnplug.engine.history import History
from nnplug.engine.lock import locked
from nnplug.engine.machine import machine_facts, packages_of, write_machine
from nnplug.engine.network import Network
from nnplug.engine.preparation import Preparation
from nnplug.engine.run import Run
from nnplug.engine.saved import read_saved
from nnplug.engine.scores import as_task, baselines
from nnplug.engine.settings import write_config

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nnplug.engine.assess import Assessment


@dataclass
class Result:
    """A finished run.

    network : with the last weights, or those that a callback kept
    metrics : {"train": {"loss": ..., "accuracy": ...}, "test": ...}; r2 and mae for a regression
    history : series by name: epoch, loss, accuracy, test_loss, ...
    epochs, seconds : epochs done, and how long they took
    reason : why it ended: "epochs", "interrupted", "diverged", or what a callback said
    settings : all settings as they were used; `--config` takes them back
    train, test : the points, and those held out or None
    components : all that the settings name, or that were chosen for them
    folder : where it is saved, or None
    """

    network: Network
    metrics: dict[str, dict[str, float]]
    history: History
    epochs: int
    seconds: float
    reason: str
    settings: dict[str, Any]
    train: Data
    test: Data | None
    run: Run = field(repr=False)
    shuffle: Any = field(repr=False, default=None)
    components: tuple[Component, ...] = field(repr=False, default=())
    folder: Path | None = None

    @property
    def baselines(self) -> dict[str, dict[str, dict[str, float]]]:
        """What a constant and a linear model score on the same points."""
        parts = {"train": self.train, "test": self.test}
        encode = self.preparation.encode
        shown = {
            name: replace(part, x=encode(part.x), categories=())
            for name, part in parts.items()
            if part is not None
        }
        return {name: baselines(shown["train"], part) for name, part in shown.items()}

    @property
    def preparation(self) -> Preparation:
        """What makes the network's features of a table's."""
        return self.run.preparation

    def predict(self, x: Any) -> Array:
        """Return predictions: class 1's probability, a probability a class, or values.

        x : (samples, *features) as they were given to train on, or a data frame or a file with
            these columns
        returned : (samples, outputs)
        """
        return as_task(
            self.network.predict(self.preparation.apply(as_taken(self, x))), self.train.task
        )

    def predict_points(self, x: Array) -> Array:
        """Return predictions for points (samples, *features) as `train.x` and `test.x` have them.

        They differ from what a user gives where columns hold texts, of which these are the places.
        """
        return as_task(self.network.predict(self.preparation.encode(x)), self.train.task)

    def plot(self, path: str | Path | None = None) -> "Figure":
        """Draw truth beside prediction, the decision surface and the learning curve.

        path : where to save it (png, svg, pdf), or None to return it only
        """
        from nnplug.figures.summary import draw_summary

        figure = draw_summary(self)
        if path is not None:
            from nnplug.figures.output import save_figure

            save_figure(figure, Path(path))
        return figure

    def save(self, folder: str | Path | None = None) -> Path:
        """Write settings, history, model and machine into a folder; see `make_folder`."""
        made = make_folder(folder, title_of(self.settings))
        try:
            with locked(made, new=True):
                self.write(made)
        finally:
            discard(made)
        return made

    def write(self, folder: Path) -> None:
        """Write settings, history, model and machine into a folder that exists."""
        write_run(folder, self.run, self.settings, self.shuffle, self.metrics)
        packages = packages_of((*self.components, *self.network.layers), self.network.registry)
        write_machine(folder, machine_facts(packages), self.seconds)
        self.folder = folder


def write_run(
    folder: Path,
    run: Run,
    settings: dict[str, Any],
    shuffle: Any = None,
    metrics: dict[str, dict[str, float]] | None = None,
) -> None:
    """Write what a run's folder holds, but for the picture.

    settings : as they were used;  shuffle : the stream of its batches, if it may be trained on
    metrics : of its weights, where they were measured
    """
    write_whole(folder / CONFIG, write_config(settings))
    write_state(folder, run, settings, shuffle, metrics)


def write_state(
    folder: Path,
    run: Run,
    settings: dict[str, Any],
    shuffle: Any = None,
    metrics: dict[str, dict[str, float]] | None = None,
) -> None:
    """Write history and model, which change while a run trains."""
    data = run.train.data
    write_whole(folder / HISTORY, run.history.as_csv())
    task = {
        "task": data.task,
        "names": list(data.names),
        "columns": list(data.columns),
        "targets": list(data.targets),
        "preparation": run.preparation.as_json(),
    }
    path = folder / MODEL
    write_checkpoint(path, run, shuffle, task, settings=settings, metrics=metrics)


def title_of(settings: dict[str, Any]) -> str:
    """Return a short name for files: dataset and optimizer, without their hyperparameters."""
    data = settings.get("data")
    dataset = Path(data).stem if data else str(settings["dataset"]).partition(":")[0]
    parts = (dataset, str(settings["optimizer"]).partition(":")[0])
    return "-".join("".join(c if c.isalnum() or c in "-_" else "_" for c in p) for p in parts)


class Model:
    """A saved network, to predict with: `nnplug.load("runs/...").predict(x)`.

    network : the network with its weights;  task, names, columns : of the data it learned
    targets : the columns that were predicted
    preparation : what makes the network's features of a table's
    history, epoch, ended : how it was trained, how far, and why it ended; empty while it trains
    threshold : where class 1 begins in a binary task: a value, "median", or None for 0.5
    settings : all settings, as they were used
    notes : lines about packages of other versions than those that it was trained with
    """

    def __init__(self, path: str | Path, registry: Registry, *, best: bool = False) -> None:
        path = Path(path)
        self.path = path / MODEL if path.is_dir() else path
        if self.path != path and not self.path.exists():
            raise RunFileError(f"{path} has no {MODEL}", "nnplug runs lists the runs in runs/")
        saved = read_saved(self.path)
        if best and "best" not in saved.arrays:
            raise RunFileError(f"{self.path} has no best weights: no loss was recorded before it")
        self.network, self.notes = build_network(saved, registry, "best" if best else "w")
        meta, task = saved.meta, saved.meta["task"]
        self.task: str = task["task"]
        self.names: tuple[str, ...] = tuple(task["names"])
        self.columns: tuple[str, ...] = tuple(task["columns"])
        self.targets: tuple[str, ...] = tuple(task.get("targets", ()))
        self.preparation = self._prepared(task.get("preparation"))
        self.history = History.from_json(meta["history"])
        self.epoch: int = meta["epoch"]
        self.ended: str = meta["ended"]
        self.threshold: float | str | None = meta["threshold"]
        self.settings: dict[str, Any] = meta["settings"] or {}
        self._refuse_contradictions()

    def _refuse_contradictions(self) -> None:
        """Raise RunFileError where the network cannot predict what the file says that it does."""
        outputs, loss = math.prod(self.network.out_shape), self.network.loss
        possible = {"binary": (1, 2), "multiclass": range(2, 2**53)}.get(self.task, (outputs,))
        known = 2 if self.task == "binary" else outputs
        if outputs not in possible or (loss is not None and self.task not in loss.tasks):
            raise RunFileError(f"{self.path} says {self.task} of a network that cannot be that")
        of_classes = self.task != "regression"
        if len(self.names) not in (0, known):
            what = "classes" if of_classes else "targets"
            raise RunFileError(f"{self.path} names {len(self.names)} {what}, and predicts {known}")
        if len(self.targets) not in ((0, 1, outputs) if of_classes else (0, outputs)):
            raise RunFileError(
                f"{self.path} names {len(self.targets)} columns of targets, and predicts {outputs}"
            )

    def _prepared(self, saved: Any) -> Preparation:
        inputs = self.network.in_shape
        if saved is None:
            return Preparation(inputs, self.columns)
        try:
            found = Preparation.from_json(saved)
        except RunFileError as error:
            raise RunFileError(f"{self.path}: {error.message}", error.hint) from None
        if found.out_shape != inputs:
            raise RunFileError(
                f"{self.path} prepares features of shape {found.out_shape} for a network that "
                f"takes {inputs}"
            )
        return found

    def predict(self, x: Any) -> Array:
        """Return predictions: class 1's probability, a probability a class, or values.

        x : (samples, *features) as they were given to train on, or a data frame or a file with
            these columns
        """
        return as_task(self.network.predict(self.preparation.apply(as_taken(self, x))), self.task)

    def evaluate(
        self, x: Any, y: Any = None, *, weights: Any = None, **reading: Any
    ) -> "Assessment":
        """Return what it is worth on other points, in all the numbers that the field has for it.

        x : a file or a data frame with the columns that it was trained on; or an array, with y
        weights : of arrays: (samples,), how much each sample counts
        reading : of a table: target, weight_column, delimiter, header, encoding, missing
        """
        from nnplug.engine import assess

        if y is None:
            return assess.assess_table(self, x, **reading)
        return assess.assess_arrays(self, x, y, weights)

    def export(self, path: str | Path, *, force: bool = False) -> Path:
        """Write it into a file, to take elsewhere: a program (predict.py) or ONNX (model.onnx).

        force : write over a file that is there
        """
        from nnplug.export.write import export

        return export(self, path, force=force)
