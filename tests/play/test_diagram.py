import numpy as np
import pytest

import nnplug
from nnplug.engine.network import Network
from nnplug.play.diagram import SHOWN, diagram_of


def of(layers, inputs=2, probable=True, outputs=(), names=("x1", "x2")):
    network = Network(layers, inputs, loss="bce" if probable else "mse")
    return network, diagram_of(network, names, outputs, probable=probable)


def test_a_layer_and_its_activation_are_one_column():
    network, diagram = of("linear:units=3 relu linear:units=1")
    found = diagram.as_json()
    assert [(c["label"], c["units"]) for c in found["columns"]] == [
        ("inputs", 2),
        ("linear + relu", 3),
        ("output", 1),
    ]
    assert found["columns"][0]["names"] == ["x1", "x2"]
    assert found["links"] == [
        {"path": "0.W", "from": 0, "to": 1, "fixed": False},
        {"path": "2.W", "from": 1, "to": 2, "fixed": False},
    ]
    assert found["biases"] == [{"path": "0.b", "column": 1}, {"path": "2.b", "column": 2}]
    weights = np.concatenate([network.parameter(p).ravel() for p in ("0.W", "2.W")])
    np.testing.assert_array_equal(diagram.weights(network), weights)
    assert diagram.bias_values(network).shape == (4,)


def test_layers_without_a_matrix_join_the_column_before_them():
    _, diagram = of("linear:units=3 batch_norm tanh dropout:p=0.1 linear:units=1")
    assert [c.label for c in diagram.columns] == [
        "inputs",
        "linear + batch_norm + tanh + dropout",
        "output",
    ]


def test_a_block_is_a_column_with_lines_that_carry_no_single_weight():
    _, diagram = of("linear:units=3 residual[linear:units=3 tanh] linear:units=1")
    found = diagram.as_json()
    assert [link["fixed"] for link in found["links"]] == [False, True, False]
    assert [c["label"] for c in found["columns"]][2] == "residual[linear"


def test_units_beyond_those_that_are_drawn_are_counted():
    network, diagram = of(f"linear:units={SHOWN + 5} tanh linear:units=1")
    column = diagram.as_json()["columns"][1]
    assert (column["units"], column["shown"]) == (SHOWN + 5, SHOWN)
    assert len(diagram.weights(network)) == 2 * SHOWN + SHOWN
    first = network.parameter("0.W")[:, :SHOWN]
    np.testing.assert_array_equal(diagram.weights(network)[: 2 * SHOWN], first.ravel())


@pytest.mark.parametrize(
    ("activation", "values", "shown"),
    [
        ("tanh", [-1, 0, 1], [-1, 0, 1]),
        ("sigmoid", [0, 0.5, 1], [-1, 0, 1]),
        ("relu", [0, 2, 4], [0, 0.5, 1]),
        ("identity", [-2, 1, 0], [-1, 0.5, 0]),
        ("relu", [0, 0, 0], [0, 0, 0]),
    ],
)
def test_maps_are_over_the_range_of_the_activation_or_the_largest_value(activation, values, shown):
    _, diagram = of(f"linear:units=1 {activation} linear:units=1")
    outputs = [np.zeros((3, 1)), np.array(values, float)[:, None], np.zeros((3, 1))]
    first, last = diagram.maps(outputs, np.array([[0.0], [0.5], [1.0]]))
    np.testing.assert_allclose(first[:, 0], shown)
    np.testing.assert_allclose(last[:, 0], [-1, 0, 1])


def test_a_strangers_layer_needs_to_say_nothing():
    class Own(nnplug.Layer):
        """y = x M."""

        def parameters(self, in_shape):
            return {"M": nnplug.Parameter((in_shape[0], 4)), "shift": nnplug.Parameter((1, 4))}

        def output_shape(self, in_shape):
            return (4,)

        def forward(self, x, p, ctx):
            return x @ p["M"] + p["shift"], x

        def backward(self, dy, cache, p, g, ctx):
            return dy @ p["M"].mT

    _, diagram = of([Own(), "linear:units=1"])
    found = diagram.as_json()
    assert found["links"][0]["path"] == "0.M"
    assert found["biases"][0]["path"] == "0.shift"
