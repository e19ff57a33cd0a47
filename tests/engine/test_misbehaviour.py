"""What a component raises or returns in the middle of a run: who is named, and what is kept."""

from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import ComponentError, ContractError, DivergedError

SMALL: dict[str, Any] = {"dataset": "xor", "hidden": [4], "epochs": 12}
CALLS: list[str] = []
"""The calls of the components below; emptied before every test."""


@pytest.fixture(autouse=True)
def _forget() -> None:
    CALLS.clear()


def late(name: str, good: Any, bad: Any, at: int = 9) -> Any:
    """Return what is good, and from some call on what is bad."""
    CALLS.append(name)
    return bad if CALLS.count(name) >= at else good


class Turns(nnplug.Activation):
    """y = z, and then something else."""

    method: str = "forward"
    shape: bool = False

    def forward(self, z: Any) -> Any:
        if self.method != "forward":
            return z.copy()
        return late("forward", z.copy(), z[:, :-1] if self.shape else None)

    def derivative(self, z: Any, y: Any) -> Any:
        return late("derivative", np.ones_like(z), 1.0 if self.shape else None)


def error_of(**settings: Any) -> ContractError:
    with pytest.raises(ContractError) as caught:
        nnplug.train(**{**SMALL, **settings})
    return caught.value


def test_who_returned_nonsense_is_named_and_not_who_stumbled_over_it() -> None:
    error = error_of(activation=Turns())
    # The linear layer after it is where None meets a product.
    assert error.message == (
        f"activation 'Turns' from {__name__}: forward returned None; float64[21, 4] is expected"
    )
    assert not hasattr(error, "__notes__")
    assert error_of(activation=Turns(shape=True)).message.endswith(
        "forward returned float64[21, 3]; float64[21, 4] is expected"
    )


@pytest.mark.parametrize(("shape", "said"), [(False, "None"), (True, "a float")])
def test_a_derivative_is_looked_at_by_itself(shape: bool, said: str) -> None:
    CALLS.extend(["derivative"] * 9)  # at once: midway, a number would do no harm
    message = error_of(activation=Turns("derivative", shape)).message
    assert message.endswith(f"derivative returned {said}; float64[21, 4] is expected")


class Exits(nnplug.Optimizer):
    """Exits Python in the third step."""

    error: str = "SystemExit"

    def update(self, w: Any, g: Any, lr: float, t: int) -> Any:  # type: ignore[override]
        if t == 3:
            raise {"SystemExit": SystemExit(0), "KeyboardInterrupt": KeyboardInterrupt}[self.error]
        return w - lr * g


class Ends(nnplug.Callback):
    """Notes that it had its end, and perhaps raises there."""

    fails: bool = False

    def on_end(self, run: nnplug.RunView) -> None:
        CALLS.append(f"end {run.epoch}")
        if self.fails:
            raise ValueError("at the end")


def test_a_component_cannot_end_the_program() -> None:
    with pytest.raises(ComponentError) as caught:
        nnplug.train(**SMALL, optimizer=Exits, callback=Ends)
    assert caught.value.message == (
        f"optimizer 'Exits' from {__name__}: it exits Python (SystemExit: 0)"
    )
    assert isinstance(caught.value.__cause__, SystemExit)
    assert CALLS == ["end 2"]


def test_ctrl_c_is_the_users() -> None:
    with pytest.raises(KeyboardInterrupt):
        nnplug.train(**SMALL, optimizer=Exits(error="KeyboardInterrupt"), callback=Ends)
    assert CALLS == ["end 2"]


def test_what_is_raised_at_the_end_does_not_hide_why_the_run_ended() -> None:
    with pytest.raises(ComponentError) as caught:
        nnplug.train(**SMALL, optimizer=Exits, callback=[Ends(fails=True), Ends()])
    assert caught.value.__cause__ is not None
    (note,) = caught.value.__cause__.__notes__
    assert note.startswith(f"then callback 'Ends' from {__name__}: on_end raised ValueError: at")
    assert CALLS == ["end 2", "end 2"]

    with pytest.raises(DivergedError) as diverged:
        nnplug.train(**SMALL, optimizer=Grows, callback=Ends(fails=True))
    assert diverged.value.__notes__ == [note]


class Grows(nnplug.Optimizer):
    """Multiplies the weights until they overflow."""

    lr: float = 1e200

    def update(self, w: Any, g: Any, lr: float, t: int) -> Any:  # type: ignore[override]
        return w * lr


class LooksAndGrows(nnplug.Optimizer):
    """The same, asking for the gradient itself."""

    def step(self, evaluate: Any, w: Any, lr: float, t: int) -> Any:  # type: ignore[override]
        evaluate(w)
        return w * np.inf


@pytest.mark.parametrize("optimizer", [Grows, LooksAndGrows])
def test_weights_that_an_optimizer_spoils_are_its_own(optimizer: type[nnplug.Optimizer]) -> None:
    with pytest.raises(DivergedError) as caught:
        nnplug.train(**SMALL, optimizer=optimizer)
    assert f"what optimizer {optimizer.__name__} made of the weights is not" in caught.value.message
    assert np.isfinite(caught.value.result.network.w).all()
