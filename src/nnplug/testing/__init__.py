"""The conformance kit: what every component must do, whoever wrote it.

    results = nnplug.testing.run_checks(Swish)
    test_conformance = nnplug.testing.parametrize("nnplug-swish")

Names are imported at first use, and pytest only by `parametrize`.
"""

from typing import TYPE_CHECKING

from nnplug.core.lazy import lazily

if TYPE_CHECKING:
    from nnplug.testing.checks import Check as Check
    from nnplug.testing.checks import all_checks as all_checks
    from nnplug.testing.checks import check as check
    from nnplug.testing.checks import checks_for as checks_for
    from nnplug.testing.collect import cases as cases
    from nnplug.testing.collect import parametrize as parametrize
    from nnplug.testing.loss import Equivalence as Equivalence
    from nnplug.testing.optimizer import Trajectory as Trajectory
    from nnplug.testing.outcome import CheckFailed as CheckFailed
    from nnplug.testing.outcome import CheckResult as CheckResult
    from nnplug.testing.outcome import CheckSkipped as CheckSkipped
    from nnplug.testing.run import run_check as run_check
    from nnplug.testing.run import run_checks as run_checks
    from nnplug.testing.subject import Subject as Subject

PUBLIC = {
    "Check": "nnplug.testing.checks",
    "CheckFailed": "nnplug.testing.outcome",
    "CheckResult": "nnplug.testing.outcome",
    "CheckSkipped": "nnplug.testing.outcome",
    "Equivalence": "nnplug.testing.loss",
    "Subject": "nnplug.testing.subject",
    "Trajectory": "nnplug.testing.optimizer",
    "all_checks": "nnplug.testing.checks",
    "cases": "nnplug.testing.collect",
    "check": "nnplug.testing.checks",
    "checks_for": "nnplug.testing.checks",
    "parametrize": "nnplug.testing.collect",
    "run_check": "nnplug.testing.run",
    "run_checks": "nnplug.testing.run",
}
"""The public names of the kit, and the module of each."""

__getattr__, __dir__ = lazily(__name__, PUBLIC)
