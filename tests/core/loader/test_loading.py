"""Loading one plugin: whatever is wrong in it stays in it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core import Activation, Layer, hookimpl
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
