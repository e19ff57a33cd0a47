"""Where an optimizer shows that it goes downhill: a bowl and Rosenbrock's valley."""

from typing import NamedTuple

import numpy as np

from nnplug.core.optimizer import Evaluate, Optimizer
from nnplug.testing.draws import generator
from nnplug.testing.numeric import Numbers
from nnplug.testing.walk import advance, fresh_slots


class Problem(NamedTuple):
    """Something to make small, for w of one shape.

    evaluate : gives f(w) and its gradient
    """

    name: str
    evaluate: Evaluate
    start: Numbers


def problems(shape: tuple[int, ...]) -> list[Problem]:
    """Return a bowl that is 100 times as steep one way as another, and Rosenbrock's valley.

    shape : of w, with one -1
    """
    rng = generator(0)
    turn, _ = np.linalg.qr(rng.standard_normal((10, 10)))
    steepness = turn @ np.diag(np.geomspace(1.0, 100.0, 10)) @ turn.T

    def bowl(w: Numbers) -> tuple[float, Numbers]:
        v = w.reshape(-1)
        g = steepness @ v
        return float(v @ g) / 2, g.reshape(shape)

    def rosenbrock(w: Numbers) -> tuple[float, Numbers]:
        a, b = w.reshape(-1)
        steep = 200 * (b - a * a)
        g = np.array([-2 * (1 - a) - 2 * a * steep, steep])
        return float((1 - a) ** 2 + 100 * (b - a * a) ** 2), g.reshape(shape)

    return [
        Problem("a bowl of condition 100", bowl, rng.standard_normal(10).reshape(shape)),
        Problem("Rosenbrock", rosenbrock, np.array([-1.2, 1.0]).reshape(shape)),
    ]


def descend(
    optimizer: Optimizer,
    evaluate: Evaluate,
    start: Numbers,
    lr: float,
    steps: int,
    target: float,
) -> tuple[int, float]:
    """Go downhill until the loss is at most `target`; return the steps that it took, and the loss.

    Ends early, with an infinite loss, where it leaves the finite numbers.
    """
    w, slots = start.copy(), fresh_slots(optimizer, start)
    reached = evaluate(start)[0]
    for t in range(1, steps + 1):
        w, slots = advance(optimizer, w, slots, lr, t, evaluate)
        if t % 20 == 0 or t < 20:
            reached = evaluate(w)[0]
            if not reached < 1e12:
                return t, np.inf
            if reached <= target:
                return t, reached
    return steps, reached
