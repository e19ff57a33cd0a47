"""Makes the run folders of one format, which later versions of nnplug have to read.

    python tests/data/make.py

It writes `tests/data/format-N/`, once, when a format is released; the folders of earlier formats
are never made again. `expected.json` holds what the models predicted when they were saved, and what
they predict once they are trained to their ends.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent)]

import nnplug  # noqa: E402 - after the paths
from nnplug.core.loader.plugin import Found, Provider  # noqa: E402 - likewise
from nnplug.engine.chance import stream  # noqa: E402 - likewise
from nnplug.engine.files import FORMAT  # noqa: E402 - likewise
from nnplug.engine.keeper import FolderKeeper  # noqa: E402 - likewise
from nnplug.engine.lock import locked  # noqa: E402 - likewise
from nnplug.engine.settings import Settings  # noqa: E402 - likewise
from nnplug.engine.train import prepare, run_assembly  # noqa: E402 - likewise
from stopped_runs import StopsAt  # noqa: E402 - found on this path

PACKAGES = {"nnplug-mish": "0.2", "nnplug-amsgrad": "0.1", "nnplug-inverse-sqrt": "0.1"}
"""The packages of `tests/packages/` that gave components, and their versions."""

LAYERS = (
    "linear:units=4 batch_norm:momentum=0.8 relu dropout:p=0.25 prelu flatten "
    "residual[linear:units=4 tanh dropout] layer_norm linear:units=3 sigmoid"
)

RUNS: dict[str, tuple[dict[str, Any], tuple[int, int]]] = {
    # Every kind of layer, weights of every kind, stopped within an epoch.
    "layers": (
        {
            "dataset": "chessboard:n=24",
            "test_split": 0.25,
            "layers": LAYERS,
            "batch_size": 8,
            "epochs": 6,
            "schedule": "cosine:floor=0.1",
            "callback": "early_stopping:patience=50",
            "weight_decay": 0.01,
            "clip": 1.0,
            "seed": 7,
        },
        (4, 1),
    ),
    # Components of three packages.
    "plugins": (
        {
            "dataset": "xor",
            "hidden_dims": (4, 3),
            "activation": "mish:beta=1.5",
            "optimizer": "amsgrad:beta1=0.8",
            "schedule": "inverse_sqrt",
            "loss": "cross_entropy",
            "dtype": "float32",
            "epochs": 8,
        },
        (5, 0),
    ),
    # A table: texts, missing values, scaling.
    "table": (
        {
            "data": "table.csv",
            "target": ("price",),
            "impute": "median",
            "hidden_dims": (3,),
            "optimizer": "l_bfgs",
            "restore_best": True,
            "track": True,
            "epochs": 5,
        },
        (3, 0),
    ),
}

TABLE = "city,rooms,age,price\n" + "".join(
    f"{('Ulm', 'Bonn', 'Kiel')[i % 3]},{i % 4 + 1},{'' if i == 5 else i * 7 % 40},{50 + i * 3}.5\n"
    for i in range(18)
)

MACHINE = {"nnplug": "0.1.0", "python": "CPython 3.11.7", "numpy": "2.4.6"}
"""In the place of the facts of whoever makes the folders."""


def packages(versions: dict[str, str] = PACKAGES) -> Iterator[Found]:
    """Yield the packages as if they were installed."""
    for name, version in versions.items():
        module = name.replace("-", "_")
        path = HERE.parent / "packages" / name / f"{module}.py"
        plugin = name.removeprefix("nnplug-")
        yield Found(Provider(plugin, name, version), module, lambda path=path: _module(path))


def _module(path: Path) -> Any:
    from nnplug.core.loader.requested import requested

    return requested(str(path)).load()


def registry(versions: dict[str, str] = PACKAGES) -> nnplug.Registry:
    """Return a registry that knows the packages."""
    return nnplug.Registry(discover=lambda: list(packages(versions)))


def inputs(name: str) -> Any:
    """Return what the models are asked about."""
    if name == "table":
        rows = [["Kiel", 2, 11.0], ["Ulm", 4, 30.5], ["Bonn", 1, float("nan")]]
        return np.array(rows, object)
    return np.array([[0.1, 0.2], [0.9, 0.25], [0.5, 0.5], [0.35, 0.85]])


def make(folder: Path, expected: dict[str, Any]) -> None:
    """Train the runs up to where they are stopped, and save them."""
    for name, (settings, place) in RUNS.items():
        assembly = prepare(Settings().but(**settings), registry())
        run = folder / name
        run.mkdir(parents=True)
        with locked(run) as lock:
            shuffle = stream(assembly.settings.seed, "shuffle")
            keeper = FolderKeeper(lock, assembly, shuffle)
            watch = StopsAt(assembly, *place)
            keeper.finish(run_assembly(assembly, watch, shuffle=shuffle, keeper=keeper))
        model = nnplug.load(run, registry())
        expected[name] = {"epoch": model.epoch, "predicted": model.predict(inputs(name)).tolist()}


def main() -> None:
    """Make the folders of the format of now."""
    folder = HERE / f"format-{FORMAT}"
    folder.mkdir()
    os.chdir(folder)
    (folder / "table.csv").write_text(TABLE)
    expected: dict[str, Any] = {}
    make(folder, expected)
    for name in RUNS:
        path = folder / name / "machine.json"
        saved = json.loads(path.read_text())
        facts = {**MACHINE, "packages": PACKAGES if name == "plugins" else {}}
        path.write_text(json.dumps({**saved, "machines": [facts], "seconds": 0.0}, indent=1))
        settings, _ = RUNS[name]
        assembly = prepare(Settings().but(**settings), registry())
        result = run_assembly(assembly)
        expected[name]["finally"] = result.predict(inputs(name)).tolist()
    (folder / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
