"""A failure to be explained, and the hypotheses that are tried on it."""

import contextlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, TypeVar

from nnplug.testing.outcome import CheckFailed
from nnplug.testing.subject import Subject

T = TypeVar("T")

MODULES = (
    "raised",
    "state",
    "inputs",
    "update",
    "axes",
    "stack",
    "activation",
    "activation_formula",
    "jacobian",
    "layer",
    "normalization",
    "layer_parameters",
    "layer_chance",
    "loss_link",
    "loss",
    "loss_value",
    "optimizer",
    "optimizer_decay",
    "adam",
    "spread",
    "dataset",
    "callback",
    "extremes",
    "precision",
)
"""Where hypotheses are written, in the order in which they are tried."""


@dataclass(frozen=True)
class Case:
    """A failed check.

    id : of the check;  subject : with the hyperparameters at which it failed
    error : what was raised: CheckFailed, or what the component raised itself
    """

    id: str
    subject: Subject
    error: BaseException
    _measured: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def component(self) -> Any:
        """The component that failed."""
        return self.subject.component

    @property
    def raised(self) -> bool:
        """Whether the component raised an error of its own."""
        return not isinstance(self.error, CheckFailed)

    @property
    def parameter(self) -> str:
        """What the check looked at when it failed: "derivative", "W"."""
        found = self.error.data if isinstance(self.error, CheckFailed) else {}
        return str(found.get("parameter", ""))

    def measure(self, function: Callable[["Case"], T]) -> T:
        """Return function(case), computed once for all hypotheses."""
        if function not in self._measured:
            self._measured[function] = function(self)
        found: T = self._measured[function]
        return found


Function = Callable[[Case], str | None]


@dataclass(frozen=True)
class Hypothesis:
    """A mistake that a failure may look like.

    ids : of the checks whose failure it may explain;  kinds : of component; () for every one
    """

    function: Function
    ids: tuple[str, ...]
    kinds: tuple[str, ...]

    def concerns(self, case: Case) -> bool:
        """Say whether it may explain this failure at all."""
        kind = case.subject.kind
        return (not self.ids or case.id in self.ids) and (not self.kinds or kind in self.kinds)


_HYPOTHESES: list[Hypothesis] = []


def hypothesis(*ids: str, kinds: tuple[str, ...] = ()) -> Callable[[Function], Function]:
    """Register the function below: it returns the mistake in words, or None where it does not fit.

    "" ends the search: whatever else would be tried could not be trusted.
    """

    def register(function: Function) -> Function:
        _HYPOTHESES.append(Hypothesis(function, ids, kinds))
        return function

    return register


def all_hypotheses() -> list[Hypothesis]:
    """Return every hypothesis, in the order in which they are tried."""
    for module in MODULES:
        import_module(f"nnplug.testing.diagnosis.{module}")
    place = {f"nnplug.testing.diagnosis.{module}": i for i, module in enumerate(MODULES)}
    return sorted(_HYPOTHESES, key=lambda one: place.get(one.function.__module__, len(place)))


def diagnose(id: str, subject: Subject, error: BaseException) -> str:
    """Return the mistake that a failure looks like, or "" where no hypothesis fits the numbers."""
    case = Case(id, subject, error)
    for one in all_hypotheses():
        if one.concerns(case):
            try:
                found = _tried(one, case)
            except (Exception, SystemExit):
                continue  # an experiment hands a wrong component what nobody else does
            except KeyboardInterrupt:
                raise
            except BaseException:  # a time limit of who runs the check
                return ""
            if found is not None:
                return found
    return ""


def _tried(one: Hypothesis, case: Case) -> str | None:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return one.function(case)
