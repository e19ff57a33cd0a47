"""What every component is: a frozen dataclass of hyperparameters, with formulas as methods.

The base class makes it one, so an author writes fields and formulas and nothing else. What would
make a component keep state between calls, or hide a hyperparameter, is refused where it is written.
"""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from inspect import get_annotations
from typing import Any, ClassVar, Literal, dataclass_transform, get_args, get_origin, get_type_hints

from nnplug.core.errors import ContractError, SpecError
from nnplug.core.hyperparameter import coerce, hyperparameters, read_hyperparameters, type_text


@dataclass_transform(frozen_default=True)
class Component:
    """The base of every component; derive from the contract of a kind, not from this.

    Annotated fields are hyperparameters. Names that a contract declares as `ClassVar` are facts: a
    subclass states them without annotation (`kinks = (0.0,)`), and the conformance kit verifies
    them. Components hold no state; two with equal hyperparameters are equal.
    """

    kind: ClassVar[str] = ""

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        doc = cls.__dict__.get("__doc__")
        _refuse_what_components_are_not(cls)
        try:
            dataclass(frozen=True)(cls)
        except (TypeError, ValueError) as error:
            late = "follows default" in str(error)  # every optimizer has lr, a callback has every
            hint = "give it a default: a field before it has one" if late else None
            raise ContractError(f"{cls.__name__}: {error}", hint) from None
        cls.__doc__ = doc  # not the signature that dataclass() invents
        cls._hyperparameters = read_hyperparameters(cls, _annotations(cls))

    _hyperparameters: ClassVar[dict[str, Any]] = {}

    def __post_init__(self) -> None:
        label = f"{self.kind} {type(self).__name__}"
        for name, parameter in hyperparameters(type(self)).items():
            accepted = parameter.accept(getattr(self, name), label)
            object.__setattr__(self, name, accepted)
        try:
            self.validate()
        except ValueError as error:
            if isinstance(error, SpecError):
                raise
            raise SpecError(f"{label}: {error}") from None

    def validate(self) -> None:
        """Raise ValueError where hyperparameters contradict each other; the ranges are checked."""


def summary(component: type[Component]) -> str:
    """Return the first line of a component's docstring, or an empty string."""
    return (component.__doc__ or "").strip().partition("\n")[0].strip()


def facts(component: type[Component]) -> set[str]:
    """Return the names of the facts that a class may declare, from all of its bases."""
    return {
        name
        for base in component.__mro__
        for name, annotation in get_annotations(base).items()
        if _is_class_variable(annotation) and not name.startswith("_")
    }


def _is_class_variable(annotation: Any) -> bool:
    if isinstance(annotation, str):
        return annotation.removeprefix("typing.").startswith("ClassVar")
    return annotation is ClassVar or get_origin(annotation) is ClassVar


def _annotations(cls: type[Component]) -> dict[str, Any]:
    try:
        return get_type_hints(cls, include_extras=True)
    except NameError as error:
        raise ContractError(
            f"{cls.__name__}: an annotation cannot be read: {error}",
            "import its names at the top of the module, outside `if TYPE_CHECKING`",
        ) from None


def _refuse_what_components_are_not(cls: type[Component]) -> None:
    own = get_annotations(cls)
    declared = facts(cls)
    if "__init__" in cls.__dict__ or "__post_init__" in cls.__dict__:
        raise ContractError(
            f"{cls.__name__} writes its own constructor",
            "annotate fields instead: `slope: float = 0.01`; what concerns several of them goes "
            "into `def validate(self)`",
        )
    for name, annotation in own.items():
        if name in declared and not _is_class_variable(annotation):
            raise ContractError(
                f"{cls.__name__}.{name} is a declared fact, and no hyperparameter",
                f"write it without annotation: `{name} = ...`",
            )
        if name.startswith("_") and not _is_class_variable(annotation):
            raise ContractError(
                f"{cls.__name__}.{name}: a hyperparameter has a public name",
                f"write `{name.lstrip('_')}: ...`",
            )
    for name, value in cls.__dict__.items():
        if isinstance(value, cached_property):
            raise ContractError(
                f"{cls.__name__}.{name} is a cached_property; a component keeps nothing",
                "write `@property`, or return it from forward as part of the cache",
            )
        if name.startswith("_") or name in own or name in declared:
            continue
        if callable(value) or isinstance(value, (classmethod, staticmethod, property)):
            continue
        near = get_close_matches(name, declared, 1)
        if near:
            raise ContractError(f"{cls.__name__}.{name} is no fact; did you mean {near[0]!r}?")
        raise ContractError(
            f"{cls.__name__}.{name} = {value!r} has no annotation",
            f"write `{name}: {type(value).__name__} = {value!r}` if it is a hyperparameter, "
            f"`{name}: ClassVar[...] = ...` or `_{name}` if it is a constant",
        )


def contract_faults(component: type[Component]) -> list[str]:
    """Return what a class lacks of its kind's contract: one line each, none if it is whole."""
    contract = next((base for base in component.__mro__ if base.__dict__.get("kind")), None)
    if contract is None:
        return [f"{component.__name__} derives from no kind: Layer, Activation, Loss, ..."]
    required: tuple[tuple[str, ...], ...] = getattr(contract, "_required", ())
    faults = _wrong_facts(component, contract)
    abstract = sorted(getattr(component, "__abstractmethods__", ()))
    if abstract:
        faults.append(f"{component.__name__} is abstract: it lacks {', '.join(abstract)}")
    return faults + [
        f"{component.__name__} has no {' or '.join(choice)}"
        for choice in required
        if not any(getattr(component, n, None) is not getattr(contract, n, None) for n in choice)
    ]


def _wrong_facts(component: type[Component], contract: type[Component]) -> list[str]:
    """Return a line for each fact that is a word or names, and not one that the contract knows."""
    faults = []
    for name, annotation in get_type_hints(contract).items():
        value, fact = getattr(component, name, None), get_args(annotation)
        if name.startswith("_") or get_origin(annotation) is not ClassVar or not fact:
            continue
        if fact[0] is str or get_origin(fact[0]) is Literal or fact[0] == tuple[str, ...]:
            try:
                coerce(value, fact[0])
            except ValueError:
                wanted = type_text(fact[0])
                faults.append(f"{component.__name__}.{name} is {wanted}, not {value!r}")
    return faults


def unwritten(component: Component, method: str) -> ContractError:
    """Return the error for a method that the contract requires and a class lacks."""
    return ContractError(f"{component.kind} {type(component).__name__} has no {method}")
