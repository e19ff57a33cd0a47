"""The two crossing diagonals."""

import numpy as np

from nnplug.core import Array, Data, Dataset


class Xor(Dataset):
    """21 points on two crossing diagonals, label 1 where just one of x1, x2 is above 1/2.

    Formula: for i = 0..10 the point (i/10, i/10) of label 0, then (i/10, 1 - i/10) of label 1; at
        i = 5 they coincide, and the second is left out
    Rule: label = (x1 > 1/2) xor (x2 > 1/2)
    Shapes: x (21, 2), y (21, 1)
    Source: Minsky, Papert, Perceptrons, 1969.

    No straight line separates the labels: it takes a hidden layer. The points next to the crossing
    are learnt last. Always saying 0 scores 11/21 = 52.38 %.
    """

    fixed = True

    def load(self, rng: np.random.Generator) -> Data:
        """Return the same 21 rows for every seed."""
        rows = []
        for i in range(11):
            # i / 10 is the number nearest to 0.3; 3 * 0.1 is 0.30000000000000004.
            rows.append((i / 10, i / 10))
            if i != 5:
                rows.append((i / 10, (10 - i) / 10))
        x = np.array(rows)
        return Data(
            x,
            self.rule(x),
            task="binary",
            names=("0", "1"),
            columns=("x1", "x2"),
            domain=((0.0, 1.0), (0.0, 1.0)),
        )

    def rule(self, x: Array) -> Array:
        """Return the label of each point, (..., 1)."""
        return np.where((x[..., :1] > 0.5) != (x[..., 1:] > 0.5), 1.0, 0.0)
