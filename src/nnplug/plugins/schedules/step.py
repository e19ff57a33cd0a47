"""The step schedule."""

from typing import Annotated

from annotated_types import Ge, Gt, Le, Lt

from nnplug.core import Schedule


class Step(Schedule):
    """Falls to a tenth at given points of the run, factor = drop^(points passed).

    Formula: factor = drop^k, k = how many of `at` are <= s, s = step / total
    Shapes: factor, a number from drop^(length of at) to 1
    Source: He, Zhang, Ren, Sun, Deep residual learning for image recognition, CVPR 2016 (a tenth
        after 1/2 and after 3/4 of the run).

    The loss falls in steps too: what looks like the end is noise of a learning rate too large, and
    goes with the next drop. at=(0.3/0.6/0.9) drops three times.
    """

    drop: Annotated[float, Gt(0), Le(1), "times which the factor falls"] = 0.1
    at: Annotated[tuple[float, ...], Ge(0), Lt(1), "where, as parts of the run"] = (0.5, 0.75)

    def factor(self, step: int, total: int) -> float:
        """Return what multiplies lr."""
        s = step / total
        return float(self.drop ** sum(point <= s for point in self.at))
