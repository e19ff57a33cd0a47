"""A component's method on its way to a function: what `self` and `super()` mean in it."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import FunctionType
from typing import TYPE_CHECKING, Any

from nnplug.core.activation import Activation
from nnplug.core.array import Shape
from nnplug.core.chain import Chain, as_named
from nnplug.core.component import Component
from nnplug.export.bind import bind
from nnplug.export.bound import Bound, Inherited, Role
from nnplug.export.definitions import identifier
from nnplug.export.errors import ExportError
from nnplug.export.literals import literal
from nnplug.export.outside import Outside
from nnplug.export.prune import prune
from nnplug.export.source import ABSENT, Source, source_of

if TYPE_CHECKING:
    from nnplug.export.functions import Functions

ALWAYS: dict[str, Any] = {"training": False, "needs_input_grad": False, "runs": ()}
"""What holds of every context while a network predicts."""

LONG = 60
"""What takes more characters than this is a constant with a name."""


@dataclass(frozen=True)
class Place:
    """Where a layer stands.

    path : "2.0";  in_shape : its features;  parameters : the names of its arrays, nested as they
    """

    path: str
    in_shape: Shape
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Found:
    """A method, and the class among a component's own that has it."""

    owner: type[Any]
    source: Source


def find_method(cls: type[Any], name: str, after: type[Any] | None = None) -> Found:
    """Return the method that a class has under a name, or the next one after that of a class."""
    classes = cls.__mro__
    if after is not None:
        classes = classes[classes.index(after) + 1 :]
    for owner in classes:
        found = owner.__dict__.get(name)
        if found is not None:
            return Found(owner, source_of(getattr(found, "__func__", found)))
    raise ExportError(f"{cls.__name__} has no method {name}")


class Method:
    """A method of one component.

    used : the names after `self` that it was found to use, once it is bound
    place : of a layer's forward, which returns its output and a cache; None for any other method
    """

    def __init__(
        self, functions: "Functions", component: Component, found: Found, place: Place | None = None
    ) -> None:
        self.functions, self.component, self.place = functions, component, place
        self.owner, self.source = found.owner, found.source
        described = functions.registry.describe(as_named(component))
        self.label = f"{described}: {self.source.name}"
        self.used: set[str] = set()
        self._outside = Outside(functions.definitions, self.source, self.label)

    def bound(self) -> Bound:
        """Return it as a function."""
        role = self._role()
        facts = {name: role.facts for name in [role.context] if name}
        if self.place is None:
            # A helper may be handed the context; whether it trains, it need not ask.
            facts = dict.fromkeys(self.source.annotated("Context"), ALWAYS)

        def known(name: str, attribute: str) -> Any:
            if name == role.bound:
                return self._value(attribute)
            return facts.get(name, {}).get(attribute, ABSENT)

        text = prune(self.source.text, known, layer=self.place is not None)
        return bind(text, role, self, self.label)

    def _role(self) -> Role:
        given = self.source.arguments()
        if self.place is None:
            static = isinstance(self.owner.__dict__[self.source.name], staticmethod)
            return Role(None if static else given[0])
        if len(given) != 4:
            raise ExportError(f"{self.label} takes ({', '.join(given)})", "it is (self, x, p, ctx)")
        place = self.place
        plain = all(isinstance(one, str) for one in place.parameters.values())
        facts = {**ALWAYS, "in_shape": tuple(place.in_shape), "name": place.path}
        return Role(given[0], given[2], tuple(place.parameters) if plain else (), given[3], facts)

    def own(self, attributes: Sequence[str]) -> tuple[str, int]:
        """Return what to write for `self.attribute...`, and for how many of the attributes."""
        name = attributes[0]
        value = self._value(name)
        if value is ABSENT:
            return self._helper(find_method(type(self.component), name)), 1
        if isinstance(value, Activation) and list(attributes[1:]) == ["forward"]:
            return self.functions.activation(value, called=True).name, 2
        text = literal(value)
        if text is not None:
            return self._named(name, text), 1
        if _holds_components(value):
            raise ExportError(
                f"{self.label} uses self.{name}, the components inside it, in a way of its own",
                "a block derives from nnplug.Chain and calls super().forward(x, p, ctx); of an "
                f"activation, self.{name}.forward(z) can be called",
            )
        raise ExportError(
            f"{self.label} uses self.{name}, and {type(value).__name__} cannot be written out",
            "numbers, texts, tuples and arrays can",
        )

    def inherited(self, name: str) -> Inherited:
        """Return what stands for `super().name`."""
        above = find_method(type(self.component), name, after=self.owner)
        if self.place is None or name != "forward":
            return Inherited(self._helper(above))
        if above.owner is Chain:
            chain: Any = self.component
            made = self.functions.chain(chain, self.place)
        else:
            method = Method(self.functions, self.component, above, self.place)
            made = self.functions.add(self._base(above.owner.__name__.lower()), method.bound())
            self.used |= method.used
        return Inherited(made.name, made.parameters, layer=True)

    def outside(self, name: str, attributes: Sequence[str]) -> tuple[str, int]:
        """Return what to write for `name.attribute...`, and for how many of the attributes."""
        return self._outside.outside(name, attributes)

    def _value(self, name: str) -> Any:
        """Return the value of `self.name`, ABSENT for a method."""
        static = inspect.getattr_static(type(self.component), name, None)
        if isinstance(static, (FunctionType, staticmethod, classmethod)):
            return ABSENT
        self.used.add(name)
        try:
            return getattr(self.component, name)
        except AttributeError:
            raise ExportError(f"{self.label} uses self.{name}, which it has not") from None

    def _helper(self, found: Found) -> str:
        method = Method(self.functions, self.component, found)
        bound = method.bound()
        self.used |= method.used
        return self.functions.add(self._base(found.source.name), bound, found.source.doc).name

    def _named(self, name: str, text: str) -> str:
        """Return a value's text, or the name of a constant that holds it."""
        if len(text) <= LONG:
            return text
        return self.functions.definitions.define(
            self._base(name).upper(), lambda constant: f"{constant} = {text}"
        )

    def _base(self, name: str) -> str:
        """Return the component's name before another: gelu_tail."""
        own = self.functions.registry.name(self.component).rpartition(":")[2]
        return f"{identifier(own)}_{name.strip('_')}"


def _holds_components(value: Any) -> bool:
    return isinstance(value, Component) or (
        isinstance(value, tuple) and any(_holds_components(one) for one in value)
    )
