"""Comparisons that fail with figures: parameter, index, analytic, numeric and their ratio."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NoReturn

import numpy as np

from nnplug.testing.outcome import CheckFailed, CheckSkipped

_margins: ContextVar[list[float] | None] = ContextVar("margins", default=None)


@contextmanager
def margins() -> Iterator[list[float]]:
    """Collect the margins of all comparisons inside: largest error / tolerance."""
    collected: list[float] = []
    token = _margins.set(collected)
    try:
        yield collected
    finally:
        _margins.reset(token)


def note_margin(margin: float) -> None:
    """Tell how close a comparison was: its largest error as a share of the tolerance."""
    collected = _margins.get()
    if collected is not None:
        collected.append(float(margin))


def fail(message: str, **data: Any) -> NoReturn:
    """Raise CheckFailed."""
    raise CheckFailed(message, **data)


def skip(reason: str) -> NoReturn:
    """Raise CheckSkipped."""
    raise CheckSkipped(reason)


def require_agreement(
    parameter: str,
    analytic: Any,
    numeric: Any,
    *,
    rtol: float,
    atol: Any,
    where: Any = None,
    names: tuple[str, str] = ("analytic", "numeric"),
    hint: str = "",
) -> None:
    """Require |analytic - numeric| <= rtol |numeric| + atol everywhere, or raise CheckFailed.

    where : what stands for the index, one entry for each number; by default the index itself
    names : what the two sides are called in the message
    """
    a, n = np.asarray(analytic, np.float64), np.asarray(numeric, np.float64)
    if a.shape != n.shape:
        raise CheckFailed(f"{parameter} has shape {a.shape}, not {n.shape}", parameter=parameter)
    if a.size == 0:
        return
    single = a.ndim == 0
    if single:
        a, n = a.reshape(1), n.reshape(1)
    atol = np.broadcast_to(atol, a.shape)
    with np.errstate(all="ignore"):
        share = np.abs(a - n) / (rtol * np.abs(n) + atol)
    share[(a == n) | (np.isnan(a) & np.isnan(n))] = 0  # equal infinities, and exactly equal
    share[np.isnan(share)] = np.inf
    note_margin(float(share.max()))
    if (share <= 1).all():
        return
    worst = _worst(share, a, n)
    index: Any = () if single else tuple(int(i) for i in worst)
    index = index if where is None else where[worst[0]]
    x, y = float(a[worst]), float(n[worst])
    ratio = x / y if y and np.isfinite(x / y) else None
    wrong = int((share > 1).sum())
    text = f"{parameter}{_at(index)}: {names[0]} {x:.9g}, {names[1]} {y:.9g}"
    text += f", ratio {ratio:.6g}" if ratio is not None else ""
    text += f" ({wrong} of {a.size} differ)" if a.size > 1 else ""
    raise CheckFailed(
        text + (f"; {hint}" if hint else ""),
        parameter=parameter,
        index=index,
        analytic=x,
        numeric=y,
        ratio=ratio,
        wrong=wrong,
        of=a.size,
        evidence={"analytic": a, "numeric": n, "where": where},
    )


def _worst(share: Any, a: Any, n: Any) -> tuple[Any, ...]:
    """Return the index to print: where both sides are ordinary numbers, if there is such a one."""
    # Ratios of tiny numbers tell little; among the clearly wrong ones, take the largest numbers.
    clear = share >= min(float(share.max()), 100.0)
    size = np.where(clear, np.minimum(np.abs(a), np.abs(n)), -1.0)
    size = np.where(np.isfinite(size), size, -0.5)
    return np.unravel_index(int(size.argmax()), share.shape)


def _at(index: Any) -> str:
    if isinstance(index, tuple):
        return f"[{', '.join(map(str, index))}]" if index else ""
    return f" at {index}" if isinstance(index, str) else f" at {index:.6g}"


def require_same_bits(parameter: str, got: Any, expected: Any, what: str) -> None:
    """Require equal shape, dtype and bits, or raise CheckFailed; `what` says which two they are."""
    a, b = np.asarray(got), np.asarray(expected)
    if a.shape != b.shape or a.dtype != b.dtype:
        raise CheckFailed(
            f"{parameter}: {what}: {a.dtype}{list(a.shape)} and {b.dtype}{list(b.shape)}",
            parameter=parameter,
        )
    differ = ~((a == b) | ((a != a) & (b != b)))
    if not differ.any():
        return
    index = tuple(int(i) for i in np.argwhere(differ)[0])
    x, y = float(a[index]), float(b[index])
    raise CheckFailed(
        f"{parameter}{_at(index)}: {what}: {x!r} and {y!r}",
        parameter=parameter,
        index=index,
        analytic=x,
        numeric=y,
        ratio=x / y if y else None,
    )


def require_array(parameter: str, got: Any, shape: tuple[int, ...], dtype: Any) -> None:
    """Require an array of this shape and dtype, or raise CheckFailed."""
    if isinstance(got, np.ndarray) and got.shape == shape and got.dtype == dtype:
        return
    if isinstance(got, np.generic):
        said = f"a NumPy scalar {got.dtype}"
    else:
        known = hasattr(got, "shape")
        said = f"{got.dtype}{list(got.shape)}" if known else f"a {type(got).__name__}"
    raise CheckFailed(
        f"{parameter} is {said}; {np.dtype(dtype)}{list(shape)} is expected", parameter=parameter
    )


def require_finite(parameter: str, array: Any, what: str = "") -> None:
    """Require finite numbers, or raise CheckFailed with the first index that is none."""
    wrong = ~np.isfinite(array)
    if wrong.any():
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
        value = np.asarray(array)[index]
        raise CheckFailed(
            f"{parameter}{_at(index)} is {value}{' ' + what if what else ''}",
            parameter=parameter,
            index=index,
            analytic=str(value),
        )
