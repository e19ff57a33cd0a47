"""A network: layers in a chain, their weights in one flat vector."""

from collections.abc import Sequence
from typing import Any, NoReturn

import numpy as np

from nnplug.core.array import Array, Shape
from nnplug.core.chain import Chain
from nnplug.core.errors import ContractError, NnplugError, SettingsError
from nnplug.core.layer import Context, Layer
from nnplug.core.loss import Loss
from nnplug.core.provenance import blame, blamed
from nnplug.core.registry import Registry, default_registry
from nnplug.engine import arguments
from nnplug.engine.chance import StackedGenerator, stream
from nnplug.engine.fresh import fill_weights, preference_of_link
from nnplug.engine.kept import Kept
from nnplug.engine.layout import Layout
from nnplug.engine.reevaluation import step_evaluating
from nnplug.engine.shapes import layer_shapes
from nnplug.engine.updater import Updater
from nnplug.engine.way import unroll

DTYPES = ("float64", "float32")


class Network:
    """Layers, their weights, and one step of training at a time.

        net = Network("linear:units=10 tanh linear:units=1", 2, loss="bce", optimizer="adam")
        for epoch in range(1000):
            z = net.forward(x)
            net.backward(net.loss_gradient(z, t))
            net.step()
        net.predict(x)

    layers : a chain of specs, or a list of specs, classes, instances, layers and activations
    inputs : how many features a sample has, or their shape
    loss, optimizer, schedule : a spec, a class or an instance; needed for `loss_gradient`, `step`
    init : the initializer, or None for what the activations prefer
    lr, weight_decay, clip, total : see `Updater`
    seed : one seed, or a sequence of R of them for R networks that train as one
    w, g : all weights and all gradients, (*runs, numbers); layers see views of them
    ctx, predicting : the contexts of training and of predicting
    """

    def __init__(
        self,
        layers: Any,
        inputs: int | Shape,
        *,
        loss: Any = None,
        optimizer: Any = None,
        schedule: Any = None,
        init: Any = None,
        lr: float | None = None,
        weight_decay: float = 0.0,
        clip: float | None = None,
        total: int = 1,
        seed: int | Sequence[int] = 0,
        dtype: str = "float64",
        registry: Registry | None = None,
    ) -> None:
        if dtype not in DTYPES:
            raise SettingsError(f"dtype is {' or '.join(DTYPES)}, not {dtype!r}")
        self.dtype = np.dtype(dtype)
        self.registry = registry or default_registry()
        self.in_shape = arguments.features(inputs)
        seeds, self.runs = arguments.seeds(seed)

        with blamed(self.registry):
            self.chain = Chain(self.registry.build_chain(layers))
            self.loss: Loss | None = self._component("loss", loss)
            self.shapes = layer_shapes(self.layers, self.in_shape, self.registry)
            self.layout = Layout(self.chain.parameters(self.in_shape))
            self.w = np.zeros((*self.runs, self.layout.size), self.dtype)
            self.g = np.zeros_like(self.w)
            self.p = self.layout.weight_views(self.w)
            self.gradients = self.layout.gradient_views(self.g)
            self.initializers = fill_weights(
                self.w,
                self.layout,
                self.layers,
                init,
                preference_of_link(self.loss, self.registry),
                [stream(one, "init") for one in seeds],
                self.registry,
            )
            self.updater: Updater | None = None
            if optimizer is not None:
                built = self._component("optimizer", optimizer)
                planned = self._component("schedule", schedule)
                self.updater = Updater(
                    built,
                    self.layout,
                    self.w,
                    self.g,
                    lr=lr,
                    schedule=planned,
                    weight_decay=weight_decay,
                    clip=clip,
                    total=total,
                    label=self.registry.describe(built),
                    schedule_label="" if planned is None else self.registry.describe(planned),
                )
            training, predicting = (_chance(seeds, s, self.runs) for s in ("dropout", "predict"))
            self._connect(training, predicting)

    def _connect(self, training: Any, predicting: Any) -> None:
        """Make the contexts and the ways through the layers.

        training, predicting : the chance of each, for predicting never disturbs training
        """
        self.rng, self.looking = training, predicting
        self.ctx = Context("", self.in_shape, self.runs, False, True, training)
        self._training = unroll(self.chain.plan(self.ctx), self.p, self.gradients)
        ctx = Context("", self.in_shape, self.runs, False, False, predicting)
        self._predicting = unroll(self.chain.plan(ctx), self.p, self.gradients)
        self.predicting = ctx
        self.kept = Kept(self.layout, self.w, self.ctx)
        self._keeps = bool(self.layout.kept)
        self._accepted: tuple[int, ...] | None = None
        self._way = self._training
        self._caches: list[Any] | None = None

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers, from the input to the output."""
        return self.chain.layers

    @property
    def out_shape(self) -> Shape:
        """The features of one output."""
        return self.shapes[-1]

    def forward(self, x: Array, *, training: bool = True) -> Array:
        """Return the raw outputs z for inputs x, and keep what `backward` needs.

        x : (*runs, samples, *features);  z : (*runs, samples, *outputs)
        training : False for z as when predicting, with dropout and the like off
        """
        self._way = way = self._training if training else self._predicting
        self._caches = caches = []
        # Most batches are like the one before, which was looked at.
        if type(x) is not np.ndarray or x.shape != self._accepted or x.dtype is not self.dtype:
            x = arguments.inputs(x, self.in_shape, self.runs, self.dtype)
            self._accepted = x.shape
        try:
            for function, p, ctx in way.ahead:
                if ctx is None:
                    y = function(x)
                    caches.append((x, y))
                    x = y
                else:
                    x, cache = function(x, p, ctx)
                    caches.append(cache)
        except Exception as error:
            blame(error, self.registry)
            raise
        return x

    def peek(self, x: Array) -> tuple[Array, list[Any]]:
        """Return raw outputs and caches as when predicting; `backward` is not prepared for it."""
        prepared = self._way, self._caches
        try:
            return self.forward(x, training=False), self._caches or []
        finally:
            self._way, self._caches = prepared

    def outputs(self, x: Array) -> list[Array]:
        """Return what each layer makes of inputs x, as when predicting; the last is z.

        x : (*runs, samples, *features)
        """
        found = []
        for function, p, ctx in self._predicting.ahead:
            x = function(x) if ctx is None else function(x, p, ctx)[0]
            found.append(x)
        return found

    def predict(self, x: Any) -> Array:
        """Return predictions for inputs x, in the targets' terms; dropout and the like are off."""
        z, _ = self.peek(x)
        with blamed(self.registry):
            return z if self.loss is None else self.loss.predict(z)

    def loss_value(self, z: Array, t: Array, weights: Array | None = None) -> Any:
        """Return the weighted mean of the samples' losses: a number, or one a run.

        z, t : (*runs, samples, outputs)
        weights : (samples,), of mean 1 over the whole set, or None for all alike
        """
        loss = self.loss or self._without("loss", "mse")
        if t.shape != z.shape or t.dtype is not z.dtype:
            t = arguments.targets(t, z, self.runs)
        try:
            value = loss.value(z, t)
        except Exception as error:
            blame(error, self.registry)
            raise
        if weights is not None:
            value = value * weights
        mean = value.sum(axis=-1) / value.shape[-1]
        return mean if self.runs else float(mean)

    def loss_gradient(self, z: Array, t: Array, weights: Array | None = None) -> Array:
        """Return the gradient of `loss_value` by z; a batch divides by its own size."""
        loss = self.loss or self._without("loss", "mse")
        if t.shape != z.shape or t.dtype is not z.dtype:
            t = arguments.targets(t, z, self.runs)
        try:
            dz: Array = loss.gradient(z, t)
        except Exception as error:
            blame(error, self.registry)
            raise
        scale: Any = 1.0 / t.shape[-2]
        if weights is not None:
            scale = (weights * scale)[..., None].astype(dz.dtype, copy=False)
        scaled: Array = dz * scale
        return scaled

    def backward(self, dz: Array) -> Array | None:
        """Fill the gradients `g` from dz = dL/dz of the last `forward`."""
        if self._caches is None:
            raise NnplugError("backward before forward", "call net.forward(x) first")
        dx: Any = dz
        try:
            for (function, p, g, ctx), cache in zip(self._way.back, reversed(self._caches)):  # noqa: B905 - one chain made both, and strict costs
                if ctx is None:
                    z, y = cache
                    dx = function(dx, z, y)
                    continue
                dx = function(dx, cache, p, g, ctx)
                if dx is None:
                    if ctx.needs_input_grad:
                        raise ContractError(
                            f"layer {ctx.name}: backward returned None although "
                            "ctx.needs_input_grad is true",
                            "return dL/dx",
                        )
                    break
        except Exception as error:
            blame(error, self.registry)
            raise
        gradient: Array | None = dx
        return gradient

    def step(self) -> None:
        """Move the weights along the gradients that `backward` left; commit what layers keep."""
        updater = self.updater or self._without("optimizer", "adam")
        if updater.reevaluates:
            raise NnplugError(
                f"{updater.label} looks at the loss again while it steps",
                "call net.train_step(x, t), which lets it",
            )
        try:
            updater.step()
        except Exception as error:
            blame(error, self.registry)
            raise
        if self._keeps:
            self.commit()

    def train_step(self, x: Array, t: Array, weights: Array | None = None) -> None:
        """Take one whole step on a batch: forward, backward, step; for every optimizer."""
        updater = self.updater or self._without("optimizer", "adam")
        if updater.reevaluates:
            with blamed(self.registry):
                step_evaluating(self, updater, x, t, weights)
            return
        self.backward(self.loss_gradient(self.forward(x), t, weights))
        self.step()

    def commit(self) -> None:
        """Write what layers proposed to keep (running means) into their parameters."""
        self.kept.commit()

    def parameter(self, path: str) -> Array:
        """Return one parameter by its path ("0.W"), read-only."""
        view: Any = self.p
        for key in path.split("."):
            view = view[key]
        return np.asarray(view)

    def _component(self, kind: str, thing: Any) -> Any:
        return None if thing is None else self.registry.build(kind, thing)

    @staticmethod
    def _without(kind: str, example: str) -> NoReturn:
        raise NnplugError(
            f"this network has no {kind}", f'give one: Network(..., {kind}="{example}")'
        )


def _chance(seeds: Sequence[int], name: str, runs: tuple[int, ...]) -> Any:
    streams = [stream(seed, name) for seed in seeds]
    return StackedGenerator(streams) if runs else streams[0]
