"""Specs: how a component is named and set, alike in a shell, in TOML and in Python.

adam                            a name
adam:lr=0.01,beta1=0.95         with hyperparameters
nnplug-mish:mish:beta=1         of one package, where two give the name
residual[linear:units=8 relu]   a block with layers inside; `residual:layers=[...]` says the same
{name = "adam", lr = 0.01}      as a table
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args, get_origin

from nnplug.core.component import Component
from nnplug.core.errors import SpecError
from nnplug.core.hyperparameter import (
    Hyperparameter,
    hyperparameters,
    is_component,
    parse,
    refuse_unknown,
)

Build = Callable[[str, Any], Component]
"""build(kind, thing) -> the component that a spec, class or instance means."""


@dataclass(frozen=True)
class Spec:
    """A name with hyperparameters, read but not looked up.

    arguments : hyperparameters by name; texts where `typed` is false
    inner : the specs between brackets, if there are brackets
    """

    name: str
    package: str | None = None
    arguments: Mapping[str, Any] = field(default_factory=dict)
    inner: str | None = None
    typed: bool = False

    @property
    def full_name(self) -> str:
        """The name as typed, with its package if that was given."""
        return f"{self.package}:{self.name}" if self.package else self.name


def read_spec(thing: str | Mapping[str, Any]) -> Spec:
    """Read a spec from a text or a table; raises SpecError with what is wrong in it."""
    if isinstance(thing, str):
        return _read_text(thing)
    if isinstance(thing, Mapping):
        table = dict(thing)
        name = table.pop("name", None)
        package = table.pop("package", None)
        if not isinstance(name, str) or not name:
            raise SpecError(
                f"{dict(thing)!r} names no component", 'write {"name": "adam", "lr": 0.01}'
            )
        return Spec(name, package, table, typed=True)
    raise SpecError(
        f"{thing!r} is no component", 'write a spec such as "adam:lr=0.01", a class or an instance'
    )


def split_chain(text: str) -> list[str]:
    """Split "linear:units=8 residual[linear:units=8 relu] tanh" into its specs."""
    parts = split_words(text)
    # "residual [linear]" is one block: a bracket belongs to what stands before it.
    joined: list[str] = []
    for part in parts:
        if part.startswith("[") and joined:
            joined[-1] += part
        else:
            joined.append(part)
    return joined


def split_words(text: str) -> list[str]:
    """Split a text at white space outside brackets and quotes."""
    return _split(text, " ")


def build(cls: type[Component], spec: Spec, label: str, build_inner: Build) -> Component:
    """Make the component that a spec means, once its class is found.

    label : what messages call it: "optimizer 'adam'"
    build_inner : makes the components that are hyperparameters of this one
    """
    known = hyperparameters(cls)
    arguments = dict(spec.arguments)
    if spec.inner is not None:
        block = [name for name, parameter in known.items() if _holds_components(parameter)]
        if not block:
            raise SpecError(f"{label} takes no layers in brackets")
        arguments[block[0]] = f"[{spec.inner}]"
    refuse_unknown(list(arguments), cls, label)
    values = {
        name: _value(known[name], value, label, build_inner, typed=spec.typed)
        for name, value in arguments.items()
    }
    for name, parameter in known.items():
        if name not in values and parameter.required:
            example = "[linear:units=8 relu]" if _holds_components(parameter) else f":{name}=8"
            raise SpecError(
                f"{label} needs {name}: {parameter.type_text}", f"write {spec.full_name}{example}"
            )
    try:
        return cls(**values)
    except SpecError as error:
        own = f"{cls.kind} {cls.__name__}"
        raise SpecError(error.message.replace(own, label, 1), error.hint) from None


def format_spec(component: Component, name: Callable[[Component], str]) -> str:
    """Return the spec that makes this component; what equals its default is left out.

    name : gives the name under which a component is known
    """
    from nnplug.core.chain import as_named  # NumPy only where components are made

    component = as_named(component)
    inner = ""
    arguments = []
    for key, parameter in hyperparameters(type(component)).items():
        value = getattr(component, key)
        if value == parameter.default:
            continue
        if _holds_components(parameter):
            inner = "[" + " ".join(format_spec(item, name) for item in value) + "]"
        else:
            arguments.append(f"{key}={_text(value, name)}")
    return name(component) + (":" if arguments else "") + ",".join(arguments) + inner


def _text(value: Any, name: Callable[[Component], str]) -> str:
    if isinstance(value, Component):
        return format_spec(value, name)
    if isinstance(value, tuple):
        return "(" + "/".join(_text(item, name) for item in value) + ")"
    if value is None or isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        plain = value.isidentifier() and value.lower() != "none"
        return value if plain else json.dumps(value, ensure_ascii=False)
    return repr(value)


def _value(
    parameter: Hyperparameter, value: Any, label: str, build_inner: Build, *, typed: bool
) -> Any:
    if _holds_components(parameter):
        return _components(parameter, value, build_inner)
    kind = _component_kind(parameter)
    if kind and not isinstance(value, Component) and value not in (None, "none"):
        return build_inner(kind, value)
    if typed or not isinstance(value, str):
        value = tuple(value) if isinstance(value, list) else value
        return parameter.accept(value, label)
    if value.startswith('"') and get_origin(parameter.type) is not tuple:
        try:
            return parameter.accept(json.loads(value), label)
        except json.JSONDecodeError:
            raise SpecError(f"{label}: {parameter.name}={value} is not quoted rightly") from None
    try:
        parsed = parse(value, parameter.type)
    except ValueError:
        parsed = value  # and `accept` says what it should have been
    return parameter.accept(parsed, label)


def _component_kind(parameter: Hyperparameter) -> str | None:
    """Return the kind of a hyperparameter that is a component, or may be one."""
    for choice in (parameter.type, *get_args(parameter.type)):
        if is_component(choice):
            kind: str = choice.kind
            return kind
    return None


def _components(parameter: Hyperparameter, value: Any, build_inner: Build) -> tuple[Any, ...]:
    kind = get_args(parameter.type)[0].kind
    if isinstance(value, str):
        value = split_chain(value.removeprefix("[").removesuffix("]"))
    if not isinstance(value, (list, tuple)):
        value = [value]
    return tuple(build_inner(kind, item) for item in value)


def _holds_components(parameter: Hyperparameter) -> bool:
    inner = get_args(parameter.type)
    return get_origin(parameter.type) is tuple and bool(inner) and is_component(inner[0])


def _read_text(text: str) -> Spec:
    whole = text.strip()
    head, inner = whole, None
    opening = -1 if '"' in whole.partition("[")[0] else whole.find("[")
    if opening >= 0 and not whole[:opening].endswith("="):
        if not whole.endswith("]"):
            wrong = "nothing may follow a closing bracket" if "]" in whole else "a bracket is open"
            raise SpecError(f"{text!r}: {wrong}")
        head, inner = whole[:opening], whole[opening + 1 : -1]
    parts = _split(head, ":")
    package = None
    if len(parts) > 1 and "=" not in parts[1]:
        package, parts = parts[0], parts[1:]
    name = parts[0].strip()
    if not name or "=" in name or any(c.isspace() for c in name):
        raise SpecError(f"{text!r} is no spec", "write name:key=value,key=value")
    arguments: dict[str, str] = {}
    for pair in _split(":".join(parts[1:]), ","):
        key, equals, value = pair.partition("=")
        key, value = key.strip(), value.strip()
        if not equals or not key or not value:
            raise SpecError(f"{text!r}: {pair!r} is not key=value", f"write {name}:key=value")
        if key in arguments:
            raise SpecError(f"{text!r} sets {key} twice")
        arguments[key] = value
    return Spec(name, package, arguments, inner)


def _split(text: str, separator: str) -> list[str]:
    """Split at a separator outside brackets and quotes; a blank one is any white space."""
    parts, depth, current = [], 0, ""
    quoted = escaped = False
    for character in text:
        if character == '"' and not escaped:
            quoted = not quoted
        escaped = quoted and character == "\\" and not escaped
        if quoted:
            current += character
            continue
        depth += (character == "[") - (character == "]")
        if depth < 0:
            raise SpecError(f"{text!r}: a bracket is closed that was not opened")
        if depth == 0 and (character == separator or (separator == " " and character.isspace())):
            parts.append(current)
            current = ""
        else:
            current += character
    if depth or quoted:
        raise SpecError(f"{text!r}: a {'quote' if quoted else 'bracket'} is not closed")
    parts.append(current)
    return [part for part in parts if part.strip()] or ([""] if separator == ":" else [])
