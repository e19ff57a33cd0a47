"""Loading one plugin: whatever is wrong in it stays in it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pluggy
import pytest

import nnplug
from nnplug.core import Activation, Layer, hookimpl
from nnplug.core.hooks import nnplug_layers
from nnplug.core.loader.loading import load
from nnplug.core.loader.plugin import Found, Plugin

Packages = Callable[..., list[Found]]

# z, mish and its derivative at beta = 1, computed with 60 digits.
MISH = [
    (-2.0, -0.25250148269570886363507290, -0.10835509242039394283334892),
    (-0.5, -0.22074377465172999681532396, 0.28951067791351219239737366),
    (0.0, 0.0, 0.6),
    (1.25, 1.1318703042410390971530304, 1.0804630931482311178611594),
    (20.0, 19.999999999999999830065831, 1.0000000000000003313716299),
]


def loaded(found: Found) -> Plugin:
    plugin = load(found)
    assert plugin.status == "loaded", plugin.text
    return plugin


def broken(found: Found) -> str:
    plugin = load(found)
    assert plugin.status == "broken"
    assert not plugin.offers
    assert "\n" not in plugin.reason
    return plugin.reason


def names(plugin: Plugin) -> list[tuple[str, str]]:
    return [(offer.kind, offer.name) for offer in plugin.offers]


def test_a_good_package_gives_its_component(package: Packages) -> None:
    plugin = loaded(*package("nnplug-mish"))
    assert names(plugin) == [("activation", "mish")]
    assert plugin.provider.text == "nnplug-mish 0.2"
    assert plugin.seconds is not None
    assert plugin.seconds > 0
    assert not plugin.faults


def test_the_good_package_computes_mish(package: Packages) -> None:
    cls: Any = loaded(*package("nnplug-mish")).offers[0].target
    z, y, slope = np.array(MISH).T
    np.testing.assert_allclose(cls().forward(z), y, rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(cls().derivative(z, y), slope, rtol=1e-13)


def test_a_class_and_an_instance_are_plugins(package: Packages) -> None:
    as_class, as_instance = package("nnplug-object")
    assert names(loaded(as_class)) == [("activation", "cube")]
    assert names(loaded(as_instance)) == [("activation", "square")]


def test_hooks_may_be_static_and_class_methods(make: Any) -> None:
    class Plugin:
        @staticmethod
        @hookimpl
        def nnplug_activations() -> Any:
            return {"one": make.cls("One")}

        @classmethod
        @hookimpl
        def nnplug_losses(cls) -> Any:
            return {"two": "somewhere:Two"}

    for thing in (Plugin, Plugin()):
        plugin = loaded(make.plugin("p", thing))
        assert names(plugin) == [("activation", "one"), ("loss", "two")]


def test_components_come_in_the_order_of_the_kinds(make: Any) -> None:
    found = make.plugin("p", losses={"c": "m:C"}, layers={"b": "m:B"}, activations={"a": "m:A"})
    assert [offer.kind for offer in loaded(found).offers] == ["layer", "activation", "loss"]


def test_two_names_for_one_class_are_a_name_and_its_alias(make: Any) -> None:
    one = make.cls("One")
    given = {"one": one, "uno": one, "far": "m:Far", "away": "m:Far", "eins": one}
    first, second = loaded(make.plugin("p", activations=given)).offers
    assert (first.name, first.aliases) == ("one", ("uno", "eins"))
    assert (second.name, second.aliases) == ("far", ("away",))


def test_a_late_class_is_not_imported(make: Any) -> None:
    found = make.plugin("p", activations={"a": "a_module_that_nobody_has:A"})
    assert names(loaded(found)) == [("activation", "a")]


def test_an_import_error_breaks_the_plugin_alone(package: Packages) -> None:
    plugin = load(*package("nnplug-broken"))
    assert plugin.status == "broken"
    wanted = "ModuleNotFoundError: No module named 'a_library_that_nobody_has'"
    assert plugin.reason == wanted
    assert plugin.text == f"plugin 'broken' from nnplug-broken 0.1 is broken: {wanted}"
    assert "nnplug_broken.py" in plugin.traceback
    assert plugin.traceback.rstrip().endswith(wanted)
    assert "loading.py" not in plugin.traceback
    assert "importlib" not in plugin.traceback


def test_sys_exit_ends_nothing(package: Packages) -> None:
    assert broken(*package("nnplug-exits")) == "it exits Python (SystemExit: 3)"


def test_what_a_test_framework_raises_ends_nothing(make: Any) -> None:
    class Outcome(BaseException):
        pass

    assert broken(make.plugin("p", Outcome("no module, skipped"))).startswith("Outcome: no module")


def test_ctrl_c_is_the_users(make: Any) -> None:
    with pytest.raises(KeyboardInterrupt):
        load(make.plugin("p", KeyboardInterrupt()))


def test_an_exception_that_cannot_be_printed_is_named(make: Any) -> None:
    class MuteError(Exception):
        def __str__(self) -> str:
            raise RuntimeError

    assert broken(make.plugin("p", MuteError())) == "MuteError"


def test_a_long_reason_is_one_short_line(make: Any) -> None:
    reason = broken(make.plugin("p", ValueError("many words\n" * 100)))
    assert len(reason) <= 300
    assert reason.endswith("...")


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


def test_a_contract_that_is_broken_sets_one_component_aside(package: Packages) -> None:
    plugin = loaded(*package("nnplug-mixed"))
    (fault,) = plugin.faults
    assert fault.text == (
        "activation 'half' from nnplug-mixed 1.0 is set aside: Half has no derivative or backward"
    )
    assert ("activation", "softroot") in names(plugin)


class Leaf(Layer):
    """Gives what it gets."""

    def forward(self, x: Any, p: Any, ctx: Any) -> Any:
        return x, None

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Any) -> Any:
        return dy


@pytest.mark.parametrize(
    ("name", "target", "reason"),
    [
        ("a", 3, '3 is no class; give a class, or "module:Class"'),
        ("a", int, "int does not derive from nnplug.Activation"),
        ("a", Leaf, "Leaf is a layer, not an activation; give it from nnplug_layers()"),
        ("a", Leaf(), "it is an instance; give the class Leaf"),
        ("a", Activation, "Activation has no forward; Activation has no derivative or backward"),
        ("a", "module.Class", "'module.Class' is no target; write \"module:Class\""),
        ("two words", "m:A", "'two words' is no name; take letters, digits, - and _"),
        ("a:b", "m:A", "'a:b' is no name; take letters, digits, - and _"),
        (7, "m:A", "7 is no name; take letters, digits, - and _"),
        ("Go-Od", "m:B", "it is 'good' once more: names ignore case, - and _"),
    ],
)
def test_what_cannot_be_offered_is_set_aside_with_the_reason(
    make: Any, name: Any, target: Any, reason: str
) -> None:
    good = make.cls("Good")
    plugin = loaded(make.plugin("p", activations={"good": good, name: target}))
    assert names(plugin) == [("activation", "good")]
    assert [fault.reason for fault in plugin.faults] == [reason]


def test_the_mark_is_public() -> None:
    assert nnplug.hookimpl is hookimpl
