"""What is wrong in how a package names, gives and imports a component: C1, and C3's pickle."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mistakes.common import Double
from nnplug.core import Activation
from nnplug.core.registry import Registry
from nnplug.testing import run_checks
from nnplug.testing.imports import import_seconds


def local_class() -> type[Activation]:
    class Local(Double):
        """y = 2 z, defined inside a function  (1960)."""

    return Local


def test_a_class_that_no_other_process_finds_is_caught(catch: Callable[..., Any]) -> None:
    catch(local_class(), "C3", "pickle fails: .*define the class at the top level of a module")


PLUGIN = '''
import time
import nnplug
import numpy as np

time.sleep(%s)

class Double(nnplug.Activation):
    """y = 2 z  (1960)."""

    def forward(self, z):
        return 2 * z

    def derivative(self, z, y):
        return np.full_like(z, 2)

@nnplug.hookimpl
def nnplug_activations():
    return {"%s": Double}
'''


@pytest.fixture
def registry_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Registry]:
    monkeypatch.syspath_prepend(tmp_path)

    def make(*plugins: tuple[str, str, float]) -> Registry:
        for module, name, seconds in plugins:
            (tmp_path / f"{module}.py").write_text(PLUGIN % (seconds, name))
        return Registry(only=(), extra=[module for module, _, _ in plugins])

    return make


def double(registry: Registry, module: str) -> type[Any]:
    return next(e.cls for e in registry.entries("activation") if e.cls.__module__ == module)


def test_a_name_is_a_slug(
    registry_with: Callable[..., Registry], catch: Callable[..., Any]
) -> None:
    registry = registry_with(("nnplug_test_loud", "DoubleIt", 0))
    cls = double(registry, "nnplug_test_loud")
    catch(
        cls, "C1", "its name is 'DoubleIt'; take small letters .* a letter first", registry=registry
    )


def test_a_name_that_another_author_takes_too_is_told(
    registry_with: Callable[..., Registry],
) -> None:
    registry = registry_with(("nnplug_test_a", "double", 0), ("nnplug_test_b", "dou-ble", 0))
    (result,) = run_checks(double(registry, "nnplug_test_a"), "C1", registry=registry)
    # Nobody can know every other author's package: theirs does not fail for it.
    assert result.status == "passed"
    assert "; nnplug_test_b gives an activation 'double' as well: nnplug_test_a:double" in (
        result.detail
    )


def test_a_built_in_keeps_its_name(
    registry_with: Callable[..., Registry], catch: Callable[..., Any]
) -> None:
    registry = registry_with(("nnplug_test_greedy", "ta-nh", 0))
    cls = double(registry, "nnplug_test_greedy")
    catch(cls, "C1", r"nnplug \S+ gives an activation 'ta-nh' as well", registry=registry)
    (result,) = run_checks(registry.get("activation", "tanh"), "C1", registry=registry)
    assert result.status == "passed"
    assert "greedy" not in result.detail


def test_a_slow_import_is_caught(
    registry_with: Callable[..., Registry], catch: Callable[..., Any]
) -> None:
    registry = registry_with(("nnplug_test_slow", "double", 1.05))
    cls = double(registry, "nnplug_test_slow")
    catch(cls, "C1", r"importing nnplug_test_slow takes 1\.\d+ s", registry=registry)


def test_a_quick_import_is_told(registry_with: Callable[..., Registry]) -> None:
    registry = registry_with(("nnplug_test_quick", "double", 0))
    (result,) = run_checks(double(registry, "nnplug_test_quick"), "C1", registry=registry)
    assert result.status == "passed"
    assert result.detail.startswith("imported in ")


def test_a_module_that_cannot_be_imported_is_not_timed() -> None:
    assert import_seconds("no_such_module_anywhere") is None
