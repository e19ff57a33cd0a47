"""Wrong values of losses: clipped, log(0), another link, a constant too much."""

import numpy as np

from nnplug.core.loss import Loss
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.diagnosis.fit import ratio, same, spoken
from nnplug.testing.diagnosis.loss import SAMPLES
from nnplug.testing.loss import FAR
from nnplug.testing.losses import examples
from nnplug.testing.numeric import Numbers
from nnplug.testing.settings import example


@hypothesis("S1", kinds=("loss",))
def clipped(case: Case) -> str | None:
    """Walk towards confidently wrong scores: value or gradient stops there, the other goes on."""
    loss = case.component
    for one in examples(loss, 4):
        if one.task == "regression":
            continue
        reach = np.linspace(0.5, FAR, 400)
        low, high = (
            loss.encode(np.array([[0.0], [1.0]]), "binary")[:, 0]
            if one.t.shape[-1] == 1
            else (0.0, 1.0)
        )
        t = np.broadcast_to(one.t[:1], (len(reach), one.t.shape[-1]))
        wrong = np.where(t > (low + high) / 2, -1.0, 1.0)
        z = reach[:, None] * wrong
        value, gradient = loss.value(z, t), (loss.gradient(z, t) * wrong).sum(axis=-1)
        flat = np.flatnonzero(np.diff(value) == 0)
        if len(flat) and flat[-1] == len(reach) - 2 and np.diff(value)[0] > 1e-3:
            first = int(flat[flat >= _last_change(value)][0])
            steep = "" if abs(gradient[-1]) < 1e-9 else ", and gradient goes on"
            return (
                f"clipping: value stops at {value[-1]:.4g} where a wrong score passes "
                f"{reach[first]:.3g} (a prediction {_near(loss, z[first])} from 0 or 1){steep}; "
                "never clip, it takes the gradient from the samples that need it most"
            )
        still = np.abs(gradient) < 1e-12 * np.abs(gradient).max()
        if still[-1] and np.diff(value)[-1] > 1e-3 and not still[0]:
            return (
                f"clipping: gradient is 0 where a wrong score passes "
                f"{reach[int(np.argmax(still))]:.3g}, and value still rises there; never clip, it "
                "takes the gradient from the samples that need it most"
            )
    return None


def _last_change(value: Numbers) -> int:
    return int(np.flatnonzero(np.diff(value) != 0)[-1])


def _near(loss: Loss, z: Numbers) -> str:
    y = loss.predict(z[None])
    return f"{float(np.minimum(y, 1 - y).max()):.2g}"


@hypothesis("S1", "S7", "C4", kinds=("loss",))
def log_of_zero(case: Case) -> str | None:
    """See whether what is not finite stands exactly where the link is 0 or 1."""
    loss = case.component
    if loss.link == "identity":
        return None
    for one in examples(loss, SAMPLES):
        z = FAR * np.sign(one.z) + one.z
        z = np.concatenate([one.z, z, 20 * z])
        t = np.concatenate([one.t, one.t, one.t])
        broken = ~np.isfinite(loss.value(z, t))
        y = loss.predict(z)
        edge = ((y == 0) | (y == 1)).any(axis=-1)
        if broken.any() and (edge | ~broken).all() and np.isfinite(y).all():
            return (
                "log(0): value is not finite exactly where the prediction is rounded to 0 or 1; "
                "write it in terms of z, as logaddexp(0, z) - t z"
            )
    return None


@hypothesis("S8", kinds=("loss",))
def another_link(case: Case) -> str | None:
    """Compare the predictions with every built-in activation."""
    loss, registry = case.component, case.subject.registry
    one = examples(loss, SAMPLES)[0]
    y = loss.predict(one.z)
    if same(y, one.z, rtol=1e-12):
        return f"a missing link: predict returns the scores, and the link is {loss.link}"
    for entry in registry.entries("activation"):
        if entry.provider.package == "nnplug" and same(
            y, example(entry.cls, registry).forward(one.z), rtol=1e-12, atol=1e-14
        ):
            return (
                f"another link: predictions are those of {entry.name}, and {loss.link} is declared"
            )
    return None


@hypothesis("S9", kinds=("loss",))
def equivalent_but_for(case: Case) -> str | None:
    """Fit the ratio of the two values."""
    evidence = getattr(case.error, "evidence", {})
    if not {"analytic", "numeric"} <= set(evidence):
        return None
    c = ratio(evidence["analytic"], evidence["numeric"])
    if c is None:
        return None
    return f"a constant factor: value is {spoken(c)} times that of the other loss"


@hypothesis("S3", kinds=("loss",))
def added_constant(case: Case) -> str | None:
    """See whether the value at the target is one number for all targets."""
    loss = case.component
    at_target = np.concatenate([loss.value(one.t, one.t) for one in examples(loss, SAMPLES)])
    if np.ptp(at_target) > 1e-9 or abs(at_target[0]) < 1e-9:
        return None
    return f"a constant summand: value is {at_target[0]:.6g} at every perfect prediction"
