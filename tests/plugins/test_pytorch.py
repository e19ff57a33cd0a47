"""The same numbers as PyTorch, where it is installed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnplug.core import Activation, Context, Layer, Loss, Optimizer
from nnplug.core.component import Component
from nnplug.plugins.activations.elu import ELU
from nnplug.plugins.activations.exp import Exp
from nnplug.plugins.activations.gelu import GELU
from nnplug.plugins.activations.hard_tanh import HardTanh
from nnplug.plugins.activations.leaky_relu import LeakyReLU
from nnplug.plugins.activations.relu import ReLU
from nnplug.plugins.activations.selu import SELU
from nnplug.plugins.activations.sigmoid import Sigmoid
from nnplug.plugins.activations.silu import SiLU
from nnplug.plugins.activations.softmax import Softmax
from nnplug.plugins.activations.softplus import Softplus
from nnplug.plugins.activations.softsign import Softsign
from nnplug.plugins.activations.tanh import Tanh
from nnplug.plugins.layers.batch_norm import BatchNorm
from nnplug.plugins.layers.layer_norm import LayerNorm
from nnplug.plugins.layers.prelu import PReLU
from nnplug.plugins.losses.bce import BCE
from nnplug.plugins.losses.cross_entropy import CrossEntropy
from nnplug.plugins.losses.huber import Huber
from nnplug.plugins.losses.mae import MAE
from nnplug.plugins.losses.mse import MSE
from nnplug.plugins.losses.poisson import Poisson
from nnplug.plugins.optimizers.adadelta import Adadelta
from nnplug.plugins.optimizers.adagrad import Adagrad
from nnplug.plugins.optimizers.adam import Adam
from nnplug.plugins.optimizers.adamw import AdamW
from nnplug.plugins.optimizers.gd import GD
from nnplug.plugins.optimizers.muon import Muon
from nnplug.plugins.optimizers.nesterov import Nesterov
from nnplug.plugins.optimizers.rmsprop import RMSprop
from nnplug.plugins.optimizers.sgd import SGD

torch: Any = pytest.importorskip("torch")

Update = Callable[..., Any]


def name(value: Any) -> str | None:
    return repr(value) if isinstance(value, Component) else None


@pytest.mark.parametrize(
    ("f", "theirs"),
    [
        (Sigmoid(), torch.sigmoid),
        (Tanh(), torch.tanh),
        (ReLU(), torch.relu),
        (LeakyReLU(slope=0.2), lambda z: torch.nn.functional.leaky_relu(z, 0.2)),
        (SiLU(), torch.nn.functional.silu),
        (Softmax(), lambda z: torch.softmax(z, dim=-1)),
        (ELU(alpha=0.7), lambda z: torch.nn.functional.elu(z, 0.7)),
        (SELU(), torch.selu),
        (GELU(), torch.nn.functional.gelu),
        (GELU(approximate=True), lambda z: torch.nn.functional.gelu(z, approximate="tanh")),
        # Its softplus is z itself above the threshold, 20 unless told otherwise.
        (Softplus(), lambda z: torch.nn.functional.softplus(z, threshold=1000)),
        (Softsign(), torch.nn.functional.softsign),
        (HardTanh(), torch.nn.functional.hardtanh),
        (Exp(), torch.exp),
    ],
    ids=name,
)
def test_activations(f: Activation, theirs: Callable[[Any], Any]) -> None:
    rng = np.random.default_rng(0)
    z, dy = 4 * rng.standard_normal((50, 6)), rng.standard_normal((50, 6))
    tensor = torch.tensor(z, requires_grad=True)
    expected = theirs(tensor)
    expected.backward(torch.tensor(dy))
    y = f.forward(z)
    np.testing.assert_allclose(y, expected.detach().numpy(), rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(f.backward(dy, z, y), tensor.grad.numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(
    ("loss", "theirs"),
    [
        (MSE(), torch.nn.functional.mse_loss),
        (BCE(), torch.nn.functional.binary_cross_entropy_with_logits),
        (CrossEntropy(), torch.nn.functional.cross_entropy),
        (MAE(), torch.nn.functional.l1_loss),
        (Huber(delta=0.7), lambda z, t: torch.nn.functional.huber_loss(z, t, delta=0.7)),
        (Poisson(), torch.nn.functional.poisson_nll_loss),
    ],
    ids=name,
)
def test_losses(loss: Loss, theirs: Callable[..., Any]) -> None:
    rng = np.random.default_rng(0)
    z, t = 4 * rng.standard_normal((50, 3)), np.eye(3)[rng.integers(3, size=50)]
    tensor = torch.tensor(z, requires_grad=True)
    expected = theirs(tensor, torch.tensor(t))
    expected.backward()
    assert loss.value(z, t).mean() == pytest.approx(expected.item(), rel=1e-13)
    np.testing.assert_allclose(
        loss.gradient(z, t) / 50, tensor.grad.numpy(), rtol=1e-13, atol=1e-16
    )


@pytest.mark.parametrize(
    ("optimizer", "theirs"),
    [
        (GD(lr=0.05), lambda w: torch.optim.SGD(w, lr=0.05)),
        (SGD(lr=0.02, momentum=0.9), lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.9)),
        (Adagrad(lr=0.3), lambda w: torch.optim.Adagrad(w, lr=0.3)),
        (Adam(lr=0.05), lambda w: torch.optim.Adam(w, lr=0.05)),
        (Nesterov(lr=0.02), lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.9, nesterov=True)),
        (Adadelta(lr=0.5), lambda w: torch.optim.Adadelta(w, lr=0.5, rho=0.95)),
        (RMSprop(lr=0.05), lambda w: torch.optim.RMSprop(w, lr=0.05, alpha=0.9)),
        (AdamW(lr=0.05, decay=0.3), lambda w: torch.optim.AdamW(w, lr=0.05, weight_decay=0.3)),
    ],
    ids=name,
)
def test_optimizers(optimizer: Optimizer, theirs: Callable[..., Any], update: Update) -> None:
    rng = np.random.default_rng(0)
    w = rng.standard_normal(10)
    tensor = torch.tensor(w, requires_grad=True)
    their_optimizer = theirs([tensor])
    slots = [np.zeros(10) for _ in optimizer.slots]
    for t in range(1, 51):
        g = rng.standard_normal(10)
        tensor.grad = torch.tensor(g)
        their_optimizer.step()
        w = update(optimizer, w, g, optimizer.lr, t, slots)
    np.testing.assert_allclose(w, tensor.detach().numpy(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (1, 5)])
def test_muon(shape: tuple[int, int], update: Update) -> None:
    # Theirs takes its rounds in bfloat16, of three digits, and weights as (outputs, inputs).
    rng = np.random.default_rng(0)
    w = rng.standard_normal(shape)
    tensor = torch.tensor(w.T.copy(), requires_grad=True)
    theirs = torch.optim.Muon([tensor], lr=0.05, weight_decay=0.0, momentum=0.95)
    slots = [np.zeros(shape)]
    for t in range(1, 11):
        g = rng.standard_normal(shape)
        tensor.grad = torch.tensor(g.T.copy())
        theirs.step()
        w = update(Muon(), w, g, 0.05, t, slots)
    np.testing.assert_allclose(w, tensor.detach().numpy().T, atol=0.01)


def compare_layer(layer: Layer, theirs: Any, names: dict[str, str], gradients: Any) -> None:
    """Compare values, gradients and what is kept, over three batches.

    names : of our parameters, and of theirs
    """
    rng = np.random.default_rng(0)
    theirs = theirs.double()
    shapes = {name: one.shape for name, one in layer.parameters((5,)).items()}
    p = {name: rng.uniform(0.5, 1.5, shape) for name, shape in shapes.items()}
    for ours, other in names.items():
        getattr(theirs, other).data[...] = torch.tensor(p[ours].reshape(-1))
    for _ in range(3):
        x, dy = 3 * rng.standard_normal((7, 5)) + 1, rng.standard_normal((7, 5))
        ctx, g = Context("0", (5,), training=True), gradients(p)
        y, cache = layer.forward(x, p, ctx)
        dx = layer.backward(dy, cache, p, g, ctx)
        tensor = torch.tensor(x, requires_grad=True)
        theirs.zero_grad()
        expected = theirs(tensor)
        expected.backward(torch.tensor(dy))
        p |= ctx.keep
        np.testing.assert_allclose(y, expected.detach().numpy(), rtol=1e-12, atol=1e-13)
        np.testing.assert_allclose(dx, tensor.grad.numpy(), rtol=1e-11, atol=1e-13)
        for ours, other in names.items():
            value = getattr(theirs, other)
            if value.requires_grad:
                np.testing.assert_allclose(g[ours].reshape(-1), value.grad.numpy(), rtol=1e-11)
            else:
                np.testing.assert_allclose(p[ours].reshape(-1), value.numpy(), rtol=1e-12)
    theirs.eval()
    y, _ = layer.forward(x, p, Context("0", (5,)))
    expected = theirs(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(y, expected, rtol=1e-12, atol=1e-13)


def test_batch_norm(gradients: Any) -> None:
    names = {"gamma": "weight", "beta": "bias", "mean": "running_mean", "var": "running_var"}
    # Their momentum is the share of the new batch.
    compare_layer(BatchNorm(momentum=0.8), torch.nn.BatchNorm1d(5, momentum=0.2), names, gradients)


def test_layer_norm(gradients: Any) -> None:
    compare_layer(
        LayerNorm(), torch.nn.LayerNorm(5), {"gamma": "weight", "beta": "bias"}, gradients
    )


def test_prelu(gradients: Any) -> None:
    compare_layer(PReLU(), torch.nn.PReLU(5), {"a": "weight"}, gradients)
    compare_layer(PReLU(shared=True), torch.nn.PReLU(), {"a": "weight"}, gradients)
