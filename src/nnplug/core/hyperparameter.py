"""Hyperparameters: the annotated fields of a component, read from one place.

    slope: Annotated[float, Ge(0), "the slope left of zero"] = 0.01

A field's type is float, int, bool, str, a `Literal`, a component, `T | None`, or `tuple[T, ...]` of
these. Ranges are `annotated_types` (Gt, Ge, Lt, Le, Interval); a string says what the field means.
"""

import json
import math
import re
import types
from collections.abc import Iterator
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from numbers import Integral, Real
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Gt, Interval, Le, Lt

from nnplug.core.errors import ContractError, SpecError

SCALARS: tuple[type, ...] = (float, int, bool, str)
BOUND = {Gt: (">", "gt"), Ge: (">=", "ge"), Lt: ("<", "lt"), Le: ("<=", "le")}

REQUIRED: Any = object()
"""Stands where a hyperparameter has no default."""


@dataclass(frozen=True)
class Hyperparameter:
    """One hyperparameter: its name, type, range, default and meaning."""

    name: str
    type: Any
    bounds: tuple[Any, ...] = ()
    default: Any = REQUIRED
    doc: str = ""

    @property
    def required(self) -> bool:
        """Whether it has no default."""
        return self.default is REQUIRED

    @property
    def type_text(self) -> str:
        """The type as a reader would say it: "float", "one of mean, sum"."""
        return type_text(self.type)

    @property
    def range_text(self) -> str:
        """The range as printed in help texts: "> 0, < 1", or nothing."""
        return ", ".join(f"{BOUND[type(b)][0]} {_limit(b):g}" for b in self.bounds)

    def accept(self, value: Any, label: str) -> Any:
        """Return `value` in this hyperparameter's type, an int made a float where one is declared.

        label : who asks, for the message: "optimizer 'adam'"
        Raises SpecError where the value is of another type or out of range.
        """
        try:
            accepted = coerce(value, self.type)
        except ValueError:
            raise SpecError(
                f"{label}: {self.name} takes {self.type_text}, not {value!r}", self._hint()
            ) from None
        for bound in self.bounds:
            for number in numbers_in(accepted):
                if not _holds(number, bound):
                    raise SpecError(
                        f"{label}: {self.name} must be {self.range_text}, not {value!r}",
                        self._hint(),
                    )
        return accepted

    def _hint(self) -> str | None:
        meaning = f"{self.name}: {self.doc}" if self.doc else self.name
        return None if self.required else f"{meaning} (default {self.default!r})"


def hyperparameters(component: type[Any]) -> dict[str, Hyperparameter]:
    """Return the hyperparameters of a component class by name, in the order they are written."""
    found: dict[str, Hyperparameter] = component.__dict__["_hyperparameters"]
    return found


def read_hyperparameters(
    component: type[Any], annotations: dict[str, Any]
) -> dict[str, Hyperparameter]:
    """Read the fields of a fresh component class, whose annotations are resolved.

    Raises ContractError where a type is none of those above, or a default breaks its own range.
    """
    found = {}
    for entry in fields(component):
        default = REQUIRED if entry.default is MISSING else entry.default
        if entry.default_factory is not MISSING:
            default = entry.default_factory()
        parameter = read_annotation(
            component.__name__, entry.name, annotations[entry.name], default
        )
        if parameter.type is Any:
            raise ContractError(
                f"{component.__name__}.{entry.name} is declared as Any: of what type?"
            )
        if not parameter.required:
            try:
                parameter.accept(parameter.default, component.__name__)
            except SpecError as error:
                raise ContractError(f"{error.message}: that is its own default") from None
        found[entry.name] = parameter
    return found


def read_annotation(owner: str, name: str, annotation: Any, default: Any) -> Hyperparameter:
    """Read one annotation: its type, its bounds, and its texts joined by ": "."""
    bounds: list[Any] = []
    texts: list[str] = []
    if get_origin(annotation) is Annotated:
        annotation, *metadata = get_args(annotation)
        for item in metadata:
            if isinstance(item, str):
                texts.append(item)
            elif isinstance(item, Interval):
                bounds.extend(item)
            elif isinstance(item, (Gt, Ge, Lt, Le)):
                bounds.append(item)
    if not _is_supported(annotation):
        raise ContractError(
            f"{owner}.{name} is declared as {type_text(annotation)}",
            "a hyperparameter is float, int, bool, str, Literal[...], a component, T | None, "
            "or tuple[T, ...]",
        )
    return Hyperparameter(name, annotation, tuple(bounds), default, ": ".join(texts))


def is_component(annotation: Any) -> bool:
    """Say whether an annotation is a component class."""
    return isinstance(annotation, type) and "_hyperparameters" in annotation.__dict__


def _is_supported(annotation: Any) -> bool:
    if annotation in (*SCALARS, Any, type(None)) or is_component(annotation):
        return True
    if get_origin(annotation) is Literal:
        return True
    if get_origin(annotation) in (tuple, Union, types.UnionType):
        return all(a is Ellipsis or _is_supported(a) for a in get_args(annotation))
    return False


def coerce(value: Any, annotation: Any) -> Any:
    """Return `value` as `annotation` says, losslessly, or raise ValueError.

    True is no number, "0.5" is no float and 1.5 is no int; NumPy's scalars are what they look like.
    """
    if annotation is Any:
        return value
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        for choice in sorted(inner, key=lambda c: c is float):  # 3 stays an int in `int | float`
            try:
                return coerce(value, choice)
            except ValueError:
                continue
        raise ValueError
    if origin is Literal:
        if value in inner:
            return value
        raise ValueError
    if origin is tuple:
        if not isinstance(value, (tuple, list)):
            raise ValueError
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(coerce(v, inner[0]) for v in value)
        if len(inner) != len(value):
            raise ValueError
        return tuple(coerce(v, a) for v, a in zip(value, inner, strict=True))
    return _coerce_plain(value, annotation)


def _coerce_plain(value: Any, annotation: Any) -> Any:
    if annotation is type(None) and value is None:
        return None
    if annotation is bool and type(value).__name__ in ("bool", "bool_"):
        return bool(value)
    if isinstance(value, bool) or annotation in (bool, type(None)):
        raise ValueError
    if annotation is float and isinstance(value, Real) and math.isfinite(value):
        return float(value)
    if annotation is int and isinstance(value, Integral):
        return int(value)
    if annotation is str and isinstance(value, str):
        return value
    if is_component(annotation) and isinstance(value, annotation):
        return value
    raise ValueError


def parse(text: str, annotation: Any) -> Any:
    """Return what `text`, typed in a shell, means for `annotation`, or raise ValueError."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        if type(None) in inner and text.lower() == "none":
            return None
        for choice in sorted(inner, key=lambda c: (c is str, c is float)):
            try:
                return parse(text, choice)
            except ValueError:
                continue
        raise ValueError
    if origin is Literal:
        for choice in inner:
            if str(choice) == text:
                return choice
        raise ValueError
    if origin is tuple:
        parts = _parts(text.removeprefix("(").removesuffix(")"))
        wanted = [inner[0]] * len(parts) if inner[-1] is Ellipsis else list(inner)
        if len(wanted) != len(parts):
            raise ValueError
        return tuple(parse(p, a) for p, a in zip(parts, wanted, strict=True))
    if annotation is type(None):
        raise ValueError
    if annotation is bool:
        words = {"true": True, "yes": True, "false": False, "no": False}
        if text.lower() not in words:
            raise ValueError
        return words[text.lower()]
    if annotation is float or annotation is int:
        return annotation(text)
    return text


def _parts(text: str) -> list[str]:
    """Split "a/b" or '"km/h"/b' at slashes outside quotes; raises ValueError for a wrong quote."""
    found = [""]
    for piece in re.split(r'("(?:[^"\\]|\\.)*")|(/)', text):
        if piece == "/":
            found.append("")
        elif piece:
            found[-1] += json.loads(piece) if piece.startswith('"') else piece
    return [part for part in found if part]


def type_text(annotation: Any) -> str:
    """Say an annotation as a reader would: "a float", "mean or sum"."""
    if annotation is Any:
        return "a spec"
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return " or ".join(type_text(a) for a in inner)
    if origin is Literal:
        return "one of " + ", ".join(str(a) for a in inner)
    if origin is tuple:
        item = type_text(inner[0])
        plural = {"a number": "numbers", "a whole number": "whole numbers", "a text": "texts"}
        return plural.get(item, f"several {item}")
    if annotation is type(None):
        return "none"
    names = {float: "a number", int: "a whole number", bool: "true or false", str: "a text"}
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)))


def refuse_unknown(names: Iterator[str] | list[str], component: type[Any], label: str) -> None:
    """Raise SpecError for the first name that is no hyperparameter of `component`."""
    known = hyperparameters(component)
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, 1)
            has = ", ".join(known) if known else "none"
            raise SpecError(
                f"{label} has no hyperparameter {name!r}"
                + (f"; did you mean {near[0]!r}?" if near else ""),
                f"its hyperparameters: {has}",
            )


def numbers_in(value: Any) -> Iterator[float]:
    """Yield the numbers of a value: itself, or a tuple's items."""
    if isinstance(value, tuple):
        for item in value:
            yield from numbers_in(item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield value


def _limit(bound: Any) -> Any:
    return getattr(bound, BOUND[type(bound)][1])


def _holds(number: float, bound: Any) -> bool:
    limit = _limit(bound)
    match bound:
        case Gt():
            return bool(number > limit)
        case Ge():
            return bool(number >= limit)
        case Lt():
            return bool(number < limit)
        case _:
            return bool(number <= limit)
