"""ONNX files: ONNX Runtime predicts what the model does, and is told what the numbers mean."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplug.core.registry import Registry, default_registry
from nnplug.export.errors import ExportError
from nnplug.export.onnx.activations import ACTIVATIONS
from nnplug.export.onnx.layers import LAYERS
from nnplug.export.onnx.model import IR, OPSET, onnx_model
from nnplug.export.write import feeds

onnx = pytest.importorskip("onnx", reason="onnx is not installed: pip install 'nnplug[onnx]'")
runtime = pytest.importorskip("onnxruntime", reason="onnxruntime reads what is written")

Trained = Callable[..., Any]

STRANGERS = Path(__file__).parents[1] / "export_strangers.py"
ROWS = np.random.default_rng(0).normal(0, 3, (40, 2))
ROUNDING = {"float64": 1e-12, "float32": 1e-6}
"""By how much predictions may differ, relative to their size where that is above 1."""


def session(made: Any) -> Any:
    return runtime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])


def same(model: Any, rows: Any = ROWS) -> None:
    (found,) = session(onnx_model(model)).run(None, feeds(model, rows))
    expected = model.predict(rows)
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    rounding = ROUNDING[str(expected.dtype)]
    np.testing.assert_allclose(found, expected, rtol=rounding, atol=rounding)


def test_every_built_in_has_a_form() -> None:
    registry = default_registry()
    aliases = {"none"}  # for identity
    assert {*ACTIVATIONS, *aliases} == set(registry.builtin_names("activation"))
    assert {*LAYERS, "residual"} == set(registry.builtin_names("layer"))
    for name in registry.builtin_names("loss"):
        assert registry.get("loss", name).link in ACTIVATIONS  # type: ignore[attr-defined] # a loss


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", [*ACTIVATIONS, "gelu:approximate=true", "elu:alpha=0.3"])
def test_every_activation(trained: Trained, activation: str, dtype: str) -> None:
    same(trained(f"linear:units=4 {activation} linear:units=3 {activation}", dtype=dtype))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", list(ACTIVATIONS))
def test_every_activation_far_out(activation: str, dtype: str) -> None:
    """Where exponentials overflow, and where they vanish."""
    import nnplug

    network = nnplug.Network(activation, 8, dtype=dtype)
    z = np.array([-1e4, -800, -90, -20, -6.5, -1.3, -0.1, -1e-9]) * np.array([[1.0], [-1.0]])
    z = z.astype(dtype)
    with np.errstate(over="ignore"):
        expected = network.predict(z)
    (found,) = session(onnx_model(Bare(network))).run(None, {"x": z})
    rounding = ROUNDING[dtype]
    np.testing.assert_allclose(found, expected, rtol=rounding, atol=rounding)


class Bare:
    """A network as a model, without training."""

    task, names, threshold = "regression", (), None

    def __init__(self, network: Any) -> None:
        from nnplug.engine.preparation import Preparation

        self.network = network
        self.preparation = Preparation(network.in_shape)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_layer_blocks_inside_of_blocks_too(trained: Trained, dtype: str) -> None:
    layers = (
        "flatten linear:units=4 batch_norm prelu residual[linear:units=4 tanh dropout residual["
        "layer_norm leaky_relu:slope=0.2] batch_norm:eps=0.1] dropout:p=0.2 prelu:shared=true relu"
    )
    same(trained(layers, dtype=dtype, batch_size=7))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    ("loss", "dataset"),
    [
        *((loss, "moons:n=40") for loss in ("bce", "cross_entropy", "hinge", "mse", "mae")),
        *((loss, "blobs:n=60,classes=3") for loss in ("cross_entropy", "mse")),
        *((loss, "bumps:n=60") for loss in ("huber", "log_cosh", "mse", "poisson")),
    ],
)
def test_every_loss_s_predictions(trained: Trained, loss: str, dataset: str, dtype: str) -> None:
    same(trained(hidden_dims=[3], loss=loss, dataset=dataset, dtype=dtype))


def test_images_keep_the_order_of_their_axes(trained: Trained) -> None:
    rng = np.random.default_rng(0)
    images = rng.normal(size=(30, 2, 3, 2))
    same(trained(hidden_dims=[3], x=images, y=images[:, 1, 2, 0] > 0, dataset=None), images)


def test_any_number_of_rows_is_predicted(trained: Trained) -> None:
    model = trained()
    made = session(onnx_model(model))
    (given,) = made.get_inputs()
    assert (given.name, given.shape) == ("x", ["samples", 2])
    (output,) = made.get_outputs()
    assert (output.name, output.shape) == ("predictions", ["samples", 1])
    for n in (0, 1, 7):
        assert made.run(None, {"x": ROWS[:n]})[0].shape == (n, 1)


def test_it_says_what_the_numbers_mean(trained: Trained) -> None:
    model = trained(dataset="blobs:n=60,classes=3", scale="minmax")
    made = onnx_model(model)
    assert (made.ir_version, made.opset_import[0].version) == (IR, OPSET)
    assert IR <= 13  # what ONNX Runtime 1.31 takes
    assert OPSET <= 26
    said = {one.key: one.value for one in made.metadata_props}
    assert said["task"] == "multiclass"
    assert json.loads(said["classes"]) == ["0", "1", "2"]
    assert json.loads(said["columns"]) == ["x1", "x2"]
    assert json.loads(said["preparation"]) == model.preparation.as_json()
    assert any(node.name.startswith("0.linear/") for node in made.graph.node)


def test_a_stranger_s_component_is_refused_and_the_way_out_named(trained: Trained) -> None:
    model = trained("aliased mish twice mish", registry=Registry(extra=[str(STRANGERS)]), epochs=1)
    with pytest.raises(ExportError) as error:
        onnx_model(model)
    for name in ("layer 'aliased'", "activation 'mish'", "layer 'twice'"):
        assert error.value.message.count(f"{name} from") == 1
    assert "predict.py" in (error.value.hint or "")
