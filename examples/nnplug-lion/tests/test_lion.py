"""What every optimizer must do, and what Lion promises beside it."""

import random
from collections.abc import Iterator
from decimal import Decimal, localcontext

import numpy as np

import nnplug.testing
from nnplug.testing import Trajectory
from nnplug_lion import Lion


def moves(
    gradients: list[list[Decimal]], beta1: Decimal, beta2: Decimal
) -> Iterator[list[Decimal]]:
    """Yield sign(c) for each step, with the running mean as the sum that it is."""
    for t, now in enumerate(gradients):
        means = [
            (1 - beta2) * sum(beta2 ** (t - 1 - k) * gradients[k][i] for k in range(t))
            for i in range(len(now))
        ]
        mixed = [beta1 * m + (1 - beta1) * g for m, g in zip(means, now, strict=True)]
        yield [Decimal(1).copy_sign(c) if c else Decimal(0) for c in mixed]


def trajectory(lr: float, **settings: float) -> Trajectory:
    """Walk 20 steps by the paper's algorithm 2 in 50 digits."""
    chance = random.Random(20)
    gradients = [[chance.gauss(0, 1) for _ in range(4)] for _ in range(20)]
    weights = [[chance.gauss(0, 1) for _ in range(4)]]
    with localcontext() as context:
        context.prec = 50
        known = {name: Decimal(value) for name, value in settings.items()}
        decay = known.pop("decay")
        w = list(map(Decimal, weights[0]))
        for signs in moves([list(map(Decimal, g)) for g in gradients], **known):
            w = [x - Decimal(lr) * (s + decay * x) for x, s in zip(w, signs, strict=True)]
            weights.append(list(map(float, w)))
    return Trajectory(gradients, weights, lr, settings)


REFERENCES = {
    "lion": {
        "O9": [
            trajectory(lr=0.003, beta1=0.9, beta2=0.99, decay=0.03),
            trajectory(lr=0.1, beta1=0.5, beta2=0.8, decay=0.5),
        ]
    }
}

test_conformance = nnplug.testing.parametrize("nnplug-lion", references=REFERENCES)


def test_a_step_has_one_size_whatever_the_gradient_s() -> None:
    g = np.array([1e-20, -3.0, 1e20])
    w, _ = Lion(decay=0.0).update(np.zeros(3), g, 0.01, 1, np.zeros(3))
    assert w.tolist() == [-0.01, 0.01, -0.01]


def test_decay_takes_its_share_of_each_weight_and_no_more() -> None:
    w, _ = Lion(decay=0.5).update(np.array([4.0, -2.0]), np.zeros(2), 0.1, 1, np.zeros(2))
    np.testing.assert_allclose(w, [3.8, -1.9], rtol=1e-15)


def test_the_direction_forgets_faster_than_the_mean() -> None:
    # After one gradient of 1 the mean is 0.01. Against one of -0.1, c = 0.9 * 0.01 - 0.1 * 0.1.
    w, m = Lion(decay=0.0).update(np.zeros(1), np.ones(1), 1.0, 1, np.zeros(1))
    np.testing.assert_allclose(m, [0.01], rtol=1e-13)
    w, m = Lion(decay=0.0).update(w, np.array([-0.1]), 1.0, 2, m)
    assert w.tolist() == [0.0]
    np.testing.assert_allclose(m, [0.0089], rtol=1e-13)
