"""What a network is given, brought to its own terms or refused."""

from numbers import Integral
from typing import Any

import numpy as np

from nnplug.core.array import Array, Shape
from nnplug.core.errors import DataError, SettingsError, ShapeError

NO_NUMBER = (str, bytes, type(None))


def features(inputs: Any) -> Shape:
    """Return the features of one sample from their number or their shape."""
    shape = (inputs,) if isinstance(inputs, Integral) else inputs
    if not isinstance(shape, (tuple, list)) or not shape or not all(map(_is_size, shape)):
        raise ShapeError(f"a network takes at least one feature, not inputs of shape {inputs!r}")
    return tuple(int(n) for n in shape)


def seeds(seed: Any) -> tuple[list[int], tuple[int, ...]]:
    """Return the seeds, and the axes of the runs: `()` for one seed, `(R,)` for R of them."""
    alone = isinstance(seed, Integral)
    found = [seed] if alone else list(seed)
    if not found or not all(isinstance(one, Integral) and int(one) >= 0 for one in found):
        raise SettingsError(f"a seed is a whole number from 0, or several, not {seed!r}")
    return [int(one) for one in found], () if alone else (len(found),)


def inputs(given: Any, in_shape: Shape, runs: tuple[int, ...], dtype: Any) -> Array:
    """Return inputs (*runs, samples, *in_shape); the same points for all runs are laid out once."""
    x = numbers(given, "the input", dtype)
    if runs and x.shape[1:] == in_shape:
        x = np.broadcast_to(x, (*runs, *x.shape))
    lead = len(runs)
    if x.shape[:lead] != runs or x.shape[lead + 1 :] != in_shape:
        wanted = ", ".join([*map(str, runs), "samples", *map(str, in_shape)])
        raise ShapeError(f"inputs of shape {x.shape}; this network takes ({wanted})")
    return x


def targets(given: Any, z: Array, runs: tuple[int, ...]) -> Array:
    """Return targets of exactly the shape and dtype of the outputs z."""
    t = numbers(given, "a target", z.dtype)
    if runs and t.shape == z.shape[1:]:
        t = np.broadcast_to(t, z.shape)
    if t.shape != z.shape:
        raise ShapeError(
            f"outputs of shape {z.shape} against targets of shape {t.shape}",
            "both are (*runs, samples, outputs), and nothing is broadcast",
        )
    return t


def numbers(given: Any, what: str, dtype: Any = np.float64) -> Array:
    """Return an array of real numbers; raises DataError for anything else.

    what : what the message calls it: "x", "a target"
    """
    try:
        array = np.asarray(given)
        if array.dtype.kind not in "fiubO":
            raise TypeError
        # Of objects, NumPy would make numbers of texts, and NaN of None.
        if array.dtype.kind == "O" and any(isinstance(v, NO_NUMBER) for v in array.flat):
            raise TypeError
        with np.errstate(over="ignore"):
            converted: Array = array.astype(dtype, copy=False)
    except (TypeError, ValueError, OverflowError):
        raise DataError(f"{what} holds something that is no number") from None
    if converted.dtype != array.dtype and array.dtype.kind == "f":
        lost = np.isinf(converted) & ~np.isinf(array)
        if lost.any():
            raise DataError(f"{what} holds {array[lost][0]:g}, too large for {np.dtype(dtype)}")
    return converted


def _is_size(n: Any) -> bool:
    return isinstance(n, Integral) and int(n) > 0
