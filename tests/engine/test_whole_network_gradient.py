"""The gradient of whole random networks of built-ins, against finite differences."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnplug.core import Loss
from nnplug.core.registry import default_registry
from nnplug.engine.network import Network
from nnplug.testing.losses import examples
from nnplug.testing.numeric import Slope, partials

RELATIVE = 1e-6
MOVES = 12
"""So often are points and weights drawn afresh, each time a little smaller, because one of them is
too close to a kink, or the loss so large that its rounding hides a slope."""

ACTIVATIONS = sorted(default_registry().builtin_names("activation"))
LOSSES: list[Loss] = [
    default_registry().build("loss", name) for name in default_registry().builtin_names("loss")
]


@dataclass(frozen=True)
class Case:
    """A network and what it is asked: everything but the numbers, which `seed` draws."""

    layers: str
    in_shape: tuple[int, ...]
    loss: Loss
    task: int
    soft: bool
    samples: int
    weighted: bool
    seed: int


@st.composite
def chains(draw: Any, width: int, depth: int) -> tuple[list[str], int]:
    """Draw layers that take `width` features; return them and the features that they give."""
    layers = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["linear", "activation", "activation", "dropout", "residual"]))
        if kind == "linear":
            width = draw(st.integers(1, 4))
            layers.append(f"linear:units={width}")
        elif kind == "activation":
            layers.append(draw(st.sampled_from(ACTIVATIONS)))
        elif kind == "dropout":
            layers.append(f"dropout:p={draw(st.sampled_from([0.0, 0.2, 0.5]))}")
        elif depth > 0:
            inside, inner = draw(chains(width, depth - 1))
            if inner != width or not inside:
                inside = [*inside, f"linear:units={width}"]
            layers.append(f"residual[{' '.join(inside)}]")
    return layers, width


@st.composite
def cases(draw: Any) -> Case:
    in_shape = draw(st.sampled_from([(1,), (2,), (3,), (2, 2), (2, 1, 2)]))
    width, start = int(np.prod(in_shape)), ["flatten"] if len(in_shape) > 1 else []
    if len(in_shape) > 1 and draw(st.booleans()):
        start = [draw(st.sampled_from(ACTIVATIONS)), "flatten"]
    layers, _ = draw(chains(width, 2))
    layers = _one_exponential(layers)
    loss = draw(st.sampled_from(LOSSES))
    task, soft = draw(st.integers(0, len(loss.tasks) - 1)), draw(st.booleans())
    outputs = examples(loss, 2)[task].t.shape[1]
    return Case(
        " ".join([*start, *layers, f"linear:units={outputs}"]),
        in_shape,
        loss,
        task,
        soft,
        samples=draw(st.integers(1, 5)),
        weighted=draw(st.booleans()),
        seed=draw(st.integers(0, 10**6)),
    )


def _one_exponential(layers: list[str]) -> list[str]:
    """Leave the first exp alone: exp(exp(exp(exp(z)))) is beyond all numbers."""
    head, first, rest = " ".join(layers).partition("exp")
    return [f"{head}{first}{rest.replace('exp', 'tanh')}"] if layers else []


def compare(case: Case) -> None:
    for move in range(MOVES):
        with np.errstate(all="ignore"):
            analytic, numeric, slack = gradients(case, move)
        if numeric.trusted(RELATIVE, slack).all():
            break
    else:
        pytest.fail(f"no smooth point in {MOVES} draws")
    # A gradient of 0 has no relative error; rounding in the loss limits what differences can see.
    np.testing.assert_allclose(analytic, numeric.value, rtol=RELATIVE, atol=slack)


def gradients(case: Case, move: int) -> tuple[Any, Slope, float]:
    """Return the gradient twice, and the rounding of the second."""
    rng = np.random.default_rng((case.seed, move))
    network = Network(case.layers, case.in_shape, loss=case.loss)
    scale = 1 / (1 + 0.3 * move)
    network.w[...] = 0.7 * scale * rng.standard_normal(network.w.shape)
    x = scale * rng.standard_normal((case.samples, *case.in_shape))
    t = examples(case.loss, case.samples, case.seed + move, soft=case.soft)[case.task].t
    weights = rng.uniform(0, 2, case.samples) if case.weighted else None
    chance = network.rng.bit_generator.state

    def outputs() -> Any:
        network.rng.bit_generator.state = chance  # the same dropout masks each time
        return network.forward(x)

    def loss(w: Any) -> float:
        network.w[...] = w
        return float(network.loss_value(outputs(), t, weights))

    start = network.w.copy()
    numeric = partials(loss, start, [(i,) for i in range(start.size)])
    size = loss(start)
    network.g[...] = np.nan
    network.backward(network.loss_gradient(outputs(), t, weights))
    return network.g.copy(), numeric, 1e-9 * max(1.0, abs(size))


@settings(max_examples=150, deadline=None)
@given(cases())
def test_it_agrees_with_finite_differences(case: Case) -> None:
    compare(case)


def test_it_would_notice_a_slope_that_is_off_by_a_hundred_thousandth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = Case(
        "linear:units=3 tanh residual[linear:units=3 sigmoid] linear:units=1",
        (2,),
        default_registry().build("loss", "bce"),
        task=0,
        soft=False,
        samples=4,
        weighted=True,
        seed=0,
    )
    compare(case)
    tanh: Any = default_registry().get("activation", "tanh")
    right = tanh.derivative
    monkeypatch.setattr(tanh, "derivative", lambda f, z, y: right(f, z, y) * (1 + 1e-5))
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        compare(case)


@pytest.mark.slow
@settings(max_examples=3000, deadline=None)
@given(cases())
def test_it_agrees_for_thousands(case: Case) -> None:
    compare(case)
