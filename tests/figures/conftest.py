"""Runs that were never trained, for pictures; and a look at a picture as a reader has it."""

from collections.abc import Callable
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from nnplug.core.dataset import Data
from nnplug.engine.data import domain_of, split
from nnplug.engine.history import History
from nnplug.figures.style import look

SETTINGS = {
    "dataset": "xor",
    "hidden_dims": [10, 10],
    "activation": "relu",
    "output": None,
    "loss": "bce",
    "optimizer": "adam",
    "schedule": "constant",
    "lr": 0.01,
    "batch_size": None,
    "seed": 0,
    "threshold": None,
}


def history(score: str = "accuracy", *, test: bool = False, last: int = 1000) -> History:
    """Return a loss that falls over three decades and a score that rises to 1."""
    made = History()
    for epoch in range(0, last + 1, max(1, last // 100)):
        done = epoch / max(last, 1)
        made.record("epoch", epoch, epoch)
        for prefix, factor in (("", 1.0), ("test_", 2.0)):
            if test or not prefix:
                made.record(f"{prefix}loss", epoch, factor * 10 ** (-3 * done))
                made.record(f"{prefix}{score}", epoch, 1 - 0.5 * (1 - done) ** 2 * factor)
    return made


def result(
    data: Data, predict: Callable[[Any], Any], *, test: bool = False, **changes: Any
) -> SimpleNamespace:
    """Return what a picture reads of an `nnplug.Result`."""
    train, held_out = split(data, 0.25 if test else 0.0, np.random.default_rng(1))
    score = "r2" if data.task == "regression" else "accuracy"
    metrics = {"loss": 0.001234, score: 0.99996}
    known = {
        "predict_points": predict,
        "train": train,
        "test": held_out,
        "history": history(score, test=test),
        "metrics": {"train": metrics, **({"test": metrics} if test else {})},
        "epochs": 1000,
        "reason": "epochs",
        "settings": SETTINGS,
    }
    return SimpleNamespace(**{**known, **changes})


def binary(n: int = 60) -> Data:
    """Return points of xor with areas; `says_xor` is right about all but those near its lines."""
    x = np.random.default_rng(0).random((n, 2))
    y = ((x[:, :1] > 0.5) != (x[:, 1:] > 0.5)).astype(float)
    return Data(x, y, "binary", ("0", "1"), ("x1", "x2"), ((0.0, 1.0), (0.0, 1.0)))


def says_xor(x: Any) -> Any:
    return 1 / (1 + np.exp(60 * (x[:, :1] - 0.45) * (x[:, 1:] - 0.5)))


def three(n: int = 90, names: tuple[str, ...] = ("ash", "birch", "cedar")) -> Data:
    """Return three blobs around the origin, alternating."""
    label = np.arange(n) % 3
    x = directions()[label] + 0.5 * np.random.default_rng(0).standard_normal((n, 2))
    return Data(x, np.eye(3)[label], "multiclass", names, (), domain_of(x))


def directions() -> Any:
    angles = 2 * np.pi * np.arange(3) / 3
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def says_three(x: Any) -> Any:
    z = np.exp(3 * x @ directions().T)
    return z / z.sum(axis=1, keepdims=True)


def values(features: int = 2, outputs: int = 1, n: int = 80) -> Data:
    """Return a regression: y_k = (k + 1) sum sin x."""
    x = np.random.default_rng(0).uniform(-3, 3, (n, features))
    return Data(x, says_sine(x, outputs), "regression", (), (), domain_of(x))


def says_sine(x: Any, outputs: int = 1) -> Any:
    return np.sin(x).sum(axis=1, keepdims=True) * np.arange(1, outputs + 1)


def pictures(n: int = 40) -> Data:
    """Return 6 x 6 pictures of an upright and a level bar."""
    label = np.arange(n) % 2
    x = 0.3 * np.random.default_rng(0).random((n, 6, 6, 1))
    x[label == 0, :, 2:4] += 0.7
    x[label == 1, 2:4, :] += 0.7
    return Data(x, label[:, None].astype(float), "binary", ("upright", "level"))


def says_level(x: Any) -> Any:
    """Call every fifth sample level, whatever it shows, and be right about the others."""
    level = x[:, 2:4].mean(axis=(1, 2, 3)) > x[:, :, 2:4].mean(axis=(1, 2, 3))
    level[::5] = True
    return level[:, None].astype(float)


@pytest.fixture
def made() -> Any:
    """Return the makers of this file."""
    return SimpleNamespace(
        history=history,
        result=result,
        binary=binary,
        says_xor=says_xor,
        three=three,
        says_three=says_three,
        values=values,
        says_sine=says_sine,
        pictures=pictures,
        says_level=says_level,
        settings=SETTINGS,
    )


def shown_texts(figure: Figure) -> list[Text]:
    """Return the texts that are seen; of the ticks, those within the limits."""
    texts = [t for t in figure.findobj(Text) if isinstance(t, Text)]
    ticks = {}
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
                seen = low <= tick.get_loc() <= high and axis.get_visible() and axes.axison
                ticks[tick.label1] = ticks[tick.label2] = seen
    return [t for t in texts if t.get_text() and t.get_visible() and ticks.get(t, True)]


@pytest.fixture
def assert_tidy() -> Callable[[Figure], None]:
    """Return a check that every text is whole, inside the picture, and on no other text."""

    def check(figure: Figure) -> None:
        with look():
            canvas = FigureCanvasAgg(figure)
            canvas.draw()
            renderer = canvas.get_renderer()
            texts = shown_texts(figure)
            boxes = [(t.get_text(), t.get_window_extent(renderer)) for t in texts]
            turned = {t.get_text() for t in texts if t.get_rotation() % 90}
        width, height = figure.get_size_inches() * figure.dpi
        for text, box in boxes:
            whole = box.x0 >= 0 and box.y0 >= 0 and box.x1 <= width and box.y1 <= height
            assert whole, f"{text!r} is cut off: {box}"
        for (one, a), (other, b) in combinations(boxes, 2):
            if one in turned and other in turned:
                continue  # boxes of slanting texts overlap where the texts do not
            apart = a.x1 <= b.x0 + 1 or b.x1 <= a.x0 + 1 or a.y1 <= b.y0 + 1 or b.y1 <= a.y0 + 1
            assert apart, f"{one!r} and {other!r} overlap: {a} {b}"

    return check
