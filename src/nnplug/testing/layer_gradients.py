"""Layers: the gradients against finite differences."""

from collections.abc import Callable
from typing import Any

import numpy as np

from nnplug.core.layer import Layer
from nnplug.testing.agreement import fail, require_agreement, skip
from nnplug.testing.bench import Bench, accepted_shapes, short
from nnplug.testing.checks import check
from nnplug.testing.draws import generator
from nnplug.testing.numeric import Slope, directional, partials
from nnplug.testing.subject import Subject

RTOL, ATOL = 1e-6, 1e-8
SAMPLES = 4
ALL_BELOW = 500
"""A vector shorter than this is compared number by number."""
SOME = 50
DIRECTIONS = 3
DRAWS = 5
"""So often are inputs drawn afresh because a kink is too close."""


@check("L2", "layer", "parameter gradients agree with finite differences")
def parameter_gradients(subject: Subject) -> None:
    """Of sum(u y), by every parameter."""
    for in_shape in _shapes(subject.component):
        bench = Bench(subject.component, in_shape, subject.registry)
        if not bench.places:
            skip("it has no trainable parameters")
        compare_weights(bench)


@check("L3", "layer", "the input gradient agrees with finite differences")
def input_gradient(subject: Subject) -> None:
    """Of sum(u y), by every number of x."""
    layer: Layer = subject.component
    if not layer.differentiable_input:
        skip("it declares differentiable_input = False: x holds no real numbers")
    for in_shape in _shapes(layer):
        _compare_input(Bench(layer, in_shape, subject.registry))


def _shapes(layer: Layer) -> list[Any]:
    """Return the layer's own shape, and one that is not square with it."""
    return accepted_shapes(layer)[:3:2]


def compare_weights(bench: Bench) -> None:
    """Compare the gradients of all trainable parameters, or raise CheckFailed."""
    start = bench.w.copy()

    def objective(x: Any, u: Any) -> Callable[[Any], float]:
        def f(w: Any) -> float:
            bench.w[: bench.size] = w
            return float((u * bench.output(x)).sum())

        return f

    def analytic(x: Any, u: Any) -> Any:
        bench.w[...] = start
        return bench.gradients(x, u)[2]

    found = _draw_until_smooth(bench, lambda x: start[: bench.size].copy(), objective, analytic)
    bench.w[...] = start
    g, numeric, chosen = found
    for place in bench.places:
        own = [k for k, i in enumerate(chosen) if place.start <= i < place.stop]
        flat = [chosen[k] - place.start for k in own]
        where = [tuple(map(int, np.unravel_index(i, place.parameter.shape))) for i in flat]
        require_agreement(
            f"g[{short(place)!r}]",
            g[[chosen[k] for k in own]],
            numeric.value[own],
            rtol=RTOL,
            atol=ATOL,
            where=where,
        )


def _compare_input(bench: Bench) -> None:
    def objective(x: Any, u: Any) -> Callable[[Any], float]:
        return lambda flat: float((u * bench.output(flat.reshape(x.shape))).sum())

    def analytic(x: Any, u: Any) -> Any:
        dx = bench.gradients(x, u)[1]
        if dx is None:
            fail("backward returns None although ctx.needs_input_grad is true", parameter="dx")
        return np.asarray(dx).reshape(-1)

    dx, numeric, chosen = _draw_until_smooth(bench, lambda x: x.reshape(-1), objective, analytic)
    shape = (SAMPLES, *bench.in_shape)
    require_agreement(
        "dx",
        dx[chosen],
        numeric.value,
        rtol=RTOL,
        atol=ATOL,
        where=[tuple(map(int, np.unravel_index(i, shape))) for i in chosen],
    )


def _draw_until_smooth(
    bench: Bench, point: Any, objective: Any, analytic: Any
) -> tuple[Any, Slope, list[int]]:
    """Return analytic and numeric gradient, and which numbers were compared.

    Where a kink is within reach of the stencil, the input is drawn afresh.
    """
    found = None
    for draw in range(DRAWS):
        x, u = bench.inputs(SAMPLES, draw), bench.upstream(SAMPLES, draw)
        v = np.array(point(x), np.float64)
        f = objective(x, u)
        rng = generator(draw)
        chosen = list(range(v.size))
        if v.size >= ALL_BELOW:
            chosen = sorted(rng.choice(v.size, SOME, replace=False).tolist())
        numeric = partials(f, v, [(i,) for i in chosen])
        if not numeric.trusted(RTOL, ATOL).all():
            continue
        g = analytic(x, u)
        if v.size >= ALL_BELOW:
            _compare_directions(f, v, g, rng)
        found = g, numeric, chosen
        break
    if found is None:
        fail(
            f"forward has no derivative at any of {DRAWS} draws of x: it jumps, draws on chance "
            "that is not ctx.rng's, or is not finite",
            parameter="forward",
        )
    return found


def _compare_directions(f: Any, v: Any, g: Any, rng: np.random.Generator) -> None:
    for _ in range(DIRECTIONS):
        direction = rng.standard_normal(v.size)
        direction /= np.linalg.norm(direction)
        numeric = directional(f, v, direction)
        if numeric.trusted(RTOL, ATOL).all():
            require_agreement(
                "the gradient in a random direction",
                g @ direction,
                numeric.value,
                rtol=RTOL,
                atol=ATOL,
            )
