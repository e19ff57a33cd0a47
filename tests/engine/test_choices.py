"""What a run takes where the user said nothing, and what contradicts what they said."""

from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, SettingsError
from nnplug.core.registry import default_registry
from nnplug.engine.choices import choose_loss, choose_optimizer, choose_output, without_lr
from nnplug.engine.settings import Settings

REGISTRY = default_registry()
X = np.zeros((3, 2))
DATA = {
    "binary": Data(X, np.array([[0.0], [1], [1]]), "binary"),
    "multiclass": Data(X, np.eye(3), "multiclass"),
    "regression": Data(X, np.array([[0.5], [2], [-1]]), "regression"),
}


class Hinge(nnplug.Loss):
    """Judges raw scores of classes, and no values."""

    tasks = ("binary", "multiclass")

    def value(self, z: Any, t: Any) -> Any:
        return z[..., 0]

    def gradient(self, z: Any, t: Any) -> Any:
        return z


def choose(task: str, **given: Any) -> tuple[str, str | None, list[str]]:
    settings, said = Settings().but(**given), []  # type: ignore[var-annotated]
    loss = choose_loss(settings, REGISTRY, DATA[task])
    output = choose_output(settings, REGISTRY, loss, DATA[task], said)
    return REGISTRY.name(loss), None if output is None else REGISTRY.spec(output), said


MSE_BINARY = "output: sigmoid, since mse judges a binary task"
MSE_CLASSES = "output: softmax, since mse judges a multiclass task"
FOLDED = "output: sigmoid is part of bce, computed together with it"


@pytest.mark.parametrize(
    ("task", "given", "loss", "output", "said"),
    [
        ("binary", {}, "bce", None, []),
        ("multiclass", {}, "cross_entropy", None, []),
        ("regression", {}, "mse", None, []),
        ("binary", {"loss": "mse"}, "mse", "sigmoid", [MSE_BINARY]),
        ("multiclass", {"loss": "mse"}, "mse", "softmax", [MSE_CLASSES]),
        ("binary", {"loss": "cross"}, "cross_entropy", None, []),
        ("binary", {"loss": Hinge}, "Hinge", None, []),
        ("multiclass", {"loss": Hinge()}, "Hinge", None, []),
        ("binary", {"output": "sigmoid"}, "bce", None, [FOLDED]),
        ("binary", {"loss": "mse", "output": "none"}, "mse", None, []),
        ("binary", {"loss": "mse", "output": "tanh"}, "mse", "tanh", []),
        ("binary", {"loss": "mse", "output": {"name": "sigmoid"}}, "mse", "sigmoid", []),
        ("regression", {"output": "relu"}, "mse", "relu", []),
        ("regression", {"output": "leaky_relu:slope=0.5"}, "mse", "leaky_relu:slope=0.5", []),
    ],
)
def test_loss_and_output(
    task: str, given: dict[str, Any], loss: str, output: str | None, said: list[str]
) -> None:
    assert choose(task, **given) == (loss, output, said)


@pytest.mark.parametrize(
    ("task", "given", "said"),
    [
        ("regression", {"loss": "bce"}, "'bce' judges binary tasks; this one is regression\n.*mse"),
        ("multiclass", {"loss": "bce"}, "this one is multiclass\n  try --loss cross_entropy"),
        ("regression", {"loss": "cross"}, "judges multiclass and binary tasks"),
        ("binary", {"output": "tanh"}, "--output tanh before bce, which brings its own sigmoid"),
        ("binary", {"output": "none"}, "--output identity before bce, which brings its own"),
        ("multiclass", {"output": "sigmoid"}, "before cross_entropy, which brings its own softmax"),
        ("binary", {"loss": "mse", "output": "softmax"}, "softmax over a single output"),
        ("regression", {"output": "softmax"}, "softmax over a single output"),
    ],
)
def test_what_does_not_fit_is_refused(task: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        choose(task, **given)


def test_targets_outside_the_losss_domain_are_refused() -> None:
    class Counts(Hinge):
        """Judges counts."""

        tasks = ("regression",)
        target_range = (0.0, 9.0)

    with pytest.raises(DataError, match="loss Counts takes targets from 0 to 9, not -1"):
        choose("regression", loss=Counts)


def optimizer(spec: Any, **given: Any) -> str:
    return REGISTRY.spec(choose_optimizer(Settings().but(optimizer=spec, **given), REGISTRY))


@pytest.mark.parametrize(
    ("spec", "given", "expected"),
    [
        ("adam", {}, "adam"),
        ("adam", {"lr": 0.5}, "adam:lr=0.5"),
        ("adam:lr=0.5", {}, "adam:lr=0.5"),
        ("adam:lr=0.5", {"lr": 0.5}, "adam:lr=0.5"),
        ("adam:beta1=0.5", {"lr": 0.2}, "adam:lr=0.2,beta1=0.5"),
        ("sgd", {"momentum": 0.9}, "sgd:momentum=0.9"),
        ("momentum", {"momentum": 0}, "momentum:momentum=0.0"),
        ({"name": "sgd", "momentum": 0.5}, {"lr": 1}, "sgd:lr=1.0,momentum=0.5"),
    ],
)
def test_rate_and_momentum_are_worked_in(spec: Any, given: dict[str, Any], expected: str) -> None:
    assert optimizer(spec, **given) == expected


@pytest.mark.parametrize(
    ("spec", "given", "said"),
    [
        ("adam:lr=0.1", {"lr": 0.2}, "--lr 0.2 contradicts --optimizer adam:lr=0.1"),
        ("sgd:momentum=0.1", {"momentum": 0.2}, "--momentum 0.2 contradicts --optimizer sgd:mom"),
        ("adam", {"momentum": 0.9}, "optimizer 'adam' has no momentum\n  leave --momentum out"),
    ],
)
def test_contradictions_are_refused(spec: str, given: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        optimizer(spec, **given)


def test_an_optimizer_without_its_rate() -> None:
    assert REGISTRY.spec(without_lr(REGISTRY.build("optimizer", "adam:lr=5,beta1=0.5"))) == (
        "adam:beta1=0.5"
    )
