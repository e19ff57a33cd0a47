"""What a check ends with: passed, failed with figures, or skipped with a reason; all of it data."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import numpy as np

Status = Literal["passed", "failed", "skipped"]


class CheckFailed(AssertionError):  # noqa: N818 - the name says what happened, as in "check failed"
    """A component does not do what its contract, or a fact that it declares, says.

    parameter : what was looked at: "W", "x", "derivative"
    index : where in it
    analytic, numeric : what the component says, and what finite differences or another way say
    ratio : analytic / numeric, which tells a factor 2 from a sign
    evidence : the whole arrays, for a diagnosis; not printed
    """

    def __init__(
        self,
        message: str,
        *,
        parameter: str | None = None,
        index: Any = None,
        analytic: Any = None,
        numeric: Any = None,
        ratio: float | None = None,
        evidence: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        known = {
            "parameter": parameter,
            "index": index,
            "analytic": analytic,
            "numeric": numeric,
            "ratio": ratio,
            **more,
        }
        self.data = {key: plain(value) for key, value in known.items() if value is not None}
        self.evidence = dict(evidence or {})


class CheckSkipped(Exception):  # noqa: N818 - no error: the check does not concern the component
    """A check has nothing to look at in this component; the reason says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class CheckResult:
    """How one check of one component ended.

    id, title, kind : of the check and the component: "A2", "derivative agrees ...", "activation"
    component, package : the spec of what was checked, and who gives it
    reason : why it failed or was skipped, in a line or a few
    diagnosis : the mistake that a failure looks like, to be read after "it looks like": one line
        without a full stop, first the mistake and then the numbers that speak for it ("a constant
        factor: the derivative is 2 times that of forward at all 1500 points"); "" where it passed,
        where nothing fits the figures, and where the reason names the mistake already
    detail : what it measured, where that is worth printing
    margin : the largest error as a share of the tolerance, where there is one
    variants : how many settings of the hyperparameters it was checked with
    data : parameter, index, analytic, numeric, ratio, ... of a failure
    error : what was raised, with the whole arrays in `.evidence`; left out of JSON
    """

    id: str
    title: str
    kind: str
    component: str
    package: str
    status: Status
    reason: str = ""
    diagnosis: str = ""
    detail: str = ""
    margin: float | None = None
    variants: int = 0
    seconds: float = 0.0
    data: Mapping[str, Any] = field(default_factory=dict)
    error: BaseException | None = field(default=None, compare=False, repr=False)

    @property
    def failed(self) -> bool:
        """Whether the component does not keep its word."""
        return self.status == "failed"

    @property
    def text(self) -> str:
        """One line: "A2 failed: derivative at z = 0.3: ..."."""
        line = f"{self.id} {self.status}"
        rest = self.reason or self.detail
        return f"{line}: {rest}" if rest else line

    def as_json(self) -> dict[str, Any]:
        """Return everything but the exception, as JSON holds it."""
        known = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "error"}
        return known | {"data": dict(self.data)}


def plain(value: Any) -> Any:
    """Return NumPy's numbers and arrays as Python's own; everything else as it is."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return value
