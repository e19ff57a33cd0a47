"""An update before propagation: dy goes down through weights that have moved already."""

import numpy as np

from nnplug.testing.bench import Bench
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.layer import jacobian, square_shape
from nnplug.testing.layer_gradients import SAMPLES
from nnplug.testing.numeric import Numbers


@hypothesis("L3", "L4", "L7", "I2", kinds=("layer",))
def updated_before(case: Case) -> str | None:
    """Look for the s with which backward is right if the weights are moved by s times g before it.

    Found with one batch, the same s must serve another one: only a learning rate does.
    """
    rates = [_rate(case, draw) for draw in (0, 1)]
    if rates[0] is None or rates[1] is None or abs(rates[0] / rates[1] - 1) > 1e-3:
        return None
    return (
        f"an update before propagation: with the weights moved back by {rates[0]:.4g} times their "
        "gradient, dx is right; dy goes down through the weights that forward used"
    )


def _rate(case: Case, draw: int) -> float | None:
    bench = Bench(case.component, square_shape(case.component), case.subject.registry)
    if bench.size < 4:
        return None
    x, dy = bench.inputs(SAMPLES, draw), bench.upstream(SAMPLES, draw)
    whole = jacobian(bench.output, x)
    if whole is None:
        return None
    right = np.tensordot(dy, whole, axes=dy.ndim)
    ctx = bench.context()
    start = bench.w.copy()
    _, cache = bench.forward(x, ctx)
    _, g = bench.backward(dy, cache, ctx)

    def miss(s: float) -> Numbers:
        bench.w[: bench.size] = start[: bench.size] + s * g
        dx = bench.backward(dy, cache, ctx)[0]
        bench.w[...] = start
        return np.asarray(dx - right)

    first, step = miss(0.0), 1e-3
    if np.abs(first).max() < 1e-7:
        return None
    s = 0.0
    for _ in range(3):
        off = miss(s)
        turn = (miss(s + step) - off) / step
        if not turn.any():
            return None
        s -= float((turn * off).sum() / (turn * turn).sum())
    return s if np.abs(miss(s)).max() < 1e-3 * np.abs(first).max() else None
