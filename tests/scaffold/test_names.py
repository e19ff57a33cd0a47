"""What packages, components and classes are called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name, is_normalized_name

from nnplug.core.kinds import KINDS
from nnplug.scaffold.errors import ScaffoldError
from nnplug.scaffold.names import (
    class_name,
    component_name,
    module_name,
    package_name,
    plugin_name,
    refuse_builtin,
)
from nnplug.testing.common import SLUG

TYPED = st.text("abzABZ019-_. /", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("nnplug-mish", "nnplug-mish"),
        ("mish", "nnplug-mish"),
        ("Mish", "nnplug-mish"),
        ("nnplug_hard.swish", "nnplug-hard-swish"),
        ("NNPLUG-Mish", "nnplug-mish"),
        ("acme-nnplug", "nnplug-acme-nnplug"),
    ],
)
def test_a_package_gets_its_normal_form_and_the_prefix(typed: str, name: str) -> None:
    assert package_name(typed) == name


@pytest.mark.parametrize(
    ("typed", "says", "hint"),
    [
        ("nnplug", "own name", "nnplug-mish"),
        ("NN-Plug.", "no name for a package", "write nnplug-nn-plug"),
        ("nnplugmish", "lacks a '-'", "write nnplug-mish"),
        ("my mish", "no name for a package", "write nnplug-my-mish"),
        ("./here/mish", "no name for a package", "write nnplug-mish; --into says"),
        ("mish-", "no name for a package", "write nnplug-mish"),
        ("μ", "no name for a package", "nnplug-mish"),
        ("", "no name for a package", "nnplug-mish"),
        ("mish\n", "no name for a package", "write nnplug-mish"),
    ],
)
def test_what_no_package_may_be_called_is_refused(typed: str, says: str, hint: str) -> None:
    with pytest.raises(ScaffoldError) as refused:
        package_name(typed)
    assert says in refused.value.message
    assert "\n" not in refused.value.message
    assert hint in (refused.value.hint or "")


@given(TYPED)
def test_what_is_accepted_is_a_normal_name_and_stays_as_it_is(typed: str) -> None:
    try:
        name = package_name(typed)
    except ScaffoldError as refused:
        # What the hint says to write is accepted.
        written = re.match(r"write (\S+?)[;,]?(\s|$)", refused.hint or "")
        assert written
        assert package_name(written[1]) == written[1]
        return
    assert is_normalized_name(name)
    assert name.endswith(canonicalize_name(typed))
    assert package_name(name) == name
    assert module_name(name).isidentifier()
    assert f"nnplug-{plugin_name(name)}" == name


@given(TYPED, st.sampled_from(sorted(KINDS)))
def test_a_component_s_name_is_what_the_kit_accepts_and_its_class_an_identifier(
    typed: str, kind: str
) -> None:
    try:
        name = component_name(package_name(typed))
    except ScaffoldError:
        return
    assert SLUG.fullmatch(name)
    assert class_name(name, kind, "").isidentifier()


@pytest.mark.parametrize("name", ["3d", "Mish", "hard swish", "a__b", "_a", ""])
def test_a_component_s_name_that_the_kit_would_refuse_is_refused_at_once(name: str) -> None:
    assert not SLUG.fullmatch(name)
    with pytest.raises(ScaffoldError, match="no name for a component") as refused:
        component_name("nnplug-mine", name)
    near = (refused.value.hint or "").removeprefix("write --name ")
    assert near == "NAME" or SLUG.fullmatch(near)


@pytest.mark.parametrize(
    ("kind", "name", "says"),
    [
        ("activation", "relu", "'relu' is an activation that is built in"),
        ("activation", "re_LU", "is an activation that is built in"),
        ("activation", "none", "is an activation that is built in"),
        ("layer", "relu", "'relu' is an activation that is built in"),
        ("activation", "linear", "'linear' is a layer that is built in"),
        ("optimizer", "adam", "'adam' is an optimizer that is built in"),
    ],
)
def test_a_name_that_is_built_in_is_refused(kind: str, name: str, says: str) -> None:
    with pytest.raises(ScaffoldError, match=says):
        refuse_builtin(kind, name, "choose another")


@pytest.mark.parametrize(("kind", "name"), [("loss", "relu"), ("schedule", "zeros")])
def test_another_kind_s_name_is_free(kind: str, name: str) -> None:
    refuse_builtin(kind, name, "choose another")


@pytest.mark.parametrize(
    ("component", "source", "name"),
    [
        ("mish", "", "Mish"),
        ("hard_swish", "", "HardSwish"),
        ("log-cosh2", "", "LogCosh2"),
        ("none", "", "NoneLoss"),
        ("array", "from nnplug import Array", "ArrayLoss"),
        ("loss", "class X(Loss): pass", "LossLoss"),
        ("value-error", "raise ValueError(1)", "ValueErrorLoss"),
    ],
)
def test_a_class_takes_no_name_that_its_module_uses(component: str, source: str, name: str) -> None:
    assert class_name(component, "loss", source) == name
