"""Components of every kind that fail on demand: in which method, how, and from which call on."""

import sys
from collections import Counter
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge

import nnplug
from nnplug.core import (
    Activation,
    Array,
    Callback,
    Data,
    Dataset,
    Initializer,
    Layer,
    Loss,
    Optimizer,
    Parameter,
    Schedule,
)

How = Literal["raise", "exit", "base", "none", "nan", "shape", "dtype", "text", "flag"]

calls: Counter[str] = Counter()


class Gone(BaseException):
    """What `except Exception` does not see."""


def give(component: Any, method: str, good: Any) -> Any:
    """Return what is good, or fail as the component was told."""
    if component.where != method:
        return good
    calls[method] += 1
    if calls[method] < component.at:
        return good
    if component.how == "raise":
        raise RuntimeError("the licence server is down")
    if component.how == "exit":
        sys.exit(0)
    if component.how == "base":
        raise Gone("for good")
    if component.how in ("none", "text", "flag"):
        return {"none": None, "text": "a text", "flag": True}[component.how]
    if component.how == "nan":
        return good * np.nan
    return good[..., :-1] if component.how == "shape" else np.asarray(good, np.float16)


class FaultyActivation(Activation):
    """y = z."""

    where: Literal["forward", "derivative"] = "forward"
    how: How = "raise"
    at: Annotated[int, Ge(1)] = 1

    def forward(self, z: Array) -> Array:
        return give(self, "forward", z.copy())

    def derivative(self, z: Array, y: Array) -> Array:
        return give(self, "derivative", np.ones_like(z))


class FaultyLayer(Layer):
    """y = a x."""

    where: Literal[
        "parameters", "output_shape", "forward", "predicting", "backward", "gradient"
    ] = "forward"
    how: How = "raise"
    at: Annotated[int, Ge(1)] = 1

    def parameters(self, in_shape: Any) -> Any:
        return give(self, "parameters", {"a": Parameter((1, *in_shape), init="constant")})

    def output_shape(self, in_shape: Any) -> Any:
        return give(self, "output_shape", in_shape)

    def forward(self, x: Array, p: Any, ctx: Any) -> Any:
        y = p["a"] * x
        return give(self, "forward" if ctx.training else "predicting", y), x

    def backward(self, dy: Array, cache: Array, p: Any, g: Any, ctx: Any) -> Any:
        g["a"] = give(self, "gradient", (dy * cache).sum(axis=-2, keepdims=True))
        return give(self, "backward", p["a"] * dy)


class FaultyLoss(Loss):
    """L = (z - t)^2."""

    where: Literal["value", "gradient", "predict", "encode", "outputs"] = "value"
    how: How = "raise"
    at: Annotated[int, Ge(1)] = 1

    def value(self, z: Array, t: Array) -> Array:
        return give(self, "value", ((z - t) ** 2).mean(axis=-1))

    def gradient(self, z: Array, t: Array) -> Array:
        return give(self, "gradient", 2 * (z - t) / z.shape[-1])

    def predict(self, z: Array) -> Array:
        return give(self, "predict", z.copy())

    def encode(self, t: Array, task: str) -> Array:
        return give(self, "encode", t.copy())

    def outputs(self, task: str, targets: int) -> int:
        return give(self, "outputs", targets)


class FaultyOptimizer(Optimizer):
    """w = w - lr (g + m / 10), m = g."""

    where: Literal["update"] = "update"
    how: How = "raise"
    at: Annotated[int, Ge(1)] = 1

    slots = ("m",)

    def update(self, w: Array, g: Array, lr: float, t: int, m: Array) -> Any:
        return give(self, "update", w - lr * (g + 0.1 * m)), g.copy()


class FaultyStep(Optimizer):
    """w = w - lr g, asking for g itself."""

    where: Literal["step"] = "step"
    how: How = "raise"
    at: Annotated[int, Ge(1)] = 1

    def step(self, evaluate: Any, w: Array, lr: float, t: int) -> Any:
        _, g = evaluate(w)
        return give(self, "step", w - lr * g)


class FaultyDataset(Dataset):
    """Points around a circle, label 1 inside."""

    where: Literal["load", "x"] = "load"
    how: How = "raise"
    at: Annotated[int, Ge(1)] = 1

    def load(self, rng: np.random.Generator) -> Any:
        x = rng.uniform(-1, 1, (60, 2))
        y = ((x**2).sum(axis=1, keepdims=True) < 0.5).astype(np.float64)
        return give(self, "load", Data(give(self, "x", x), y, task="binary"))


class FaultyInitializer(Initializer):
    """w = 1/10."""

    where: Literal["sample"] = "sample"
    how: How = "raise"
    at: Annotated[int, Ge(1)] = 1

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return give(self, "sample", np.full(shape, 0.1))


class FaultySchedule(Schedule):
    """factor = 1."""

    where: Literal["factor"] = "factor"
    how: How = "raise"
    at: Annotated[int, Ge(1)] = 1

    def factor(self, step: int, total: int) -> float:
        return give(self, "factor", 1.0)


class FaultyCallback(Callback):
    """Looks at every epoch."""

    where: Literal["on_start", "on_epoch", "on_end"] = "on_epoch"
    how: How = "raise"
    at: Annotated[int, Ge(1)] = 1

    def on_start(self, run: Any) -> None:
        give(self, "on_start", None)

    def on_epoch(self, run: Any) -> Any:
        return give(self, "on_epoch", None)

    def on_end(self, run: Any) -> None:
        give(self, "on_end", None)


class Ends(Callback):
    """Prints that it had its end, as every callback has, whatever happened."""

    def on_end(self, run: Any) -> None:
        print("on_end was called after", run.epoch, "epochs", file=sys.stderr)


@nnplug.hookimpl
def nnplug_activations() -> Any:
    return {"faulty": FaultyActivation}


@nnplug.hookimpl
def nnplug_layers() -> Any:
    return {"faulty_layer": FaultyLayer}


@nnplug.hookimpl
def nnplug_losses() -> Any:
    return {"faulty": FaultyLoss}


@nnplug.hookimpl
def nnplug_optimizers() -> Any:
    return {"faulty": FaultyOptimizer, "faulty_step": FaultyStep}


@nnplug.hookimpl
def nnplug_datasets() -> Any:
    return {"faulty": FaultyDataset}


@nnplug.hookimpl
def nnplug_initializers() -> Any:
    return {"faulty": FaultyInitializer}


@nnplug.hookimpl
def nnplug_schedules() -> Any:
    return {"faulty": FaultySchedule}


@nnplug.hookimpl
def nnplug_callbacks() -> Any:
    return {"faulty": FaultyCallback, "ends": Ends}
