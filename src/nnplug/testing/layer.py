"""Layers: shapes, caches, stacks."""

from typing import Any

import numpy as np

from nnplug.core.layer import Layer
from nnplug.engine.columns import with_columns
from nnplug.testing.agreement import fail, require_agreement, require_array, require_same_bits, skip
from nnplug.testing.bench import Bench, accepted_shapes, accepts, short
from nnplug.testing.checks import check
from nnplug.testing.outcome import CheckFailed
from nnplug.testing.settings import differing
from nnplug.testing.subject import Subject

RUNS = 3


def bench_of(subject: Subject, **options: Any) -> Bench:
    """Return the layer on the bench, with inputs of the shape that it suggests."""
    layer: Layer = subject.component
    return Bench(layer, tuple(layer.sample_shape()), subject.registry, **options)


@check("L1", "layer", "output_shape agrees with forward, for any batch and width")
def shapes(subject: Subject) -> None:
    """Inputs of 1, 2, 7 features and batches of 1, 3, 0 samples, as far as it accepts them."""
    layer: Layer = subject.component
    shapes = accepted_shapes(layer)
    deeper = (2, *shapes[0])
    if accepts(layer, deeper):
        shapes.append(deeper)
    for in_shape in shapes:
        try:
            _compare_shapes(layer, Bench(layer, in_shape, subject.registry))
        except CheckFailed:
            raise
        except Exception as error:
            if in_shape != shapes[0]:
                error.add_note(
                    f"for samples of shape {in_shape}, which parameters() and output_shape() "
                    "accept; let one of them raise ValueError for shapes that it does not take"
                )
            raise


def _compare_shapes(layer: Layer, bench: Bench) -> None:
    out_shape = layer.output_shape(bench.in_shape)
    for n in (1, 3, 0):
        x = bench.inputs(n)
        if n == 0 and not layer.independent_rows:
            continue  # no samples have no mean
        for training in (False, True):
            ctx = bench.context(training=training)
            y, cache = bench.forward(x, ctx)
            require_array(
                f"y of x {list(x.shape)}, while {'training' if training else 'predicting'},",
                y,
                (n, *out_shape),
                bench.dtype,
            )
        dx, _ = bench.backward(bench.upstream(n), cache, ctx)
        if layer.differentiable_input:
            require_array(f"dL/dx of x {list(x.shape)}", dx, x.shape, bench.dtype)


@check("L4", "layer", "backward is linear in dy")
def linear_in_dy(subject: Subject) -> None:
    """backward(2u - 3v) = 2 backward(u) - 3 backward(v), and backward(0) = 0."""
    bench = bench_of(subject)
    x, u, v = bench.inputs(4), bench.upstream(4, 1), bench.upstream(4, 2)
    nothing = _backward(bench, x, np.zeros_like(u))
    for name, value in nothing.items():
        if value.any():
            worst = float(np.abs(value).max())
            fail(f"{name} of dy = 0 is {worst:g}, not 0", parameter=name, analytic=worst)
    both, of_u, of_v = (_backward(bench, x, dy) for dy in (2.0 * u - 3.0 * v, u, v))
    for name, value in both.items():
        require_agreement(
            name,
            value,
            2.0 * of_u[name] - 3.0 * of_v[name],
            rtol=1e-10,
            atol=1e-12,
            names=("of 2u - 3v", "2 times of u - 3 times of v"),
        )


def _backward(bench: Bench, x: Any, dy: Any) -> dict[str, Any]:
    _, dx, g = bench.gradients(x, dy)
    return named(bench, dx, g)


def named(bench: Bench, dx: Any, g: Any) -> dict[str, Any]:
    """Return all gradients of a backward pass by name."""
    found = {f"g[{short(place)!r}]": place.view(g) for place in bench.places}
    return found if dx is None else {"dx": dx, **found}


@check("L5", "layer", "each cache serves its own forward, as often as it is asked")
def caches(subject: Subject) -> None:
    """Two forwards, then the first one's backward, twice: what it needs is in the cache."""
    bench = bench_of(subject)
    x, other, dy = bench.inputs(4, 1), bench.inputs(4, 2), bench.upstream(4)
    _, dx, g = bench.gradients(x, dy)
    expected = named(bench, dx, g)
    ctx = bench.context()
    _, cache = bench.forward(x, ctx)
    bench.forward(other, ctx)
    for turn in ("after another forward", "asked a second time"):
        got = named(bench, *bench.backward(dy, cache, ctx))
        for name, value in got.items():
            require_same_bits(name, value, expected[name], f"backward {turn}, now and before")


@check("L6", "layer", "backward writes every gradient, and does not add to it")
def writes(subject: Subject) -> None:
    """Into gradients full of NaN, and into others."""
    bench = bench_of(subject)
    if not bench.places:
        skip("it has no trainable parameters")
    x, dy = bench.inputs(4), bench.upstream(4)
    ctx = bench.context()
    _, cache = bench.forward(x, ctx)
    _, fresh = bench.backward(dy, cache, ctx)
    for place in bench.places:
        wrong = np.isnan(place.view(fresh))
        if wrong.all():
            fail(
                f"backward does not write the gradient of {short(place)!r}, or adds to it: write "
                f'g["{short(place)}"] = ... once',
                parameter=short(place),
            )
        if wrong.any():
            index = tuple(int(i) for i in np.argwhere(wrong)[0])
            fail(
                f"backward leaves a part of the gradient of {short(place)!r} unwritten, or it is "
                "NaN",
                parameter=short(place),
                index=index,
            )
    _, over_ones = bench.backward(dy, cache, ctx, fill=1.0)
    for place in bench.places:
        require_same_bits(
            f"g[{short(place)!r}]",
            place.view(over_ones),
            place.view(fresh),
            "depends on what stood there before: it is added to, not written",
        )
    idle = bench.context(needs=False)
    _, cache = bench.forward(x, idle)
    _, without = bench.backward(dy, cache, idle)
    for place in bench.places:
        require_same_bits(
            f"g[{short(place)!r}]",
            place.view(without),
            place.view(fresh),
            "differs when ctx.needs_input_grad is false",
        )


@check("L11", "layer", "stacked = one by one")
def stacked(subject: Subject) -> None:
    """Runs with weights, inputs, chance and floats of their own, as one array."""
    layer: Layer = subject.component
    in_shape = tuple(layer.sample_shape())
    runs = differing(layer, RUNS)
    seeds = list(range(RUNS))
    for dtype in ("float64", "float32"):
        runner = with_columns(runs, len(in_shape) + 2, dtype)
        bench = Bench(layer, in_shape, subject.registry, seed=seeds, dtype=dtype, runner=runner)
        x, dy = bench.inputs(4), bench.upstream(4)
        y, dx, g = bench.gradients(x, dy)
        predicted = bench.output(x, training=False)
        tolerance = 500 * float(np.finfo(bench.dtype).eps)
        for r, one in enumerate(runs):
            alone = Bench(one, in_shape, subject.registry, seed=r, dtype=dtype)
            alone.w[...] = bench.w[r]
            y_one, dx_one, g_one = alone.gradients(x[r], dy[r])
            pairs = {
                "y": (y, y_one),
                "predicted y": (predicted, alone.output(x[r], training=False)),
            }
            if dx is not None and dx_one is not None:
                pairs["dx"] = (dx, dx_one)
            for place, own in zip(bench.places, alone.places, strict=True):
                pairs[f"g[{short(place)!r}]"] = (place.view(g), own.view(g_one))
            for name, (many, single) in pairs.items():
                require_array(name, many, (RUNS, *single.shape), bench.dtype)
                require_agreement(
                    f"{name} of run {r}",
                    many[r],
                    single,
                    rtol=tolerance,
                    atol=tolerance,
                    names=("stacked", "alone"),
                )
