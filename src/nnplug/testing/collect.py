"""The kit in a stranger's pytest: one item a check.

import nnplug.testing

test_conformance = nnplug.testing.parametrize("nnplug-swish")
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from nnplug.core.component import Component
from nnplug.core.errors import SettingsError
from nnplug.core.kinds import article
from nnplug.core.registry import Registry, default_registry
from nnplug.testing.checks import Check, all_checks, checks_for
from nnplug.testing.draws import seeded
from nnplug.testing.outcome import CheckFailed, CheckResult
from nnplug.testing.package import components_of
from nnplug.testing.run import run_check
from nnplug.testing.subject import Subject, subject_of

References = Mapping[str, Mapping[str, Any]]
"""For each component, by its name: what its author knows from elsewhere, {"lion": {"O9": ...}}."""

ExpectedFailures = Mapping[str, Mapping[str, str]]
"""For each component, by its name: the checks that fail, and why, {"mish": {"A5": "why"}}."""

FEW = 2
"""Of how many kinds all checks are listed where an unknown one was named."""


class Case(NamedTuple):
    """One check of one component.

    id : "activation-mish-A2"
    expected_failure : why it is known to fail; empty where it is to pass
    """

    id: str
    check: Check
    subject: Subject
    expected_failure: str = ""

    def run(self, seed: int = 0) -> CheckResult:
        """Run the check at the points of a seed, and return how it ended."""
        with seeded(seed):
            return run_check(self.check, self.subject)


def cases(
    things: str | type[Component] | Component | Iterable[Any],
    *,
    registry: Registry | None = None,
    only: str | Iterable[str] | None = None,
    references: References | None = None,
    expected_failures: ExpectedFailures | None = None,
) -> list[Case]:
    """Return every check of the components meant.

    things : a package's name, which means all its components; or classes and instances
    only : an id of a check or several
    references : by the component's name and the check's id: {"lion": {"O9": Trajectory(...)}}
    expected_failures : likewise, with the reason: {"mish": {"A5": "overflows, see issue 7"}}

    Raises SettingsError (a ValueError) for a name or an id that there is not, UnknownNameError for
    a package that there is not, and PluginError where a component of the package is set aside.
    """
    registry = registry or default_registry()
    known, expected = references or {}, expected_failures or {}
    subjects = [
        (name, subject_of(thing, registry, known.get(name)))
        for name, thing in _components(things, registry)
    ]
    wanted = None if only is None else {only} if isinstance(only, str) else set(only)
    refuse_unknown("only", wanted or (), [subject.kind for _, subject in subjects])
    for label, table in (("references", known), ("expected_failures", expected)):
        _refuse_unknown_names(label, table, subjects)
    for name, reasons in expected.items():
        for check_id, reason in reasons.items():
            if not reason:
                raise SettingsError(f"expected_failures[{name!r}][{check_id!r}] gives no reason")
    found = [
        Case(
            f"{subject.kind}-{name}-{check.id}",
            check,
            subject,
            expected.get(name, {}).get(check.id, ""),
        )
        for name, subject in subjects
        for check in checks_for(subject.kind)
        if wanted is None or check.id in wanted
    ]
    if not found:
        raise SettingsError("there is nothing to check")
    return found


def parametrize(
    things: str | type[Component] | Component | Iterable[Any],
    *,
    registry: Registry | None = None,
    only: str | Iterable[str] | None = None,
    references: References | None = None,
    expected_failures: ExpectedFailures | None = None,
) -> Callable[..., None]:
    """Return a pytest test function with one item for each check of each component.

    The arguments are those of `cases`. A check that is expected to fail and does not is a failure.
    Needs pytest, which nnplug itself does not.
    """
    import pytest

    items = cases(
        things,
        registry=registry,
        only=only,
        references=references,
        expected_failures=expected_failures,
    )

    @pytest.mark.parametrize("case", [pytest.param(case, id=case.id) for case in items])
    def test_conformance(case: Case) -> None:
        result = case.run()
        if case.expected_failure:
            refuse_surprise(result, case.expected_failure)
            pytest.xfail(case.expected_failure)
        if result.status == "skipped":
            pytest.skip(result.reason)
        raise_failure(result)

    return test_conformance


def raise_failure(result: CheckResult) -> None:
    """Raise CheckFailed if a check failed, naming component, check, figures and diagnosis."""
    if not result.failed:
        return
    lines = [_label(result), result.reason]
    if result.diagnosis:
        lines.append(f"looks like: {result.diagnosis}")
    raise CheckFailed("\n".join(lines), **result.data) from result.error


def refuse_surprise(result: CheckResult, expected: str) -> None:
    """Raise CheckFailed if a check that is expected to fail does not."""
    if result.failed:
        return
    said = f"{result.status} ({result.reason})" if result.reason else result.status
    raise CheckFailed(
        f"{_label(result)}\nit is expected to fail ({expected}), and is {said}: take it out of "
        "expected_failures"
    )


def _label(result: CheckResult) -> str:
    return f"{result.kind} {result.component}: {result.id} ({result.title})"


def _components(things: Any, registry: Registry) -> list[tuple[str, Any]]:
    if isinstance(things, str):
        return [(entry.name, entry.cls) for entry in components_of(things, registry)]
    several = [things] if isinstance(things, (type, Component)) else list(things)
    return [(registry.name(thing), thing) for thing in several]


def refuse_unknown(label: str, ids: Iterable[str], kinds: Iterable[str]) -> None:
    """Raise SettingsError for an id of a check that none of these kinds has.

    label : where the ids were given
    """
    has = {kind: [check.id for check in checks_for(kind)] for kind in dict.fromkeys(kinds)}
    unknown = sorted(set(ids).difference(*has.values()))
    if not unknown:
        return
    if len(has) > FEW:
        hint = "nnplug check --list shows the checks of every kind"
    else:
        hint = "; ".join(f"{article(kind)} has {', '.join(own)}" for kind, own in has.items())
    others = {check.id: article(check.kinds[0]) for check in all_checks()}
    wrong = unknown[0]
    said = f"{wrong} is a check of {others[wrong]}" if wrong in others else f"there is no {wrong!r}"
    raise SettingsError(f"{label}: {said}", hint)


def _refuse_unknown_names(
    label: str, table: Mapping[str, Iterable[str]], subjects: list[tuple[str, Subject]]
) -> None:
    for name, ids in table.items():
        kinds = [subject.kind for known, subject in subjects if known == name]
        if not kinds:
            there = ", ".join(dict.fromkeys(known for known, _ in subjects))
            raise SettingsError(f"{label} names {name!r}, and the components are {there}")
        refuse_unknown(f"{label}[{name!r}]", ids, kinds)
