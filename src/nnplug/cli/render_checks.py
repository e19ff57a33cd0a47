"""What `nnplug check` prints: a line for each check, or a few for each component."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import indent, wrap

import click

from nnplug.core.component import Component
from nnplug.core.kinds import article
from nnplug.core.loader.plugin import Fault, Plugin, Provider
from nnplug.testing import Check, CheckFailed, CheckResult

WIDTH = 100
COLOURS = {"passed": "green", "failed": "red", "skipped": "yellow"}
WORTH_READING = ("D6", "O2")
"""Checks whose figures are printed for many components as well: how hard, and how large a step."""

GROUPS = {
    "C": "every kind",
    "A": "activations",
    "L": "layers",
    "S": "losses (scores)",
    "O": "optimizers",
    "W": "initializers (weights)",
    "R": "schedules (rates)",
    "B": "callbacks",
    "D": "datasets",
    "I": "in a network",
}
"""What the letter of an id stands for."""


@dataclass
class Checked:
    """A component, and how its checks ended so far.

    spec : what to type for it
    import_seconds : how long its import takes, or None where that was not measured
    """

    kind: str
    spec: str
    provider: Provider
    results: list[CheckResult] = field(default_factory=list)
    seconds: float = 0.0
    import_seconds: float | None = None

    @property
    def failed(self) -> list[CheckResult]:
        """The checks that failed."""
        return [result for result in self.results if result.failed]

    def like(self, result: CheckResult) -> CheckResult | None:
        """Return the first check that ended so for the same reason as this one, if not this one."""
        end = (result.status, result.reason)
        same = next((one for one in self.results if (one.status, one.reason) == end), None)
        return None if same is result or not result.reason else same


def counts(results: Iterable[CheckResult]) -> dict[str, int]:
    """Return how many passed, failed and were skipped."""
    found = dict.fromkeys(COLOURS, 0)
    for result in results:
        found[result.status] += 1
    return found


def heading(checked: Checked) -> str:
    """Say what is checked, and who gives it."""
    return f"{checked.kind} {checked.spec} from {checked.provider.text}"


def line(result: CheckResult, checked: Checked) -> str:
    """Say how one check ended: a line with its title, and below it what there is to say."""
    head = f"  {result.id:<4} {_word(result.status)}  {result.title}"
    same = checked.like(result)
    if same is not None:
        said = _hanging(f"as in {same.id}")
    elif result.failed:
        said = _failure(result, checked)
    else:
        said = _hanging(result.reason or result.detail)
    return "\n".join((head, *said))


def block(checked: Checked) -> str:
    """Say how all checks of a component ended, in a few lines; failures in full."""
    head = f"{heading(checked)}: {say_counts(counts(checked.results))}"
    if checked.import_seconds is not None:
        head += f", imported in {1000 * checked.import_seconds:.0f} ms"
    lines = [head]
    skipped: dict[str, list[str]] = {}
    for result in checked.results:
        if result.failed and checked.like(result) is None:
            lines.append(line(result, checked))
            alike = [one.id for one in checked.failed if checked.like(one) is result]
            lines += _hanging(f"likewise {', '.join(alike)}" if alike else "")
        elif result.status == "skipped":
            skipped.setdefault(result.reason, []).append(result.id)
        elif result.id in WORTH_READING and result.detail:
            lines += _hanging(f"{result.id}: {result.detail}", 2)
    if skipped:
        said = "; ".join(f"{', '.join(ids)} ({reason})" for reason, ids in skipped.items())
        lines += _hanging(f"skipped: {said}", 2)
    return "\n".join(lines)


def say_counts(found: dict[str, int]) -> str:
    """Say "20 passed, 0 failed, 1 skipped", in colour where there are any."""
    return ", ".join(
        click.style(f"{number} {status}", fg=COLOURS[status] if number else None)
        for status, number in found.items()
    )


def missing_text(one: Plugin | Fault) -> str:
    """Say why a plugin or a component is not there to check, with its traceback."""
    head = click.style(one.text, fg=COLOURS["failed"])
    return f"{head}\n{indent(one.traceback.rstrip(), '    ')}" if one.traceback else head


def closing(
    done: Sequence[Checked],
    missing: Sequence[Plugin | Fault],
    seconds: float,
    *,
    each: bool = True,
) -> str:
    """Say the totals, and which components failed in what.

    each : whether every check was shown; else it is said how to see them
    """
    results = [result for checked in done for result in checked.results]
    several = len(done) + len(missing) > 1
    lines = []
    if done:
        many = f"{len(done)} components, " if len(done) > 1 else ""
        total = f"{many}{_count(len(results), 'check')}: {say_counts(counts(results))}"
        lines.append(f"{total} in {seconds:.1f} s{'' if each else ' (-v shows each check)'}")
    if missing:
        lines.append(f"{len(missing)} asked for and not there to check")
    for checked in done:
        if checked.failed and several:
            ids = ", ".join(result.id for result in checked.failed)
            lines.append(f"  failed: {checked.kind} {checked.spec} ({ids})")
    lines += [f"  failed: {one.text}" for one in missing if several]
    return "\n".join(lines)


def listing(checks: Sequence[Check], *, verbose: bool) -> str:
    """List checks by the letter of their ids: title, and what is looked at if verbose."""
    lines: list[str] = []
    letter = ""
    for check in checks:
        if check.id[0] != letter:
            letter = check.id[0]
            lines += ["", GROUPS.get(letter, letter)] if lines else [GROUPS.get(letter, letter)]
        some = letter in "CI" and len(check.kinds) < len(GROUPS) - 2
        lines.append(f"  {check.id:<4} {check.title}")
        if some:
            lines += _hanging("of " + ", ".join(article(kind) for kind in check.kinds))
        if verbose:
            lines += _hanging((check.function.__doc__ or "").strip())
    return "\n".join(lines)


def _word(status: str) -> str:
    shown = status.upper() if status == "failed" else status
    return click.style(f"{shown:<7}", fg=COLOURS[status], bold=status == "failed")


def _failure(result: CheckResult, checked: Checked) -> list[str]:
    lines = _hanging(result.reason)
    if result.component != checked.spec:
        lines += _hanging(f"with {result.component}")
    if result.error is not None and not isinstance(result.error, CheckFailed):
        lines += _hanging(_place(result.error))
    if result.diagnosis:
        told = next(one for one in checked.failed if one.diagnosis == result.diagnosis)
        said = result.diagnosis if told is result else f"as in {told.id}"
        lines += _hanging(f"looks like: {said}")
    return lines


def _place(error: BaseException) -> str:
    """Say where in the component it was raised, or an empty text."""
    place, trace = "", error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        if isinstance(trace.tb_frame.f_locals.get("self"), Component):
            place = f"in {code.co_name}, {Path(code.co_filename).name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return place


def _hanging(text: str, by: int = 7) -> list[str]:
    """Return the lines of a text below a heading, wrapped."""
    return [
        " " * by + part
        for whole in text.splitlines()
        for part in wrap(whole, WIDTH - by, break_long_words=False, break_on_hyphens=False)
    ]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
