"""Layers that keep numbers for predicting: where they lead when every batch is the same."""

from typing import Any

import numpy as np

from nnplug.core.layer import Layer
from nnplug.engine.network import Network
from nnplug.testing.agreement import fail, note_margin
from nnplug.testing.bench import kept_parameters
from nnplug.testing.draws import generator
from nnplug.testing.subject import Subject

EARLY, BATCHES = 125, 500
ROWS, REPEATS = 8, 32
"""A batch is so many rows, each so many times: its parts have the statistics of the whole, and a
variance divided by n - 1 is that divided by n but for 0.4 %."""

SETTLED = 1e-7
"""What is kept has settled where another batch changes it by no more, relatively."""

AGREES = 0.05
"""How far predictions may be from training then, as a share of the outputs' spread."""


def require_settling(subject: Subject) -> str:
    """Require that predictions come to what training gives for a batch seen again and again.

    Returns how it went; fails for statistics that are not those of the batch.
    """
    layer: Layer = subject.component
    in_shape = tuple(layer.sample_shape())
    network = Network([layer], in_shape, seed=3, registry=subject.registry)
    x = np.asarray(layer.sample_input(generator(5), (ROWS, *in_shape)), np.float64)
    if layer.differentiable_input:
        x = 3.0 * x + 2.0  # fresh statistics of 0 and 1 are right for standard numbers
    x = np.tile(x, (REPEATS, *(1 for _ in in_shape)))
    early, moved = np.inf, np.inf
    for done in range(BATCHES):
        if done == EARLY:
            early = _distance(network, x)
        before = network.w.copy()
        network.forward(x)
        network.commit()
        moved = float(np.abs(network.w - before).max() / max(np.abs(before).max(), 1e-300))
        if moved <= SETTLED:
            break
    end = _distance(network, x)
    paths = kept_parameters(layer.parameters(in_shape))
    kept = " and ".join(".".join(map(str, path)) for path in paths)
    said = f"after {BATCHES} times the same batch"
    if moved <= SETTLED:
        note_margin(end / AGREES)
        if end > AGREES:
            fail(
                f"{kept} no longer change {said}, and predictions are off by {end:.3g} of the "
                "spread of what training gives: they are not the statistics that training uses",
                parameter=kept,
                analytic=end,
                numeric=AGREES,
            )
        return f"predictions settle within {end:.2g} of what training gives"
    if end > AGREES and end > 1.1 * early:
        fail(
            f"{said} predictions are further from what training gives ({end:.3g} of its spread) "
            f"than after {EARLY} ({early:.3g}): {kept} run away",
            parameter=kept,
            analytic=end,
            numeric=early,
        )
    return f"predictions come nearer to what training gives: {early:.2g} to {end:.2g}"


def _distance(network: Network, x: Any) -> float:
    """Return how far predictions are from training, as a share of the spread of training."""
    training, predicted = (network.forward(x, training=t) for t in (True, False))
    spread = float(np.std(training))
    return float(np.abs(training - predicted).max()) / spread if spread > 0 else 0.0
