"""A dataset that prints what it finds in the process: what another package changed would show."""

import gc
import json
import locale
import logging
import os
import random
import signal
import sys
import threading
import warnings
from pathlib import Path
from typing import Any

import numpy as np

import nnplug
from nnplug.core import Data, Dataset

SEED = 666
"""That of nnplug-hostile."""


def name(function: Any) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def state() -> dict[str, Any]:
    return {
        "numpy": [np.geterr(), np.getbufsize(), str(np.array([1 / 3]))],
        "seeded": [
            random.random() == random.Random(SEED).random(),
            np.random.random() == np.random.RandomState(SEED).random(),  # noqa: NPY002
        ],
        "warnings": [str(warnings.filters), name(warnings.showwarning)],
        "signals": [str(signal.getsignal(n)) for n in (signal.SIGINT, signal.SIGTERM)],
        "hooks": [
            *map(name, (sys.excepthook, sys.unraisablehook, sys.displayhook)),
            *map(name, (threading.excepthook, print, sum)),
        ],
        "limits": [sys.getrecursionlimit(), sys.getswitchinterval(), gc.isenabled()],
        "environment": dict(os.environ),
        "folder": Path.cwd().name,
        "locale": locale.setlocale(locale.LC_ALL),
        "logging": [logging.root.level, len(logging.root.handlers)],
        "streams": [type(stream).__name__ for stream in (sys.stdout, sys.stderr, sys.stdin)],
    }


class Witness(Dataset):
    """Points around a circle, label 1 inside; prints the state of the process."""

    def load(self, rng: np.random.Generator) -> Data:
        print(json.dumps(state(), indent=1, sort_keys=True))
        x = rng.uniform(-1, 1, (60, 2))
        y = ((x**2).sum(axis=1, keepdims=True) < 0.5).astype(np.float64)
        return Data(x, y, task="binary", names=("outside", "inside"))


@nnplug.hookimpl
def nnplug_datasets() -> dict[str, type[Dataset]]:
    return {"witness": Witness}
