"""What is wrong in components of any kind: names, hyperparameters, copies, docstrings, bits."""

import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pytest
from annotated_types import Ge

from nnplug.core import Activation, Array
from nnplug.core.registry import Registry
from nnplug.testing import run_checks
from nnplug.testing.imports import import_seconds


class Right(Activation):
    """y = 2 z, from which the wrong ones derive  (1960)."""

    def forward(self, z: Array) -> Array:
        return 2 * z

    def derivative(self, z: Array, y: Array) -> Array:
        return np.full_like(z, 2)


class RefusesDefaults(Right):
    """y = 2 z, whose own defaults contradict each other  (1960)."""

    low: float = 1.0
    high: float = 0.5

    def validate(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


class CrashesOnRange(Right):
    """y = 2 z, a check with an error of another kind  (1960)."""

    power: Annotated[float, Ge(0)] = 1.0

    def validate(self) -> None:
        if self.power < 1:
            raise KeyError("power")


class ChangesItself(Right):
    """y = 2 z, whose hyperparameter grows with every construction  (1960)."""

    scale: float = 1.0

    def validate(self) -> None:
        object.__setattr__(self, "scale", self.scale + 1)

    def __reduce__(self) -> Any:
        return type(self), (self.scale,)


class Prints(Right):
    """y = 2 z, told to everybody  (1960)."""

    def forward(self, z: Array) -> Array:
        print("forward")
        return 2 * z


class PrintsToStderr(Right):
    """y = 2 z, told to stderr  (1960)."""

    def forward(self, z: Array) -> Array:
        print("forward", file=sys.stderr)
        return 2 * z


class Warns(Right):
    """y = 2 z, with a warning  (1960)."""

    def forward(self, z: Array) -> Array:
        warnings.warn("z is small", stacklevel=1)
        return 2 * z


class WarnsByNumPy(Right):
    """y = 2 z + 0 log(z)  (1960)."""

    def forward(self, z: Array) -> Array:
        return 2 * z + np.nan_to_num(0 * np.log(z))


class SeedsGlobally(Right):
    """y = 2 z, np.random.seed called  (1960)."""

    def forward(self, z: Array) -> Array:
        np.random.seed(0)  # noqa: NPY002
        return 2 * z


class InPlace(Right):
    """y = 2 z, made in place  (1960)."""

    def forward(self, z: Array) -> Array:
        z *= 2
        return z


class InPlaceBackward(Right):
    """y = 2 z, dy doubled in place  (1960)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        dy *= 2
        return dy


class ReadsMemory(Right):
    """y = 2 z, by the order of numbers in memory  (1960)."""

    def forward(self, z: Array) -> Array:
        return 2 * np.ravel(z, order="K").reshape(z.shape)


_called = [0]


class Remembers(Right):
    """y = 2 z + 1e-3 calls  (1960)."""

    def forward(self, z: Array) -> Array:
        _called[0] += 1
        return 2 * z + 1e-3 * _called[0]


class Upcasts(Right):
    """y = 2 z, the derivative by np.where of two numbers  (1960)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return np.where(z > 0, 2.0, 2.0)


class Coarse(Right):
    """y = 2 z, rounded to float16 where z is not float64  (1960)."""

    def forward(self, z: Array) -> Array:
        return 2 * (z if z.dtype == np.float64 else z.astype(np.float16).astype(z.dtype))


class Undocumented(Right):
    def forward(self, z: Array) -> Array:
        return 2 * z


class WithoutFormula(Right):
    """Doubles what it gets, since 1960."""


class WithoutSource(Right):
    """y = 2 z, as everybody knows."""


class Mumbles(Right):
    """Double.

    y = 2 z  (1960)
    """


def local_class() -> type[Activation]:
    class Local(Right):
        """y = 2 z, defined inside a function  (1960)."""

    return Local


SAID = [
    (
        RefusesDefaults,
        "C2",
        "it cannot be made with its defaults: SpecError: activation RefusesDefaults: low is",
    ),
    (CrashesOnRange, "C2", "power = 0.75 raises KeyError: 'power'; raise ValueError in validate"),
    (ChangesItself, "C3", r"after copy.copy, ChangesItself\(scale=2.0\) is"),
    (Prints, "C4", "forward prints 'forward"),
    (PrintsToStderr, "C4", "forward prints 'forward"),
    (Warns, "C4", "forward warns: z is small"),
    (WarnsByNumPy, "C4", "forward: invalid value encountered in log on ordinary input"),
    (SeedsGlobally, "C4", "forward draws from global chance"),
    (InPlace, "C5", r"z\[0, 0\]: forward changes its input z; now and before"),
    (InPlaceBackward, "C5", r"dy\[0, 0\]: backward changes its input dy"),
    (ReadsMemory, "C5", r"y\[.*of Fortran-ordered inputs .*of plain ones"),
    (Remembers, "C6", r"y\[0, 0\]: forward, called twice, now and before"),
    (Upcasts, "C7", r"dz of backward is float64\[7, 4\]; float32\[7, 4\] is expected"),
    (Coarse, "C7", "y of forward.*in float32 .*in float64"),
    (Undocumented, "C8", "it has no docstring"),
    (WithoutFormula, "C8", "its docstring has no formula"),
    (WithoutSource, "C8", "its docstring names no source"),
    (Mumbles, "C8", "its docstring begins with 'Double.'"),
]


@pytest.mark.parametrize(("cls", "id", "says"), SAID, ids=lambda v: getattr(v, "__name__", v))
def test_a_mistake_is_caught(cls: Any, id: str, says: str, catch: Callable[..., Any]) -> None:
    catch(cls, id, says)


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
    catch(cls, "C1", "its name is 'DoubleIt'; take small letters", registry=registry)


def test_a_name_is_unique(
    registry_with: Callable[..., Registry], catch: Callable[..., Any]
) -> None:
    registry = registry_with(("nnplug_test_a", "double", 0), ("nnplug_test_b", "dou-ble", 0))
    cls = double(registry, "nnplug_test_a")
    catch(cls, "C1", "nnplug_test_b gives a activation|an activation", registry=registry)


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
