"""The kit in a stranger's pytest."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug.testing
from nnplug.core import Activation, Array
from nnplug.core.registry import default_registry
from nnplug.testing import CheckFailed, checks_for
from nnplug.testing.collect import cases, raise_failure


class Swish(Activation):
    """y = z / (1 + exp(-z))  (2017)."""

    def forward(self, z: Array) -> Array:
        return z * (0.5 * np.tanh(0.5 * z) + 0.5)

    def derivative(self, z: Array, y: Array) -> Array:
        s = 0.5 * np.tanh(0.5 * z) + 0.5
        return s + y * (1 - s)


test_conformance = nnplug.testing.parametrize(Swish)
"""As a stranger writes it; these items run with the tests around them."""


def test_one_item_a_check() -> None:
    ids = [id for id, _, _ in cases(Swish)]
    assert ids == [f"activation-Swish-{check.id}" for check in checks_for("activation")]
    assert [id for id, _, _ in cases([Swish, Swish()], only=["A2"])] == [
        "activation-Swish-A2",
        "activation-Swish-A2",
    ]


def test_a_package_means_all_its_components() -> None:
    own = {e.name for e in default_registry().entries() if e.provider.package == "nnplug"}
    found = {id.split("-")[1] for id, _, _ in cases("nnplug", only=["C8"])}
    assert found == own
    with pytest.raises(ValueError, match="no loaded plugin of a package 'nnplug-nobody'"):
        cases("nnplug-nobody")


def test_references_reach_their_component() -> None:
    known: dict[str, Any] = {"adam": {"O9": "a trajectory"}}
    subjects = {id: subject for id, _, subject in cases("nnplug", references=known)}
    assert subjects["optimizer-adam-O9"].references == {"O9": "a trajectory"}
    assert subjects["optimizer-gd-O9"].references == {}


WRONG = '''
import nnplug
import nnplug.testing
import numpy as np


class Wrong(nnplug.Activation):
    """y = tanh(z)  (1998)."""

    def forward(self, z):
        return np.tanh(z)

    def derivative(self, z, y):
        return 1 + y * y


test_conformance = nnplug.testing.parametrize(Wrong, only=["A2", "A6", "A7"])
'''


def test_a_failure_names_component_check_and_figures(tmp_path: Path) -> None:
    (tmp_path / "test_wrong.py").write_text(WRONG)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert "1 failed, 1 passed, 1 skipped" in done.stdout
    assert "test_conformance[activation-Wrong-A2]" in done.stdout
    assert "activation Wrong: A2 (derivative agrees with finite differences)" in done.stdout
    assert "it declares neither range nor monotonicity" in done.stdout


def test_a_raised_failure_keeps_its_data() -> None:
    class Wrong(Swish):
        """y = z / (1 + exp(-z))  (2017)."""

        def derivative(self, z: Array, y: Array) -> Array:
            return 2 * super().derivative(z, y)

    (result,) = nnplug.testing.run_checks(Wrong, "A2")
    with pytest.raises(CheckFailed, match="activation Wrong: A2") as caught:
        raise_failure(result)
    assert caught.value.data["ratio"] == pytest.approx(2)


def test_importing_the_kit_imports_neither_pytest_nor_numpy() -> None:
    code = "import sys, nnplug.testing; print(sorted({'numpy', 'pytest'} & sys.modules.keys()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
