"""Losses whose gradient misses the derivative of their link, or has it once too often."""

from typing import Any

import numpy as np

from nnplug.core.activation import Activation
from nnplug.testing.activation import has_derivative
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import same
from nnplug.testing.diagnosis.loss import GRADIENT, Slopes, slopes
from nnplug.testing.losses import examples
from nnplug.testing.numeric import Numbers


def _link(case: Case, found: Slopes) -> tuple[Activation, Numbers] | None:
    loss = case.component
    if loss.link == "identity":
        return None
    link: Any = case.subject.partner("activation", loss.link)
    return link, link.forward(found.z)


@hypothesis(*GRADIENT, kinds=("loss",))
def missing(case: Case) -> str | None:
    """Send the gradient through the link: then it is right."""
    found = case.measure(slopes)
    linked = None if found is None else _link(case, found)
    if found is None or linked is None:
        return None
    link, y = linked
    through = link.backward(found.given, found.z, y)
    if not same(through[found.trusted], found.pair[1]):
        return None
    return (
        f"a missing sigma': gradient is that by the prediction, not by z; sent through the "
        f"derivative of {case.component.link}, it is right"
    )


@hypothesis(*GRADIENT, kinds=("loss",))
def once_too_often(case: Case) -> str | None:
    """Multiply the right gradient by the link's derivative: then it is what is given."""
    found = case.measure(slopes)
    linked = None if found is None else _link(case, found)
    if found is None or linked is None:
        return None
    link, y = linked
    name = case.component.link
    if has_derivative(link):
        if same((found.right * link.derivative(found.z, y))[found.trusted], found.pair[0]):
            return f"sigma' once too often: the right gradient times the derivative of {name}"
        return None
    if same(link.backward(found.right, found.z, y)[found.trusted], found.pair[0]):
        return f"sigma' once too often: the right gradient, sent through {name} once more"
    if same((found.right * y * (1 - y))[found.trusted], found.pair[0]):
        return (
            f"{name} treated as elementwise, and its derivative taken once too often: the right "
            "gradient times y (1 - y)"
        )
    return None


@hypothesis(*GRADIENT, kinds=("loss",))
def link_as_elementwise(case: Case) -> str | None:
    """Take y (1 - y) out of the gradient, and send the rest through the whole link."""
    found = case.measure(slopes)
    linked = None if found is None else _link(case, found)
    if found is None or linked is None or has_derivative(linked[0]):
        return None
    link, y = linked
    diagonal = y * (1 - y)
    if np.abs(diagonal).min() < 1e-6:
        return None
    through = link.backward(found.given / diagonal, found.z, y)
    if not same(through[found.trusted], found.pair[1], rtol=1e-5):
        return None
    return (
        f"{case.component.link} treated as elementwise: gradient is multiplied by y (1 - y), the "
        "diagonal of its Jacobian, and each prediction depends on every score"
    )


@hypothesis("S8", kinds=("loss",))
def applied_twice(case: Case) -> str | None:
    """Send the scores through the link twice: then they are what predict gives."""
    loss = case.component
    if loss.link == "identity":
        return None
    link: Any = case.subject.partner("activation", loss.link)
    z = examples(loss, 40)[0].z
    if not same(loss.predict(z), link.forward(link.forward(z)), rtol=1e-12):
        return None
    return f"the link applied twice: predict gives {loss.link} of {loss.link} of the scores"
