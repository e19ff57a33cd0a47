"""Several round clouds of points."""

from typing import Annotated

import numpy as np
from annotated_types import Ge

from nnplug.core import Array, Data, Dataset


class Blobs(Dataset):
    """A round cloud of points for each class, label = the nearest centre.

    Formula: centre j = (cos a, sin a), a = 2 pi j / classes; label = the j of the nearest centre
    Distribution: labels take turns; normal around their centre with this width, cut off at 3 widths
    Shapes: x (n, 2), y (n, classes), one-hot
    Source: Fisher, The use of multiple measurements in taxonomic problems, Annals of Eugenics 1936
        (normal classes of equal width, which lines separate best).

    A network without hidden layers is as good here as any. Two neighbours are 2 sin(pi / classes)
    apart: with more noise or more classes the clouds overlap, and the best border cannot be right
    everywhere.
    """

    n: Annotated[int, Ge(2), "how many points"] = 500
    classes: Annotated[int, Ge(2), "how many clouds"] = 3
    noise: Annotated[float, Ge(0), "standard deviation of each coordinate"] = 0.3

    def validate(self) -> None:
        """Refuse classes without a point."""
        if self.n < self.classes:
            raise ValueError(f"n must be at least classes = {self.classes}, not {self.n}")

    def load(self, rng: np.random.Generator) -> Data:
        """Return fresh points."""
        label = np.arange(self.n) % self.classes
        noise = self.noise * np.clip(rng.standard_normal((self.n, 2)), -3.0, 3.0)
        reach = 1.0 + 3.0 * self.noise
        return Data(
            self.centres()[label] + noise,
            np.eye(self.classes)[label],
            task="multiclass",
            names=tuple(str(j) for j in range(self.classes)),
            columns=("x1", "x2"),
            domain=((-reach, reach), (-reach, reach)),
        )

    def rule(self, x: Array) -> Array:
        """Return the label of each point, one-hot, (..., classes)."""
        squares = ((x[..., None, :] - self.centres()) ** 2).sum(axis=-1)
        label: Array = np.eye(self.classes)[squares.argmin(axis=-1)]
        return label

    def centres(self) -> Array:
        """Return the centres, (classes, 2)."""
        angle = 2.0 * np.pi * np.arange(self.classes) / self.classes
        return np.stack([np.cos(angle), np.sin(angle)], axis=1)
