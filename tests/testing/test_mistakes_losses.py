"""Losses with the classic mistakes: each one is caught, by the check that is there for it."""

from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import pytest
from annotated_types import Gt

from nnplug.core import Array, Loss
from nnplug.core.errors import DataError, ShapeError
from nnplug.testing import Equivalence


def sigmoid(z: Array) -> Array:
    return 0.5 * np.tanh(0.5 * z) + 0.5


class MSE(Loss):
    """mean (z - t)^2, from which the wrong ones derive  (1805)."""

    zero_at_target = True

    def value(self, z: Array, t: Array) -> Array:
        return ((z - t) ** 2).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return 2 * (z - t) / z.shape[-1]


class Halved(MSE):
    """mean (z - t)^2 with the gradient of half of it  (1805)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return (z - t) / z.shape[-1]


class WrongSign(MSE):
    """mean (z - t)^2 with t - z  (1805)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return 2 * (t - z) / z.shape[-1]


class SumNotMean(MSE):
    """mean (z - t)^2 with the gradient of the sum  (1805)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return 2 * (z - t)


class PerBatch(MSE):
    """mean (z - t)^2 / n, averaged over the batch already  (1805)."""

    def value(self, z: Array, t: Array) -> Array:
        return super().value(z, t) / z.shape[-2]

    def gradient(self, z: Array, t: Array) -> Array:
        return super().gradient(z, t) / z.shape[-2]


class OneNumber(MSE):
    """mean (z - t)^2 over samples too  (1805)."""

    def value(self, z: Array, t: Array) -> Any:
        return ((z - t) ** 2).mean()


class SumOverSamples(MSE):
    """mean (z - t)^2 along the wrong axis  (1805)."""

    def value(self, z: Array, t: Array) -> Array:
        return np.broadcast_to(((z - t) ** 2).mean(axis=-2).mean(axis=-1), z.shape[:-1])


class LooksAround(MSE):
    """mean (z - t)^2 + the batch's largest score  (1805)."""

    def value(self, z: Array, t: Array) -> Array:
        return super().value(z, t) + z.max()


class NotZero(MSE):
    """mean (z - t)^2 + 1, said to be zero at the target  (1805)."""

    def value(self, z: Array, t: Array) -> Array:
        return super().value(z, t) + 1


class AnyTarget(MSE):
    """mean (z - t)^2 for classes alone, without a range  (1805)."""

    tasks = ("binary",)


class ChecksNothing(MSE):
    """mean (z - t)^2, whatever z and t are  (1805)."""

    target_range = (-10.0, 10.0)

    def check(self, z: Array, t: Array) -> None:
        pass


class ComplainsVaguely(MSE):
    """mean (z - t)^2 with an error that says nothing  (1805)."""

    target_range = (-10.0, 10.0)

    def check(self, z: Array, t: Array) -> None:
        if z.shape != t.shape:
            raise ShapeError("shapes")
        if not (np.abs(t) <= 10).all():
            raise DataError("a wrong target")


class RefusesItsOwn(MSE):
    """mean (z - t)^2, said to take targets from 5 to 6  (1805)."""

    tasks = ("binary",)
    target_range = (5.0, 6.0)


class BCE(Loss):
    """-t log s - (1 - t) log(1 - s), s = sigmoid(z), rightly  (1958)."""

    tasks = ("binary",)
    link = "sigmoid"
    target_range = (0.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        return (np.logaddexp(np.zeros_like(z), z) - t * z).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return (sigmoid(z) - t) / z.shape[-1]

    def predict(self, z: Array) -> Array:
        return sigmoid(z)


class Clipped(BCE):
    """-t log s - (1 - t) log(1 - s), s clipped  (1958)."""

    def value(self, z: Array, t: Array) -> Array:
        s = np.clip(sigmoid(z), 1e-7, 1 - 1e-7)
        return (-t * np.log(s) - (1 - t) * np.log(1 - s)).mean(axis=-1)


class ClippedThroughout(Clipped):
    """-t log s - (1 - t) log(1 - s), s clipped, and its gradient too  (1958)."""

    def gradient(self, z: Array, t: Array) -> Array:
        s = sigmoid(z)
        inside = (s > 1e-7) & (s < 1 - 1e-7)
        return np.where(inside, s - t, np.zeros_like(s)) / z.shape[-1]


class LogOfZero(BCE):
    """-t log s - (1 - t) log(1 - s), literally  (1958)."""

    def value(self, z: Array, t: Array) -> Array:
        s = sigmoid(z)
        return (-t * np.log(s) - (1 - t) * np.log(1 - s)).mean(axis=-1)


class Overflows(BCE):
    """log(1 + exp(z)) - t z with s = exp(z) / (1 + exp(z))  (1958)."""

    def gradient(self, z: Array, t: Array) -> Array:
        return (np.exp(z) / (1 + np.exp(z)) - t) / z.shape[-1]


class AnotherLink(BCE):
    """log(1 + exp(z)) - t z, predicting with tanh  (1958)."""

    def predict(self, z: Array) -> Array:
        return np.tanh(z)


class NoSuchLink(BCE):
    """log(1 + exp(z)) - t z, with a link that nobody gives  (1958)."""

    link = "sigmund"


class SoftmaxAsElementwise(Loss):
    """-sum t log y, y = softmax(z), with (y - t) y (1 - y)  (1989)."""

    tasks = ("multiclass",)
    link = "softmax"
    target_range = (0.0, 1.0)

    def value(self, z: Array, t: Array) -> Array:
        m = z.max(axis=-1, keepdims=True)
        return np.log(np.exp(z - m).sum(axis=-1)) + m[..., 0] - (t * z).sum(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        y = self.predict(z)
        return (y - t) * y * (1 - y)

    def predict(self, z: Array) -> Array:
        e = np.exp(z - z.max(axis=-1, keepdims=True))
        return e / e.sum(axis=-1, keepdims=True)


class OneDelta(Loss):
    """min(|e|, delta) (|e| - min(|e|, delta) / 2), the first run's delta for all  (1964)."""

    delta: Annotated[float, Gt(0)] = 1.0

    def value(self, z: Array, t: Array) -> Array:
        e = np.abs(z - t)
        c = np.minimum(e, self._first())
        return (c * (e - c / 2)).mean(axis=-1)

    def gradient(self, z: Array, t: Array) -> Array:
        return np.clip(z - t, -self._first(), self._first()) / z.shape[-1]

    def _first(self) -> float:
        return float(np.ravel(self.delta)[0])


class OverAllAxes(MSE):
    """mean (z - t)^2, predicting z less the mean of everything  (1805)."""

    def predict(self, z: Array) -> Array:
        return z - z.mean()


class Upcasts(MSE):
    """mean (z - t)^2 in float64  (1805)."""

    def value(self, z: Array, t: Array) -> Array:
        return ((z.astype(float) - t) ** 2).mean(axis=-1)


WITH_FIGURES = [
    (Halved, "S1", "gradient .regression. at z = .*, t = .*ratio 0.5 "),
    (WrongSign, "S1", "ratio -1 "),
    (SumNotMean, "S1", "ratio 2 "),
    (SoftmaxAsElementwise, "S1", "gradient .multiclass. at z = .*ratio"),
    (Clipped, "S1", r"gradient .binary, scores of \+-40. at z = .*analytic 1, numeric \S+e-13"),
    (PerBatch, "S2", "value of sample 0.*in a batch of 5 .*alone .*ratio 0.2"),
    (LooksAround, "S2", "changes when another sample does"),
    (PerBatch, "S4", "the mean loss with weight 0.*ratio 0.8"),
    (AnotherLink, "S8", "predict.*found .*sigmoid .*ratio"),
    (OneDelta, "S10", "value of run 1.*stacked .*alone"),
    (OverAllAxes, "S10", "predictions of run 0"),
    (Halved, "I2", "the gradient of .*ratio 0.5 "),
]
SAID = [
    (NotZero, "S3", "value at z = t.*found 1, declared 0"),
    (OneNumber, "S1", r"value .regression. is float64\[\]; float64\[40\] is expected"),
    (SumOverSamples, "S2", "changes when another sample does"),
    (ClippedThroughout, "S1", "value stops rising .* never clip"),
    (LogOfZero, "S1", r"value .binary, scores of \+-40.\[\d+\] is nan"),
    (AnyTarget, "S5", "declares no target_range"),
    (ChecksNothing, "S5", "a target nan passes check"),
    (ComplainsVaguely, "S5", "'a wrong target': it names the loss and the value"),
    (RefusesItsOwn, "S5", "check refuses its own binary targets"),
    (ChecksNothing, "S6", r"z \[4, 2\] against t \[4\] passes check"),
    (LogOfZero, "S7", "value.* is nan at z = "),
    (Overflows, "S7", r"gradient.* is nan at z = \(\S+\) in float"),
    (NoSuchLink, "S8", "its link is no activation: no activation is called 'sigmund'"),
    (WrongSign, "I1", "it does not fall"),
    (Upcasts, "C7", "value of value is float64"),
]


@pytest.mark.parametrize(
    ("cls", "id", "says"), WITH_FIGURES, ids=lambda v: getattr(v, "__name__", v)
)
def test_a_wrong_number_is_named(
    cls: Any, id: str, says: str, catch_with_figures: Callable[..., Any]
) -> None:
    catch_with_figures(cls, id, says)


@pytest.mark.parametrize(("cls", "id", "says"), SAID, ids=lambda v: getattr(v, "__name__", v))
def test_a_mistake_is_caught(cls: Any, id: str, says: str, catch: Callable[..., Any]) -> None:
    catch(cls, id, says)


def test_a_false_equivalence_is_caught(catch_with_figures: Callable[..., Any]) -> None:
    claim = Equivalence("bce", lambda z, t: (2 * z, t))
    catch_with_figures(BCE, "S9", "value.*BCE .*bce .*ratio", references={"S9": claim})
