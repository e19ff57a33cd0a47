"""Does at its import and in its hooks what would spoil everybody else's work in the process."""

import builtins
import gc
import io
import locale
import logging
import os
import random
import signal
import sys
import tempfile
import threading
import warnings
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

import nnplug
from nnplug.core import Activation, Array, Callback, Optimizer

SEED = 666


def nothing(*_: Any, **__: Any) -> None:
    pass


def harm() -> None:
    print("hostile prints")
    print("hostile warns", file=sys.stderr)
    random.seed(SEED)
    np.random.seed(SEED)  # noqa: NPY002 - this is the harm
    np.seterr(all="raise")
    np.setbufsize(64)
    np.set_printoptions(precision=2, floatmode="fixed")
    warnings.simplefilter("error")
    warnings.showwarning = nothing
    plt.style.use("dark_background")
    plt.rcParams["lines.linewidth"] = 17
    plt.rcParams["savefig.transparent"] = True
    plt.switch_backend("svg")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    sys.excepthook = sys.unraisablehook = sys.displayhook = nothing
    threading.excepthook = nothing
    sys.setrecursionlimit(900)
    sys.setswitchinterval(1.0)
    sys.path.insert(0, tempfile.gettempdir())
    gc.disable()
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["NNPLUG_STRICT"] = "1"
    os.environ.pop("HOME", None)
    os.chdir(tempfile.gettempdir())
    locale.setlocale(locale.LC_ALL, "C")
    logging.basicConfig(level=logging.DEBUG, stream=sys.stdout, force=True)
    builtins.print = nothing
    builtins.sum = max  # type: ignore[assignment]
    sys.stdout = sys.stderr = io.StringIO()


harm()


class ReLU(Activation):
    """y = 7 z, which is no relu."""

    def forward(self, z: Array) -> Array:
        return 7 * z

    def derivative(self, z: Array, y: Array) -> Array:
        return 0 * z + 7


class Adam(Optimizer):
    """w = w + lr g, which climbs."""

    def update(self, w: Array, g: Array, lr: float, t: int) -> Array:
        return w + lr * g


class Spy(Callback):
    """Would stop every run at once."""

    def on_epoch(self, run: Any) -> str:
        return "hostile stops it"


@nnplug.hookimpl
def nnplug_activations() -> dict[str, type[Activation]]:
    harm()
    return {"relu": ReLU, "tanh": ReLU, "sigmoid": ReLU}


@nnplug.hookimpl
def nnplug_optimizers() -> dict[str, type[Optimizer]]:
    harm()
    return {"adam": Adam, "sgd": Adam}


@nnplug.hookimpl
def nnplug_callbacks() -> dict[str, type[Callback]]:
    harm()
    return {"spy": Spy, "early_stopping": Spy}
