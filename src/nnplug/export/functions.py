"""The functions that a network's components become, each with what it needs."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nnplug.core.activation import Activation
from nnplug.core.chain import ActivationLayer, Chain
from nnplug.core.component import Component
from nnplug.core.hyperparameter import hyperparameters
from nnplug.core.layer import Layer
from nnplug.core.loss import Loss
from nnplug.core.registry import Registry
from nnplug.export.bound import Bound
from nnplug.export.definitions import Definitions
from nnplug.export.literals import literal
from nnplug.export.method import Method, Place, find_method

CONTEXT = '''class Context:
    """What a layer may ask for beside its input and its parameters."""

    training = needs_input_grad = False
    runs = ()

    def __init__(self, in_shape):
        self.in_shape = in_shape'''


@dataclass(frozen=True)
class Function:
    """A function of the program.

    parameters : how it takes a layer's: "names" for one argument each, "dict" or "none"
    context : whether it takes a context, before parameters by their names
    passes : whether it returns what it is given
    """

    name: str
    parameters: str = "none"
    context: bool = False
    passes: bool = False

    def call(self, x: str, place: Place) -> str:
        """Return what to write to call it with the arrays of a layer."""
        given = [x]
        if self.parameters == "dict":
            given.append(_dict(place.parameters))
        if self.context:
            given.append(f"Context({tuple(place.in_shape)})")
        if self.parameters == "names":
            given += place.parameters.values()
        return f"{self.name}({', '.join(given)})"


class Functions:
    """Writes a function for each component, into one set of definitions."""

    def __init__(self, registry: Registry, definitions: Definitions) -> None:
        self.registry, self.definitions = registry, definitions

    def activation(self, activation: Activation, *, called: bool = False) -> Function:
        """Return the function y = f(z) of an activation.

        called : whether it is called even if it returns what it is given
        """
        found = find_method(type(activation), "forward")
        return self._component(activation, Method(self, activation, found), called=called)

    def link(self, loss: Loss) -> Function:
        """Return the function from raw outputs to a loss's predictions."""
        found = find_method(type(loss), "predict")
        method = Method(self, loss, found)
        bound = method.bound()
        if bound.passes:
            return Function("", passes=True)
        name = self.registry.name(loss)
        said = found.source.doc.partition("\n")[0]
        wanted = f"{name}_predictions" if loss.link == "identity" else loss.link
        return self.add(wanted, bound, f"{said}\n\n{self._signed(method)}".lstrip())

    def layer(self, layer: Layer, place: Place) -> Function:
        """Return the function of a layer."""
        if isinstance(layer, ActivationLayer):
            return self.activation(layer.activation)
        found = find_method(type(layer), "forward")
        if found.owner is Chain:
            return self.chain(layer, place)
        return self._component(layer, Method(self, layer, found, place))

    def chain(self, chain: Any, place: Place) -> Function:
        """Return the function of the layers inside a block, with the arrays of this one."""
        lines = self.steps(chain, place)
        body = "\n".join(f"    {line}" for line in [*lines, "return x"])
        bound = Bound(("x",), body, "none", False, frozenset())
        name = f"inside_{place.path.replace('.', '_')}"
        return self.add(name, bound, f"Return what the layers inside layer {place.path} make of x.")

    def steps(self, chain: Chain, place: Place) -> list[str]:
        """Return a line for each layer of a chain: x = linear(x, W0, b0)  # (samples, 10)."""
        lines = []
        shapes = chain.shapes(place.in_shape)
        for i, layer in enumerate(chain.layers):
            path = f"{place.path}.{i}" if place.path else str(i)
            inner = Place(path, shapes[i], place.parameters[str(i)])
            function = self.layer(layer, inner)
            if function.passes:
                spec = self.registry.spec(layer)
                lines.append(f"# {spec} returns what it is given when a network predicts")
                continue
            shape = ", ".join(["samples", *map(str, shapes[i + 1])])
            lines.append(f"x = {function.call('x', inner)}  # ({shape})")
        return lines

    def add(self, wanted: str, bound: Bound, doc: str = "") -> Function:
        """Add a function, unless an equal one is there."""
        if bound.context:
            self.definitions.take("Context", CONTEXT)
        name = self.definitions.define(
            wanted.rpartition(":")[2],
            lambda name: bound.text(name, _quoted(doc)),
            same=(bound.arguments, bound.body),
            avoid=bound.names,
        )
        return Function(name, bound.parameters, bound.context, bound.passes)

    def _component(self, component: Component, method: Method, *, called: bool = False) -> Function:
        """Add the function of a component, with what its docstring says first, and its formula."""
        bound = method.bound()
        if bound.passes and not called:
            return Function("", passes=True)
        doc = inspect.cleandoc(type(component).__doc__ or "").splitlines()
        said = doc[:1]
        start = next((i for i, line in enumerate(doc) if line.startswith("Formula:")), None)
        if start is not None:
            end = start + 1
            while end < len(doc) and doc[end].startswith(" "):
                end += 1
            said += ["", *doc[start:end]]
        text = "\n".join([*said, "", self._signed(method)]).lstrip()
        return self.add(self.registry.name(component), bound, text)

    def _signed(self, method: Method) -> str:
        """Return who gives a component, and the hyperparameters that its function has in it."""
        component = method.component
        known = [name for name in hyperparameters(type(component)) if name in method.used]
        values = [getattr(component, name) for name in known]
        spec = self.registry.spec
        said = [spec(one) if isinstance(one, Component) else str(one) for one in values]
        pairs = zip(known, said, strict=True)
        settings = "".join(f", {name} = {value}" for name, value in pairs)
        return f"{self.registry.describe(component)}{settings}"


def _quoted(doc: str) -> str:
    """Return a text as a docstring."""
    if not doc:
        return ""
    text = doc.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""{text}\n"""' if "\n" in text else f'"""{text}"""'


def _dict(parameters: Mapping[str, Any]) -> str:
    pairs = [
        f"{literal(key)}: {one if isinstance(one, str) else _dict(one)}"
        for key, one in parameters.items()
    ]
    return "{" + ", ".join(pairs) + "}"
