"""Hooks that are wrong: the plugin is broken, and its one line says what to write instead."""

from collections.abc import Callable
from typing import Any

import pluggy
import pytest

from nnplug.core import hookimpl
from nnplug.core.hooks import nnplug_layers
from nnplug.core.loader.loading import load
from nnplug.core.loader.plugin import Found, Plugin

Packages = Callable[..., list[Found]]


def loaded(found: Found) -> Plugin:
    plugin = load(found)
    assert plugin.status == "loaded", plugin.text
    return plugin


def broken(found: Found) -> str:
    plugin = load(found)
    assert plugin.status == "broken"
    assert "\n" not in plugin.reason
    return plugin.reason


def names(plugin: Plugin) -> list[tuple[str, str]]:
    return [(offer.kind, offer.name) for offer in plugin.offers]


def test_a_misspelt_hook_is_named_with_the_one_that_was_meant(package: Packages) -> None:
    reason = broken(*package("nnplug-misspelt"))
    assert reason == "there is no hook nnplug_activation; did you mean nnplug_activations?"


def test_a_hook_like_no_other_is_answered_with_all_of_them(make: Any) -> None:
    reason = broken(make.plugin("p", zebras={"a": "m:A"}))
    assert reason.startswith("there is no hook nnplug_zebras; there are nnplug_layers, ")


def test_an_optional_hook_of_a_later_nnplug_is_passed_over(make: Any) -> None:
    module = make.module(activations={"a": "m:A"})
    module.nnplug_zebras = hookimpl(optionalhook=True)(lambda: {"z": "m:Z"})
    assert names(loaded(make.plugin("p", module))) == [("activation", "a")]


def test_a_forgotten_mark_is_noticed(package: Packages) -> None:
    reason = broken(*package("nnplug-forgot"))
    assert reason == "nnplug_activations() lacks its mark; write @nnplug.hookimpl above it"


def test_a_forgotten_mark_beside_a_marked_hook_is_noticed(make: Any) -> None:
    module = make.module(activations={"a": "m:A"})
    module.nnplug_losses = lambda: {"l": "m:L"}  # type: ignore[attr-defined]
    assert broken(make.plugin("p", module)).startswith("nnplug_losses() lacks its mark")


def test_a_specification_and_other_functions_are_no_forgotten_hooks(make: Any) -> None:
    module = make.module(activations={"a": "m:A"})
    module.nnplug_layers = nnplug_layers  # imported, to read its signature
    module.nnplug_helper = lambda: None
    assert names(loaded(make.plugin("p", module))) == [("activation", "a")]


def test_a_plugin_without_hooks_is_broken(make: Any) -> None:
    assert broken(make.plugin("p", make.module())).startswith("it has no hook; write a function")


def test_a_plugin_that_gives_nothing_is_broken(make: Any) -> None:
    assert broken(make.plugin("p", activations={})).startswith("it gives no component")


def test_an_entry_point_at_a_component_says_where_to_point(make: Any) -> None:
    assert broken(make.plugin("p", make.cls("Mish"))) == (
        "its entry point names the component Mish; "
        "point it to the module, and give Mish from nnplug_activations()"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [(None, "returns None"), ([1], "returns a list"), ("mish", "returns a str")],
)
def test_a_wrong_return_is_named(make: Any, given: Any, said: str) -> None:
    reason = broken(make.plugin("p", activations=lambda: given))
    assert reason == f"nnplug_activations() {said}; it returns a mapping of name to class"


def test_a_hook_that_raises_breaks_the_plugin_alone(make: Any) -> None:
    def activations() -> Any:
        raise RuntimeError("no graphics card")

    plugin = load(make.plugin("p", activations=activations))
    assert plugin.status == "broken"
    assert plugin.reason == "RuntimeError: no graphics card (in nnplug_activations())"
    assert "in activations" in plugin.traceback


def test_a_hook_that_yields_is_told_to_return(make: Any) -> None:
    def activations() -> Any:
        yield "cube", make.cls("Cube")
        raise RuntimeError("half-way")

    assert broken(make.plugin("p", activations=activations)) == (
        "nnplug_activations() is a generator: it yields, and is to return once; "
        'write `return {"name": Class}`'
    )


def test_an_async_hook_is_told_to_be_plain(make: Any) -> None:
    async def activations() -> Any:
        return {}

    # Python would warn of a coroutine that nobody awaits, and warnings are errors here.
    reason = broken(make.plugin("p", activations=activations))
    assert reason == "nnplug_activations() is an async function; write `def` without `async`"


def test_a_mapping_that_raises_half_way_breaks_the_plugin(make: Any) -> None:
    class Half(dict[str, Any]):
        def items(self) -> Any:
            yield "cube", make.cls("Cube")
            raise RuntimeError("half-way")

    plugin = make.plugin("p", activations=lambda: Half())
    assert broken(plugin).startswith("RuntimeError: half-way")


def test_what_a_terminal_would_obey_is_not_in_the_reason(make: Any) -> None:
    plugin = load(make.plugin("p", ValueError("\x1b[2Jgone\x07")))
    assert plugin.reason == "ValueError: ?[2Jgone?"
    assert "\x1b" not in plugin.traceback


def test_a_hook_with_an_argument_is_refused(make: Any) -> None:
    reason = broken(make.plugin("p", activations=lambda registry: {}))
    assert "nnplug_activations" in reason
    assert "registry" in reason


@pytest.mark.parametrize("option", ["wrapper", "hookwrapper"])
def test_wrappers_are_refused(make: Any, option: str) -> None:
    def activations() -> Any:
        yield

    module = make.module()
    module.nnplug_activations = pluggy.HookimplMarker("nnplug")(**{option: True})(activations)
    reason = broken(make.plugin("p", module))
    assert reason.startswith("nnplug_activations is a hook wrapper")


def test_a_module_whose_attributes_raise_is_no_trouble(make: Any) -> None:
    class Plugin:
        @property
        def nnplug_losses(self) -> Any:
            raise RuntimeError

        @hookimpl
        def nnplug_activations(self) -> Any:
            return {"a": "m:A"}

    assert names(loaded(make.plugin("p", Plugin()))) == [("activation", "a")]
