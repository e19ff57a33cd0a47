"""Whatever the layers: a program predicts as the model, and so does ONNX Runtime."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nnplug.core.registry import default_registry

ACTIVATIONS = st.sampled_from(
    [name for name in default_registry().builtin_names("activation") if name != "exp"]
)
KEEPING = st.one_of(
    ACTIVATIONS,
    st.sampled_from(["batch_norm", "layer_norm", "prelu", "prelu:shared=true", "dropout:p=0.4"]),
    st.floats(0, 1).map("leaky_relu:slope={!r}".format),
    st.floats(0.1, 3).map("elu:alpha={!r}".format),
)


def chain(units: int, depth: int = 2) -> Any:
    """Draw layers that take and give so many features."""
    linear = st.just(f"linear:units={units}")
    inner = st.one_of(KEEPING, linear)
    if depth:
        block = chain(units, depth - 1).map(lambda inside: f"residual[{inside}]")
        inner = st.one_of(inner, block)
    return st.lists(inner, min_size=1, max_size=3).map(" ".join)


LAYERS = st.integers(1, 4).flatmap(
    lambda units: chain(units).map(lambda inside: f"linear:units={units} {inside}")
)
QUICK = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@QUICK
@given(layers=LAYERS, dtype=st.sampled_from(["float64", "float32"]), seed=st.integers(0, 99))
def test_a_program_predicts_bit_by_bit_what_the_model_does(
    trained: Callable[..., Any],
    run_program: Callable[[Any], Any],
    layers: str,
    dtype: str,
    seed: int,
) -> None:
    model = trained(layers, epochs=2, dtype=dtype, seed=seed, lr=1e-3)
    rows = np.random.default_rng(seed).normal(0, 2, (9, 2))
    found = run_program(model)["predict"](rows)
    np.testing.assert_array_equal(found, model.predict(rows))


@QUICK
@given(layers=LAYERS, seed=st.integers(0, 99))
def test_onnx_runtime_predicts_what_the_model_does(
    trained: Callable[..., Any], layers: str, seed: int
) -> None:
    pytest.importorskip("onnx", reason="onnx is not installed: pip install 'nnplug[onnx]'")
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime reads what is written")
    from nnplug.export.onnx.model import onnx_model

    model = trained(layers, epochs=2, seed=seed, lr=1e-3)
    rows = np.random.default_rng(seed).normal(0, 2, (9, 2))
    made = runtime.InferenceSession(onnx_model(model).SerializeToString())
    np.testing.assert_allclose(made.run(None, {"x": rows})[0], model.predict(rows), 1e-12, 1e-12)
