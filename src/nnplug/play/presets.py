"""Setups that are worth seeing, each with a sentence that says why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Preset:
    """A setup with a name and a reason."""

    name: str
    why: str
    setup: Mapping[str, Any]


def rows(activation: str | None, *units: int) -> list[dict[str, Any]]:
    """Return linear layers of so many units, each with the same activation."""
    named = None if activation is None else {"name": activation}
    return [{"layer": {"name": "linear", "units": n}, "activation": named} for n in units]


PRESETS = (
    Preset(
        "xor: two crossing lines",
        "No straight line tells these 21 points apart: a network has to bend the plane.",
        {"dataset": {"name": "xor"}, "hidden": rows("tanh", 10, 10), "epochs": 1000},
    ),
    Preset(
        "without activation",
        "Ten units and ten more, and still one straight line: a line of a line is a line.",
        {"dataset": {"name": "xor"}, "hidden": rows("identity", 10, 10)},
    ),
    Preset(
        "circles with three units",
        "Each unit draws one line. Three lines make a triangle around the inner circle; two cannot "
        "enclose it.",
        {
            "dataset": {"name": "circles", "noise": 0.08},
            "hidden": rows("tanh", 3),
            "test_split": 0.3,
            "lr": 0.03,
        },
    ),
    Preset(
        "moons, and what is held out",
        "Few noisy points and many units: the train loss falls on, and the held-out loss turns up. "
        "Try weight decay 0.01.",
        {
            "dataset": {"name": "moons", "n": 60, "noise": 0.35},
            "hidden": rows("relu", 32, 32),
            "test_split": 0.5,
            "epochs": 2000,
        },
    ),
    Preset(
        "spirals",
        "The hardest of the plane: watch the first layer draw lines, and the second bend them.",
        {
            "dataset": {"name": "spirals", "n": 400},
            "hidden": rows("tanh", 16, 16),
            "test_split": 0.3,
            "batch_size": 50,
            "lr": 0.02,
        },
    ),
    Preset(
        "chessboard with silu",
        "A lab report had 51.50 % with silu and was puzzled. Adam in batches of 50 learns it.",
        {
            "dataset": {"name": "chessboard"},
            "hidden": rows("silu", 32, 16),
            "batch_size": 50,
            "test_split": 0.3,
        },
    ),
    Preset(
        "a learning rate too large",
        "The loss goes up and down and then through the sky. Reset, and try a tenth of it.",
        {
            "dataset": {"name": "plane"},
            "hidden": rows("tanh", 8),
            "optimizer": {"name": "gd"},
            "lr": 2.0,
        },
    ),
    Preset(
        "a learning rate too small",
        "After a thousand epochs next to nothing has happened. While it plays, raise the rate.",
        {
            "dataset": {"name": "xor"},
            "hidden": rows("sigmoid", 4, 4),
            "optimizer": {"name": "gd"},
            "lr": 0.0001,
        },
    ),
    Preset(
        "momentum rolls on",
        "A ball keeps its speed along the valley, and arrives. Plain gd at the same rate does not.",
        {
            "dataset": {"name": "xor"},
            "hidden": rows("sigmoid", 10, 10),
            "optimizer": {"name": "momentum", "momentum": 0.95},
            "lr": 0.3,
        },
    ),
    Preset(
        "deep and sigmoid",
        "Eight layers deep the gradient has vanished: the first layers hardly move. Try adam.",
        {
            "dataset": {"name": "circles"},
            "hidden": rows("sigmoid", 6, 6, 6, 6, 6, 6, 6, 6),
            "optimizer": {"name": "gd"},
            "lr": 0.5,
        },
    ),
    Preset(
        "five classes",
        "An output for each class, and softmax makes probabilities of them.",
        {
            "dataset": {"name": "blobs", "classes": 5, "noise": 0.25},
            "hidden": rows("tanh", 8),
            "test_split": 0.3,
        },
    ),
    Preset(
        "a curve",
        "A regression: each unit adds one bend. Take units away until they no longer suffice.",
        {
            "dataset": {"name": "sine", "waves": 2.0},
            "hidden": rows("tanh", 8, 8),
            "test_split": 0.2,
            "epochs": 3000,
        },
    ),
    Preset(
        "three hills",
        "A regression over the plane: the colour is the value.",
        {
            "dataset": {"name": "bumps", "noise": 0.05},
            "hidden": rows("tanh", 16, 16),
            "test_split": 0.2,
            "batch_size": 100,
        },
    ),
)
