"""Dropout and its kin: not rescaled, on while predicting, one probability for the other."""

from typing import Any

import numpy as np

from nnplug.core.hyperparameter import hyperparameters
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.layer import bench_of
from nnplug.testing.layer_chance import SIGMAS

SAMPLES, DRAWS = 200, 1000
NUMBERS = 10_000
"""An input is not larger than this, so that a wide layer takes no longer."""


@hypothesis("L8", "C6", kinds=("layer",))
def on_while_predicting(case: Case) -> str | None:
    """Predict twice with generators of their own, and train with the same ones."""
    bench = bench_of(case.subject)
    x = bench.inputs(50)
    one, other = (bench.output(x, training=False, chance=c) for c in (0, 1))
    if np.array_equal(one, other):
        return None
    as_trained = np.array_equal(one, bench.output(x, training=True, chance=0))
    same = ", and it does what it does while training" if as_trained else ""
    return f"chance while predicting{same}: ask ctx.training before you draw"


def _shares(name: str, p: float) -> list[tuple[float, str]]:
    """Return what y is while training, on average, in units of what it is while predicting."""
    kept, dropped = f"1 - {name}", name
    return [
        (1 - p, f"dropout that is not rescaled: on average y is {kept} of it; divide by {kept}"),
        (1 / (1 - p), f"dropout that is rescaled twice: on average y is 1 / ({kept}) of it"),
        (p, f"dropout that keeps a share of {name} where it should drop it, and is not rescaled"),
        (p / (1 - p), f"dropout that keeps a share of {name} where it should drop it"),
        ((1 - p) / p, f"dropout that is divided by {dropped} where {kept} is meant"),
    ]


@hypothesis("L8", kinds=("layer",))
def not_rescaled(case: Case) -> str | None:
    """Fit the share of what is predicted that the mean while training is, over many samples."""
    layer: Any = case.component
    bench = bench_of(case.subject)
    x = bench.inputs(max(1, min(SAMPLES, NUMBERS // int(np.prod(bench.in_shape)))))
    expected = bench.output(x, training=False)
    ctx = bench.context()
    shares = np.empty(DRAWS)
    for i in range(DRAWS):
        y, _ = bench.forward(x, ctx)
        shares[i] = (y * expected).sum() / (expected * expected).sum()
    error = SIGMAS * shares.std(ddof=1) / np.sqrt(DRAWS) + 1e-12
    if abs(shares.mean() - 1) <= error:
        return None
    for name in hyperparameters(type(layer)):
        p = getattr(layer, name)
        if not (isinstance(p, float) and 0 < p < 1):
            continue
        fitting = [text for share, text in _shares(name, p) if abs(shares.mean() - share) <= error]
        if len(fitting) == 1:  # at p = 1/2 several shares are equal, and none is told
            return fitting[0]
    return None
