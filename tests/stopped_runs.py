"""Runs that are stopped where a test says, and go on from their folders."""

from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.registry import Registry, default_registry
from nnplug.engine.assemble import Assembly
from nnplug.engine.chance import stream
from nnplug.engine.result import Result
from nnplug.engine.resume import where_it_stood
from nnplug.engine.settings import Settings
from nnplug.engine.train import prepare, run_assembly
from nnplug.engine.training import Silent

FILES = ("config.toml", "history.csv", "model.npz")
"""What a resumed run's folder has in common with an uninterrupted one's, byte by byte."""

EVERYTHING: dict[str, Any] = {
    "dataset": "chessboard:n=40",
    "test_split": 0.25,
    "layers": "linear:units=6 batch_norm relu dropout:p=0.3 linear:units=4 tanh",
    "optimizer": "adam:beta1=0.8123456789012345",
    "schedule": "cosine",
    "weight_decay": 1e-3,
    "clip": 1.0,
    "batch_size": 8,
    "epochs": 3,
    "seed": 3,
    "callback": "early_stopping:patience=2",
}

SMALL: dict[str, Any] = {"hidden_dims": (3,), "epochs": 10}


def names(kind: str) -> list[str]:
    """Return the names of the built-ins of a kind."""
    return sorted({entry.name for entry in Registry(only=()).entries(kind)})


class StopsAt(Silent):
    """Asks a run to stop after so many epochs, and so many batches of the next."""

    def __init__(self, assembly: Assembly, epoch: int, batches: int = 0) -> None:
        self.run = assembly.run
        self.place = (epoch, batches)

    @property
    def stop(self) -> bool:  # type: ignore[override] - the loop only reads it
        return (self.run.epoch, self.run.batches) == self.place


def assembled(registry: Registry | None = None, **settings: Any) -> Assembly:
    return prepare(Settings().but(**settings), registry or default_registry())


def train(
    assembly: Assembly, folder: Path, stop: tuple[int, int] | None = None, shuffle: Any = None
) -> Result:
    """Train, perhaps up to a place, and save."""
    folder.mkdir(exist_ok=True)
    shuffle = shuffle or stream(assembly.settings.seed, "shuffle")
    watch = None if stop is None else StopsAt(assembly, *stop)
    result = run_assembly(assembly, watch, shuffle=shuffle)
    result.write(folder)
    return result


def go_on(folder: Path, stop: tuple[int, int] | None = None, **options: Any) -> Result:
    """Resume, perhaps up to a place, and save."""
    found = where_it_stood(folder, options.pop("registry", default_registry()), **options)
    return train(found.assembly, folder, stop, found.shuffle)


def contents(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in FILES}


def same_weights(one: Result, other: Result) -> bool:
    return bool(np.array_equal(one.network.w, other.network.w))
