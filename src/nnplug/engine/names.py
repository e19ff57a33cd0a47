"""What the numbers that a model predicts are called."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nnplug.engine.result import Model


def class_names(model: "Model") -> tuple[str, ...]:
    """Return what a model's classes are called, by their places where they have no names."""
    n = 2 if model.task == "binary" else math.prod(model.network.out_shape)
    return model.names or tuple(map(str, range(n)))


def target_names(model: "Model") -> tuple[str, ...]:
    """Return what the values that a regression predicts are called: y, or y1, y2, ..."""
    n = math.prod(model.network.out_shape)
    return model.names or (("y",) if n == 1 else tuple(f"y{i + 1}" for i in range(n)))
