from typing import Annotated, Any

import pytest
from annotated_types import Gt
from hypothesis import given
from hypothesis import strategies as st

from nnplug.core import Activation, Layer
from nnplug.core.component import Component
from nnplug.core.errors import SpecError
from nnplug.core.spec import Spec, build, format_spec, read_spec, split_chain


class Swish(Activation):
    beta: Annotated[float, Gt(0)] = 1.0
    learn: bool = False


class Block(Layer):
    layers: tuple[Layer, ...]
    scale: float = 1.0


class Plain(Layer):
    units: int


def no_inner(kind: str, thing: Any) -> Component:
    raise AssertionError(kind)


def inner(kind: str, thing: Any) -> Component:
    spec = read_spec(thing)
    return build({"plain": Plain, "block": Block}[spec.name], spec, f"{kind} {spec.name!r}", inner)


def name_of(component: Component) -> str:
    return type(component).__name__.lower()


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("adam", Spec("adam")),
        (" adam ", Spec("adam")),
        ("adam:lr=0.01,beta1=0.95", Spec("adam", None, {"lr": "0.01", "beta1": "0.95"})),
        ("pack:adam", Spec("adam", "pack")),
        ("pack:adam:lr=1", Spec("adam", "pack", {"lr": "1"})),
        ("block[plain:units=2 relu]", Spec("block", inner="plain:units=2 relu")),
        ("block:scale=2[a[b] c]", Spec("block", None, {"scale": "2"}, "a[b] c")),
        ("block:layers=[a b:c=1]", Spec("block", None, {"layers": "[a b:c=1]"})),
        ("layer:activation=leaky:slope=1", Spec("layer", None, {"activation": "leaky:slope=1"})),
    ],
)
def test_a_text_is_read(text: str, spec: Spec) -> None:
    assert read_spec(text) == spec


def test_a_table_is_read() -> None:
    assert read_spec({"name": "adam", "lr": 0.01}) == Spec(
        "adam", None, {"lr": 0.01}, None, typed=True
    )
    assert read_spec({"name": "mish", "package": "p"}).full_name == "p:mish"


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        ("", "is no spec"),
        ("adam:lr=", "not key=value"),
        ("adam:=1", "not key=value"),
        ("adam:lr=1,lr=2", "sets lr twice"),
        ("adam lr=1", "is no spec"),
        ("block[a", "bracket is open"),
        ("x:l=[a", "not closed"),
        ("block]", "closed that was not opened"),
        ("block[a]b", "nothing may follow"),
        ({"lr": 1}, "names no component"),
        (3, "is no component"),
    ],
)
def test_what_is_no_spec_is_refused(thing: Any, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        read_spec(thing)


def test_a_chain_splits_outside_brackets() -> None:
    assert split_chain(" linear:units=8  block[a b] \n tanh ") == [
        "linear:units=8",
        "block[a b]",
        "tanh",
    ]
    assert split_chain("block [a b]") == ["block[a b]"]
    assert split_chain("") == []


def test_a_component_is_built_from_texts_and_from_values() -> None:
    assert build(Swish, read_spec("swish:beta=2,learn=yes"), "s", no_inner) == Swish(2, True)
    assert build(Swish, read_spec({"name": "swish", "beta": 2}), "s", no_inner) == Swish(2)


@pytest.mark.parametrize(
    ("thing", "message"),
    [
        ("swish:bta=2", "activation 'swish' has no hyperparameter 'bta'; did you mean 'beta'"),
        ("swish:beta=0", "activation 'swish': beta must be > 0, not 0"),
        ("swish:beta=x", "activation 'swish': beta takes a number, not 'x'"),
        ({"name": "swish", "beta": "2"}, "activation 'swish': beta takes a number, not '2'"),
        ("swish[relu]", "takes no layers in brackets"),
    ],
)
def test_a_wrong_hyperparameter_is_named(thing: Any, message: str) -> None:
    with pytest.raises(SpecError, match=message):
        build(Swish, read_spec(thing), "activation 'swish'", no_inner)


def test_a_required_hyperparameter_is_asked_for() -> None:
    with pytest.raises(SpecError, match="needs units") as caught:
        build(Plain, read_spec("plain"), "layer 'plain'", no_inner)
    assert "plain:units=8" in str(caught.value)


def test_blocks_nest_and_are_written_as_they_are_read() -> None:
    text = "block:scale=2.0[plain:units=3 block[plain:units=4]]"
    built = inner("layer", text)
    assert built == Block((Plain(3), Block((Plain(4),))), 2.0)
    assert format_spec(built, name_of) == text


@given(st.floats(min_value=1e-300, max_value=1e300), st.booleans())
def test_what_is_written_is_read_back(beta: float, learn: bool) -> None:
    component = Swish(beta, learn)
    text = format_spec(component, name_of)
    assert build(Swish, read_spec(text), "s", no_inner) == component


class Table(Layer):
    path: str | None = None
    swish: Swish | None = None


@pytest.mark.parametrize(
    "path", ["a,b.csv", "none", "x y", "a:b", 'say "hi"', "back\\slash", "[1]", "plain", "\u00e9"]
)
def test_a_text_survives_being_written_as_a_spec(path: str) -> None:
    text = format_spec(Table(path), name_of)
    assert build(Table, read_spec(text), "t", no_inner) == Table(path)
    assert split_chain(f"relu {text} tanh") == ["relu", text, "tanh"]


def test_an_optional_component_is_built_too() -> None:
    def one(kind: str, thing: Any) -> Component:
        return build(Swish, read_spec(thing), kind, no_inner)

    assert build(Table, read_spec("table:swish=swish:beta=2"), "t", one) == Table(None, Swish(2))
    assert build(Table, read_spec("table:swish=none"), "t", one) == Table()
