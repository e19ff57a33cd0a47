"""Losses that look at other samples, at one run alone, or break their claims."""

import numpy as np

from mistakes.losses import BCE, MSE, CrossEntropy, LogOfZero, OneDelta
from mistakes.mistake import Mistake
from nnplug.core import Array
from nnplug.core.errors import DataError, ShapeError
from nnplug.testing import Equivalence


class PerBatch(MSE):
    """mean (z - t)^2 / n, averaged over the batch already  (1805)."""

    def value(self, z: Array, t: Array) -> Array:
        return super().value(z, t) / z.shape[-2]

    def gradient(self, z: Array, t: Array) -> Array:
        return super().gradient(z, t) / z.shape[-2]


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


class OverAllAxes(MSE):
    """mean (z - t)^2, predicting z less the mean of everything  (1805)."""

    def predict(self, z: Array) -> Array:
        return z - z.mean()


class Upcasts(MSE):
    """mean (z - t)^2 in float64  (1805)."""

    def value(self, z: Array, t: Array) -> Array:
        return ((z.astype(float) - t) ** 2).mean(axis=-1)


class PredictsScores(BCE):
    """log(1 + exp(z)) - t z, predicting z  (1958)."""

    def predict(self, z: Array) -> Array:
        return z


class SoftmaxOverSamples(CrossEntropy):
    """-sum t log y, y = softmax(z) over the samples  (1989)."""

    def predict(self, z: Array) -> Array:
        e = np.exp(z - z.max(axis=-2, keepdims=True))
        return e / e.sum(axis=-2, keepdims=True)


class OneSampleLost(MSE):
    """mean (z - t)^2 of a squeezed array: right for two samples and more  (1805)."""

    def value(self, z: Array, t: Array) -> Array:
        e = (z - t) ** 2
        return (e.squeeze(axis=-2) if e.shape[-2] == 1 else e).mean(axis=-1)


class ByLength(MSE):
    """mean (z - t)^2 n / len(z): right for one run  (1805)."""

    def value(self, z: Array, t: Array) -> Array:
        return super().value(z, t) * (z.shape[-2] / len(z))

    def gradient(self, z: Array, t: Array) -> Array:
        return super().gradient(z, t) * (z.shape[-2] / len(z))


TWICE_THE_SCORE = {"S9": Equivalence("bce", lambda z, t: (2 * z, t))}


TWICE_THE_LOSS = {"S9": Equivalence("bce", lambda z, t: (z, t))}


class FalseClaim(BCE):
    """log(1 + exp(z)) - t z, said to be BCE of 2 z  (1958)."""


class TwiceBCE(BCE):
    """2 log(1 + exp(z)) - 2 t z, said to be BCE  (1958)."""

    def value(self, z: Array, t: Array) -> Array:
        return 2 * super().value(z, t)

    def gradient(self, z: Array, t: Array) -> Array:
        return 2 * super().gradient(z, t)


RIGHT = []
MISTAKES = [
    Mistake(
        PerBatch,
        "S2",
        "value of sample 0.*in a batch of 5 .*alone .*ratio 0.2",
        "a mean over the samples: value is divided by their number already",
        figures=True,
    ),
    Mistake(
        LooksAround,
        "S2",
        "changes when another sample does",
        "a reduction over all axes: value depends on every number of the array",
        figures=True,
    ),
    Mistake(
        SumOverSamples,
        "S2",
        "changes when another sample does",
        "a sum over the wrong axis: value works along the samples",
        figures=True,
    ),
    Mistake(
        OneSampleLost,
        "S2",
        r"value of sample 0 has shape \(1,\), not \(\)",
        "lost axes of length 1: of 5 samples value gives 5 numbers, of one a bare number",
    ),
    Mistake(
        NotZero,
        "S3",
        "value at z = t.*found 1, declared 0",
        "a constant summand: value is 1 at every perfect prediction",
    ),
    Mistake(
        PerBatch, "S4", "the mean loss with weight 0.*ratio 0.8", "a mean over the samples", True
    ),
    Mistake(AnyTarget, "S5", "declares no target_range"),
    Mistake(ChecksNothing, "S5", "a target nan passes check"),
    Mistake(ComplainsVaguely, "S5", "'a wrong target': it names the loss and the value"),
    Mistake(RefusesItsOwn, "S5", "check refuses its own binary targets"),
    Mistake(ChecksNothing, "S6", r"z \[4, 2\] against t \[4\] passes check"),
    Mistake(LogOfZero, "S7", "value.* is nan at z = ", r"log\(0\)"),
    Mistake(
        Overflows,
        "S7",
        r"gradient.* is nan at z = \(\S+\) in float",
        "an overflow of exp: it breaks from z = 709.78 on",
    ),
    Mistake(
        AnotherLink,
        "S8",
        "predict.*found .*sigmoid .*ratio",
        "another link: predictions are those of tanh, and sigmoid is declared",
        figures=True,
    ),
    Mistake(PredictsScores, "S8", "predict", "a missing link: predict returns the scores", True),
    Mistake(
        NoSuchLink,
        "S8",
        "its link is no activation: no activation is called 'sigmund'",
        "another link: predictions are those of sigmoid, and sigmund is declared",
    ),
    Mistake(FalseClaim, "S9", "value.*FalseClaim .*bce .*ratio", "", True, TWICE_THE_SCORE),
    Mistake(
        TwiceBCE, "S9", "ratio 2 ", "a constant factor: value is 2 times", True, TWICE_THE_LOSS
    ),
    Mistake(
        OneDelta,
        "S10",
        "value of run 1.*stacked .*alone",
        "the first run's delta for all runs",
        figures=True,
    ),
    Mistake(
        OverAllAxes,
        "S10",
        "predictions of run 0",
        "a reduction over all axes: predict depends on every number",
        figures=True,
    ),
    Mistake(
        SoftmaxOverSamples,
        "S2",
        "gradient.*changes when another sample does",
        "a sum over the wrong axis: gradient works along the samples",
        figures=True,
    ),
    Mistake(ByLength, "S10", "stacked .*alone", "made for one run", figures=True),
    Mistake(Upcasts, "C7", "value of value is float64", "an upcast: value of value is float64"),
]
