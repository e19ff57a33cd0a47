"""Running checks: what comes back, in which order, with what data."""

import json
from typing import Annotated, Any

import numpy as np
import pytest
from annotated_types import Ge, Lt

from nnplug.core import Activation, Array, Optimizer
from nnplug.core.errors import ContractError
from nnplug.core.registry import default_registry
from nnplug.testing import CheckFailed, CheckResult, run_checks


class Halved(Activation):
    """y = tanh(z), with half its derivative  (1998)."""

    def forward(self, z: Array) -> Array:
        return np.tanh(z)

    def derivative(self, z: Array, y: Array) -> Array:
        return 0.5 * (1 - y * y)


class ClimbsWithMomentum(Optimizer):
    """v = mu v + g; w = w - lr (g - 3 mu v), right while mu is 0  (1986)."""

    momentum: Annotated[float, Ge(0), Lt(1)] = 0.0

    slots = ("v",)

    def update(self, w: Array, g: Array, lr: float, t: int, v: Array) -> tuple[Array, Array]:
        v = self.momentum * v + g
        return w - lr * (g - 3 * self.momentum * v), v


class NeedsTwo(Activation):
    """y = a z, with a that has no default  (1960)."""

    a: Annotated[float, Ge(2)]

    def forward(self, z: Array) -> Array:
        return self.a * z

    def derivative(self, z: Array, y: Array) -> Array:
        return np.zeros_like(z) + self.a


class Exits(Activation):
    """y = z, and good-bye  (1960)."""

    def forward(self, z: Array) -> Array:
        raise SystemExit(3)

    def derivative(self, z: Array, y: Array) -> Array:
        return z


def test_results_are_data() -> None:
    results = run_checks(Halved)
    assert [one.id for one in results][:2] == ["C1", "C2"]
    assert {one.id for one in results if one.failed} == {"A2", "A4", "I2"}
    (a2,) = [one for one in results if one.id == "A2"]
    assert (a2.kind, a2.component, a2.status) == ("activation", "Halved", "failed")
    assert a2.title == "derivative agrees with finite differences"
    assert a2.data["ratio"] == pytest.approx(0.5)
    assert a2.data["parameter"] == "derivative"
    assert a2.data["wrong"] <= a2.data["of"]
    assert a2.text.startswith("A2 failed: derivative at z = ")
    assert a2.seconds > 0
    written = json.loads(json.dumps([one.as_json() for one in results]))
    assert written[0]["id"] == "C1"
    assert set(written[0]) == set(CheckResult.__dataclass_fields__) - {"error"}


def test_the_whole_arrays_stay_with_the_failure() -> None:
    (result,) = run_checks(Halved, "A2")
    assert isinstance(result.error, CheckFailed)
    analytic, numeric = result.error.evidence["analytic"], result.error.evidence["numeric"]
    np.testing.assert_allclose(analytic, 0.5 * numeric, rtol=1e-6, atol=1e-8)


def test_only_some_checks() -> None:
    assert [one.id for one in run_checks(Halved, ["A7", "A1"])] == ["A1", "A7"]
    assert [one.id for one in run_checks(Halved, "A7")] == ["A7"]
    with pytest.raises(ValueError, match="there is no check A77"):
        run_checks(Halved, "A77")


def test_a_mistake_behind_a_default_is_found_and_its_setting_named() -> None:
    (result,) = run_checks(ClimbsWithMomentum, "O2")
    assert result.failed
    assert result.component == "ClimbsWithMomentum:lr=0.0075,momentum=0.45"
    (right,) = run_checks(ClimbsWithMomentum, "O1")
    assert right.status == "passed"


def test_a_required_hyperparameter_gets_an_example_in_its_range() -> None:
    results = run_checks(NeedsTwo)
    assert not [one.text for one in results if one.failed]
    assert results[0].component == "NeedsTwo:a=2.0"


def test_an_instance_is_checked_as_it_is() -> None:
    assert run_checks(NeedsTwo(7.0), "A2")[0].component == "NeedsTwo:a=7.0"


def test_what_a_component_raises_is_a_failure_and_never_gets_out() -> None:
    (result,) = run_checks(Exits, "A2")
    assert (result.status, result.reason) == ("failed", "it raises SystemExit: 3")


def test_what_is_no_component_is_refused() -> None:
    things: list[Any] = [3, int, Activation.__mro__[1]]
    for thing in things:
        with pytest.raises(ContractError, match="is no component"):
            run_checks(thing)


def test_a_skip_has_a_reason_and_a_pass_may_have_a_detail() -> None:
    softmax = default_registry().get("activation", "softmax")
    a2, a3 = run_checks(softmax, ("A2", "A3"))
    assert a2.status == a3.status == "skipped"
    assert a2.reason == "it is not elementwise and gives backward, which A4 compares"
    (c1,) = run_checks(softmax, "C1")
    assert c1.detail.startswith("imported in ")
    assert c1.text.startswith("C1 passed: imported in ")
    assert c1.package == "nnplug"


def test_another_seed_looks_at_other_points_and_the_same_one_at_the_same() -> None:
    at = [run_checks(Halved, "A2", seed=seed)[0].data["index"] for seed in (0, 0, 1)]
    assert at[0] == at[1] != at[2]
