"""The same numbers as PyTorch, where it is installed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnplug.core import Activation, Loss, Optimizer
from nnplug.core.component import Component
from nnplug.plugins.activations.leaky_relu import LeakyReLU
from nnplug.plugins.activations.relu import ReLU
from nnplug.plugins.activations.sigmoid import Sigmoid
from nnplug.plugins.activations.silu import SiLU
from nnplug.plugins.activations.softmax import Softmax
from nnplug.plugins.activations.tanh import Tanh
from nnplug.plugins.losses.bce import BCE
from nnplug.plugins.losses.cross_entropy import CrossEntropy
from nnplug.plugins.losses.mse import MSE
from nnplug.plugins.optimizers.adagrad import Adagrad
from nnplug.plugins.optimizers.adam import Adam
from nnplug.plugins.optimizers.gd import GD
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
    np.testing.assert_allclose(loss.gradient(z, t) / 50, tensor.grad.numpy(), atol=1e-16)


@pytest.mark.parametrize(
    ("optimizer", "theirs"),
    [
        (GD(lr=0.05), lambda w: torch.optim.SGD(w, lr=0.05)),
        (SGD(lr=0.02, momentum=0.9), lambda w: torch.optim.SGD(w, lr=0.02, momentum=0.9)),
        (Adagrad(lr=0.3), lambda w: torch.optim.Adagrad(w, lr=0.3)),
        (Adam(lr=0.05), lambda w: torch.optim.Adam(w, lr=0.05)),
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
