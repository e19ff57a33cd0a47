"""The constant schedule."""

from nnplug.core import Schedule


class Constant(Schedule):
    """The learning rate as it is, factor = 1.

    Formula: factor = 1 at every step
    Shapes: factor, a number
    Source: Bottou, Curtis, Nocedal, Optimization methods for large-scale machine learning, SIAM
        Review 2018 (section 4.2, what a fixed step size can and cannot reach).
    """

    def factor(self, step: int, total: int) -> float:
        """Return 1."""
        return 1.0
