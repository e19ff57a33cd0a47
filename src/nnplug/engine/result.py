"""What training returns: the network, how it went, and what to do with it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.registry import Registry
from nnplug.engine.checkpoint import read_network, write_checkpoint
from nnplug.engine.files import write_whole
from nnplug.engine.folder import CONFIG, HISTORY, MODEL, discard, make_folder
from nnplug.engine.history import History
from nnplug.engine.network import Network
from nnplug.engine.run import Run
from nnplug.engine.scores import as_task, baselines
from nnplug.engine.settings import write_config

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
    folder: Path | None = None

    @property
    def baselines(self) -> dict[str, dict[str, dict[str, float]]]:
        """What a constant and a linear model score on the same points."""
        parts = {"train": self.train, "test": self.test}
        return {
            name: baselines(self.train, part) for name, part in parts.items() if part is not None
        }

    def predict(self, x: Any) -> Array:
        """Return predictions: class 1's probability, a probability a class, or values.

        x : (samples, *features);  returned : (samples, outputs)
        """
        return as_task(self.network.predict(x), self.train.task)

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
        """Write settings, history and model into a folder and return it; see `make_folder`."""
        made = make_folder(folder, title_of(self.settings))
        try:
            self.write(made)
        finally:
            discard(made)
        return made

    def write(self, folder: Path) -> None:
        """Write settings, history and model into a folder that exists."""
        write_whole(folder / CONFIG, write_config(self.settings))
        write_whole(folder / HISTORY, self.history.as_csv())
        task = {
            "task": self.train.task,
            "names": list(self.train.names),
            "columns": list(self.train.columns),
        }
        write_checkpoint(folder / MODEL, self.run, self.shuffle, task)
        self.folder = folder


def title_of(settings: dict[str, Any]) -> str:
    """Return a short name for files: dataset and optimizer, without their hyperparameters."""
    parts = (str(settings[key]).partition(":")[0] for key in ("dataset", "optimizer"))
    return "-".join("".join(c if c.isalnum() or c in "-_" else "_" for c in p) for p in parts)


class Model:
    """A saved network, to predict with: `nnplug.load("runs/...").predict(x)`.

    network : the network with its weights;  task, names, columns : of the data it learned
    """

    def __init__(self, path: str | Path, registry: Registry) -> None:
        path = Path(path)
        self.path = path / MODEL if path.is_dir() else path
        self.network, meta, _ = read_network(self.path, registry)
        self.task: str = meta["task"]["task"]
        self.names: tuple[str, ...] = tuple(meta["task"]["names"])
        self.columns: tuple[str, ...] = tuple(meta["task"]["columns"])
        self.history = History.from_json(meta["history"])
        self.epoch: int = meta["epoch"]

    def predict(self, x: Any) -> Array:
        """Return predictions: class 1's probability, a probability a class, or values."""
        return as_task(self.network.predict(x), self.task)
