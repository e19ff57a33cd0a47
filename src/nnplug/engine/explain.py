"""Every number of one pass: a sample forward and back, and the step that follows from it.

The result is plain data, one `Step` after the other; whoever shows it decides how it looks.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnplug.core.activation import is_elementwise
from nnplug.core.array import Array
from nnplug.core.chain import ActivationLayer
from nnplug.core.errors import NnplugError, SettingsError
from nnplug.core.provenance import blamed
from nnplug.engine import chance
from nnplug.engine.layout import Place
from nnplug.engine.network import Network
from nnplug.engine.proof import prove_step
from nnplug.engine.recording import Call, Recording
from nnplug.engine.run import Part, Run
from nnplug.engine.step import Step, defaults, formula
from nnplug.engine.updater import NonFiniteGradientError, Updater


def find_sample(run: Run, number: int) -> tuple[Part, int]:
    """Return the part that holds a sample, and its row there.

    number : from 1, the train points first, then those held out, as in the table of predictions
    Raises SettingsError for a number out of range.
    """
    row = number - 1
    for part in (run.train, run.test):
        if part is None:
            continue
        if 0 <= row < len(part.x):
            return part, row
        row -= len(part.x)
    total = len(run.train.x) + (0 if run.test is None else len(run.test.x))
    raise SettingsError(
        f"there is no sample {number}",
        f"they are numbered from 1 to {total}, as Iter1 to Iter{total}",
    )


def explain(
    network: Network,
    x: Array,
    t: Array,
    weight: float | None = None,
    *,
    training: bool = False,
) -> list[Step]:
    """Return every number of one sample's pass, and of the optimizer's next step along it.

    x : (1, *features);  t : (1, outputs), in the loss's terms
    weight : how much the sample counts, None for 1
    training : True for dropout and the like as in the next training step, False for off
    The network is left as it was. Raises NnplugError for a network without a loss, for a stack, and
    for a component that breaks its contract on this sample.
    """
    if network.loss is None or network.runs:
        raise NnplugError("one network with a loss can be explained, no stack and no bare layers")
    weights = None if weight is None else np.array([weight], network.dtype)
    with np.errstate(all="ignore"), blamed(network.registry):
        g = network.g.copy()
        prove_step(network, x, t)
        network.g[...] = g
        recording = Recording(network, x, training=training)
        z = recording.ahead(x)
        dz = network.loss_gradient(z, t, weights)
        recording.back(dz)
        steps = [Step("input", "sample", entries={"x": x, "t": t})]
        steps += [_forward(network, recording, call) for call in recording.forward]
        steps += _loss(network, z, t, dz, weights)
        steps += [_backward(network, recording, call) for call in recording.backward]
        if network.updater is not None:
            steps += _update(network, network.updater, recording.g, x, t, weights)
    return steps


def _forward(network: Network, recording: Recording, call: Call) -> Step:
    inputs = "z" if isinstance(call.layer, ActivationLayer) else "x"
    entries = {inputs: call.x}
    for name, place in _own_places(network, recording, call):
        entries[name] = place.view(network.w).copy()
    notes = [defaults(call.layer)]
    if not isinstance(call.layer, ActivationLayer) and not _has_calls_inside(recording, call):
        kept = list(_arrays(call.cache, without=(call.x, call.y, *entries.values())))
        for i, array in enumerate(kept, 1):
            entries["cache" if len(kept) == 1 else f"cache {i}"] = array
        if kept:
            notes.append("cache is what forward keeps for backward")
    return Step(
        "forward",
        f"layer {call.path}",
        network.registry.spec(call.layer),
        formula(call.layer, "Formula"),
        {**entries, "y": call.y},
        _joined(notes),
    )


def _loss(network: Network, z: Array, t: Array, dz: Array, weights: Array | None) -> list[Step]:
    loss: Any = network.loss
    spec = network.registry.spec(loss)
    prediction = "prediction" if loss.link == "identity" else f"{loss.link}(z)"
    weighing = {} if weights is None else {"weight": weights}
    value = np.asarray(network.loss_value(z, t, weights), z.dtype)
    note = "" if loss.link == "identity" else f"the prediction is {loss.link}(z)"
    weighed = "" if weights is None else "times the weight of the sample"
    return [
        Step(
            "loss",
            "loss",
            spec,
            formula(loss, "Formula"),
            {"z": z, "t": t, **weighing, prediction: loss.predict(z), "L": value},
            _joined([note, weighed, defaults(loss)]),
        ),
        Step(
            "backward",
            "loss",
            spec,
            formula(loss, "Gradient", fallback=False),
            {"dL/dz": dz},
            weighed,
        ),
    ]


def _backward(network: Network, recording: Recording, call: Call) -> Step:
    assert call.dy is not None
    entries = {"dL/dy": call.dy}
    into, note = "dL/dx", ""
    if isinstance(call.layer, ActivationLayer):
        into = "dL/dz"
        if is_elementwise(type(call.layer.activation)):
            entries["dy/dz"] = call.layer.activation.derivative(call.x, call.y)
            note = "dL/dz = dL/dy times dy/dz, number by number"
    for name, place in _own_places(network, recording, call):
        if place.parameter.trainable:
            entries[f"dL/d{name}"] = place.view(recording.g).copy()
    if call.dx is None:
        note = f"{into} is not computed: nothing before this layer is trained"
    else:
        entries[into] = call.dx
    kind = "Derivative" if isinstance(call.layer, ActivationLayer) else "Gradient"
    return Step(
        "backward",
        f"layer {call.path}",
        network.registry.spec(call.layer),
        formula(call.layer, kind, fallback=False),
        entries,
        note,
    )


def _update(
    network: Network,
    updater: Updater,
    g: Array,
    x: Array,
    t: Array,
    weights: Array | None,
) -> list[Step]:
    """Take the next step, return what it did to each parameter, and take it back."""
    optimizer = updater.optimizer
    spec = network.registry.spec(optimizer)
    before = (network.w.copy(), network.g.copy(), updater.t, chance.state(network.rng))
    slots = {name: slot.copy() for name, slot in updater.slots.items()}
    lr = np.asarray(updater.rate())
    try:
        if updater.reevaluates:
            network.train_step(x, t, weights)
        else:
            updater.g[...] = g[: updater.g.size]
            updater.step()
        moved, used = network.w.copy(), network.g.copy()
        after = {name: slot.copy() for name, slot in updater.slots.items()}
    except NonFiniteGradientError:
        said = "the gradient is not finite: no step is taken"
        return [Step("update", "optimizer", spec, note=said)]
    finally:
        network.w[...], network.g[...], updater.t = before[:3]
        chance.restore(network.rng, before[3])
        for name, slot in slots.items():
            updater.slots[name][...] = slot

    prepared = not updater.reevaluates and not np.array_equal(used, g)
    notes = [
        "the step that this sample alone would make; training averages the gradients of a batch",
        "weight decay and clipping are worked into g" if prepared else "",
        f"{', '.join(slots)} start{'s' * (len(slots) == 1)} at zero"
        if slots and not before[2]
        else "",
        defaults(optimizer),
    ]
    steps = [
        Step(
            "update",
            "optimizer",
            spec,
            formula(optimizer, "Formula"),
            {"lr": lr, "t": np.asarray(before[2] + 1)},
            _joined(notes),
        )
    ]
    for place in network.layout.trained:
        entries = {"w before": place.view(before[0]), "g": place.view(used if prepared else g)}
        if before[2]:
            entries |= {f"{name} before": place.view(slot) for name, slot in slots.items()}
        entries |= {f"{name} after": place.view(slot) for name, slot in after.items()}
        entries["w after"] = place.view(moved)
        where, _, name = place.name.rpartition(".")
        steps.append(Step("update", f"{name} of layer {where}", entries=entries))
    return steps


def _own_places(network: Network, recording: Recording, call: Call) -> Iterator[tuple[str, Place]]:
    """Yield the parameters of a call's own layer, without those of layers inside it."""
    own = tuple(call.path.split("."))
    inside = [tuple(c.path.split(".")) for c in recording.forward if _is_inside(c, call)]
    for place in network.layout.places:
        if place.path[: len(own)] != own or any(place.path[: len(p)] == p for p in inside):
            continue
        yield ".".join(place.path[len(own) :]), place


def _has_calls_inside(recording: Recording, call: Call) -> bool:
    return any(_is_inside(other, call) for other in recording.forward)


def _is_inside(other: Call, call: Call) -> bool:
    return other.path.startswith(f"{call.path}.")


def _arrays(cache: Any, without: tuple[Array, ...]) -> Iterator[Array]:
    """Yield the arrays in a cache, except those that are shown anyway."""
    if isinstance(cache, np.ndarray):
        if not any(cache is known or np.array_equal(cache, known) for known in without):
            yield cache
    elif isinstance(cache, dict):
        for item in cache.values():
            yield from _arrays(item, without)
    elif isinstance(cache, (tuple, list)):
        for item in cache:
            yield from _arrays(item, without)


def _joined(notes: list[str]) -> str:
    return "; ".join(note for note in notes if note)
