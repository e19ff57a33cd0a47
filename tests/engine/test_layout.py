"""Where parameters stand in the flat vector, and what layers may do with their views."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.core.errors import ContractError
from nnplug.core.layer import Parameter
from nnplug.engine.layout import Layout

TREE: dict[str, Any] = {
    "0": {"W": Parameter((2, 3)), "mean": Parameter((1, 3), trainable=False)},
    "1": {},
    "2": {"0": {"b": Parameter((1, 3), decay=False)}, "scale": Parameter(())},
}


def test_trainable_parameters_come_first_and_keep_their_order() -> None:
    layout = Layout(TREE)
    assert [(p.name, p.start, p.stop) for p in layout.places] == [
        ("0.W", 0, 6),
        ("2.0.b", 6, 9),
        ("2.scale", 9, 10),
        ("0.mean", 10, 13),
    ]
    assert (layout.size, layout.trainable_size) == (13, 10)
    assert [place.name for place in layout.kept] == ["0.mean"]


@pytest.mark.parametrize("runs", [(), (4,)])
def test_views_nest_like_the_parameters_and_look_into_the_vector(runs: tuple[int, ...]) -> None:
    layout = Layout(TREE)
    w = np.arange(13.0 * np.prod(runs, dtype=int)).reshape(*runs, 13)
    p = layout.weight_views(w)
    assert p["0"]["W"].shape == (*runs, 2, 3)
    assert p["1"] == {}
    assert p["2"]["0"]["b"].shape == (*runs, 1, 3)
    assert p["2"]["scale"].shape == runs
    np.testing.assert_array_equal(p["0"]["W"], w[..., :6].reshape(*runs, 2, 3))
    w[..., 10:] = 7
    np.testing.assert_array_equal(p["0"]["mean"], np.full((*runs, 1, 3), 7.0))


def test_weights_can_be_neither_written_nor_replaced() -> None:
    p = Layout(TREE).weight_views(np.zeros(13))
    with pytest.raises(ValueError, match="read-only"):
        p["0"]["W"][...] = 1
    with pytest.raises(ValueError, match="read-only"):
        p["0"]["W"] -= 1
    with pytest.raises(TypeError, match="does not support item assignment"):
        p["0"]["W"] = np.ones((2, 3))  # type: ignore[index] - that is what is tried


def gradients(dtype: Any = np.float64) -> tuple[Any, Any]:
    vector = np.full(13, np.nan, dtype)
    return vector, Layout(TREE).gradient_views(vector)


def test_a_gradient_is_copied_into_the_vector() -> None:
    vector, g = gradients()
    mine = np.ones((2, 3))
    g["0"]["W"] = mine
    g["2"]["0"]["b"] = np.full((1, 3), 2.0)
    g["2"]["scale"] = np.float64(3)
    mine[...] = 9
    np.testing.assert_array_equal(vector, [1, 1, 1, 1, 1, 1, 2, 2, 2, 3, np.nan, np.nan, np.nan])


def test_update_and_addition_copy_as_well() -> None:
    vector, g = gradients()
    g["0"].update({"W": np.ones((2, 3))})
    g["0"]["W"] += np.ones((2, 3))
    np.testing.assert_array_equal(vector[:6], np.full(6, 2.0))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.ones((1, 3)), r"float64\[1, 3\]; the parameter is float64\[2, 3\]"),
        (np.ones(3), r"float64\[3\]"),
        (np.ones(6), r"float64\[6\]"),
        (np.ones((3, 2)), r"float64\[3, 2\]"),
        (np.ones((6, 1)), r"float64\[6, 1\]"),
        (np.ones((1, 2, 3)), r"float64\[1, 2, 3\]"),
        (np.ones((2, 3), np.float32), r"float32\[2, 3\]"),
        (np.ones((2, 3), int), r"int64\[2, 3\]"),
        (1.0, r"is float\[\]"),
        ([[1.0, 2.0, 3.0]], r"is list\[1, 3\]"),
        (None, r"is NoneType\[\]"),
    ],
)
def test_nothing_is_broadcast_or_cast(value: Any, said: str) -> None:
    vector, g = gradients()
    with pytest.raises(ContractError, match=said):
        g["0"]["W"] = value
    assert np.isnan(vector).all()


def test_what_is_no_trainable_parameter_is_named() -> None:
    _, g = gradients()
    with pytest.raises(ContractError, match="'V' was written, which is no trainable parameter"):
        g["0"]["V"] = np.ones((2, 3))
    with pytest.raises(ContractError, match="'mean' was written") as caught:
        g["0"]["mean"] = np.ones((1, 3))
    assert caught.value.hint == "trainable here: W"
    with pytest.raises(ContractError, match="'2' was written, which holds parameters of its own"):
        g["2"] = np.ones(4)
    with pytest.raises(ContractError, match="deleted"):
        del g["0"]["W"]
    assert list(g) == ["0", "1", "2"]
    assert len(g["0"]) == 1


def test_a_declaration_that_is_no_parameter_is_named() -> None:
    with pytest.raises(ContractError, match=r"parameter '0\.W' is declared as \(2, 3\)"):
        Layout({"0": {"W": (2, 3)}})  # type: ignore[dict-item] - the mistake


def test_decay_spares_what_says_so() -> None:
    mask = Layout(TREE).decay_mask(np.float32)
    np.testing.assert_array_equal(mask, [1, 1, 1, 1, 1, 1, 0, 0, 0, 1])
    assert mask.dtype == np.float32


shapes = st.lists(st.integers(1, 3), max_size=3).map(tuple)
parameters = st.builds(Parameter, shapes, trainable=st.booleans())
trees = st.recursive(
    st.dictionaries(st.sampled_from("abc"), parameters, max_size=3),
    lambda inner: st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=6,
)


@given(trees)
def test_every_number_belongs_to_exactly_one_parameter(tree: Any) -> None:
    layout = Layout(tree)
    owners = np.zeros(layout.size, int)
    for place in layout.places:
        place.view(owners)[...] += 1
    assert (owners == 1).all()
    trained = [place.parameter.trainable for place in layout.places]
    assert trained == sorted(trained, reverse=True)
    assert layout.trainable_size == sum(p.parameter.size for p in layout.trained)
