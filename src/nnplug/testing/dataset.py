"""Datasets: chance, shapes, the declared rule, the domain, how hard it is."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from nnplug.core.dataset import Data, Dataset
from nnplug.core.errors import DataError
from nnplug.core.hyperparameter import hyperparameters
from nnplug.engine.preparation import Preparation
from nnplug.engine.scores import baselines, scores
from nnplug.testing.agreement import fail, require_same_bits, skip
from nnplug.testing.checks import check
from nnplug.testing.draws import generator
from nnplug.testing.outcome import CheckFailed
from nnplug.testing.subject import Subject

NEIGHBOURS = 1000
"""How many points are compared with each other for the nearest neighbour."""


def _load(subject: Subject, seed: int = 0) -> Data:
    data: Data = subject.component.load(generator(seed))
    return data


@check("D1", "dataset", "the same seed gives the same bits, another seed others")
def seeds(subject: Subject) -> None:
    """Unless it declares that it is fixed; then every seed gives the same."""
    dataset: Dataset = subject.component
    first, again, other = _load(subject), _load(subject), _load(subject, 1)
    for name in ("x", "y"):
        require_same_bits(name, getattr(again, name), getattr(first, name), "one seed, twice")
    # Missing values are NaN.
    same = np.array_equal(first.x, other.x, equal_nan=True) and np.array_equal(first.y, other.y)
    if same and not dataset.fixed:
        fail(
            "every seed gives the same points: draw from rng, or write fixed = True",
            parameter="fixed",
        )
    if dataset.fixed and not same:
        fail("it declares fixed = True, and another seed gives other points", parameter="fixed")


@check("D2", "dataset", "finite points of the declared task; every class is there")
def content(subject: Subject) -> str:
    """Shapes and targets as Data demands them, names and columns that fit."""
    dataset: Dataset = subject.component
    try:
        data = _load(subject)
    except DataError as error:
        raise CheckFailed(f"load fails: {error.message}", parameter="load") from error
    if not isinstance(data, Data):
        fail(f"load returns a {type(data).__name__}, not Data", parameter="load")
    for name, array in (("x", data.x), ("y", data.y)):
        if array.dtype.kind != "f":
            fail(f"{name} is {array.dtype}; points and targets are floats", parameter=name)
    counts: Any = None
    if data.task == "binary":
        counts = [int((data.y == c).sum()) for c in (0, 1)]
    elif data.task == "multiclass":
        counts = data.y.sum(axis=0).astype(int).tolist()
    if counts is not None and min(counts) == 0:
        fail(f"the classes have {counts} points: one has none", parameter="y", numeric=counts)
    expected = len(counts) if counts else data.y.shape[1]
    if data.names and len(data.names) != expected:
        fail(f"{len(data.names)} names for {expected} classes or columns", parameter="names")
    features = data.x.shape[1]
    if data.x.ndim == 2 and data.columns and len(data.columns) != features:
        fail(f"{len(data.columns)} columns for {features} features", parameter="columns")
    _require_count(dataset, data)
    said = f"{len(data)} points of {data.x.shape[1:]}, {data.task}"
    return said + (f", {counts} a class" if counts else "")


def _require_count(dataset: Dataset, data: Data) -> None:
    """A hyperparameter n says how many points there are, unless it is far from that number."""
    n = getattr(dataset, "n", None)
    if "n" not in hyperparameters(type(dataset)) or type(n) is not int or n < 4:
        return
    # n of each class or side makes 2 n, 3 n; n bits make 2^n, which is 2 n and more.
    if len(data) != n and n / 2 < len(data) < 2 * n:
        halved = "; n // 2 twice is one less" if len(data) == n - 1 and n % 2 else ""
        fail(
            f"n is {n}, and there are {len(data)} points{halved}",
            parameter="n",
            analytic=n,
            numeric=len(data),
        )


@check("D3", "dataset", "without noise the targets obey the declared rule exactly")
def rule(subject: Subject) -> None:
    """At the points themselves; what a rule says of one does not depend on the others."""
    dataset: Dataset = subject.component
    if "noise" in hyperparameters(type(dataset)):
        silent: dict[str, Any] = {"noise": type(getattr(dataset, "noise"))(0)}  # noqa: B009
        noisy, dataset = dataset, replace(dataset, **silent)
        _require_noise(noisy, dataset)
    for seed in (0, 1):
        data = dataset.load(generator(seed))
        expected = dataset.rule(data.x)
        if expected is None:
            skip("it declares no rule")
        if np.shape(expected) != data.y.shape:
            fail(f"rule gives {np.shape(expected)} for targets {data.y.shape}", parameter="rule")
        wrong = (np.asarray(expected) != data.y).any(axis=1)
        if wrong.any():
            i = int(np.argmax(wrong))
            fail(
                f"y[{i}] is {data.y[i].tolist()}, and the rule says "
                f"{np.asarray(expected)[i].tolist()} of x = {data.x[i].tolist()} "
                f"({int(wrong.sum())} of {len(data)} differ)",
                parameter="y",
                index=i,
                analytic=float(np.asarray(expected)[i].flat[0]),
                numeric=float(data.y[i].flat[0]),
            )
        _require_own_targets(dataset, data)


def _require_own_targets(dataset: Dataset, data: Data) -> None:
    """Pictures ask for the targets of other points, as many as they like."""
    x = data.x[np.argsort(data.x.reshape(len(data), -1)[:, 0])][: max(1, len(data) // 3)]
    together = np.asarray(dataset.rule(data.x))
    for part, what in ((x, f"{len(x)} of the points"), (data.x[:1], "the first point alone")):
        alone = np.asarray(dataset.rule(part))
        places = [int(np.flatnonzero((data.x == p).reshape(len(data), -1).all(1))[0]) for p in part]
        wrong = alone.shape != together[places].shape or (alone != together[places]).any()
        if wrong:
            fail(
                f"rule gives {what} other targets than the same points among all {len(data)}: a "
                "point's target depends on that point alone, not on a mean or a rank",
                parameter="rule",
            )


def _require_noise(noisy: Dataset, silent: Dataset) -> None:
    """Noise that is asked for shows in the points or in the targets."""
    amount = getattr(noisy, "noise")  # noqa: B009 - only some datasets have it
    a, b = noisy.load(generator(0)), silent.load(generator(0))
    same = np.array_equal(a.x, b.x, equal_nan=True) and np.array_equal(a.y, b.y)
    if amount and len(a) * amount > 10 and same:
        fail(
            f"noise = {amount:g} gives the same points and targets as noise = 0: it is not read",
            parameter="noise",
            analytic=amount,
        )


@check("D4", "dataset", "the domain encloses the points")
def domain(subject: Subject) -> None:
    """Pictures are drawn there: (low, high) for each feature."""
    data = _load(subject)
    if not data.domain:
        skip("it declares no domain")
    if data.x.ndim != 2 or len(data.domain) != data.x.shape[1]:
        fail(
            f"the domain has {len(data.domain)} intervals for features {data.x.shape[1:]}",
            parameter="domain",
        )
    for i, (low, high) in enumerate(data.domain):
        if not low < high:
            fail(f"the domain of feature {i} is [{low:g}, {high:g}]", parameter="domain", index=i)
        for seed in range(3):
            column = _load(subject, seed).x[:, i]
            outside = column[(column < low) | (column > high)]
            if len(outside):
                fail(
                    f"feature {i} is {outside[0]:g} at a point, outside its domain "
                    f"[{low:g}, {high:g}]",
                    parameter="domain",
                    index=i,
                    analytic=float(outside[0]),
                )


@check("D5", "dataset", "loads offline")
def offline(subject: Subject) -> None:
    """No name is looked up and nothing is connected to."""
    with _no_network():
        _load(subject)


@contextmanager
def _no_network() -> Iterator[None]:
    def refuse(*arguments: Any, **_: Any) -> Any:
        raise CheckFailed(
            f"load asks the network for {', '.join(map(repr, arguments))}", parameter="load"
        )

    from unittest.mock import patch  # it brings asyncio along, which no other check needs

    with (
        patch.object(socket.socket, "connect", refuse),
        patch.object(socket.socket, "connect_ex", refuse),
        patch.object(socket, "getaddrinfo", refuse),
        patch.object(socket, "gethostbyname", refuse),
    ):
        yield


@check("D6", "dataset", "tells how hard it is")
def hardness(subject: Subject) -> str:
    """What a constant, a linear model and the nearest other point score."""
    data = _load(subject)
    if data.missing or data.categories:
        x = Preparation.fit(data, impute="mean").apply(data)
        data = replace(data, x=x, categories=(), missing=False)
    known = {name: _main(score) for name, score in baselines(data, data).items()}
    known["nearest neighbour"] = _main(_nearest(data))
    if known["constant"] >= 1:
        fail(
            "a constant is right at every point: there is nothing to learn",
            parameter="y",
            numeric=known["constant"],
        )
    _refuse_leak(data)
    score = "r2" if data.task == "regression" else "accuracy"
    return f"{score}: " + ", ".join(f"{name} {value:.4g}" for name, value in known.items())


def _refuse_leak(data: Data) -> None:
    """A class among the features is no problem to solve."""
    if data.task == "regression" or data.x.ndim != 2 or len(data) < 10:
        return
    for j in range(data.x.shape[1]):
        for k in range(data.y.shape[1]):
            if np.array_equal(data.x[:, j], data.y[:, k]):
                fail(
                    f"feature {j} is the target itself, at every point: leave it out",
                    parameter="x",
                    index=j,
                )


def _main(measured: dict[str, float]) -> float:
    return next(iter(measured.values()))


def _nearest(data: Data) -> dict[str, float]:
    """Score the nearest other point's target, for at most NEIGHBOURS points."""
    x, y = data.x.reshape(len(data), -1)[:NEIGHBOURS], data.y[:NEIGHBOURS]
    if len(x) < 2:
        return scores(np.full_like(y, y.mean()), y, data.task)
    squares = (x * x).sum(axis=1)
    distance = squares[:, None] - 2 * (x @ x.T) + squares
    np.fill_diagonal(distance, np.inf)
    return scores(y[distance.argmin(axis=1)], y, data.task)
