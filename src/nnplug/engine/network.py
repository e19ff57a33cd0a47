"""A network: layers in a chain, their weights in one flat vector."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnplug.core.array import Array, Shape
from nnplug.core.chain import Chain
from nnplug.core.errors import NnplugError, SettingsError, ShapeError
from nnplug.core.layer import Context, Layer
from nnplug.core.loss import Loss
from nnplug.core.optimizer import Optimizer
from nnplug.core.provenance import blamed
from nnplug.core.registry import Registry, default_registry
from nnplug.core.schedule import Schedule
from nnplug.engine.chance import StackedGenerator, stream
from nnplug.engine.fresh import fill_weights
from nnplug.engine.layout import Layout
from nnplug.engine.updater import Updater

DTYPES = ("float64", "float32")


class Network:
    """Layers, their weights, and one step of training at a time.

        net = Network("linear:units=10 tanh linear:units=1", 2, loss="bce", optimizer="adam")
        for epoch in range(1000):
            z = net.forward(x)
            net.backward(net.loss_gradient(z, t))
            net.step()
        net.predict(x)

    layers : a chain of specs, or a list of specs, classes' instances, layers and activations
    inputs : how many features a sample has, or their shape
    loss, optimizer, schedule : a spec or an instance; needed for `loss_gradient`, `step`
    init : the initializer, or None for what the activations prefer
    seed : one seed, or a sequence of R of them for R networks that train as one
    w, g : all weights and all gradients, (*runs, numbers); layers see views of them
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
        self.registry = registry or default_registry()
        self.in_shape: Shape = (inputs,) if isinstance(inputs, int) else tuple(inputs)
        self.chain = Chain(self.registry.build_chain(layers))
        self.loss: Loss | None = self._component("loss", loss)
        self.dtype = np.dtype(dtype)
        seeds = [seed] if isinstance(seed, int) else list(seed)
        self.runs = () if isinstance(seed, int) else (len(seeds),)

        self.shapes = self._shapes()
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
            self._preference_of_link(),
            [stream(s, "init") for s in seeds],
            self.registry,
        )

        chance = [stream(s, "dropout") for s in seeds]
        self.rng: Any = StackedGenerator(chance) if self.runs else chance[0]
        self.ctx = Context("", self.in_shape, self.runs, False, True, self.rng)
        plan = self.chain.plan(self.ctx)
        # The chain, unrolled: a step should look up neither methods nor views.
        self._ahead = [(layer.forward, self.p[key], ctx) for key, layer, ctx in plan]
        self._back = [
            (layer.backward, self.p[key], self.gradients[key], ctx)
            for key, layer, ctx in reversed(plan)
        ]
        self._caches: list[Any] | None = None
        self._kept = [(place.view(self.w), place.path) for place in self.layout.kept]

        self.updater: Updater | None = None
        if optimizer is not None:
            built: Optimizer = self._component("optimizer", optimizer)
            decline: Schedule | None = self._component("schedule", schedule)
            self.updater = Updater(
                built,
                self.layout,
                self.w,
                self.g,
                lr=lr,
                schedule=decline,
                weight_decay=weight_decay,
                clip=clip,
                total=total,
            )

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
        """
        if x.dtype is not self.dtype or x.shape[-len(self.in_shape) :] != self.in_shape:
            x = self._input(x)
        if not training:
            z, self._caches = self.peek(x)
            return z
        self._caches = caches = []
        for layer_forward, p, ctx in self._ahead:
            x, cache = layer_forward(x, p, ctx)
            caches.append(cache)
        return x

    def loss_value(self, z: Array, t: Array, weights: Array | None = None) -> Any:
        """Return the weighted mean of the samples' losses: a number, or one a run."""
        if self.loss is None:
            raise self._without_loss()
        value = self.loss.value(z, t)
        if weights is not None:
            value = value * weights
        mean = value.sum(axis=-1) / value.shape[-1]
        return mean if self.runs else float(mean)

    def loss_gradient(self, z: Array, t: Array, weights: Array | None = None) -> Array:
        """Return the gradient of `loss_value` by z.

        weights : (samples,), of mean 1 over the whole set; a batch divides by its own size
        """
        loss = self.loss
        if loss is None:
            raise self._without_loss()
        dz: Array = loss.gradient(z, t)
        scale = 1.0 / t.shape[-2]
        if weights is None:
            dz = dz * scale
        else:
            dz = dz * (weights * scale)[..., None].astype(dz.dtype, copy=False)
        return dz

    def backward(self, dz: Array) -> Array | None:
        """Fill the gradients `g` from dz = dL/dz of the last `forward`."""
        if self._caches is None:
            raise NnplugError("backward before forward", "call net.forward(x) first")
        dx: Any = dz
        for (layer_backward, p, g, ctx), cache in zip(self._back, reversed(self._caches)):  # noqa: B905
            dx = layer_backward(dx, cache, p, g, ctx)
            if dx is None:
                return None
        gradient: Array = dx
        return gradient

    def step(self) -> None:
        """Move the weights along the gradients that `backward` left; commit what layers keep."""
        updater = self.updater
        if updater is None:
            raise NnplugError(
                "this network has no optimizer", 'give one: Network(..., optimizer="adam")'
            )
        updater.step()
        if self._kept:
            self.commit()

    def commit(self) -> None:
        """Write what layers proposed to keep (running means) into their parameters."""
        for view, path in self._kept:
            keep = self.ctx.keep
            for key in path[:-1]:
                keep = keep[key]
            if path[-1] in keep:
                view[...] = keep.pop(path[-1])

    def predict(self, x: Any) -> Array:
        """Return predictions for inputs x, in the targets' terms; dropout and the like are off."""
        with blamed(self.registry):
            z, _ = self.peek(self._input(x))
            return z if self.loss is None else self.loss.predict(z)

    def peek(self, x: Array) -> tuple[Array, Any]:
        """Return raw outputs and caches as when predicting; `backward` is not prepared for it."""
        self.ctx.switch(training=False)
        try:
            return self.chain.forward(x, self.p, self.ctx)
        finally:
            self.ctx.switch(training=True)

    def parameter(self, path: str) -> Array:
        """Return one parameter by its path ("0.W"), read-only."""
        view: Any = self.p
        for key in path.split("."):
            view = view[key]
        return np.asarray(view)

    def _input(self, given: Any) -> Array:
        x: Array = np.asarray(given, self.dtype)
        axes = len(self.in_shape)
        if x.ndim < axes + 1 or x.shape[x.ndim - axes :] != self.in_shape:
            raise ShapeError(
                f"inputs of shape {x.shape}; this network takes (samples, "
                f"{', '.join(map(str, self.in_shape))})"
            )
        return x

    def _shapes(self) -> list[Shape]:
        shapes = [self.in_shape]
        for i, layer in enumerate(self.layers):
            try:
                layer.parameters(shapes[-1])
                shapes.append(layer.output_shape(shapes[-1]))
            except NnplugError:
                raise
            except (ValueError, TypeError) as error:
                raise ShapeError(
                    f"layer {i} ({self.registry.spec(layer)}) cannot take features of shape "
                    f"{shapes[-1]}: {error}",
                    "put flatten before it, or change the layer that feeds it",
                ) from error
        return shapes

    def _preference_of_link(self) -> str | None:
        if self.loss is None or self.loss.link == "identity":
            return None
        preference: str = self.registry.get("activation", self.loss.link).initializer  # type: ignore[attr-defined]
        return preference

    def _component(self, kind: str, thing: Any) -> Any:
        return None if thing is None else self.registry.build(kind, thing)

    @staticmethod
    def _without_loss() -> NnplugError:
        return NnplugError("this network has no loss", 'give one: Network(..., loss="mse")')
