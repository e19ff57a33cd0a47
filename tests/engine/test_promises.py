"""What components return beside numbers of a step: each is looked at, and named if it is wrong."""

from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import ContractError, DivergedError

SMALL: dict[str, Any] = {"dataset": "xor", "hidden": [4], "epochs": 12}
CALLS: list[int] = []
"""The calls of Predicts; emptied before every test."""


@pytest.fixture(autouse=True)
def _forget() -> None:
    CALLS.clear()


def error_of(**settings: Any) -> ContractError:
    with pytest.raises(ContractError) as caught:
        nnplug.train(**{**SMALL, **settings})
    return caught.value


class Sees(nnplug.Layer):
    """y = x, and something else while predicting."""

    how: str = "none"

    def forward(self, x: Any, p: Any, ctx: nnplug.Context) -> Any:
        bad = {"none": None, "nan": x * np.nan, "float32": x.astype(np.float32)}[self.how]
        return x if ctx.training else bad, None

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: nnplug.Context) -> Any:
        return dy


def test_predicting_is_looked_at_before_the_first_step() -> None:
    for how, said in (("none", "None"), ("float32", "float32[21, 4]")):
        error = error_of(layers=["linear:units=4", Sees(how)], hidden=None)
        assert error.message.endswith(f"forward returned {said}; float64[21, 4] is expected")


def test_nan_while_predicting_is_found_where_it_begins() -> None:
    with pytest.raises(DivergedError, match=r"the output of layer 1 \(Sees:how=nan\) is not"):
        nnplug.train(**{**SMALL, "hidden": None, "layers": ["linear:units=4", Sees("nan")]})


class Predicts(nnplug.Loss):
    """(z - t)^2 with a link of its own."""

    how: str = "shape"
    at: int = 1

    def value(self, z: Any, t: Any) -> Any:
        return ((z - t) ** 2).mean(axis=-1)

    def gradient(self, z: Any, t: Any) -> Any:
        return 2 * (z - t) / z.shape[-1]

    def predict(self, z: Any) -> Any:
        bad = {"shape": z[..., 0], "nan": z * np.nan, "none": None, "inf": z + np.inf}[self.how]
        CALLS.append(len(z))
        return z.copy() if len(CALLS) < self.at else bad


@pytest.mark.parametrize("at", [1, 4])
@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("shape", "predict returned float64[21]; float64[21, 1] is expected"),
        ("nan", "predict returned NaN for finite outputs"),
        ("none", "predict returned None; float64[21, 1] is expected"),
    ],
)
def test_predictions_are_looked_at(how: str, said: str, at: int) -> None:
    error = error_of(loss=Predicts(how, at), output="none")
    assert error.message == f"loss 'Predicts' from {__name__}: {said}"


def test_a_link_may_overflow() -> None:
    result = nnplug.train(**SMALL, loss=Predicts("inf"), output="none")
    assert np.isinf(result.predict(result.train.x)).all()


class Stops(nnplug.Callback):
    """Says something that is no reason."""

    def on_epoch(self, run: nnplug.RunView) -> Any:
        return run.epoch == 3


def test_a_reason_to_stop_is_a_text() -> None:
    error = error_of(callback=Stops)
    assert error.message == f"callback 'Stops' from {__name__}: on_epoch returned a bool"


class Fades(nnplug.Schedule):
    """Is no number from the fourth step on."""

    def factor(self, step: int, total: int) -> Any:
        return 1.0 if step < 3 else self.then()

    def then(self) -> Any:
        return None


@pytest.mark.parametrize("then", [None, float("nan"), float("inf"), "1", np.ones(2)])
def test_a_factor_that_is_no_number_is_named_with_its_step(
    monkeypatch: pytest.MonkeyPatch, then: Any
) -> None:
    monkeypatch.setattr(Fades, "then", lambda self: then)
    error = error_of(schedule=Fades)
    assert error.message == (
        f"schedule 'Fades' from {__name__}: factor returned {then!r} for step 3 of 12"
    )


class Counts(nnplug.Loss):
    """(z - t)^2, and wrong about its targets."""

    encoded: int = 1
    units: int = 1

    def value(self, z: Any, t: Any) -> Any:
        return ((z - t) ** 2).mean(axis=-1)

    def gradient(self, z: Any, t: Any) -> Any:
        return 2 * (z - t) / z.shape[-1]

    def encode(self, t: Any, task: str) -> Any:
        return t.tolist() if self.encoded == 0 else np.repeat(t, self.encoded, axis=1)

    def outputs(self, task: str, targets: int) -> Any:
        return self.units or None


@pytest.mark.parametrize(
    ("encoded", "units", "said"),
    [
        (0, 1, "encode returned a list for targets float64[21, 1]"),
        (2, 1, "outputs returned 1, and encode float64[21, 2]"),
        (1, 0, "outputs returned None, and encode float64[21, 1]"),
    ],
)
def test_what_a_loss_says_of_its_targets_is_looked_at(encoded: int, units: int, said: str) -> None:
    error = error_of(loss=Counts(encoded, units))
    assert error.message == f"loss 'Counts' from {__name__}: {said}"


class Draws(nnplug.Initializer):
    """Returns what its test wants."""

    def sample(self, rng: Any, shape: Any, fan_in: int, fan_out: int) -> Any:
        return None


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (None, "sample returned None for a parameter [2, 4]"),
        (np.full((2, 4), np.nan), "sample returned values that are not finite"),
        (np.full((2, 4), "a"), "sample returned <U1[2, 4] for a parameter [2, 4]"),
    ],
)
def test_what_an_initializer_draws_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, made: Any, said: str
) -> None:
    monkeypatch.setattr(Draws, "sample", lambda self, *_: made)
    assert error_of(init=Draws).message == f"initializer 'Draws' from {__name__}: {said}"


class Owns(nnplug.Layer):
    """Declares no mapping."""

    def parameters(self, in_shape: Any) -> Any:
        return None

    def forward(self, x: Any, p: Any, ctx: nnplug.Context) -> Any:
        return x, None

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: nnplug.Context) -> Any:
        return dy


def test_what_a_layer_owns_is_looked_at() -> None:
    error = error_of(layers=[Owns], hidden=None)
    assert error.message == "layer 0 (Owns): parameters returned None"
