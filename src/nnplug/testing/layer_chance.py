"""Layers: predicting, chance, fresh weights, and what they keep between batches."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.initializer import Initializer
from nnplug.core.layer import Layer
from nnplug.engine.fresh import inner_layers
from nnplug.engine.network import Network
from nnplug.testing.agreement import fail, note_margin, require_array, require_same_bits, skip
from nnplug.testing.bench import kept_parameters, proposals, short
from nnplug.testing.checks import check
from nnplug.testing.draws import generator, network_seed
from nnplug.testing.layer import bench_of
from nnplug.testing.saving import save_and_load
from nnplug.testing.settling import require_settling
from nnplug.testing.subject import Subject

DRAWS = 2000
SIGMAS = 5.0
SEEDS = 40
OUTPUTS = 50


@check("L8", "layer", "predicting draws no chance, and gives the mean of training")
def predicting(subject: Subject) -> str | None:
    """Over 2,000 draws, within 5 standard errors, where training draws on chance."""
    layer: Layer = subject.component
    bench = bench_of(subject)
    x = bench.inputs(4)
    expected = bench.output(x, training=False, chance=0)
    for chance in (1, 2):
        again = bench.output(x, training=False, chance=chance)
        require_same_bits("y", again, expected, "ctx.training is false, two seeds")
    ctx = bench.context(training=False)
    before = repr(ctx.rng.bit_generator.state)
    bench.forward(x, ctx)
    if repr(ctx.rng.bit_generator.state) != before:
        fail("it draws from ctx.rng while ctx.training is false", parameter="rng")
    if not bench.is_random():
        keeps = kept_parameters(layer.parameters(bench.in_shape))
        return require_settling(subject) if keeps else None
    if inner_layers(layer):
        return "the mean was not compared: what is inside may bend it"
    x = bench.inputs(1)
    expected = bench.output(x, training=False)
    ctx = bench.context()
    draws = np.stack([bench.forward(x, ctx)[0] for _ in range(DRAWS)])
    error = draws.std(axis=0, ddof=1) / np.sqrt(DRAWS)
    off = np.abs(draws.mean(axis=0) - expected)
    sigmas = off / np.maximum(error, 1e-12 * (1 + np.abs(expected)))
    note_margin(float(sigmas.max()) / SIGMAS)
    if (sigmas > SIGMAS).any():
        index = np.unravel_index(int(sigmas.argmax()), sigmas.shape)
        mean, one = float(draws.mean(axis=0)[index]), float(expected[index])
        fail(
            f"the mean of y over {DRAWS} draws is {mean:.6g}, and y while predicting {one:.6g}: "
            f"{sigmas.max():.3g} standard errors, ratio {mean / one:.4g}",
            parameter="y",
            index=tuple(int(i) for i in index),
            analytic=one,
            numeric=mean,
            ratio=mean / one if one else None,
        )
    return f"the mean of {DRAWS} draws is off by {sigmas.max():.2g} standard errors at most"


@check("L9", "layer", "fresh weights have the declared spread, and depend on the seed alone")
def fresh_weights(subject: Subject) -> None:
    """Zeros where weights should differ never learn to differ."""
    layer: Layer = subject.component
    in_shape = tuple(layer.sample_shape())

    def fresh(seed: int) -> Network:
        return Network([layer], in_shape, seed=network_seed(seed), registry=subject.registry)

    nets = [fresh(seed) for seed in range(SEEDS)]
    layout = nets[0].layout
    if not layout.places:
        skip("it has no parameters")
    require_same_bits("fresh weights", fresh(0).w, nets[0].w, "one seed twice")
    for place in layout.places:
        drawn = np.stack([place.view(net.w) for net in nets])
        initializer: Initializer = nets[0].initializers[place.path]
        _require_spread(drawn, initializer, short(place), place.parameter.fan)
        if place.parameter.init is None:
            _require_difference(drawn, short(place))
    _require_possible_fan(subject)


def _require_spread(drawn: Any, initializer: Initializer, name: str, fan: Any) -> None:
    std, mean = initializer.std(*fan), initializer.mean(*fan)
    label = f"{type(initializer).__name__} with fan {fan}"
    if not np.isfinite(drawn).all():
        fail(f"fresh {name!r} is not finite ({label})", parameter=name)
    if std is None:
        return
    squares = (drawn - mean) ** 2
    measured = float(np.sqrt(squares.mean()))
    error = float(squares.std()) / np.sqrt(drawn.size) / (2 * max(std, 1e-300))
    note_margin(abs(measured - std) / (SIGMAS * error + 1e-12))
    if abs(measured - std) > SIGMAS * error + 1e-12:
        fail(
            f"fresh {name!r} has standard deviation {measured:.4g}; {label} claims {std:.4g}",
            parameter=name,
            analytic=std,
            numeric=measured,
            ratio=std / measured if measured else None,
        )


def _require_difference(drawn: Any, name: str) -> None:
    if drawn[0].size > 1 and np.ptp(drawn[0]) == 0:
        fail(
            f"fresh {name!r} is {drawn[0].flat[0]:g} everywhere: units that start equal stay equal",
            parameter=name,
        )
    if drawn[0].size and np.array_equal(drawn[0], drawn[1]):
        fail(f"fresh {name!r} is the same for every seed", parameter=name)


def _require_possible_fan(subject: Subject) -> None:
    """An output cannot sum more inputs than there are weights that it depends on."""
    bench = bench_of(subject)
    x = bench.inputs(1)
    size = int(np.prod(bench.out_shape))
    most = dict.fromkeys((place.path for place in bench.places), 0)
    for i in range(0, size, max(1, size // OUTPUTS)):
        dy = np.zeros((1, size))
        dy[0, i] = 1.0
        _, _, g = bench.gradients(x, dy.reshape(1, *bench.out_shape))
        for place in bench.places:
            most[place.path] = max(most[place.path], int(np.count_nonzero(place.view(g))))
    for place in bench.places:
        fan_in, fan_out = place.parameter.fan
        reached = most[place.path]
        if fan_in < 1 or fan_out < 1 or (place.parameter.init is None and 0 < reached < fan_in):
            fail(
                f"{short(place)!r} declares fan = ({fan_in}, {fan_out}), and an output depends on "
                f"{reached} of its numbers; fan is (fan_in, fan_out)",
                parameter=short(place),
                analytic=fan_in,
                numeric=reached,
            )


@check("L10", "layer", "what it keeps is proposed while training alone, saved and restored")
def keeping(subject: Subject) -> None:
    """Running means and the like stand in parameters with trainable=False."""
    layer: Layer = subject.component
    bench = bench_of(subject)
    x = bench.inputs(5)
    declared = kept_parameters(layer.parameters(bench.in_shape))
    w = bench.w.copy()
    ctx = bench.context()
    bench.forward(x, ctx)
    proposed = proposals(ctx.keep)
    for path in proposed:
        if path not in declared:
            fail(
                f"it proposes to keep {'.'.join(path)!r}, and declares no such parameter with "
                "trainable=False",
                parameter=".".join(path),
            )
    if not declared:
        skip("it keeps nothing between batches")
    for path, parameter in declared.items():
        name = ".".join(path)
        if path not in proposed:
            fail(f"training proposes no new {name!r}: ctx.keep[...] = new", parameter=name)
        require_array(f"ctx.keep[{name!r}]", proposed[path], parameter.shape, bench.dtype)
    require_same_bits("the weights", bench.w, w, "a forward pass, after and before")
    ctx = bench.context(training=False)
    bench.forward(x, ctx)
    if proposals(ctx.keep):
        fail("it proposes to keep something while predicting", parameter=str(next(iter(ctx.keep))))
    _require_restored(subject)


def _require_restored(subject: Subject) -> None:
    layer: Layer = subject.component
    network = Network([layer], tuple(layer.sample_shape()), seed=3, registry=subject.registry)
    fresh = network.w.copy()
    x = np.asarray(layer.sample_input(generator(1), (6, *network.in_shape)))
    for _ in range(3):
        network.forward(x)
        network.commit()
    kept = network.layout.kept
    if not any((place.view(network.w) != place.view(fresh)).any() for place in kept):
        fail("after three batches what it keeps is as it was", parameter="keep")
    before = network.predict(x)
    with tempfile.TemporaryDirectory() as folder:
        again = save_and_load(network, Path(folder) / "model.npz")
    require_same_bits("predictions", again.predict(x), before, "loaded and saved")
