"""Datasets with wrong labels, wrong chance, or claims that do not hold."""

import socket
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge

from mistakes.mistake import Mistake
from nnplug.core import Array, Data, Dataset


class Points(Dataset):
    """label = x1 > x2, from which the wrong ones derive  (1958)."""

    def load(self, rng: np.random.Generator) -> Data:
        x = self._points(rng)
        return Data(x, self._labels(x), task="binary", names=("0", "1"), domain=((0, 1), (0, 1)))

    def rule(self, x: Array) -> Any:
        return (x[:, :1] > x[:, 1:]).astype(float)

    def _points(self, rng: np.random.Generator) -> Array:
        return rng.random((30, 2))

    def _labels(self, x: Array) -> Array:
        return self.rule(x)


class GlobalPoints(Points):
    """label = x1 > x2, points from the global generator  (1958)."""

    def _points(self, rng: np.random.Generator) -> Array:
        return np.random.random((30, 2))  # noqa: NPY002


class SecretlyFixed(Points):
    """label = x1 > x2, the same points for every seed  (1958)."""

    def _points(self, rng: np.random.Generator) -> Array:
        return np.random.default_rng(0).random((30, 2))


class FalselyFixed(Points):
    """label = x1 > x2, said to be fixed  (1958)."""

    fixed = True


class OneClass(Points):
    """label = 0  (1958)."""

    def rule(self, x: Array) -> Any:
        return np.zeros((len(x), 1))


class TooManyNames(Points):
    """label = x1 > x2, with three names  (1958)."""

    def load(self, rng: np.random.Generator) -> Data:
        x = self._points(rng)
        return Data(x, self._labels(x), task="binary", names=("a", "b", "c"))


class NotBinary(Points):
    """label = 1 or 2  (1958)."""

    def rule(self, x: Array) -> Any:
        return 1 + (x[:, :1] > x[:, 1:])


class WrongLabels(Points):
    """label = x1 > x2, but for the first  (1958)."""

    def _labels(self, x: Array) -> Array:
        y = self.rule(x).copy()
        y[0] = 1 - y[0]
        return np.asarray(y)


class BeyondItsDomain(Points):
    """label = x1 > x2, points up to 2  (1958)."""

    def _points(self, rng: np.random.Generator) -> Array:
        return 2 * rng.random((30, 2))


class Downloads(Points):
    """label = x1 > x2, after a look into the network  (1958)."""

    def load(self, rng: np.random.Generator) -> Data:
        socket.create_connection(("127.0.0.1", 9), timeout=1)
        return super().load(rng)


class Unteachable(Points):
    """y = 3  (1958)."""

    def load(self, rng: np.random.Generator) -> Data:
        return Data(self._points(rng), np.full((30, 1), 3.0), task="regression")


class Inverted(Points):
    """label = 1 - (x1 > x2), and the rule says x1 > x2  (1958)."""

    def _labels(self, x: Array) -> Array:
        return 1 - np.asarray(self.rule(x))


class ShuffledLabels(Points):
    """label = x1 > x2, then x shuffled without them  (1958)."""

    def load(self, rng: np.random.Generator) -> Data:
        x = rng.random((60, 2))
        y = self.rule(x)
        rng.shuffle(x)
        return Data(x, y, task="binary", names=("0", "1"), domain=((0, 1), (0, 1)))


class Plane(Points):
    """y = x1 + 2 x2  (1958)."""

    def load(self, rng: np.random.Generator) -> Data:
        x = self._points(rng)
        return Data(x, self._labels(x), task="regression", domain=((0, 1), (0, 1)))

    def rule(self, x: Array) -> Any:
        return x[:, :1] + 2 * x[:, 1:]


class Raised(Plane):
    """y = x1 + 2 x2 + 1, and the rule says x1 + 2 x2  (1958)."""

    def _labels(self, x: Array) -> Array:
        return np.asarray(self.rule(x)) + 1


class RoundedAfter(Points):
    """label = x1 > x2, x rounded to tenths after that  (1958)."""

    def load(self, rng: np.random.Generator) -> Data:
        x = rng.random((200, 2))
        return Data(np.round(x, 1), self.rule(x), task="binary")


class OneLess(Points):
    """label = x1 > x2, n // 2 points twice: one less where n is odd  (1958)."""

    n: Annotated[int, Ge(2)] = 31

    def _points(self, rng: np.random.Generator) -> Array:
        return rng.random((2 * (self.n // 2), 2))


class NoiseUnread(Points):
    """label = x1 > x2, with a noise that nothing reads  (1958)."""

    noise: Annotated[float, Ge(0)] = 0.5


class Leaks(Points):
    """label = x1 > x2, with the label as a third feature  (1958)."""

    def load(self, rng: np.random.Generator) -> Data:
        data = super().load(rng)
        return Data(np.hstack([data.x, data.y]), data.y, task="binary")

    def rule(self, x: Array) -> Any:
        return super().rule(x)


class AboveTheMean(Points):
    """label = x1 > mean(x1), the mean of whatever points there are  (1958)."""

    def rule(self, x: Array) -> Any:
        return (x[:, :1] > x[:, :1].mean()).astype(float)


RIGHT = [Points, Plane]
MISTAKES = [
    Mistake(
        GlobalPoints,
        "D1",
        "x.*one seed, twice",
        "the global random state: with NumPy's global generator put back, load repeats itself",
        figures=True,
    ),
    Mistake(
        SecretlyFixed,
        "D1",
        "every seed gives the same points",
        r"a generator of its own: load makes np.random.default_rng\(0\)",
    ),
    Mistake(FalselyFixed, "D1", "it declares fixed = True"),
    Mistake(OneClass, "D2", r"the classes have \[30, 0\] points"),
    Mistake(TooManyNames, "D2", "3 names for 2 classes"),
    Mistake(NotBinary, "D2", "load fails: targets of a binary task are one column of 0 and 1"),
    Mistake(WrongLabels, "D3", r"y\[0\] is \[.\.0\], and the rule says \[.\.0\] of x"),
    Mistake(RoundedAfter, "D3", r"y\[\d+\] is .* and the rule says"),
    Mistake(
        Inverted,
        "D3",
        "60 of 60 differ|30 of 30 differ",
        "labels exchanged: 1 where the rule says 0, at every point",
    ),
    Mistake(ShuffledLabels, "D3", r"y\[\d+\] is", "points and labels in different orders"),
    Mistake(Raised, "D3", "30 of 30 differ", "a constant summand: each target is 1 more than"),
    Mistake(AboveTheMean, "D3", "rule gives .* other targets than .* depends on that point alone"),
    Mistake(BeyondItsDomain, "D4", r"feature 0 is 1\.\d+ at a point, outside its domain \[0, 1\]"),
    Mistake(Downloads, "D5", "load asks the network for '127.0.0.1'"),
    Mistake(OneLess, "D2", "n is 31, and there are 30 points; n // 2 twice is one less"),
    Mistake(NoiseUnread, "D3", "noise = 0.5 gives the same points and targets as noise = 0"),
    Mistake(Leaks, "D6", "feature 2 is the target itself, at every point"),
    Mistake(Unteachable, "D6", "a constant is right at every point"),
]
