"""Normal weights of one width, whatever the layer."""

from typing import Annotated, Any

from annotated_types import Gt

from nnplug.core import Array, Initializer


class Normal(Initializer):
    """Normal weights of one standard deviation everywhere, std = sigma.

    Formula: w ~ N(0, sigma^2)
    Distribution: normal around 0
    Shapes: w of the parameter's shape
    Source: Rumelhart, Hinton, Williams, Learning representations by back-propagating errors,
        Nature 1986 (random weights, so that units differ).

    N(0, 1) does for a handful of units. It does not look at fan_in: sums over many inputs get
    large, sigmoids saturate and rectifiers blow up; he and xavier are the answer.
    """

    sigma: Annotated[float, Gt(0), "standard deviation"] = 1.0

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        """Return fresh weights."""
        w: Array = self.sigma * rng.standard_normal(shape)
        return w

    def std(self, fan_in: int, fan_out: int) -> float:
        """Return sigma."""
        return self.sigma
