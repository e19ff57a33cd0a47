"""What the corpus says of each wrong component."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nnplug.core.component import Component, summary
from nnplug.testing import CheckResult, run_checks


@dataclass(frozen=True)
class Mistake:
    """A wrong component, and how it must be found out.

    cls : the component
    check : the id of the check that must fail
    reason : a pattern in what the check says
    diagnosis : a pattern in the diagnosis; "" where the reason names the mistake, or where nothing
        but the figures is known, and there must be no diagnosis
    figures : whether the failure names parameter, index, analytic, numeric and ratio
    references : what its author would hand to the kit
    """

    cls: type[Component]
    check: str
    reason: str
    diagnosis: str = ""
    figures: bool = False
    references: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of component."""
        return self.cls.kind

    @property
    def id(self) -> str:
        """A name of this entry: "activation-DerivativeOfY-A2"."""
        return f"{self.kind}-{self.cls.__name__}-{self.check}"

    @property
    def description(self) -> str:
        """What is wrong, in one line."""
        return summary(self.cls).rpartition("  (")[0] or summary(self.cls)

    @property
    def words(self) -> str:
        """The pattern that names the mistake, wherever it is named."""
        return self.diagnosis or self.reason

    def run(self, seed: int = 0) -> CheckResult:
        """Return how the check ends."""
        (result,) = run_checks(self.cls, self.check, references=self.references, seed=seed)
        return result
