"""L-BFGS: a quasi-Newton method of limited memory."""

import math
from typing import Annotated

import numpy as np
from annotated_types import Ge, Gt, Le

from nnplug.core import Array, Evaluate, Optimizer

PAIRS = 10
TRIES = 20
DECREASE, CURVATURE = 1e-4, 0.9


class LBFGS(Optimizer):
    """Newton's direction from the last few steps, w = w - a H g, with a found by a line search.

    Formula: d = -H g, where H starts as (s^T y / y^T y) I of the newest pair, and for each pair of
        a step s = w' - w and its change of gradient y = g' - g, from the oldest to the newest,
        H = (I - r s y^T) H (I - r y s^T) + r s s^T, r = 1 / (s^T y);
        w = w + a d with L(w + a d) <= L(w) + 1e-4 a g^T d and g'^T d >= 0.9 g^T d
    Update: H g by the two loops of the source, without a matrix; a by bisection, from lr on
    Shapes: w, g, d (weights,), slots (weights,): s1 the newest step to s10, y1 to y10
    Source: Nocedal, Updating quasi-Newton matrices with limited storage, Mathematics of Computation
        1980; the line search: Lewis, Overton, Nonsmooth optimization via quasi-Newton methods,
        Mathematical Programming 2013 (the conditions are Wolfe's).

    A step asks for loss and gradient twice or more. For small networks and whole sets: there it
    needs tens of steps where gd needs thousands. With batches each search looks at one batch
    alone. The first step has no pair, and tries lr along -g / |g|. Where no try lowers the loss, w
    stays and the pairs are forgotten.
    """

    lr: Annotated[float, Gt(0), "where the line search starts"] = 1.0
    memory: Annotated[int, Ge(0), Le(PAIRS), "pairs in use; 0 is steepest descent"] = PAIRS

    slots = tuple(f"{letter}{i}" for letter in "sy" for i in range(1, PAIRS + 1))
    scope = "network"

    def step(
        self, evaluate: Evaluate, w: Array, lr: float, t: int, *slots: Array
    ) -> tuple[Array, ...]:
        """Return w and the pairs after one line search."""
        steps, changes = np.array(slots[:PAIRS]), np.array(slots[PAIRS:])
        loss, g = evaluate(w)
        d = self.direction(g, steps, changes)
        slope = dot(g, d)
        low, high, a, best = 0.0, math.inf, lr, None
        eps = float(np.finfo(w.dtype).eps)
        # Less than that, rounding hides.
        for _ in range(TRIES if -slope > eps * abs(loss) else 0):
            new_loss, new_g = evaluate(w + a * d)
            if not new_loss <= loss + DECREASE * a * slope:
                high = a
            else:
                low, best = a, new_g
                if dot(new_g, d) >= CURVATURE * slope:
                    break
            a = 0.5 * (low + high) if high < math.inf else 2.0 * a
        if best is None:
            return (w, *np.zeros_like(steps), *np.zeros_like(changes))
        s, y = low * d, best - g
        if dot(s, y) > eps * dot(y, y) > 0.0:
            steps = np.concatenate([s[None], steps[:-1]])
            changes = np.concatenate([y[None], changes[:-1]])
        return (w + s, *steps, *changes)

    def direction(self, g: Array, steps: Array, changes: Array) -> Array:
        """Return -H g."""
        pairs = [(s, y, dot(s, y)) for s, y in zip(steps, changes, strict=True)][: self.memory]
        pairs = [pair for pair in pairs if pair[2] > 0.0]
        q, shares = g.copy(), []
        for s, y, sy in pairs:
            shares.append(dot(s, q) / sy)
            q -= shares[-1] * y
        if pairs:
            _, y, sy = pairs[0]
            q *= sy / dot(y, y)
        else:
            q /= float(np.linalg.norm(q)) or 1.0
        for (s, y, sy), share in zip(reversed(pairs), reversed(shares), strict=True):
            q += (share - dot(y, q) / sy) * s
        return -q


def dot(a: Array, b: Array) -> float:
    """Return a . b as a Python number, which leaves float32 as it is."""
    return float(a @ b)
