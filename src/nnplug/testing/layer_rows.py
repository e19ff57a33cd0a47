"""Layers: the samples of a batch are strangers to each other."""

from typing import Any

import numpy as np

from nnplug.core.layer import Layer
from nnplug.testing.agreement import require_agreement
from nnplug.testing.bench import short
from nnplug.testing.checks import check
from nnplug.testing.layer import bench_of
from nnplug.testing.subject import Subject


@check("L7", "layer", "samples do not see each other")
def rows(subject: Subject) -> str | None:
    """A batch is its rows, and their gradients add up; a prediction never depends on others."""
    layer: Layer = subject.component
    bench = bench_of(subject)
    n = 3
    x, dy = bench.inputs(n), bench.upstream(n)
    changed = x.copy()
    changed[1] = bench.inputs(n, 7)[1]
    if layer.independent_rows:
        before, after = (bench.output(one) for one in (x, changed))
        _require_rows("y", after, before, "changes when sample 1 of x does")
    before, after = (bench.output(one, training=False) for one in (x, changed))
    _require_rows(
        "y while predicting",
        after,
        before,
        "changes when sample 1 of x does; a prediction may not depend on the batch that it is in",
    )
    if not layer.independent_rows:
        return "while predicting alone: it declares that samples depend on each other in training"
    only = dy.copy()
    only[[0, 2]] = 0
    _, dx, _ = bench.gradients(x, only)
    if dx is not None and layer.differentiable_input:
        _require_rows("dx", dx, np.zeros_like(dx), "is not 0 where dy of its sample is 0")
    if bench.is_random():
        return None
    y, dx, g = bench.gradients(x, dy)
    total = np.zeros_like(g)
    for i in range(n):
        y_row, dx_row, g_row = bench.gradients(x[i : i + 1], dy[i : i + 1])
        total += g_row
        pairs = [("y", y[i], y_row[0])]
        pairs += [] if dx is None else [("dx", dx[i], dx_row[0])]
        for name, whole, alone in pairs:
            require_agreement(
                f"{name} of sample {i}",
                whole,
                alone,
                rtol=1e-11,
                atol=1e-13,
                names=("in a batch", "alone"),
            )
    for place in bench.places:
        require_agreement(
            f"g[{short(place)!r}]",
            place.view(g),
            place.view(total),
            rtol=1e-10,
            atol=1e-12,
            names=("of a batch", "summed over its samples"),
        )
    return None


def _require_rows(name: str, got: Any, expected: Any, what: str) -> None:
    for i in (0, 2):
        require_agreement(
            f"{name} of sample {i}",
            got[i],
            expected[i],
            rtol=1e-12,
            atol=1e-13,
            names=("now", "before"),
            hint=f"it {what}",
        )
