"""Friedman's three regression problems, as datasets for nnplug."""

from collections.abc import Mapping
from typing import Annotated, ClassVar

import numpy as np
from annotated_types import Ge

import nnplug
from nnplug import Array, Data, Dataset

PI = np.pi


class Friedman(Dataset):
    """What the three have in common: uniform features, normal noise, and their scale."""

    n: Annotated[int, Ge(2), "how many points"] = 500
    noise: Annotated[float, Ge(0), "standard deviation of y's noise, before it is scaled"] = 1.0
    scaled: Annotated[bool, "x from -1 to 1, and y with mean 0 and deviation 1"] = True

    box: ClassVar[tuple[tuple[float, float], ...]]  # where the features of the source lie
    mean: ClassVar[float]  # of the signal over the box, without noise
    deviation: ClassVar[float]

    def signal(self, x: Array) -> Array:
        """Return y for the features of the source, (..., features), without noise: (..., 1)."""
        raise NotImplementedError

    def load(self, rng: np.random.Generator) -> Data:
        """Return fresh points."""
        low, high = np.array(self.box).T
        if self.scaled:
            low, high = -np.ones_like(low), np.ones_like(high)
        x = low + (high - low) * rng.random((self.n, len(self.box)))
        spread = self.deviation if self.scaled else 1.0
        y = self.rule(x) + self.noise / spread * rng.standard_normal((self.n, 1))
        return Data(
            x,
            y,
            task="regression",
            names=("y",),
            columns=tuple(f"x{i}" for i in range(1, len(self.box) + 1)),
            domain=tuple(zip(low.tolist(), high.tolist(), strict=True)),
        )

    def rule(self, x: Array) -> Array:
        """Return the targets that points have without noise, (..., 1)."""
        if not self.scaled:
            return self.signal(x)
        low, high = np.array(self.box).T
        return (self.signal(low + (high - low) * (x + 1.0) / 2.0) - self.mean) / self.deviation


class Friedman1(Friedman):
    """Five features that matter and five that do not, y = 10 sin(pi x1 x2) + ...

    Formula: y = 10 sin(pi x1 x2) + 20 (x3 - 1/2)^2 + 10 x4 + 5 x5, plus noise
    Distribution: x1, ..., x10 uniform on [0, 1); normal noise of deviation 1
    Shapes: x (n, 10), y (n, 1)
    Source: Friedman, Multivariate adaptive regression splines, Annals of Statistics 1991; in the
        form of Breiman, Bagging predictors, Machine Learning 1996.

    A product, a parabola and two lines, behind five features of pure noise. `scaled` brings x to
    [-1, 1), and takes 14.4133 from y and divides it by 4.88124, its mean and deviation.
    """

    box = ((0.0, 1.0),) * 10
    mean = 14.4133
    deviation = 4.88124

    def signal(self, x: Array) -> Array:
        """Return y without noise; x6 to x10 do not matter."""
        x1, x2, x3, x4, x5 = (x[..., i : i + 1] for i in range(5))
        y: Array = 10 * np.sin(PI * x1 * x2) + 20 * (x3 - 0.5) ** 2 + 10 * x4 + 5 * x5
        return y


class Friedman2(Friedman):
    """The impedance of an electric circuit, y = sqrt(x1^2 + (x2 x3 - 1 / (x2 x4))^2).

    Formula: y = sqrt(x1^2 + (x2 x3 - 1 / (x2 x4))^2), plus noise
    Distribution: x1 uniform on [0, 100), x2 on [40 pi, 560 pi), x3 on [0, 1), x4 on [1, 11); normal
        noise of deviation 125
    Shapes: x (n, 4), y (n, 1)
    Source: Friedman, Multivariate adaptive regression splines, Annals of Statistics 1991; in the
        form of Breiman, Bagging predictors, Machine Learning 1996.

    Resistance, frequency, inductance and capacity. The noise is a third of the signal. `scaled`
    brings x to [-1, 1), and takes 479.539 from y and divides it by 378.939, its mean and deviation.
    """

    noise: Annotated[float, Ge(0), "standard deviation of y's noise, before it is scaled"] = 125.0

    box = ((0.0, 100.0), (40 * PI, 560 * PI), (0.0, 1.0), (1.0, 11.0))
    mean = 479.539
    deviation = 378.939

    def signal(self, x: Array) -> Array:
        """Return y without noise."""
        y: Array = np.hypot(x[..., :1], reactance(x))
        return y


class Friedman3(Friedman):
    """The phase shift of an electric circuit, y = arctan((x2 x3 - 1 / (x2 x4)) / x1).

    Formula: y = arctan((x2 x3 - 1 / (x2 x4)) / x1), plus noise
    Distribution: x1 uniform on [0, 100), x2 on [40 pi, 560 pi), x3 on [0, 1), x4 on [1, 11); normal
        noise of deviation 0.1
    Shapes: x (n, 4), y (n, 1)
    Source: Friedman, Multivariate adaptive regression splines, Annals of Statistics 1991; in the
        form of Breiman, Bagging predictors, Machine Learning 1996.

    Most targets are close to pi / 2, and where x2 x3 is small they fall steeply to 0. The noise is
    a third of the signal. `scaled` brings x to [-1, 1), and takes 1.32384 from y and divides it by
    0.316604, its mean and deviation.
    """

    noise: Annotated[float, Ge(0), "standard deviation of y's noise, before it is scaled"] = 0.1

    box = Friedman2.box
    mean = 1.32384
    deviation = 0.316604

    def signal(self, x: Array) -> Array:
        """Return y without noise; at x1 = 0 the angle is a right one."""
        y: Array = np.arctan2(reactance(x), x[..., :1])
        return y


def reactance(x: Array) -> Array:
    """Return x2 x3 - 1 / (x2 x4), (..., 1): what coil and capacitor resist."""
    x2, x3, x4 = (x[..., i : i + 1] for i in (1, 2, 3))
    return x2 * x3 - 1 / (x2 * x4)


@nnplug.hookimpl
def nnplug_datasets() -> Mapping[str, type[Dataset]]:
    """Give friedman1, friedman2 and friedman3."""
    return {"friedman1": Friedman1, "friedman2": Friedman2, "friedman3": Friedman3}
