"""Every check of the conformance kit on every built-in component."""

from collections.abc import Callable, Iterator
from typing import Any

import mpmath as mp
import numpy as np

import nnplug.testing
from nnplug.core.registry import default_registry
from nnplug.testing import Equivalence, Trajectory, cases, run_check
from nnplug.testing.activation import has_derivative
from nnplug.testing.bench import kept_parameters

Walk = Callable[..., Iterator[Any]]
"""walk(gradients, **hyperparameters) yields by how much each weight moves, in 50 digits."""


def gd(g: list[list[Any]], lr: Any) -> Iterator[Any]:
    for now in g:
        yield [-lr * d for d in now]


def sgd(g: list[list[Any]], lr: Any, momentum: Any) -> Iterator[Any]:
    # The velocity as the sum of which v = mu v + g is the recursion.
    for t in range(len(g)):
        yield [
            -lr * sum(momentum ** (t - k) * g[k][i] for k in range(t + 1)) for i in range(len(g[t]))
        ]


def adagrad(g: list[list[Any]], lr: Any, eps: Any) -> Iterator[Any]:
    for t, now in enumerate(g):
        squares = [sum(g[k][i] ** 2 for k in range(t + 1)) for i in range(len(now))]
        yield [-lr * d / (mp.sqrt(s) + eps) for d, s in zip(now, squares, strict=True)]


def adam(g: list[list[Any]], lr: Any, beta1: Any, beta2: Any, eps: Any) -> Iterator[Any]:
    for t in range(1, len(g) + 1):
        moves = []
        for i in range(len(g[0])):
            seen = [one[i] for one in g[:t]]
            m = (1 - beta1) * sum(beta1 ** (t - 1 - k) * d for k, d in enumerate(seen))
            v = (1 - beta2) * sum(beta2 ** (t - 1 - k) * d**2 for k, d in enumerate(seen))
            moves.append(-lr * m / (1 - beta1**t) / (mp.sqrt(v / (1 - beta2**t)) + eps))
        yield moves


def adamw(g: list[list[Any]], decay: Any, start: Any, lr: Any, **others: Any) -> Iterator[Any]:
    w = start
    for moves in adam(g, lr, **others):
        moves = [move - lr * decay * x for move, x in zip(moves, w, strict=True)]
        w = [x + move for x, move in zip(w, moves, strict=True)]
        yield moves


def nadam(g: list[list[Any]], lr: Any, beta1: Any, beta2: Any, eps: Any) -> Iterator[Any]:
    for t in range(1, len(g) + 1):
        moves = []
        for i in range(len(g[0])):
            seen = [one[i] for one in g[:t]]
            m = (1 - beta1) * sum(beta1 ** (t - 1 - k) * d for k, d in enumerate(seen))
            v = (1 - beta2) * sum(beta2 ** (t - 1 - k) * d**2 for k, d in enumerate(seen))
            ahead = beta1 * m / (1 - beta1 ** (t + 1))
            ahead += (1 - beta1) * seen[-1] / (1 - beta1**t)
            moves.append(-lr * ahead / (mp.sqrt(v / (1 - beta2**t)) + eps))
        yield moves


def nesterov(g: list[list[Any]], lr: Any, momentum: Any) -> Iterator[Any]:
    # Sutskever's u, whose gradient is taken at u + mu v: w is that point, and moves with it.
    u = v = [mp.mpf(0)] * len(g[0])
    for now in g:
        before = [a + momentum * b for a, b in zip(u, v, strict=True)]
        v = [momentum * b - lr * d for b, d in zip(v, now, strict=True)]
        u = [a + b for a, b in zip(u, v, strict=True)]
        after = [a + momentum * b for a, b in zip(u, v, strict=True)]
        yield [b - a for a, b in zip(before, after, strict=True)]


def rmsprop(g: list[list[Any]], lr: Any, rho: Any, eps: Any) -> Iterator[Any]:
    for t, now in enumerate(g):
        means = [
            (1 - rho) * sum(rho ** (t - k) * g[k][i] ** 2 for k in range(t + 1))
            for i in range(len(now))
        ]
        yield [-lr * d / (mp.sqrt(s) + eps) for d, s in zip(now, means, strict=True)]


def adadelta(g: list[list[Any]], lr: Any, rho: Any, eps: Any) -> Iterator[Any]:
    def rms(values: list[Any]) -> Any:
        last = len(values) - 1
        mean = sum((1 - rho) * rho ** (last - k) * x**2 for k, x in enumerate(values))
        return mp.sqrt(mean + eps)

    steps: list[list[Any]] = []
    for t, now in enumerate(g):
        steps.append(
            [
                -rms([s[i] for s in steps]) / rms([one[i] for one in g[: t + 1]]) * now[i]
                for i in range(len(now))
            ]
        )
        yield [lr * step for step in steps[-1]]


def trajectory(walk: Walk, **settings: float) -> Trajectory:
    """Walk 20 steps by the paper's formula in 50 digits."""
    rng = np.random.default_rng(20)
    gradients: Any = rng.standard_normal((20, 4)).tolist()
    weights: Any = [rng.standard_normal(4).tolist()]
    with mp.workdps(50):
        exact = [mp.mpf(w) for w in weights[0]]
        wide = [[mp.mpf(d) for d in one] for one in gradients]
        known: dict[str, Any] = {name: mp.mpf(value) for name, value in settings.items()}
        if walk is adamw:
            known["start"] = exact
        for moves in walk(wide, **known):
            exact = [w + move for w, move in zip(exact, moves, strict=True)]
            weights.append([float(w) for w in exact])
    return Trajectory(gradients, weights, settings["lr"], settings)


REFERENCES: dict[str, dict[str, Any]] = {
    "gd": {"O9": trajectory(gd, lr=0.1)},
    "sgd": {
        "O9": [
            trajectory(sgd, lr=0.1, momentum=0.0),
            trajectory(sgd, lr=0.05, momentum=0.9),
        ]
    },
    # With a constant lr the two forms of momentum are one formula.
    "momentum": {"O9": trajectory(sgd, lr=0.1, momentum=0.9)},
    "adagrad": {"O9": trajectory(adagrad, lr=0.1, eps=1e-10)},
    "adam": {
        "O9": [
            trajectory(adam, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8),
            trajectory(adam, lr=0.1, beta1=0.5, beta2=0.9, eps=1e-3),
        ]
    },
    "adamw": {
        "O9": [
            trajectory(adamw, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01),
            trajectory(adamw, lr=0.1, beta1=0.5, beta2=0.9, eps=1e-3, decay=0.5),
        ]
    },
    "nadam": {"O9": trajectory(nadam, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8)},
    "nesterov": {"O9": trajectory(nesterov, lr=0.1, momentum=0.9)},
    "rmsprop": {"O9": trajectory(rmsprop, lr=0.01, rho=0.9, eps=1e-8)},
    "adadelta": {"O9": trajectory(adadelta, lr=1.0, rho=0.95, eps=1e-6)},
    "bce": {
        "S9": Equivalence(
            "cross_entropy",
            lambda z, t: (
                np.concatenate([np.zeros_like(z), z], axis=-1),
                np.concatenate([1 - t, t], axis=-1),
            ),
        )
    },
}

test_conformance = nnplug.testing.parametrize("nnplug", references=REFERENCES)

MAY_SKIP: dict[str, Callable[[Any], bool]] = {
    "A2": lambda c: not has_derivative(c),
    "A3": lambda c: not has_derivative(c),
    "A6": lambda c: c.range is None and not c.monotonic,
    "L2": lambda c: not c.parameters(c.sample_shape()),
    "L3": lambda c: not c.differentiable_input,
    "L6": lambda c: not c.parameters(c.sample_shape()),
    "L9": lambda c: not c.parameters(c.sample_shape()),
    "L10": lambda c: not kept_parameters(c.parameters(c.sample_shape())),
    "S3": lambda c: not c.zero_at_target,
    "S8": lambda c: c.link == "identity",
    "S9": lambda c: "S9" not in references(c),
    "O5": lambda c: c.scope != "element",
    "O9": lambda c: c.scope != "element",  # those are compared in tests/plugins
    "W1": lambda c: c.std(50, 200) is None,
    "D3": lambda c: c.rule(c.load(np.random.default_rng(0)).x) is None,
    "D4": lambda c: not c.load(np.random.default_rng(0)).domain,
}
"""When a check may pass over a built-in in silence: it has nothing of what is looked at."""


def references(component: Any) -> dict[str, Any]:
    return REFERENCES.get(default_registry().name(component), {})


def test_no_check_is_skipped_but_those_that_do_not_concern() -> None:
    ran = 0
    for _, check, subject, _ in cases("nnplug", references=REFERENCES):
        result = run_check(check, subject)
        if subject.needs:
            assert subject.name == "table", "tests/tables/test_dataset.py checks it with a file"
            continue
        ran += result.status == "passed"
        if result.status == "skipped":
            assert MAY_SKIP[check.id](subject.component), f"{subject.spec}: {result.text}"
        elif check.id in MAY_SKIP and result.status == "passed":
            assert not MAY_SKIP[check.id](subject.component), f"{subject.spec}: {result.text}"
    assert ran > 400
