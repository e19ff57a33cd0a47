"""The contract of an optimizer."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Gt

from nnplug.core.array import Array
from nnplug.core.component import Component, unwritten

Evaluate = Callable[[Array], tuple[float, Array]]
"""evaluate(w) -> (loss, gradient) at other weights, with the chance of the same step."""


class Optimizer(Component):
    """How weights move against their gradient.

    `update` is one step as the paper prints it. Its memory is its slots, arrays of w's shape that
    start at zero and that the engine keeps, saves and restores. Weight decay, clipping and
    schedules are the engine's. An optimizer that evaluates the loss again gives `step` instead.
    """

    kind: ClassVar[str] = "optimizer"

    slots: ClassVar[tuple[str, ...]] = ()
    """The names of its slots, in the order in which `update` takes and returns them."""

    scope: ClassVar[Literal["element", "parameter", "network"]] = "element"
    """What one call of `update` sees: any piece of the flat vector ("element": each weight is
    treated alone), one parameter at a time in its own shape ("parameter"), or all trainable weights
    of a network at once ("network")."""

    own_decay: ClassVar[bool] = False
    """Whether it moves weights even where gradient and slots are zero (decoupled decay)."""

    _required = (("update", "step"),)

    lr: Annotated[float, Gt(0), "learning rate"] = 0.01

    # `*slots: Any, **_: Any` is what type checkers let a subclass replace by slots with names.

    def update(self, w: Array, g: Array, lr: float, t: int, *slots: Any, **_: Any) -> Any:
        """Return w, or (w, *slots), after step t.

        w, g, slots : one shape; w and the slots may be changed in place, g never
        lr : the learning rate of this step, times the schedule; not `self.lr`
        t : counts from 1
        """
        raise unwritten(self, "update")

    def step(self, evaluate: Evaluate, w: Array, lr: float, t: int, *slots: Any, **_: Any) -> Any:
        """Return (w, *slots) after step t, asking for gradients as often as it likes."""
        raise unwritten(self, "step")


def reevaluates(optimizer: type[Optimizer]) -> bool:
    """Say whether an optimizer asks for gradients itself."""
    return optimizer.step is not Optimizer.step
