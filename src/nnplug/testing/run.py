"""Running checks: on a component or a class, with results as data."""

import time
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from nnplug.core.errors import SettingsError
from nnplug.core.registry import Registry
from nnplug.testing.agreement import margins
from nnplug.testing.checks import Check, all_checks, checks_for
from nnplug.testing.draws import seeded
from nnplug.testing.outcome import CheckFailed, CheckResult, CheckSkipped
from nnplug.testing.subject import Subject, subject_of, variants_of

HYPERPARAMETERS = "C2"
"""The check that tells why no instance can be made; all others are skipped then."""


def run_checks(
    thing: Any,
    only: str | Iterable[str] | None = None,
    *,
    registry: Registry | None = None,
    references: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> list[CheckResult]:
    """Run the checks that concern a component, and return how each ended.

    thing : a component class, or an instance
    only : an id or several, "A2"; all if not given
    references : what the author knows from elsewhere: {"O9": Trajectory(...)}
    seed : of the points at which it is looked; the same ones at every run if not given
    Raises ValueError for an id that there is not.
    """
    subject = subject_of(thing, registry, references)
    wanted = None if only is None else {only} if isinstance(only, str) else set(only)
    unknown = (wanted or set()) - {one.id for one in all_checks()}
    if unknown:
        raise ValueError(f"there is no check {', '.join(sorted(unknown))}")
    with seeded(seed):
        return [
            run_check(one, subject)
            for one in checks_for(subject.kind)
            if wanted is None or one.id in wanted
        ]


def run_check(check: Check, subject: Subject) -> CheckResult:
    """Run one check on a component, and with its hyperparameters off their defaults.

    It fails with the first variant that fails, and is skipped if it concerns none of them.
    """
    started = time.perf_counter()
    if subject.broken or subject.needs:
        return _unmade(check, subject)
    subjects = variants_of(subject) if check.variants else [subject]
    details: list[str] = []
    skipped: list[str] = []
    at = subject
    found: dict[str, Any] = {}
    # What NumPy and others warn of is told once, by C4.
    with margins() as collected, np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for at in subjects:
            try:
                details.append(check.function(at) or "")
            except CheckSkipped as skip:
                skipped.append(skip.reason)
            except CheckFailed as failure:
                found = {"reason": failure.message, "data": failure.data, "error": failure}
                break
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # SystemExit, and a time limit of who runs the check
                if _lacks_a_library(error):
                    skipped.append(str(error))
                    continue
                found = {"reason": _raised(error), "error": error}
                break
        if found:
            from nnplug.testing.diagnosis import diagnose  # a right component needs none

            found |= {"status": "failed", "diagnosis": diagnose(check.id, at, found["error"])}
    if not found:
        status = "passed" if details else "skipped"
        found = {"status": status, "reason": "" if details else skipped[0]}
    return CheckResult(
        id=check.id,
        title=check.title,
        kind=subject.kind,
        component=at.spec if found["status"] == "failed" else subject.spec,
        package=subject.registry.provider(subject.cls).package,
        detail=details[0] if details else "",
        margin=max(collected, default=None),
        variants=len(subjects),
        seconds=time.perf_counter() - started,
        **found,
    )


def _lacks_a_library(error: BaseException) -> bool:
    """Say whether a component says in its own words that a library is not installed."""
    return isinstance(error, SettingsError) and isinstance(error.__context__, ImportError)


def _unmade(check: Check, subject: Subject) -> CheckResult:
    """Return the result for a class of which no instance could be made: one check says why.

    Where only its user can say with what, as with the name of a file, that is no failure.
    """
    tells = check.id == HYPERPARAMETERS and not subject.needs
    needs = f"it needs {subject.needs}; nnplug check takes a spec, {subject.name}:name=value"
    return CheckResult(
        id=check.id,
        title=check.title,
        kind=subject.kind,
        component=subject.name,
        package=subject.registry.provider(subject.cls).package,
        status="failed" if tells else "skipped",
        reason=subject.broken or needs,
    )


def _raised(error: BaseException) -> str:
    notes = " ".join(getattr(error, "__notes__", ()))
    text = f"it raises {type(error).__name__}: {error}".rstrip(": ")
    return f"{text} ({notes})" if notes else text
