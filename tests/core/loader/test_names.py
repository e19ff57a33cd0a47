"""What is said of a name that nobody gives."""

from collections.abc import Callable
from typing import Any

import pytest

from nnplug.core.errors import UnknownNameError
from nnplug.core.loader.plugin import Found
from nnplug.core.registry import Registry

Packages = Callable[..., list[Found]]


def failure(registry: Registry, kind: str, name: str) -> tuple[str, str]:
    with pytest.raises(UnknownNameError) as caught:
        registry.get(kind, name)
    assert caught.value.hint is not None
    return caught.value.message, caught.value.hint


def test_a_name_of_another_kind_says_so(make: Any) -> None:
    message, hint = failure(make.registry(), "layer", "relu")
    assert message == "'relu' is an activation, not a layer"
    assert hint.startswith("layers: ")
    message, _ = failure(make.registry(), "optimizer", "linear")
    assert message == "'linear' is a layer and a dataset, not an optimizer"


def test_a_name_that_is_nearly_right_says_what_was_meant(make: Any, package: Packages) -> None:
    assert failure(make.registry(), "activation", "leaky-rleu")[0] == (
        "no activation is called 'leaky-rleu'; did you mean 'leaky_relu'?"
    )
    message, _ = failure(make.registry(*package("nnplug-mish")), "activation", "mihs")
    assert message == "no activation is called 'mihs'; did you mean 'mish'?"
    message, _ = failure(make.registry(), "optimizer", "sigmod")
    assert message == "no optimizer is called 'sigmod'; did you mean the activation 'sigmoid'?"


def test_a_name_like_no_other_lists_what_there_is(make: Any) -> None:
    message, hint = failure(make.registry(), "optimizer", "quokka")
    assert message == "no optimizer is called 'quokka'"
    assert hint.startswith("optimizers: ")
    assert "adam" in hint


def test_what_is_broken_or_disabled_is_named_because_it_may_give_the_name(
    make: Any,
    package: Packages,
) -> None:
    found = package("nnplug-broken", "nnplug-future", "nnplug-mish")
    registry = make.registry(*found, disabled=["mish"], warn=lambda line: None)
    _, hint = failure(registry, "activation", "quokka")
    # Why, a warning has said.
    assert hint.endswith(
        "; broken: nnplug-broken 0.1; incompatible: nnplug-future 1.0; "
        "disabled: nnplug-mish 0.2 (-p no:mish leaves it out); see: nnplug plugins"
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lion", "broken: nnplug-lion 1.0 and 29 more; see: nnplug plugins"),
        ("quokka", "broken: nnplug-a0 1.0 and nnplug-a1 1.0 and 28 more; see: nnplug plugins"),
    ],
)
def test_of_many_broken_plugins_the_likeliest_are_named(make: Any, name: str, said: str) -> None:
    packages = [*(f"nnplug-a{i}" for i in range(29)), "nnplug-lion"]
    found = [make.plugin(package, ValueError("no " * 50)) for package in packages]
    lines: list[str] = []
    _, hint = failure(make.registry(*found, warn=lines.append), "optimizer", name)
    assert hint.endswith(said)
    assert len(lines) == 30


def test_a_package_that_is_not_there_or_lacks_the_name_says_so(
    make: Any, package: Packages
) -> None:
    registry = make.registry(*package("nnplug-mish"))
    message, hint = failure(registry, "activation", "nnplug-zoo:lion")
    assert message == "no plugin or package 'nnplug-zoo' is installed"
    assert "pip install nnplug-zoo" in hint
    message, hint = failure(registry, "activation", "nnplug-mish:mush")
    assert message == "nnplug-mish gives no activation 'mush'"
    assert hint.startswith("it gives mish")


def test_a_name_that_is_nowhere(make: Any) -> None:
    with pytest.raises(
        UnknownNameError, match="no component is called 'adm'; did you mean the opt"
    ):
        make.registry().everywhere("adm")


def test_a_name_in_two_kinds_is_both(make: Any) -> None:
    assert [kind for kind, _ in make.alone().everywhere("linear")] == [
        "layer",
        "dataset",
    ]
