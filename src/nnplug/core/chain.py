"""Layers one after the other: what a network is, and what a block with layers inside uses."""

from typing import Any

from nnplug.core.activation import Activation
from nnplug.core.array import Array, Gradients, Shape, Views
from nnplug.core.component import Component
from nnplug.core.errors import ContractError
from nnplug.core.layer import Context, Layer, Parameters, trainable


class ActivationLayer(Layer):
    """An activation in a layer's place: y = f(z), with (z, y) as its cache."""

    activation: Activation

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        """Return f(x)."""
        y = self.activation.forward(x)
        return y, (x, y)

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        """Return dy times f'(x)."""
        z, y = cache
        return self.activation.backward(dy, z, y)


class Chain(Layer):
    """f_n(... f_2(f_1(x))): each layer's output is the next one's input.

    Its parameters nest those of its layers under "0", "1", ...
    """

    layers: tuple[Layer, ...]

    def shapes(self, in_shape: Shape) -> list[Shape]:
        """Return the features before, between and after the layers."""
        found = [in_shape]
        for layer in self.layers:
            found.append(layer.output_shape(found[-1]))
        return found

    def parameters(self, in_shape: Shape) -> Parameters:
        """Return each layer's parameters under its place in the chain."""
        shapes = self.shapes(in_shape)
        return {
            str(i): layer.parameters(shape)
            for i, (layer, shape) in enumerate(zip(self.layers, shapes[:-1], strict=True))
        }

    def output_shape(self, in_shape: Shape) -> Shape:
        """Return the last layer's output shape."""
        return self.shapes(in_shape)[-1]

    def forward(self, x: Array, p: Views, ctx: Context) -> tuple[Array, Any]:
        """Return the last layer's output, and every layer's cache."""
        caches = []
        for key, layer, inner in ctx.plan or self.plan(ctx):
            x, cache = layer.forward(x, p[key], inner)
            caches.append(cache)
        return x, caches

    def backward(self, dy: Array, cache: Any, p: Views, g: Gradients, ctx: Context) -> Array | None:
        """Return dL/dx, passing through the layers from the last to the first."""
        for (key, layer, inner), kept in zip(reversed(ctx.plan), reversed(cache), strict=True):
            dx = layer.backward(dy, kept, p[key], g[key], inner)
            if dx is None:
                if inner.needs_input_grad:
                    raise ContractError(
                        f"layer {inner.name} ({type(layer).__name__}): backward returned None",
                        "return dL/dx where ctx.needs_input_grad is true",
                    )
                return None
            dy = dx
        return dy if ctx.needs_input_grad else None

    def plan(self, ctx: Context) -> list[tuple[str, Layer, Context]]:
        """Make the layers' contexts, once: a training step should not ask for shapes."""
        plan = []
        wanted = ctx.needs_input_grad
        shapes = self.shapes(ctx.in_shape)
        for i, (layer, shape) in enumerate(zip(self.layers, shapes[:-1], strict=True)):
            plan.append((str(i), layer, ctx.child(str(i), shape, wanted)))
            wanted = wanted or trainable(layer.parameters(shape))
        ctx.plan = plan
        return plan


def as_layer(thing: Layer | Activation) -> Layer:
    """Return a layer, or an activation in a layer's place."""
    return thing if isinstance(thing, Layer) else ActivationLayer(thing)


def as_named(component: Component) -> Component:
    """Return what a user names: the activation in a layer's place, else the component itself."""
    return component.activation if isinstance(component, ActivationLayer) else component
