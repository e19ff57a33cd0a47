"""Activations: the facts that they declare, kinks, range and monotonicity."""

import numpy as np

from nnplug.core.activation import Activation
from nnplug.testing.activation import REACH, has_derivative, points
from nnplug.testing.agreement import fail, skip
from nnplug.testing.checks import check
from nnplug.testing.numeric import Kinks, find_kinks
from nnplug.testing.subject import Subject, variants_of

CELLS = 6000
NEAR = 1e-5
"""How close a kink that is found must be to one that is declared."""


@check("A3", "activation", "declared kinks are kinks, and there are no others")
def kinks(subject: Subject) -> None:
    """At a kink the derivative lies between the one-sided slopes."""
    f: Activation = subject.component
    if not has_derivative(f):
        skip("it is not elementwise: kinks are declared for functions of one number")
    declared = np.array(sorted(f.kinks), np.float64)
    found = _found(f, -REACH, REACH, CELLS)
    for at, left, right in zip(*found, strict=True):
        _refuse_jump(f, float(at))
        if not (np.abs(declared - at) < NEAR).any():
            fail(
                f"forward has an undeclared kink at z = {at:.6g}: its slope is {left:.6g} left and "
                f"{right:.6g} right of it; write kinks = ({at:.4g},) if that is meant",
                parameter="kinks",
                index=float(at),
                left=float(left),
                right=float(right),
            )
    for kink in declared:
        _refuse_jump(f, float(kink))
        _between(f, float(kink))
        if subject.default and abs(kink) < REACH and not _is_kink_of_any(subject, kink):
            fail(
                f"kinks declares z = {kink:g}, and forward has an ordinary derivative there",
                parameter="kinks",
                index=float(kink),
            )


def _refuse_jump(f: Activation, at: float) -> None:
    """Halve what is around a kink, as long as numbers allow, and see whether a jump is left."""
    low, high = at - NEAR, at + NEAR
    differences = []
    for _ in range(60):
        z = np.array([low, (low + high) / 2, high])
        steps = np.abs(np.diff(f.forward(z[:, None])[:, 0]))
        low, high = (z[0], z[1]) if steps[0] >= steps[1] else (z[1], z[2])
        differences.append(float(steps.max()))
    size = 1 + float(np.abs(f.forward(np.array([[high]]))[0, 0]))
    # A cube root is steep, and yet its difference shrinks with the distance.
    if differences[-1] > max(0.5 * differences[20], 1e-9 * size):
        nice = _shortest(low, high)
        fail(
            f"forward jumps by {differences[-1]:.6g} at z = {nice:.6g}: no derivative can show "
            "it; a kink has one value",
            parameter="forward",
            index=nice,
        )


def _shortest(low: float, high: float) -> float:
    rounded = round(high, 6)
    return rounded + 0.0 if abs(rounded - high) < 1e-8 else high


def _is_kink_of_any(subject: Subject, kink: float) -> bool:
    """Say whether there is a kink with these hyperparameters or with others (elu: alpha = 1)."""
    return any(
        (np.abs(_found(one.component, kink - 0.01, kink + 0.01).at - kink) < NEAR).any()
        for one in variants_of(subject)
    )


def _found(f: Activation, low: float, high: float, cells: int = 20) -> Kinks:
    return find_kinks(lambda z: f.forward(z[:, None])[:, 0], low, high, cells)


def _between(f: Activation, kink: float) -> None:
    h = 1e-6 * max(1.0, abs(kink))
    z = np.array([[kink - h], [kink], [kink + h]])
    y = f.forward(z)
    left, right = float((y[1] - y[0])[0] / h), float((y[2] - y[1])[0] / h)
    analytic = float(f.derivative(z, y)[1, 0])
    slack = 1e-5 * (1 + max(abs(left), abs(right)))
    if not min(left, right) - slack <= analytic <= max(left, right) + slack:
        fail(
            f"derivative at the kink z = {kink:g} is {analytic:.6g}; it must lie between the "
            f"slopes {left:.6g} and {right:.6g} left and right of it",
            parameter="derivative",
            index=kink,
            analytic=analytic,
            left=left,
            right=right,
        )


@check("A6", "activation", "keeps its declared range and monotonicity")
def declared_facts(subject: Subject) -> None:
    """Look at a fine grid, at random rows, and far out."""
    f: Activation = subject.component
    if f.range is None and not f.monotonic:
        skip("it declares neither range nor monotonicity")
    far = np.array([-1e6, -710.0, -100.0])
    grid = np.concatenate([far, np.linspace(-REACH, REACH, 6001), -far[::-1]])
    rows = np.concatenate([points(f, (500, 4)), 20 * points(f, (500, 4), 1)])
    if f.range is not None:
        low, high = f.range
        for z in (grid[:, None], rows):
            y = f.forward(z)
            slack_low, slack_high = (1e-12 * max(1.0, abs(b)) for b in (low, high))
            wrong = ~((y >= low - slack_low) & (y <= high + slack_high))
            if wrong.any():
                z_wrong, y_wrong = float(z[wrong][0]), float(y[wrong][0])
                fail(
                    f"forward({z_wrong:.6g}) is {y_wrong:.9g}, outside the declared range "
                    f"[{low:g}, {high:g}]",
                    parameter="range",
                    index=z_wrong,
                    analytic=y_wrong,
                )
    if f.monotonic:
        y = f.forward(grid[:, None])[:, 0]
        # A rounding may go down by itself.
        falls = np.diff(y) < -4 * np.finfo(y.dtype).eps * np.maximum(np.abs(y[1:]), 1e-300)
        if falls.any():
            i = int(np.argmax(falls))
            fail(
                f"forward falls from {y[i]:.9g} at z = {grid[i]:.6g} to {y[i + 1]:.9g} at "
                f"{grid[i + 1]:.6g}, and declares monotonic = True",
                parameter="monotonic",
                index=float(grid[i]),
                analytic=float(y[i + 1]),
                numeric=float(y[i]),
            )
