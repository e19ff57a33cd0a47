"""Initializers, schedules, callbacks and datasets with mistakes: each one is caught."""

import math
import socket
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnplug.core import Array, Callback, Data, Dataset, Initializer, RunView, Schedule


class VarianceAsWidth(Initializer):
    """w ~ N(0, s), s = 2 / fan_in taken for the standard deviation  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return 2 / fan_in * rng.standard_normal(shape)

    def std(self, fan_in: int, fan_out: int) -> float:
        return math.sqrt(2 / fan_in)


class SwappedFans(VarianceAsWidth):
    """w ~ N(0, 2 / fan_out)  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return math.sqrt(2 / fan_out) * rng.standard_normal(shape)


class Positive(VarianceAsWidth):
    """w ~ U(0, 1)  (2015)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return rng.random(shape)

    def std(self, fan_in: int, fan_out: int) -> float:
        return math.sqrt(1 / 12)


class Constant(Positive):
    """w = 0.1  (1986)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return np.full(shape, 0.1)


class Flat(Positive):
    """w ~ N(0, 1), in one row  (1986)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return rng.standard_normal(math.prod(shape))


class GlobalWeights(Positive):
    """w ~ N(0, 1) from the global generator  (1986)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return np.random.standard_normal(shape)  # noqa: NPY002


class OwnSeed(Positive):
    """w ~ N(0, 1) from a seed of its own  (1986)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        return np.random.default_rng(42).standard_normal(shape)


class Repeats(Positive):
    """w ~ N(0, 1), the generator's state put back  (1986)."""

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        state = rng.bit_generator.state
        w = rng.standard_normal(shape)
        rng.bit_generator.state = state
        return w


class NumPyFactor(Schedule):
    """factor = cos(pi step / (2 total)) as a NumPy number  (2017)."""

    def factor(self, step: int, total: int) -> Any:
        return np.cos(np.pi * step / (2 * total))


class Negative(Schedule):
    """factor = cos(pi step / total)  (2017)."""

    def factor(self, step: int, total: int) -> float:
        return math.cos(math.pi * step / total)


class DividesByZero(Schedule):
    """factor = 1 - step / (total - 1)  (2017)."""

    def factor(self, step: int, total: int) -> float:
        return 1 - step / (total - 1)


_calls = [0]


class Counts(Schedule):
    """factor = 0.99^calls  (2017)."""

    def factor(self, step: int, total: int) -> float:
        _calls[0] += 1
        return 0.99 ** _calls[0]


class Slow(Schedule):
    """factor = 0.999^step, multiplied out  (2017)."""

    def factor(self, step: int, total: int) -> float:
        if step > 10_000:
            time.sleep(0.02)
        return 0.999**step


_best: dict[str, float] = {}


class RemembersInModule(Callback):
    """Stops where loss > the best loss so far of any run  (1998)."""

    def on_start(self, run: RunView) -> None:
        _best["loss"] = math.inf

    def on_epoch(self, run: RunView) -> str | None:
        loss = run.metrics()["loss"]
        worse = loss > _best["loss"] + 0.2
        _best["loss"] = min(loss, _best["loss"])
        return "worse" if worse else None


class NotesArrays(Callback):
    """Notes w as an array, |w|  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        run.notes["weights"] = run.weights()
        return None


class NotesTuples(Callback):
    """Stops where a tuple has become a list = in JSON  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        stop = isinstance(run.notes.get("seen", ()), list)
        run.notes["seen"] = (run.epoch,)
        return "not as it was" if stop else None


class ReturnsTrue(Callback):
    """Stops at epoch = 3, with True  (1998)."""

    def on_epoch(self, run: RunView) -> Any:
        return run.epoch == 3 or None


class NeedsAccuracy(Callback):
    """Stops where accuracy = 1, if there is one  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        return "done" if run.metrics()["accuracy"] == 1 else None


class NeedsAnEpoch(Callback):
    """Records the last loss = run.notes["loss"] at the end  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        run.notes["loss"] = run.metrics()["loss"]
        return None

    def on_end(self, run: RunView) -> None:
        run.record("last", run.notes["loss"])


class Meddles(Callback):
    """w = 0.999 w after each epoch  (1998)."""

    def on_epoch(self, run: RunView) -> str | None:
        network: Any = getattr(run, "network", None)
        if network is not None:
            network.w *= 0.999
        return None


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


SAID = [
    (VarianceAsWidth, "W1", r"the standard deviation for fan \(50, 200\) is 0.04.* and 0.2 is"),
    (SwappedFans, "W1", r"the standard deviation for fan \(50, 200\) is 0.1"),
    (Positive, "W1", "the mean for fan .* is 0.49"),
    (Constant, "W2", r"a sample of shape \(3,\) is 0.1 everywhere"),
    (Flat, "W2", r"a sample of shape \(1, 4\) is float64\[4\]"),
    (GlobalWeights, "W3", "a sample.*one seed, twice"),
    (OwnSeed, "W3", "another seed gives the same sample"),
    (Repeats, "W3", "a second draw from one generator repeats the first"),
    (GlobalWeights, "C4", "sample draws from global chance"),
    (NumPyFactor, "R1", r"factor\(0, 1\) is a float64; return a Python float"),
    (Negative, "R1", r"factor\(2, 3\) is -0.5"),
    (DividesByZero, "R1", "it raises ZeroDivisionError"),
    (Counts, "R2", r"factor\(0, 50\) is .* on the way up and .* on the way down"),
    (Slow, "R3", r"factor\(500000000, 1000000000\) takes 0.02"),
    (RemembersInModule, "B1", "differs: run ., taking turns with others, and alone"),
    (NotesArrays, "B2", "run.notes does not pass through JSON: Object of type ndarray"),
    (NotesTuples, "B2", "reason differs: saved and loaded every epoch, and never"),
    (ReturnsTrue, "B3", "on_epoch returns True"),
    (NeedsAccuracy, "B3", "on a regression it raises KeyError"),
    (NeedsAnEpoch, "B3", "it raises KeyError: 'loss'"),
    (Meddles, "B4", r"the loss\[\d\]: with the callback, and without"),
    (GlobalPoints, "D1", "x.*one seed, twice"),
    (SecretlyFixed, "D1", "every seed gives the same points"),
    (FalselyFixed, "D1", "it declares fixed = True"),
    (OneClass, "D2", r"the classes have \[30, 0\] points"),
    (TooManyNames, "D2", "3 names for 2 classes"),
    (NotBinary, "D2", "load fails: targets of a binary task are one column of 0 and 1"),
    (WrongLabels, "D3", r"y\[0\] is \[.\.0\], and the rule says \[.\.0\] of x"),
    (BeyondItsDomain, "D4", r"feature 0 is 1\.\d+ at a point, outside its domain \[0, 1\]"),
    (Downloads, "D5", "load asks the network for '127.0.0.1'"),
    (Unteachable, "D6", "a constant is right at every point"),
]


@pytest.mark.parametrize(("cls", "id", "says"), SAID, ids=lambda v: getattr(v, "__name__", v))
def test_a_mistake_is_caught(cls: Any, id: str, says: str, catch: Callable[..., Any]) -> None:
    catch(cls, id, says)
