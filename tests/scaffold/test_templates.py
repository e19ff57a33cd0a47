"""The example of each kind computes what its docstring says, and its module can be anybody's."""

import ast
import math
import sys
from importlib import import_module
from typing import Any

import mpmath as mp
import numpy as np
import pytest

import nnplug
from nnplug.core.chain import as_layer
from nnplug.core.component import summary
from nnplug.core.kinds import KINDS
from nnplug.core.layer import Context, Parameter
from nnplug.scaffold.fill import SHARED, template
from nnplug.testing import run_checks


def example(kind: str) -> Any:
    return import_module(f"nnplug.scaffold.templates.{kind}").TheClass


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_keeps_its_contract(kind: str) -> None:
    results = run_checks(example(kind))
    assert [result.text for result in results if result.failed] == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_example_says_that_it_is_to_be_replaced(kind: str) -> None:
    assert "until " in summary(example(kind))
    assert "replace" in summary(example(kind))
    for label in ("Formula:", "Shapes:", "Source:"):
        assert label in (example(kind).__doc__ or "")
    (module, _, _) = (ast.get_docstring(ast.parse(template(f"{kind}.py"))) or "").partition("\n")
    assert module == f"The {kind} the_name."


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_imports_what_a_stranger_can_import(kind: str) -> None:
    for node in ast.walk(ast.parse(template(f"{kind}.py"))):
        if isinstance(node, ast.ImportFrom) and node.module == "nnplug":
            assert {alias.name for alias in node.names} <= nnplug.PUBLIC.keys()
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
            known = {"nnplug", "numpy", "annotated_types", *sys.stdlib_module_names}
            assert set(names) <= known


def test_every_kind_has_a_template_and_every_shared_file_one_that_is_there() -> None:
    for kind in KINDS:
        assert example(kind).kind == kind
    for name in SHARED.values():
        assert template(name).endswith("\n")


def test_swish_is_z_times_a_sigmoid() -> None:
    z = np.array([-3.0, -0.5, 0.0, 2.0])
    with mp.workdps(50):
        exact = [float(mp.mpf(x) / (1 + mp.exp(-mp.mpf("1.5") * x))) for x in z.tolist()]
    np.testing.assert_allclose(example("activation")(beta=1.5).forward(z), exact, rtol=1e-14)


def test_layer_scale_begins_with_its_factor_in_every_feature() -> None:
    layer = example("layer")(start=0.25)
    factors = layer.parameters((3,))["s"]
    assert isinstance(factors, Parameter)
    assert factors.shape == (1, 3)
    assert factors.init == "constant:value=0.25"
    y, _ = layer.forward(np.array([[1.0, 2.0, 4.0]]), {"s": np.array([[3.0, 0.5, 0.25]])}, None)
    assert y.tolist() == [[3.0, 1.0, 1.0]]
    with pytest.raises(ValueError, match="one axis of features"):
        layer.parameters((2, 2))


def test_layer_scale_needs_no_gradient_of_its_input_in_the_first_place() -> None:
    layer, g = as_layer(example("layer")()), {}
    ctx = Context("0", (2,), needs_input_grad=False)
    x = np.array([[1.0, 2.0]])
    assert layer.backward(x, x, {"s": x}, g, ctx) is None
    assert g["s"].tolist() == [[1.0, 4.0]]


def test_the_expectile_loss_weighs_errors_by_their_side() -> None:
    loss = example("loss")(tau=0.8)
    z, t = np.array([[0.0, 3.0]]), np.array([[2.0, 1.0]])  # errors of 2, below and above
    assert loss.value(z, t)[0] == pytest.approx((0.8 * 4 + 0.2 * 4) / 2, rel=1e-15)
    np.testing.assert_allclose(loss.gradient(z, t), [[-1.6, 0.4]], rtol=1e-14)
    half = example("loss")(tau=0.5)
    assert half.value(z, t)[0] == pytest.approx(0.5 * np.mean([4.0, 4.0]), rel=1e-15)


def test_the_expectile_of_a_sample_is_where_the_loss_is_least() -> None:
    # Newey and Powell: the expectile m solves tau E max(t - m, 0) = (1 - tau) E max(m - t, 0).
    t = np.array([0.0, 1.0, 5.0])[:, None]
    loss = example("loss")(tau=0.8)
    m = 3.5  # of 0, 1 and 5: 0.8 (5 - m) = 0.2 (m + m - 1)
    assert loss.gradient(np.full_like(t, m), t).sum() == pytest.approx(0, abs=1e-14)


def test_quasi_hyperbolic_momentum_as_its_paper_unrolls_it() -> None:
    # g_1 = 1, g_2 = 3: m_1 = (1 - beta) 1, m_2 = (1 - beta) (beta 1 + 3)
    rule = example("optimizer")(nu=0.75, beta=0.5)
    w, m = rule.update(np.array([1.0]), np.array([1.0]), 0.1, 1, np.array([0.0]))
    assert (w[0], m[0]) == pytest.approx((1 - 0.1 * (0.25 + 0.75 * 0.5), 0.5), rel=1e-15)
    w, m = rule.update(w, np.array([3.0]), 0.1, 2, m)
    assert m[0] == pytest.approx(1.75, rel=1e-15)
    assert w[0] == pytest.approx(0.9375 - 0.1 * (0.25 * 3 + 0.75 * 1.75), rel=1e-15)


def test_glorot_s_weights_reach_their_limit_and_no_further() -> None:
    w = example("initializer")(gain=2.0).sample(np.random.default_rng(0), (200, 200), 30, 20)
    limit = 2 * math.sqrt(6 / 50)
    assert np.abs(w).max() <= limit
    assert np.abs(w).max() == pytest.approx(limit, rel=1e-3)
    assert example("initializer")(gain=2.0).std(30, 20) == pytest.approx(2 * math.sqrt(2 / 50))


def test_polynomial_decay() -> None:
    one = example("schedule")(power=2.0)
    assert [one.factor(step, 4) for step in range(4)] == [1.0, 0.5625, 0.25, 0.0625]


def test_the_norm_is_recorded_and_stops_a_run_above_its_limit() -> None:
    result = nnplug.train(callback=example("callback")(every=2), epochs=6)
    assert len(result.history["the_name"]) == 3
    stopped = nnplug.train(callback=example("callback")(limit=1e-3), epochs=6)
    assert stopped.history["the_name"].shape == (1,)


def test_the_sinc_curve_is_one_at_zero_and_zero_at_thirds() -> None:
    curve = example("dataset")(noise=0.0)
    x = np.array([[0.0], [1 / 3], [2 / 3], [0.5]])
    expected = [[1.0], [0.0], [0.0], [math.sin(1.5 * math.pi) / (1.5 * math.pi)]]
    np.testing.assert_allclose(curve.rule(x), expected, atol=1e-15)
    data = curve.load(np.random.default_rng(0))
    np.testing.assert_array_equal(data.y, curve.rule(data.x))
