"""What was written is run, and its predictions are compared with the model's."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.chain import as_named
from nnplug.core.component import Component
from nnplug.core.layer import Layer
from nnplug.core.loader.failure import one_line
from nnplug.engine.fresh import inner_layers
from nnplug.engine.result import Model
from nnplug.export.errors import ExportError

ROWS = 32
"""How many rows are predicted."""


def sample_rows(model: Model) -> Any:
    """Return rows as the model takes them, of numbers and texts that it may meet."""
    rng = np.random.default_rng(0)
    preparation = model.preparation
    drawn = model.network.layers[0].sample_input(rng, (ROWS, *preparation.out_shape))
    x = drawn.astype(model.network.dtype)
    if not preparation.categories:
        if preparation.center is not None and preparation.width is not None:
            x = preparation.center + preparation.width * rng.standard_normal(x.shape)
        if preparation.fill is not None:
            x[rng.random(x.shape) < 0.1] = np.nan
        return x
    rows = np.empty((ROWS, len(preparation.categories)), object)
    for j, texts in enumerate(preparation.categories):
        rows[:, j] = rng.choice(texts, ROWS) if texts else rng.standard_normal(ROWS)
        if preparation.fill is not None:
            rows[rng.random(ROWS) < 0.1, j] = None
    return rows


def components(model: Model) -> list[Component]:
    """Return the components that a model predicts with, those inside of blocks too."""
    loss = model.network.loss
    return [*_every(model.network.layers), *([] if loss is None else [loss])]


def _every(layers: tuple[Layer, ...]) -> list[Component]:
    found: list[Component] = []
    for layer in layers:
        found += [as_named(layer), *_every(inner_layers(layer))]
    return found


def prove(model: Model, predict: Callable[[Any], Array], rounding: float, what: str) -> None:
    """Compare what was written with the model, on sample rows; raises ExportError.

    predict : returns its predictions;  rounding : by how much they may differ, beside size 1
    what : what messages call it
    """
    rows = sample_rows(model)
    with np.errstate(all="ignore"):
        expected = model.predict(rows)
        try:
            found = np.asarray(predict(rows))
        except Exception as error:
            raise ExportError(f"{what} that was written does not run: {one_line(error)}") from error
    if found.shape != expected.shape or not np.allclose(
        found, expected, rtol=rounding, atol=rounding, equal_nan=True
    ):
        registry = model.network.registry
        strange = [registry.describe(one) for one in components(model) if not registry.is_own(one)]
        raise ExportError(
            f"{what} that was written does not predict what the model does",
            f"look at the source of {' and '.join(strange)}" if strange else None,
        )
