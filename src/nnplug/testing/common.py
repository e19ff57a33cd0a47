"""Every kind: name and import, hyperparameters, round trips, docstring."""

import copy
import json
import pickle
import re
from typing import Any

from annotated_types import Ge, Gt, Le, Lt

from nnplug.core.component import Component
from nnplug.core.errors import NnplugError, SpecError
from nnplug.core.hyperparameter import Hyperparameter, hyperparameters
from nnplug.core.kinds import article
from nnplug.core.loader.plugin import fold
from nnplug.core.spec import Spec, build
from nnplug.engine.described import describe, rebuild
from nnplug.testing.agreement import fail
from nnplug.testing.checks import check
from nnplug.testing.imports import LONGEST_IMPORT, import_seconds
from nnplug.testing.settings import nearby
from nnplug.testing.subject import Subject

SLUG = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")
FORMULA = re.compile(r"[=+*/^<>|]|\w\(")
SOURCE = re.compile(r"\b(1[5-9]|20)\d\d\b|https?://|doi:|arxiv:", re.IGNORECASE)


@check("C1", "every", "imports in under a second; its name is a slug and unique", variants=False)
def name_and_import(subject: Subject) -> str:
    """The import is timed in a process of its own, with NumPy and nnplug there already."""
    if not subject.is_registered:
        return "no plugin gives it: neither name nor import were looked at"
    name = subject.name.rpartition(":")[2]
    if not SLUG.fullmatch(name):
        fail(
            f"its name is {name!r}; take small letters and digits, a letter first, with - "
            "or _ between",
            parameter="name",
        )
    own = subject.registry.provider(subject.cls)
    also = _shared(subject, name)
    family = [e.cls.__module__ for e in subject.registry.entries() if e.provider == own]
    seconds = import_seconds(subject.cls.__module__, family)
    if seconds is None:
        return f"its module cannot be imported by name: the import was not timed{also}"
    if seconds > LONGEST_IMPORT:
        fail(
            f"importing {subject.cls.__module__} takes {seconds:.2f} s; import what is heavy "
            "inside the method that needs it",
            parameter="import",
            numeric=seconds,
        )
    return f"imported in {1000 * seconds:.0f} ms{also}"


def _shared(subject: Subject, name: str) -> str:
    """Say whether another author's package gives the name too; fail where it is taken."""
    registry, kind = subject.registry, subject.kind
    own = registry.provider(subject.cls)
    twins = [
        entry
        for entry in registry.entries(kind)
        if entry.cls is not subject.cls
        and fold(name) in {fold(n.rpartition(":")[2]) for n in (entry.name, *entry.aliases)}
    ]
    means_it = subject.name == name  # a built-in's name is its own, whoever claims it
    taken = not means_it and fold(name) in map(fold, registry.builtin_names(kind))
    for twin in twins:
        if taken or twin.provider == own:
            fail(f"{twin.provider.text} gives {article(kind)} {name!r} as well", parameter="name")
    if means_it or not twins:
        return ""
    return f"; {twins[0].provider.text} gives {article(kind)} {name!r} as well: {subject.name}"


@check("C2", "every", "wrong hyperparameters get one line that names them", variants=False)
def refusals(subject: Subject) -> None:
    """A wrong type, a value out of range, an unknown name; and the defaults are accepted."""
    known = hyperparameters(subject.cls)
    given = {name: getattr(subject.component, name) for name in known}
    subject.cls(**{name: given[name] for name, one in known.items() if one.required})
    for name, parameter in known.items():
        _must_refuse(subject, given, name, object(), "a wrong type")
        for value in _out_of_range(parameter):
            _must_refuse(subject, given, name, value, "a value out of range")
        for value in nearby(given[name], parameter):
            _may_refuse(subject, given, name, value)
    if "lr" in known and subject.kind == "optimizer":
        _must_refuse(subject, given, "lr", 0.0, "a learning rate that is not above 0")
    _must_refuse(subject, given, "no_such_hyperparameter", 1, "an unknown hyperparameter")


def _make(subject: Subject, values: dict[str, Any]) -> Component:
    known = {name: value for name, value in values.items() if name in hyperparameters(subject.cls)}
    if len(known) == len(values):
        return subject.cls(**known)
    spec = Spec(subject.cls.__name__, arguments=values, typed=True)
    return build(subject.cls, spec, f"{subject.kind} {subject.name!r}", subject.partner)


def _may_refuse(subject: Subject, given: dict[str, Any], name: str, value: Any) -> None:
    try:
        _make(subject, {**given, name: value})
    except SpecError:
        return
    except Exception as error:
        fail(
            f"{name} = {value!r} raises {type(error).__name__}: {error}; raise ValueError in "
            "validate()",
            parameter=name,
        )


def _must_refuse(subject: Subject, given: dict[str, Any], name: str, value: Any, what: str) -> None:
    shown = "an object" if type(value) is object else repr(value)
    try:
        _make(subject, {**given, name: value})
    except SpecError as error:
        if "\n" in error.message or name not in error.message:
            fail(
                f"{what} ({name} = {shown}) is refused with {error.message!r}: not one line that "
                "names it",
                parameter=name,
            )
        return
    except Exception as error:
        fail(
            f"{what} ({name} = {shown}) raises {type(error).__name__}: {error}; raise ValueError "
            "in validate()",
            parameter=name,
        )
    fail(
        f"{what} is accepted: {name} = {shown}; declare its range: Annotated[float, Gt(0)]",
        parameter=name,
    )


def _out_of_range(parameter: Hyperparameter) -> list[Any]:
    found = []
    for bound in parameter.bounds:
        # Gt and Lt exclude their limit, Ge and Le what lies beyond it.
        name, step = {Ge: ("ge", -1), Gt: ("gt", 0), Le: ("le", 1), Lt: ("lt", 0)}[type(bound)]
        beyond = getattr(bound, name) + step
        value = parameter.default if not parameter.required else None
        found.append((beyond,) * max(1, len(value)) if isinstance(value, tuple) else beyond)
    return found


@check("C3", "every", "equal after JSON, copy, deepcopy and pickle")
def round_trips(subject: Subject) -> None:
    """What a run folder, a worker process and a spec hold must lead back to it."""
    one = subject.component
    ways: dict[str, Any] = {
        "copy.copy": copy.copy,
        "copy.deepcopy": copy.deepcopy,
        "pickle": lambda c: pickle.loads(pickle.dumps(c)),
    }
    if subject.is_registered:
        ways["JSON"] = lambda c: _through_json(subject, c)
        ways["its spec"] = lambda c: subject.partner(c.kind, subject.registry.spec(c))
    for way, travel in ways.items():
        try:
            back = travel(one)
        except NnplugError as error:
            fail(f"{way} fails: {error.message}", parameter=way)
        except Exception as error:
            fail(
                f"{way} fails: {type(error).__name__}: {error}; define the class at the top level "
                "of a module",
                parameter=way,
            )
        if type(back) is not type(one) or back != one:
            fail(f"after {way}, {one} is {back}", parameter=way)


def _through_json(subject: Subject, component: Component) -> Component:
    from pathlib import Path

    saved = json.loads(json.dumps(describe(component, subject.registry)))
    return rebuild(component.kind, saved, subject.registry, Path("the file"))


@check(
    "C8", "every", "a docstring with what it computes, the formula and the source", variants=False
)
def docstring(subject: Subject) -> None:
    """`nnplug show` prints it; whoever reads it must be able to recompute the numbers."""
    text = (subject.cls.__doc__ or "").strip()
    if not text:
        fail(
            "it has no docstring: write what it computes, the formula, the source",
            parameter="docstring",
        )
    if len(text.partition("\n")[0]) < 10:
        fail(
            f"its docstring begins with {text.partition(chr(10))[0]!r}: say what it computes",
            parameter="docstring",
        )
    if not FORMULA.search(text):
        fail("its docstring has no formula: y = ..., or max(z, 0)", parameter="docstring")
    if not SOURCE.search(text):
        fail("its docstring names no source: author and year, or a link", parameter="docstring")
