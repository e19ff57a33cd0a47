"""The kit in a stranger's pytest: one item a check.

import nnplug.testing

test_conformance = nnplug.testing.parametrize("nnplug-swish")
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from nnplug.core.component import Component
from nnplug.core.loader.plugin import fold
from nnplug.core.registry import Registry, default_registry
from nnplug.testing.checks import Check, checks_for
from nnplug.testing.outcome import CheckFailed, CheckResult
from nnplug.testing.run import run_check
from nnplug.testing.subject import Subject, subject_of

References = Mapping[str, Mapping[str, Any]]


def cases(
    things: str | type[Component] | Component | Iterable[Any],
    *,
    registry: Registry | None = None,
    only: Iterable[str] | None = None,
    references: References | None = None,
) -> list[tuple[str, Check, Subject]]:
    """Return (id, check, subject) for every check of the components meant.

    things : a package's name, which means all its components; or classes and instances
    only : ids of checks;  references : for each component, by its name: {"lion": {"O9": ...}}
    Raises ValueError where the package gives no component.
    """
    registry = registry or default_registry()
    wanted = None if only is None else set(only)
    known = references or {}
    found = []
    for name, thing in _components(things, registry):
        subject = subject_of(thing, registry, known.get(name))
        found += [
            (f"{subject.kind}-{name}-{check.id}", check, subject)
            for check in checks_for(subject.kind)
            if wanted is None or check.id in wanted
        ]
    return found


def parametrize(
    things: str | type[Component] | Component | Iterable[Any],
    *,
    registry: Registry | None = None,
    only: Iterable[str] | None = None,
    references: References | None = None,
) -> Callable[..., None]:
    """Return a pytest test function with one item for each check of each component.

    The arguments are those of `cases`. Needs pytest, which nnplug itself does not.
    """
    import pytest

    items = cases(things, registry=registry, only=only, references=references)
    parameters = [pytest.param(check, subject, id=id) for id, check, subject in items]

    @pytest.mark.parametrize(("check", "subject"), parameters)
    def test_conformance(check: Check, subject: Subject) -> None:
        result = run_check(check, subject)
        if result.status == "skipped":
            pytest.skip(result.reason)
        raise_failure(result)

    return test_conformance


def raise_failure(result: CheckResult) -> None:
    """Raise CheckFailed if a check failed, naming component, check and figures."""
    if not result.failed:
        return
    message = f"{result.kind} {result.component}: {result.id} ({result.title})\n{result.reason}"
    raise CheckFailed(message, **result.data) from result.error


def _components(things: Any, registry: Registry) -> list[tuple[str, Any]]:
    if isinstance(things, str):
        found = [
            (entry.name, entry.cls)
            for entry in registry.entries()
            if fold(entry.provider.package) == fold(things) or entry.provider.plugin == things
        ]
        if not found:
            raise ValueError(f"no loaded plugin of a package {things!r} gives components")
        return found
    several = [things] if isinstance(things, (type, Component)) else list(things)
    return [(registry.name(thing), thing) for thing in several]
