"""What a component raises: it writes where it may only read, or cannot do without samples."""

from typing import Any

import numpy as np

from nnplug.testing.bench import Bench
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import close, spoken
from nnplug.testing.layer import bench_of


@hypothesis(kinds=("layer",))
def writes_weights(case: Case) -> str | None:
    """Hand the layer weights that it can write, and see which ones it changes, and by what."""
    if not (case.raised and "read-only" in str(case.error)):
        return None
    bench = bench_of(case.subject)
    x, dy = bench.inputs(4), bench.upstream(4)
    p = {place.path[-1]: np.array(place.view(bench.w)) for place in bench.network.layout.places}
    before = {name: value.copy() for name, value in p.items()}
    ctx = bench.context()
    _, cache = bench.layer.forward(x, p, ctx)
    for name, value in p.items():
        if not np.array_equal(value, before[name]):
            return f'a write to the weights: forward changes p["{name}"], which it may only read'
    g: dict[str, Any] = {name: np.zeros_like(value) for name, value in p.items()}
    bench.layer.backward(dy, cache, p, g, ctx)
    for name, value in p.items():
        moved = value - before[name]
        if moved.any():
            c = _constant(moved, g[name])
            how = f" by {spoken(c)} times its gradient" if c is not None else ""
            return (
                f'an update before propagation: backward changes p["{name}"]{how} and hands dy '
                f'down through the new one; write g["{name}"] alone, the optimizer moves the '
                "weights"
            )
    return None


def _constant(moved: Any, g: Any) -> float | None:
    size = float((g * g).sum())
    if size == 0:
        return None
    c = float((moved * g).sum()) / size
    return c if np.allclose(moved, c * g, rtol=1e-9, atol=1e-12) and not close(c, 0, 0) else None


@hypothesis(kinds=("layer",))
def nothing_returned(case: Case) -> str | None:
    """See whether backward returns dx at all."""
    if not case.raised or "returned None" in str(case.error):
        return None
    bench = bench_of(case.subject)
    if bench.gradients(bench.inputs(4), bench.upstream(4))[1] is not None:
        return None
    return "a forgotten return: backward gives None although ctx.needs_input_grad is true"


@hypothesis("L1", kinds=("layer",))
def no_samples(case: Case) -> str | None:
    """Ask for a batch of none alone."""
    if not case.raised or not _runs(case, 1) or not _runs(case, 3) or _runs(case, 0):
        return None
    return (
        "a batch of no samples: 1 and 3 samples pass, none fails; reshape(..., -1) cannot know "
        "the last length then, and max() has nothing to look at"
    )


def _runs(case: Case, samples: int) -> bool:
    bench: Bench = bench_of(case.subject)
    try:
        bench.gradients(bench.inputs(samples), bench.upstream(samples))
    except Exception:
        return False
    return True
