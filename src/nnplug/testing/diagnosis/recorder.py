"""The parameter gradients of a layer: what it writes, and what each sample should add to them."""

from collections.abc import Iterator, MutableMapping
from typing import Any, NamedTuple

import numpy as np

from nnplug.engine.layout import Place
from nnplug.testing.bench import Bench, short
from nnplug.testing.diagnosis.cases import Case
from nnplug.testing.diagnosis.layer import jacobian
from nnplug.testing.layer_gradients import SAMPLES
from nnplug.testing.numeric import Numbers


class Recorder(MutableMapping[str, Any]):
    """Takes whatever shape a layer writes for a gradient; it begins full of a number."""

    def __init__(self, views: Any, fill: float) -> None:
        self.written: dict[str, Any] = {
            key: np.full_like(view, fill) if isinstance(view, np.ndarray) else Recorder(view, fill)
            for key, view in views.items()
        }

    def __setitem__(self, key: str, value: Any) -> None:
        self.written[key] = np.array(value)

    def __getitem__(self, key: str) -> Any:
        return self.written[key]

    def __delitem__(self, key: str) -> None:
        del self.written[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.written)

    def __len__(self) -> int:
        return len(self.written)


class Gradient(NamedTuple):
    """A parameter's gradient that is wrong: what was written, and what each sample adds to it.

    shares : (samples, *shape of the parameter);  right : their sum
    """

    name: str
    given: Numbers
    shares: Numbers
    right: Numbers


class Gradients(NamedTuple):
    """The parameter gradients of one pass; those that are wrong, and what all should be."""

    bench: Bench
    wrong: list[Gradient]
    right: dict[str, Numbers]


def gradients(case: Case) -> Gradients | None:
    """Return the gradients of the layer, or None where they are right or cannot be compared."""
    return gradients_of(case.component, case)


def gradients_of(layer: Any, case: Case, samples: int = SAMPLES) -> Gradients | None:
    """Return the gradients of one instance, for a batch of so many samples."""
    bench = Bench(layer, tuple(layer.sample_shape()), case.subject.registry)
    for draw in range(5):
        x, dy = bench.inputs(samples, draw), bench.upstream(samples, draw)
        shares = _shares(bench, x, dy)
        if shares is None:
            continue
        written = record(bench, x, dy)
        right = {short(place): shares[short(place)].sum(axis=0) for place in bench.places}
        wrong = [
            Gradient(name, written[name], shares[name], right[name])
            for name in right
            if not _agree(written[name], right[name])
        ]
        return Gradients(bench, wrong, right) if wrong else None
    return None


def _agree(given: Numbers, right: Numbers) -> bool:
    return np.shape(given) == right.shape and np.allclose(given, right, rtol=1e-6, atol=1e-8)


def record(bench: Bench, x: Numbers, dy: Numbers, fill: float = np.nan) -> dict[str, Numbers]:
    """Return what backward writes, in whatever shapes."""
    ctx = bench.context()
    _, cache = bench.forward(x, ctx)
    recorder = Recorder(bench.network.gradients["0"], fill)
    bench.layer.backward(dy, cache, bench.network.p["0"], recorder, ctx)
    return {short(place): _found(recorder, place) for place in bench.places}


def _found(recorder: Recorder, place: Place) -> Numbers:
    held: Any = recorder
    for key in place.path[1:]:
        held = held[key]
    return np.asarray(held)


def _shares(bench: Bench, x: Numbers, dy: Numbers) -> dict[str, Numbers] | None:
    start = bench.w.copy()

    def output(v: Numbers) -> Numbers:
        bench.w[: bench.size] = v
        y = bench.output(x)
        bench.w[...] = start
        return y

    whole = jacobian(output, start[: bench.size].copy())
    if whole is None:
        return None
    each = (dy[..., None] * whole).reshape(len(x), -1, bench.size).sum(axis=1)
    return {
        short(place): each[:, place.start : place.stop].reshape(-1, *place.parameter.shape)
        for place in bench.places
    }
