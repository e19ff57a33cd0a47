"""In a small network: it trains, its gradient is right, it is saved and loaded."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from nnplug.core.array import Array, Shape
from nnplug.core.dataset import Data
from nnplug.core.loss import Loss
from nnplug.engine.network import Network
from nnplug.engine.preparation import Preparation
from nnplug.engine.train import train
from nnplug.testing.agreement import fail, require_agreement, require_finite, require_same_bits
from nnplug.testing.checks import check
from nnplug.testing.draws import generator, network_seed
from nnplug.testing.layer_gradients import ATOL, RTOL
from nnplug.testing.losses import examples
from nnplug.testing.numeric import partials
from nnplug.testing.saving import save_and_load
from nnplug.testing.steps import take_steps
from nnplug.testing.subject import Subject

STEPS = 50
DRAWS = 5
IN_THE_NETWORK = ("layer", "activation", "loss")
UNITS = 6
LOSS_OF = {"binary": "bce", "multiclass": "cross_entropy", "regression": "mse"}


@dataclass(frozen=True)
class Setting:
    """A small network with the component in its place, and what it learns.

    layers, in_shape, loss : of the network;  options : its other arguments
    """

    layers: Any
    in_shape: Shape
    loss: Any
    x: Array
    t: Array
    options: dict[str, Any]

    def network(self, subject: Subject, seed: int = 0) -> Network:
        """Return the network, with fresh weights."""
        return Network(
            self.layers,
            self.in_shape,
            loss=self.loss,
            registry=subject.registry,
            seed=network_seed(seed),
            **{"optimizer": "adam", "total": STEPS, **self.options},
        )


def setting_of(subject: Subject, task: str = "binary") -> Setting:
    """Put the component where it belongs, with built-in partners around it, before xor."""
    component, kind = subject.component, subject.kind
    data: Data = subject.partner("dataset", "xor").load(generator(0))
    if kind == "dataset":
        data = component.load(generator(0))
    y = data.y
    prepared = Preparation.fit(data, impute="mean" if data.missing else None).apply(data)
    if kind == "loss" and task != "binary":
        y = _labels_as(task, y, component)
    x, hidden = prepared, [f"linear:units={UNITS}", "tanh"]
    loss: Loss = subject.partner("loss", LOSS_OF[data.task])
    options: dict[str, Any] = {}
    match kind:
        case "activation":
            hidden[1] = component
        case "layer":
            x, hidden = _around(subject, x)
        case "loss":
            loss = component
        case "optimizer":
            options = {"optimizer": component}
        case "initializer":
            options = {"init": component}
        case "schedule":
            options = {"schedule": component}
    if x.ndim > 2 and kind == "dataset":
        hidden = ["flatten", *hidden]
    t = loss.encode(y, task if kind == "loss" else data.task)
    layers = [*hidden, f"linear:units={t.shape[1]}"]
    return Setting(layers, x.shape[1:], loss, x, t, options)


def _around(subject: Subject, x: Array) -> tuple[Array, list[Any]]:
    """Return inputs, and the layer with others around it.

    A layer that takes one feature axis of real numbers stands behind a linear one; any other comes
    first, and learns the labels of points of its own kind by heart.
    """
    layer = subject.component
    shape = tuple(layer.sample_shape())
    hidden: list[Any]
    if len(shape) == 1 and layer.differentiable_input:
        hidden = [f"linear:units={shape[0]}", layer]
    else:
        x = layer.sample_input(generator(0), (len(x), *shape))
        hidden = [layer]
    if len(layer.output_shape(shape)) > 1:
        hidden.append("flatten")
    return x, [*hidden, f"linear:units={UNITS}", "tanh"]


def _labels_as(task: str, y: Array, loss: Loss) -> Array:
    """Return xor's labels as classes of a multiclass task, or as values in the loss's range."""
    if task == "multiclass":
        return np.concatenate([1 - y, y], axis=1)
    low, high = loss.target_range or (0.0, 1.0)
    low = low if np.isfinite(low) else high - 1 if np.isfinite(high) else 0.0
    high = high if np.isfinite(high) else low + 1
    return low + (high - low) * (0.25 + 0.5 * y)


@check(
    "I1",
    (*IN_THE_NETWORK, "optimizer", "initializer", "schedule", "callback", "dataset"),
    "a small network with it trains, finite and falling",
    variants=False,
)
def trains(subject: Subject) -> str:
    """On xor for 50 steps, with everything else at its default."""
    said = []
    tasks = subject.component.tasks if subject.kind == "loss" else ("binary",)
    for task in tasks:
        if subject.kind == "callback":
            losses = _watched(subject)
        else:
            setting = setting_of(subject, task)
            losses = take_steps(setting.network(subject), setting.x, setting.t, STEPS)
        require_finite("the loss", np.array(losses))
        if not losses[-1] < losses[0]:
            fail(
                f"the loss goes from {losses[0]:.6g} to {losses[-1]:.6g} in {len(losses) - 1} "
                "steps: it does not fall",
                parameter="loss",
                analytic=losses[-1],
                numeric=losses[0],
            )
        said.append(f"loss {losses[0]:.4g} to {losses[-1]:.4g}")
    return ", ".join(said)


def _watched(subject: Subject) -> list[float]:
    with TemporaryDirectory(prefix="nnplug-check-") as folder:  # some write into it
        result = train(
            dataset="xor",
            hidden_dims=(UNITS,),
            epochs=STEPS,
            callback=subject.component,
            registry=subject.registry,
            save=folder,
        )
    return [float(v) for v in result.history["loss"]]


@check("I2", IN_THE_NETWORK, "the whole network's gradient agrees with finite differences")
def whole_gradient(subject: Subject) -> None:
    """By every weight, for samples with weights."""
    tasks = subject.component.tasks if subject.kind == "loss" else ("binary",)
    for task in tasks:
        setting = setting_of(subject, task)
        for draw in range(DRAWS):
            if _compare(subject, setting, draw, task):
                break
        else:
            fail("the loss has no derivative at any of five draws", parameter="loss")


def _compare(subject: Subject, setting: Setting, draw: int, task: str) -> bool:
    """Compare at one draw; return False where a kink is too close."""
    network = setting.network(subject, draw)
    rng = generator(draw)
    size = network.layout.trainable_size
    network.w[:size] += 0.1 * rng.standard_normal(size)  # a bias of 0 puts xor's origin on a kink
    x, t = setting.x[:7], setting.t[:7]
    if subject.kind == "loss":
        known = {one.task: one.t for one in examples(subject.component, 7, draw)}
        t = known[task] if known[task].shape[1] == t.shape[1] else t
    weights = rng.uniform(0.5, 1.5, len(x))
    start = network.w.copy()

    def objective(w: Array) -> float:
        network.w[:size] = w
        _restart_chance(network, draw)
        return float(network.loss_value(network.forward(x), t, weights))

    numeric = partials(objective, start[:size], [(i,) for i in range(size)])
    network.w[...] = start
    if not numeric.trusted(RTOL, ATOL).all():
        return False
    _restart_chance(network, draw)
    network.g[...] = np.nan
    network.backward(network.loss_gradient(network.forward(x), t, weights))
    for place in network.layout.trained:
        part = slice(place.start, place.stop)
        require_agreement(
            f"the gradient of {place.name!r}",
            network.g[part].reshape(place.parameter.shape),
            numeric.value[part].reshape(place.parameter.shape),
            rtol=RTOL,
            atol=ATOL,
        )
    return True


def _restart_chance(network: Network, seed: int) -> None:
    fresh = generator(seed).bit_generator.state
    network.rng.bit_generator.state = fresh


@check(
    "I3",
    (*IN_THE_NETWORK, "optimizer", "schedule"),
    "a network with it predicts the same after saving and loading",
)
def saved(subject: Subject) -> None:
    """Bit by bit, and trains on from there bit by bit."""
    setting = setting_of(subject)
    if subject.kind == "loss":
        setting = setting_of(subject, subject.component.tasks[0])
    network = setting.network(subject)
    take_steps(network, setting.x, setting.t, 5)
    with tempfile.TemporaryDirectory() as folder:
        loaded = save_and_load(network, Path(folder) / "model.npz")
    what = "loaded and saved"
    require_same_bits("predictions", loaded.predict(setting.x), network.predict(setting.x), what)
    for one in (network, loaded):
        take_steps(one, setting.x, setting.t, 3)
    require_same_bits("w", loaded.w, network.w, f"{what}, three steps later")
