"""Every call that a component answers, on ordinary input: what the common checks run and rerun."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from nnplug.core.initializer import Initializer
from nnplug.core.loss import Loss
from nnplug.core.optimizer import Optimizer
from nnplug.core.schedule import Schedule
from nnplug.testing.activation import points
from nnplug.testing.bench import Bench, short
from nnplug.testing.draws import generator
from nnplug.testing.losses import examples
from nnplug.testing.scripted import BUMPY, FALLING_THEN_RISING, ScriptedRun, traces, watch
from nnplug.testing.subject import Subject
from nnplug.testing.walk import advance, constant, fresh_slots, ordinary_shape

Arrays = dict[str, Any]


class Call(NamedTuple):
    """One call: its name, its inputs by name, and what runs it.

    run : takes the inputs and returns the outputs by name
    may_write : the inputs that the contract lets it change
    """

    name: str
    inputs: Arrays
    run: Callable[[Arrays], Arrays]
    may_write: frozenset[str] = frozenset()


def calls(subject: Subject, dtype: str = "float64") -> list[Call]:
    """Return the calls of a component; none takes what another one returned."""
    by_kind: dict[str, Callable[[Subject, str], list[Call]]] = {
        "activation": _activation,
        "layer": _layer,
        "loss": _loss,
        "optimizer": _optimizer,
        "initializer": _initializer,
        "schedule": _schedule,
        "callback": _callback,
        "dataset": _dataset,
    }
    return by_kind[subject.kind](subject, dtype)


def _activation(subject: Subject, dtype: str) -> list[Call]:
    f = subject.component
    z = points(f, (7, 4)).astype(dtype)
    y = np.array(f.forward(z))
    dy = generator(3).standard_normal(z.shape).astype(dtype)
    return [
        Call("forward", {"z": z}, lambda a: {"y": f.forward(a["z"])}),
        Call(
            "backward",
            {"dy": dy, "z": z, "y": y},
            lambda a: {"dz": f.backward(a["dy"], a["z"], a["y"])},
        ),
    ]


def _layer(subject: Subject, dtype: str) -> list[Call]:
    layer = subject.component
    bench = Bench(layer, tuple(layer.sample_shape()), subject.registry, dtype=dtype)
    x, dy = bench.inputs(4), bench.upstream(4)

    def backward(a: Arrays) -> Arrays:
        _, dx, g = bench.gradients(a["x"], a["dy"])
        written = {f"g[{short(place)!r}]": place.view(g) for place in bench.places}
        return {"dx": dx, **written}

    def forward(training: bool) -> Callable[[Arrays], Arrays]:
        return lambda a: {"y": bench.output(a["x"], training=training)}

    return [
        Call("forward while training", {"x": x}, forward(True)),
        Call("forward while predicting", {"x": x}, forward(False)),
        Call("backward", {"x": x, "dy": dy}, backward),
    ]


def _loss(subject: Subject, dtype: str) -> list[Call]:
    loss: Loss = subject.component
    made = []
    for example in examples(loss):
        z, t = example.z.astype(dtype), example.t.astype(dtype)
        made += [
            Call("value", {"z": z, "t": t}, lambda a: {"value": loss.value(a["z"], a["t"])}),
            Call(
                "gradient", {"z": z, "t": t}, lambda a: {"gradient": loss.gradient(a["z"], a["t"])}
            ),
            Call("predict", {"z": z}, lambda a: {"predictions": loss.predict(a["z"])}),
        ]
    return made


def _optimizer(subject: Subject, dtype: str) -> list[Call]:
    optimizer: Optimizer = subject.component
    rng = generator(4)
    shape = ordinary_shape(optimizer)
    w, g = rng.standard_normal(shape).astype(dtype), rng.standard_normal(shape).astype(dtype)
    slots = fresh_slots(optimizer, w)
    for t in (1, 2):  # so that no slot is zero
        w, slots = advance(optimizer, w, slots, optimizer.lr, t, constant(g[::-1].copy()))

    def step(a: Arrays) -> Arrays:
        moved, kept = advance(
            optimizer,
            a["w"],
            tuple(a[name] for name in optimizer.slots),
            optimizer.lr,
            3,
            constant(a["g"]),
        )
        return {"w": moved, **dict(zip(optimizer.slots, kept, strict=True))}

    inputs = {"w": w, "g": g, **dict(zip(optimizer.slots, slots, strict=True))}
    return [Call("a step", inputs, step, frozenset({"w", *optimizer.slots}))]


def _initializer(subject: Subject, dtype: str) -> list[Call]:
    one: Initializer = subject.component
    return [
        Call("sample", {}, lambda _: {"w": one.sample(generator(0), (6, 5), 6, 5)}),
        Call("std", {}, lambda _: {"std": np.asarray(one.std(6, 5) or 0.0)}),
    ]


def _schedule(subject: Subject, dtype: str) -> list[Call]:
    one: Schedule = subject.component

    def factors(total: int) -> Callable[[Arrays], Arrays]:
        return lambda _: {"factors": np.array([one.factor(i, total) for i in range(total)])}

    return [Call(f"factor of {total} steps", {}, factors(total)) for total in (1, 10, 97)]


def _callback(subject: Subject, dtype: str) -> list[Call]:
    def look(losses: Any) -> Callable[[Arrays], Arrays]:
        def run(_: Arrays) -> Arrays:
            scripted = ScriptedRun(losses, test=True)
            done = traces(scripted, watch(subject.component, scripted))
            return {"stopped": np.array(scripted.epoch), "kept": np.array(done["kept"])}

        return run

    scripts = {"falling, then rising": FALLING_THEN_RISING, "bumpy": BUMPY}
    return [Call(f"a {name} loss", {}, look(losses)) for name, losses in scripts.items()]


def _dataset(subject: Subject, dtype: str) -> list[Call]:
    dataset = subject.component
    x = dataset.load(generator(0)).x

    def load(_: Arrays) -> Arrays:
        data = dataset.load(generator(0))
        return {"x": data.x, "y": data.y}

    made = [Call("load", {}, load)]
    if dataset.rule(x) is not None:
        made.append(Call("rule", {"x": x}, lambda a: {"targets": dataset.rule(a["x"])}))
    return made
