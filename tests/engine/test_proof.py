"""The first step: each broken promise is named, with component and package, and nothing changes."""

import math
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import ContractError
from nnplug.core.layer import Context, Parameter
from nnplug.engine import chance
from nnplug.engine.network import Network
from nnplug.engine.proof import prove_step

X = np.random.default_rng(0).standard_normal((5, 3))
T = np.zeros((5, 3))
HERE = __name__


class Honest(nnplug.Layer):
    """y = x W, elementwise; keeps every promise."""

    def parameters(self, in_shape: Any) -> Any:
        return {"W": Parameter((1, *in_shape)), "V": Parameter((1, *in_shape))}

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        return x * p["W"] + p["V"], x

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        g["W"] = (dy * cache).sum(axis=-2, keepdims=True)
        g["V"] = dy.sum(axis=-2, keepdims=True)
        return dy * p["W"]


class NoPair(Honest):
    """Returns y alone."""

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        return x * p["W"] + p["V"]


class Triple(Honest):
    """Returns three things."""

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        return x, x, x


class ForgetsReturn(Honest):
    """Returns nothing."""

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        pass


class Sums(Honest):
    """Sums over the samples."""

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        return x.sum(axis=-2), x


class Upcasts(Honest):
    """Returns float64, whatever it was given."""

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        return (x * p["W"]).astype(np.float64), x


class Listed(Honest):
    """Returns a list."""

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        return x.tolist(), x


class Lies(Honest):
    """Declares another output shape."""

    def output_shape(self, in_shape: Any) -> Any:
        return (7,)


class Forgets(Honest):
    """Forgets a gradient."""

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        g["W"] = (dy * cache).sum(axis=-2, keepdims=True)
        return dy * p["W"]


class Adds(Honest):
    """Adds to the gradient."""

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        g["W"] += (dy * cache).sum(axis=-2, keepdims=True)
        g["V"] = dy.sum(axis=-2, keepdims=True)
        return dy * p["W"]


class HalfWritten(Honest):
    """Writes the first of three numbers."""

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        g["W"] = (dy * cache).sum(axis=-2, keepdims=True)
        g["V"][..., 0] = 1
        return dy * p["W"]


class WrongGradient(Honest):
    """Forgets to sum over the samples."""

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        g["W"] = dy * cache


class NoInputGradient(Honest):
    """Forgets to return dL/dx."""

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        super().backward(dy, cache, p, g, ctx)


class WrongInputGradient(Honest):
    """Returns dL/dx of another shape."""

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        return super().backward(dy, cache, p, g, ctx).sum(axis=-2)


class WritesWeights(Honest):
    """Takes the step itself."""

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Context) -> Any:
        p["W"][...] -= dy.sum(axis=-2, keepdims=True)


class WritesInput(Honest):
    """Works in place on its input."""

    def forward(self, x: Any, p: Any, ctx: Context) -> Any:
        x *= p["W"]
        return x, x


BROKEN = [
    (NoPair, r"'NoPair' from {here}: forward returned float64\[5, 3\]\n  return \(y, cache\)"),
    (Triple, "'Triple' from {here}: forward returned a tuple of 3"),
    (ForgetsReturn, "forward returned None"),
    (Sums, r"forward returned float64\[3\]; float64\[5, 3\] is expected"),
    (Listed, r"forward returned a list; float64\[5, 3\] is expected"),
    (Lies, r"forward returned float64\[5, 3\]; float64\[5, 7\] is expected"),
    (Forgets, "'Forgets' from {here}: backward left the gradient of 'V' unwritten, or added to it"),
    (Adds, "backward left the gradient of 'W' unwritten, or added to it"),
    (HalfWritten, "backward left the gradient of 'V' unwritten"),
    (WrongGradient, r"gradient of 'W' is float64\[5, 3\]; the parameter is float64\[1, 3\]"),
    (NoInputGradient, "'NoInputGradient' from {here}: backward returned None although"),
    (WrongInputGradient, r"backward returned float64\[3\]; float64\[5, 3\] is expected"),
]


def network(layer: Any, dtype: str = "float64", **options: Any) -> Network:
    return Network(
        ["linear:units=3", layer],
        3,
        dtype=dtype,
        **{"loss": "mse", "optimizer": "adam", **options},
    )


@pytest.mark.parametrize(("layer", "said"), BROKEN, ids=lambda one: getattr(one, "__name__", ""))
def test_a_broken_promise_of_a_layer_is_named(layer: type[Honest], said: str) -> None:
    net = network(layer())
    if layer is Lies:
        with pytest.raises(ContractError, match=said.format(here=HERE)):
            prove_step(net, X, np.zeros((5, 7)))
        return
    with pytest.raises(ContractError, match=said.format(here=HERE)):
        prove_step(net, X, T)


def test_an_upcast_is_named() -> None:
    net = network(Upcasts(), "float32")
    prove_step(network(Upcasts()), X, T)
    with pytest.raises(ContractError, match=r"returned float64\[5, 3\]; float32\[5, 3\] is exp"):
        prove_step(net, X.astype(np.float32), T.astype(np.float32))


def test_weights_and_points_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        prove_step(network(WritesWeights()), X, T)
    with pytest.raises(ValueError, match="read-only") as caught:
        nnplug.train(x=X, y=T, layers=[WritesInput()], epochs=1)
    assert caught.value.__notes__ == [f"in layer 'WritesInput' from {HERE}"]


def test_what_is_wrong_inside_a_block_is_named_with_its_path() -> None:
    block = nnplug.Chain((Honest(), Forgets()))
    with pytest.raises(ContractError, match=r"gradient of '1\.V' unwritten") as caught:
        prove_step(network(block), X, T)
    assert caught.value.hint == 'write g["V"] = ..., once, for every trainable parameter'


class Flat(nnplug.Activation):
    """Sums what it should map number by number."""

    def forward(self, z: Any) -> Any:
        return z.sum(axis=-1)

    def derivative(self, z: Any, y: Any) -> Any:
        return z


def test_an_activation_is_called_an_activation() -> None:
    with pytest.raises(ContractError, match=r"activation 'Flat' from .*: forward returned"):
        prove_step(network(Flat()), X, T)


class Averages(nnplug.Loss):
    """Averages over the samples, which is the engine's work."""

    def value(self, z: Any, t: Any) -> Any:
        return ((z - t) ** 2).mean()

    def gradient(self, z: Any, t: Any) -> Any:
        return z - t


class WrongSlope(Averages):
    """Returns a gradient without the outputs."""

    def value(self, z: Any, t: Any) -> Any:
        return ((z - t) ** 2).mean(axis=-1)

    def gradient(self, z: Any, t: Any) -> Any:
        return (z - t).sum(axis=-1)


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (
            Averages(),
            r"loss 'Averages' from .*: value returned a float64; float64\[5\] is expected",
        ),
        (WrongSlope(), r"loss 'WrongSlope' from .*: gradient returned float64\[5\]; float64\[5, 3"),
    ],
)
def test_a_broken_promise_of_a_loss_is_named(loss: Any, said: str) -> None:
    with pytest.raises(ContractError, match=said):
        prove_step(network(Honest(), loss=loss), X, T)


class Strange(nnplug.Schedule):
    """Returns what its test wants."""

    def factor(self, step: int, total: int) -> float:
        return 1.0


@pytest.mark.parametrize("made", [None, "1", math.nan, math.inf, np.ones(2)])
def test_a_broken_promise_of_a_schedule_is_named(
    monkeypatch: pytest.MonkeyPatch, made: Any
) -> None:
    monkeypatch.setattr(Strange, "factor", lambda self, step, total: made)
    with pytest.raises(ContractError, match=r"schedule 'Strange' from .*: factor returned .* of 9"):
        prove_step(network(Honest(), schedule=Strange(), total=9), X, T)


@pytest.mark.parametrize("seed", [0, [0, 1, 2]])
def test_an_honest_network_passes_and_is_left_as_it_was(seed: Any) -> None:
    layers = ["linear:units=3", "dropout", "tanh", Honest()]
    net = Network(layers, 3, loss="mse", optimizer="adam", seed=seed)
    before, chances = net.w.copy(), repr(chance.state(net.rng))
    runs = () if seed == 0 else (3,)
    prove_step(net, np.broadcast_to(X, (*runs, 5, 3)), np.broadcast_to(T, (*runs, 5, 3)))
    np.testing.assert_array_equal(net.w, before)
    assert repr(chance.state(net.rng)) == chances
    assert not net.g.any()
    assert net.updater is not None
    assert net.updater.t == 0


@pytest.mark.parametrize("size", [1e100, 1e160, 1e308, np.inf])
def test_numbers_that_blow_up_are_no_broken_promise(size: float) -> None:
    net = network(Honest())
    net.w[...] = size
    with np.errstate(all="ignore"):
        prove_step(net, X, T)
        prove_step(net, size * X, size * T)


def test_a_network_without_loss_has_its_forward_pass_proved() -> None:
    prove_step(network(Honest(), loss=None), X, T)
    with pytest.raises(ContractError, match="forward returned None"):
        prove_step(network(ForgetsReturn(), loss=None), X, T)


@pytest.mark.parametrize("layer", [Forgets, Sums, NoPair])
def test_training_begins_with_the_proof(layer: type[Honest]) -> None:
    with pytest.raises(ContractError, match=layer.__name__):
        nnplug.train(x=X, y=T, layers=["linear:units=3", layer()], epochs=1)
