"""Who a name means, among built-ins, what was asked for, and strangers who are equals."""

from collections.abc import Callable
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.core import Layer
from nnplug.core.errors import AmbiguousNameError, NnplugError
from nnplug.core.loader.plugin import Found
from nnplug.core.registry import Registry

Packages = Callable[..., list[Found]]


def test_a_miss_tries_the_like_named_package_first(make: Any) -> None:
    recorded = make.recorded()
    found = [
        recorded.plugin("a-zoo", activations={"lion": make.cls("Lion")}),
        recorded.plugin("nnplug-hard-mish", activations={"hard_mish": make.cls("HardMish")}),
        recorded.plugin("zz", activations={"zz": make.cls("Zz")}),
    ]
    registry = make.registry(*found)
    assert registry.get("activation", "hard_mish").__name__ == "HardMish"
    # The others too: had one of them given the name as well, it would be ambiguous.
    assert recorded.imported == ["nnplug-hard-mish", "a-zoo", "zz"]
    registry.get("activation", "lion")
    assert len(recorded.imported) == 3


def test_a_package_that_is_named_is_loaded_alone(make: Any) -> None:
    recorded = make.recorded()
    found = [
        recorded.plugin("nnplug-mish", activations={"mish": make.cls("Mish")}),
        recorded.plugin("zoo", activations={"mish": make.cls("Other")}),
    ]
    registry = make.registry(*found)
    assert registry.get("activation", "nnplug-mish:mish").__name__ == "Mish"
    assert recorded.imported == ["nnplug-mish"]


def test_two_strangers_may_share_a_name_that_then_needs_its_package(
    make: Any, package: Packages
) -> None:
    registry = make.registry(*package("nnplug-swish-one", "nnplug-swish-two"))
    with pytest.raises(AmbiguousNameError) as caught:
        registry.build("activation", "swish")
    assert caught.value.message == (
        "activation 'swish' is given by nnplug-swish-one 1.0 and nnplug-swish-two 2.0"
    )
    assert caught.value.hint == "write nnplug-swish-one:swish or nnplug-swish-two:swish"
    for which in ("one", "two"):
        built = registry.build("activation", f"nnplug-swish-{which}:swish")
        assert type(built).__module__ == f"nnplug_swish_{which}"
        assert registry.spec(built) == f"nnplug-swish-{which}:swish"


def test_two_plugins_of_one_package_are_told_apart_by_their_own_names(make: Any) -> None:
    one, two = make.cls("One"), make.cls("Two")
    registry = make.registry(
        make.plugin("zoo", name="first", activations={"lion": one}),
        make.plugin("zoo", name="second", activations={"lion": two}),
    )
    with pytest.raises(AmbiguousNameError) as caught:
        registry.get("activation", "zoo:lion")
    assert caught.value.hint == "write first:lion or second:lion"
    assert registry.get("activation", "second:lion") is two
    assert registry.name(two) == "second:lion"


def test_a_package_goes_before_a_plugin_of_that_name(make: Any) -> None:
    own, other = make.cls("Own"), make.cls("Other")
    registry = make.registry(
        make.plugin("a-zoo", name="mish", activations={"x": other}),
        make.plugin("mish", activations={"x": own}),
    )
    assert registry.get("activation", "mish:x") is own


def test_a_class_that_two_packages_give_is_one_component(make: Any) -> None:
    same = make.cls("Same")
    registry = make.registry(
        make.plugin("one", activations={"same": same}),
        make.plugin("two", activations={"same": same}),
    )
    assert registry.get("activation", "same") is same
    assert registry.provider(same).package == "one"
    assert registry.name(same) == "same"


def test_of_a_name_that_one_package_gives_twice_a_chain_takes_the_layer(make: Any) -> None:
    class Prelu(Layer):
        """y = x."""

        def forward(self, x: Any, p: Any, ctx: Any) -> Any:
            return x, None

        def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Any) -> Any:
            return dy

    activation = make.cls("Prelu")
    found = make.plugin("p", layers={"dprelu": Prelu}, activations={"dprelu": activation})
    registry = make.registry(found)
    assert type(registry.build("layer", "dprelu")) is Prelu
    assert type(registry.build("activation", "dprelu")) is activation
    assert [kind for kind, _ in registry.everywhere("dprelu")] == ["layer", "activation"]

    rival = make.plugin("q", activations={"dprelu": make.cls("Other")})
    with pytest.raises(AmbiguousNameError):
        make.registry(found, rival).build("layer", "dprelu")


def test_what_was_asked_for_goes_before_what_is_installed(make: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import nnplug\n"
        "class Mish(nnplug.Activation):\n"
        "    def forward(self, z): return z\n"
        "    def derivative(self, z, y): return 0 * z + 1\n"
        "@nnplug.hookimpl\n"
        "def nnplug_activations(): return {'mish': Mish, 'relu': Mish}\n"
    )
    recorded = make.recorded()
    found = recorded.plugin("nnplug-mish", activations={"mish": make.cls("Other")})
    registry = make.registry(found, extra=[str(tmp_path / "mine.py")], only=[])
    mine = registry.get("activation", "mish")
    assert registry.describe(mine) == "activation 'mish' from mine.py"
    assert recorded.imported == []
    assert registry.get("activation", "relu") is not mine
    assert registry.get("activation", "mine:relu") is mine
    assert registry.get("activation", "mine.py:relu") is mine


def test_a_module_that_is_asked_for_keeps_its_package(make: Any, package: Packages) -> None:
    registry = make.registry(*package("nnplug-mish"), extra=["nnplug_mish"], only=[])
    assert registry.describe(registry.get("activation", "mish")) == (
        "activation 'mish' from nnplug-mish 0.2"
    )
    assert [plugin.status for plugin in registry.plugins()] == ["loaded", "loaded"]


def test_the_answer_does_not_depend_on_what_was_asked_before(make: Any) -> None:
    cls = {name: make.cls(name) for name in ("A", "B", "C")}
    found = [
        make.plugin("nnplug-mish", activations={"mish": cls["A"], "lion": cls["A"]}),
        make.plugin("zoo", activations={"mish": cls["B"], "tiger": cls["B"]}),
        make.plugin("tiger", activations={"tiger": cls["C"], "only": cls["C"]}),
    ]

    def answer(registry: Registry, name: str) -> Any:
        try:
            return registry.get("activation", name)
        except NnplugError as error:
            return error.message

    names = ["mish", "tiger", "only", "zoo:mish", "tiger:tiger"]
    alone = {name: answer(make.registry(*found), name) for name in names}
    for order in permutations(names):
        registry = make.registry(*found)
        assert {name: answer(registry, name) for name in order} == alone


@given(st.text("-_", max_size=2), st.lists(st.booleans(), min_size=9, max_size=9))
def test_every_way_to_write_a_name_means_the_same(marks: str, upper: list[bool]) -> None:
    letters = "leakyrelu"
    typed = "".join(c.upper() if up else c for c, up in zip(letters, upper, strict=True))
    typed = typed[:5] + marks + typed[5:]
    assert Registry(discover=list).get("activation", typed).__name__ == "LeakyReLU"


def test_a_built_in_class_is_known_before_anybody_named_it(make: Any) -> None:
    from nnplug.plugins.activations.relu import ReLU

    registry = make.alone()
    assert registry.name(ReLU) == "relu"
    assert registry.provider(ReLU()).package == "nnplug"


def test_a_class_that_was_imported_by_hand_is_known(make: Any, package: Packages) -> None:
    found = package("nnplug-mish", "nnplug-broken")
    from nnplug_mish import Mish  # type: ignore[import-not-found]

    registry = make.registry(*found)  # which warns of nothing, as nothing else is imported
    assert registry.describe(Mish()) == "activation 'mish' from nnplug-mish 0.2"


def test_a_component_that_a_subclass_changes_is_another_one(make: Any) -> None:
    from nnplug.plugins.activations.relu import ReLU

    class Mine(ReLU):
        """Mine."""

    assert make.registry().name(Mine) == "Mine"


def test_a_class_of_a_package_with_a_longer_name_loads_no_other(make: Any) -> None:
    recorded = make.recorded()
    cls = make.cls("Mish", __module__="nnplug_mish")
    registry = make.registry(recorded.plugin("nnplug_mish2", activations={"x": cls}))
    assert registry.name(cls) == "Mish"
    assert recorded.imported == []


def test_an_alias_that_is_built_in_needs_its_package_too(make: Any) -> None:
    cls = make.cls("Cut")
    registry = make.registry(make.plugin("zoo", activations={"cut": cls, "relu": cls}))
    (entry,) = (entry for entry in registry.entries() if entry.cls is cls)
    assert (entry.name, entry.aliases) == ("cut", ("zoo:relu",))
    assert registry.get("activation", "zoo:relu") is cls


def test_ctrl_c_during_an_import_leaves_the_plugin_to_be_loaded_again(make: Any) -> None:
    interrupts = [KeyboardInterrupt()]
    cls = make.cls("Slow")

    def activations() -> Any:
        if interrupts:
            raise interrupts.pop()
        return {"slow": cls}

    registry = make.registry(make.plugin("slow", activations=activations))
    with pytest.raises(KeyboardInterrupt):
        registry.get("activation", "slow")
    assert registry.get("activation", "slow") is cls
