"""What the tests of the kit share."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from nnplug.testing import CheckFailed, CheckResult, run_checks

Catch = Callable[..., CheckResult]


@pytest.fixture
def catch() -> Catch:
    def must_fail(cls: Any, id: str, says: str, **options: Any) -> CheckResult:
        """Require that this check fails with a message that matches, and return its result."""
        (result,) = run_checks(cls, id, **options)
        assert result.status == "failed", f"{id} of {cls} {result.status}: {result.reason}"
        assert re.search(says, result.reason), result.reason
        return result

    return must_fail


@pytest.fixture
def catch_with_figures(catch: Catch) -> Catch:
    def must_fail(cls: Any, id: str, says: str, **options: Any) -> CheckResult:
        """Require besides that the failure names parameter, index, analytic, numeric, ratio."""
        result = catch(cls, id, says, **options)
        assert isinstance(result.error, CheckFailed)
        assert {"parameter", "index", "analytic", "numeric", "ratio"} <= set(result.data)
        return result

    return must_fail
