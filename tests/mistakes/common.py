"""What may be wrong in a component of any kind, shown on activations."""

import sys
import warnings
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge

from mistakes.mistake import Mistake
from nnplug.core import Activation, Array


class Double(Activation):
    """y = 2 z, from which the wrong ones derive  (1960)."""

    def forward(self, z: Array) -> Array:
        return 2 * z

    def derivative(self, z: Array, y: Array) -> Array:
        return np.full_like(z, 2)


class RefusesDefaults(Double):
    """y = 2 z, whose own defaults contradict each other  (1960)."""

    low: float = 1.0
    high: float = 0.5

    def validate(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


class CrashesOnRange(Double):
    """y = 2 z, a check with an error of another kind  (1960)."""

    power: Annotated[float, Ge(0)] = 1.0

    def validate(self) -> None:
        if self.power < 1:
            raise KeyError("power")


class ChangesItself(Double):
    """y = 2 z, whose hyperparameter grows with every construction  (1960)."""

    scale: float = 1.0

    def validate(self) -> None:
        object.__setattr__(self, "scale", self.scale + 1)

    def __reduce__(self) -> Any:
        return type(self), (self.scale,)


class Prints(Double):
    """y = 2 z, told to everybody  (1960)."""

    def forward(self, z: Array) -> Array:
        print("forward")
        return 2 * z


class PrintsToStderr(Double):
    """y = 2 z, told to stderr  (1960)."""

    def forward(self, z: Array) -> Array:
        print("forward", file=sys.stderr)
        return 2 * z


class Warns(Double):
    """y = 2 z, with a warning  (1960)."""

    def forward(self, z: Array) -> Array:
        warnings.warn("z is small", stacklevel=1)
        return 2 * z


class WarnsByNumPy(Double):
    """y = 2 z + 0 log(z)  (1960)."""

    def forward(self, z: Array) -> Array:
        return 2 * z + np.nan_to_num(0 * np.log(z))


class SeedsGlobally(Double):
    """y = 2 z, np.random.seed called  (1960)."""

    def forward(self, z: Array) -> Array:
        np.random.seed(0)  # noqa: NPY002
        return 2 * z


class InPlace(Double):
    """y = 2 z, made in place  (1960)."""

    def forward(self, z: Array) -> Array:
        z *= 2
        return z


class InPlaceBackward(Double):
    """y = 2 z, dy doubled in place  (1960)."""

    def backward(self, dy: Array, z: Array, y: Array) -> Array:
        dy *= 2
        return dy


class PutsBack(Double):
    """y = 2 z, z doubled in place and halved again  (1960)."""

    def forward(self, z: Array) -> Array:
        z *= 2
        y = z.copy()
        z /= 2
        return y


class ReadsMemory(Double):
    """y = 2 z, by the order of numbers in memory  (1960)."""

    def forward(self, z: Array) -> Array:
        return 2 * np.ravel(z, order="K").reshape(z.shape)


_called = [0]


class Remembers(Double):
    """y = 2 z + 1e-3 calls  (1960)."""

    def forward(self, z: Array) -> Array:
        _called[0] += 1
        return 2 * z + 1e-3 * _called[0]


class CountsOnItsClass(Double):
    """y = 2 z + 1e-3 calls, counted in the class  (1960)."""

    _calls = 0

    def forward(self, z: Array) -> Array:
        type(self)._calls += 1
        return 2 * z + 1e-3 * self._calls


class Jitters(Double):
    """y = 2 z + 1e-3 noise, from the global generator  (1960)."""

    def forward(self, z: Array) -> Array:
        return 2 * z + 1e-3 * np.random.random(z.shape)  # noqa: NPY002


class Upcasts(Double):
    """y = 2 z, the derivative by np.where of two numbers  (1960)."""

    def derivative(self, z: Array, y: Array) -> Array:
        return np.where(z > 0, 2.0, 2.0)


class Coarse(Double):
    """y = 2 z, rounded to float16 where z is not float64  (1960)."""

    def forward(self, z: Array) -> Array:
        return 2 * (z if z.dtype == np.float64 else z.astype(np.float16).astype(z.dtype))


class Undocumented(Double):
    def forward(self, z: Array) -> Array:
        return 2 * z


class WithoutFormula(Double):
    """Doubles what it gets, since 1960."""


class WithoutSource(Double):
    """y = 2 z, as everybody knows."""


class Mumbles(Double):
    """Double.

    y = 2 z  (1960)
    """


RIGHT = [Double]
MISTAKES = [
    Mistake(RefusesDefaults, "C2", "it cannot be made with its defaults: .*: low is above high"),
    Mistake(CrashesOnRange, "C2", "power = 0.75 raises KeyError: 'power'; raise ValueError in val"),
    Mistake(ChangesItself, "C3", r"after copy.copy, ChangesItself\(scale=2.0\) is"),
    Mistake(Prints, "C4", "forward prints 'forward"),
    Mistake(PrintsToStderr, "C4", "forward prints 'forward"),
    Mistake(Warns, "C4", "forward warns: z is small"),
    Mistake(WarnsByNumPy, "C4", "forward: invalid value encountered in log on ordinary input"),
    Mistake(SeedsGlobally, "C4", "forward draws from global chance"),
    Mistake(
        InPlace,
        "C5",
        r"z\[0, 0\]: forward changes its input z; now and before",
        "an operation in place: y of forward is the memory of its input z",
    ),
    Mistake(
        InPlaceBackward,
        "C5",
        r"dy\[0, 0\]: backward changes its input dy",
        "an operation in place: dz of backward is the memory of its input dy",
    ),
    Mistake(
        PutsBack,
        "C5",
        "forward fails on read-only arrays",
        "an input written and put back: forward needs to write what it is given",
    ),
    Mistake(
        ReadsMemory,
        "C5",
        r"y\[.*of Fortran-ordered inputs .*of plain ones",
        "numbers read in the order of memory: forward takes a Fortran-ordered z for another",
        figures=True,
    ),
    Mistake(
        Remembers,
        "C6",
        r"y\[0, 0\]: forward, called twice, now and before",
        "state between calls: forward changes _called of the module mistakes.common",
        figures=True,
    ),
    Mistake(
        CountsOnItsClass,
        "C6",
        "called twice",
        "state between calls: forward changes _calls of the class CountsOnItsClass",
    ),
    Mistake(
        Jitters,
        "C6",
        "called twice",
        "the global random state: with NumPy's global generator put back, forward repeats itself",
    ),
    Mistake(
        Upcasts,
        "C7",
        r"dz of backward is float64\[7, 4\]; float32\[7, 4\] is expected",
        "an upcast: dz of backward is float64 of float32 inputs",
    ),
    Mistake(
        Coarse,
        "C7",
        "y of forward.*in float32 .*in float64",
        "a detour through float16: every number of y of forward is one",
        figures=True,
    ),
    Mistake(Undocumented, "C8", "it has no docstring"),
    Mistake(WithoutFormula, "C8", "its docstring has no formula"),
    Mistake(WithoutSource, "C8", "its docstring names no source"),
    Mistake(Mumbles, "C8", "its docstring begins with 'Double.'"),
]
