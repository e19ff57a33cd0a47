"""Wrong backwards of activations that are not elementwise: compared with the whole Jacobian."""

from typing import Any, NamedTuple

import numpy as np

from nnplug.testing.activation import points
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import factor, ratio, same
from nnplug.testing.draws import generator
from nnplug.testing.numeric import Numbers, slope

BACKWARD = ("A4", "I1", "I2")
SHAPE = (5, 3)


class Backward(NamedTuple):
    """What backward gives for dy at z, and what it should.

    jacobian : (samples, outputs, inputs), by finite differences
    """

    dy: Numbers
    z: Numbers
    y: Numbers
    jacobian: Numbers
    given: Numbers
    right: Numbers


def backward(case: Case) -> Backward | None:
    """Return the case's backward, or None where it is right."""
    return backward_of(case.component)


def backward_of(f: Any) -> Backward | None:
    """Return the backward of one instance, or None where it is right or cannot be compared."""
    z, dy = points(f, SHAPE), generator(1).standard_normal(SHAPE)
    y = f.forward(z)
    columns = []
    for unit in np.eye(SHAPE[1]):
        found = slope(lambda s, unit=unit: f.forward(z + s * unit))  # type: ignore[misc]  # bound now
        if not found.trusted(1e-7, 1e-8).all():
            return None
        columns.append(found.value)
    jacobian = np.stack(columns, axis=-1)
    right = np.einsum("ik,ikl->il", dy, jacobian)
    given = f.backward(dy, z, y)
    if given.shape != z.shape or same(given, right, rtol=1e-7):
        return None
    return Backward(dy, z, y, jacobian, given, right)


@hypothesis(*BACKWARD, kinds=("activation",))
def passed_on(case: Case) -> str | None:
    """Compare dz with dy."""
    found = case.measure(backward)
    if found is None or not same(found.given, found.dy, rtol=1e-12):
        return None
    return "a missing derivative (sigma'): backward returns dy as it came"


@hypothesis(*BACKWARD, kinds=("activation",))
def as_elementwise(case: Case) -> str | None:
    """Compare dz with dy times the diagonal of the Jacobian."""
    found = case.measure(backward)
    if found is None:
        return None
    by_diagonal = found.dy * np.einsum("ikk->ik", found.jacobian)
    # Where all is elementwise, that is what is right, and no mistake.
    if same(by_diagonal, found.right) or not same(found.given, by_diagonal):
        return None
    return (
        "softmax treated as elementwise (or what else looks at a whole row): dz is dy times the "
        "diagonal dy_i/dz_i of the Jacobian, and each output depends on every z of its row"
    )


@hypothesis(*BACKWARD, kinds=("activation",))
def of_logarithm(case: Case) -> str | None:
    """Compare dz with what the Jacobian of log y gives."""
    found = case.measure(backward)
    if found is None or (found.y <= 0).any():
        return None
    of_log = np.einsum("ik,ikl->il", found.dy / found.y, found.jacobian)
    if not same(found.given, of_log):
        return None
    return (
        "the derivative of log y: dz is right for the logarithm of what forward returns, as of "
        "log-softmax; multiply dy by y first"
    )


@hypothesis(*BACKWARD, kinds=("activation",))
def transposed(case: Case) -> str | None:
    """Compare dz with the Jacobian times dy, instead of its transpose times dy."""
    found = case.measure(backward)
    if found is None:
        return None
    by_jacobian = np.einsum("ikl,il->ik", found.jacobian, found.dy)
    if same(by_jacobian, found.right) or not same(found.given, by_jacobian):
        return None
    return "a missing transpose: dz is J dy, and J' dy is the gradient"


@hypothesis(*BACKWARD, kinds=("activation",))
def constant_factor(case: Case) -> str | None:
    """Fit the ratio."""
    found = case.measure(backward)
    c = None if found is None else ratio(found.given, found.right)
    if c is None:
        return None
    return factor("dz", "what forward's Jacobian gives", c, case.component, _ratio_of)


def _ratio_of(f: Any) -> float | None:
    found = backward_of(f)
    return 1.0 if found is None else ratio(found.given, found.right)


@hypothesis("A4", kinds=("activation",))
def clipped(case: Case) -> str | None:
    """Send back a dy a thousand times as large, and see that dz does not grow."""
    f = case.component
    z, dy = points(f, SHAPE), generator(1).standard_normal(SHAPE)
    y = f.forward(z)
    large, larger = (f.backward(size * dy, z, y) for size in (1e6, 1e9))
    if not same(large, larger, rtol=1e-9) or same(f.backward(1e-6 * dy, z, y), large):
        return None
    return (
        "clipping: a dy of 1e9 sends back no more than one of 1e6; the engine clips, once, for all"
    )
