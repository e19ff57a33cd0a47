"""From a spec, a class or an instance to a component, and back; listing."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnplug.core import Activation, Layer, Optimizer
from nnplug.core.chain import ActivationLayer
from nnplug.core.component import Component
from nnplug.core.errors import ContractError, NnplugError, SpecError, UnknownNameError
from nnplug.core.loader.plugin import Found, Provider
from nnplug.core.registry import Registry, default_registry, set_default

Packages = Callable[..., list[Found]]


class Shift(Activation):
    """y = z + by, known to no plugin."""

    by: float = 1.0

    def forward(self, z: Any) -> Any:
        return z + self.by

    def derivative(self, z: Any, y: Any) -> Any:
        return 0 * z + 1


def test_a_built_in_name_asks_no_stranger(make: Any) -> None:
    registry = make.alone()
    assert registry.get("activation", "relu").__name__ == "ReLU"
    assert registry.build("optimizer", "adam:lr=0.5").lr == 0.5
    assert len(registry.build_chain("linear:units=8 relu residual[linear:units=8 tanh]")) == 3
    assert registry.spec(registry.build("optimizer", "adam:lr=0.5")) == "adam:lr=0.5"
    assert registry.everywhere("linear")
    assert "relu" in registry.builtin_names("activation")


@pytest.mark.parametrize("name", ["leaky_relu", "Leaky-ReLU", "LEAKYRELU", "nnplug:leaky_relu"])
def test_names_ignore_case_and_hyphens(make: Any, name: str) -> None:
    assert make.alone().get("activation", name).__name__ == "LeakyReLU"


def test_an_alias_is_another_name_for_one_class(make: Any) -> None:
    registry = make.alone()
    assert registry.get("activation", "none") is registry.get("activation", "identity")
    assert registry.name(registry.get("activation", "none")) == "identity"


def test_names_of_built_ins_need_no_numpy() -> None:
    code = (
        "import sys; from nnplug.core.registry import default_registry; "
        "print(default_registry().builtin_names('optimizer')); sys.exit('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "'adam'" in done.stdout


def test_a_built_in_is_never_replaced(make: Any) -> None:
    mine = make.cls("MyReLU")
    registry = make.registry(make.plugin("nnplug-fast", activations={"ReLU": mine}))
    assert registry.get("activation", "nnplug-fast:relu") is mine
    assert registry.get("activation", "relu") is not mine
    assert registry.name(mine) == "nnplug-fast:ReLU"
    assert registry.spec(mine()) == "nnplug-fast:ReLU"
    assert registry.build("activation", registry.spec(mine())) == mine()


def test_a_component_is_built_from_a_text_a_table_a_class_or_an_instance(make: Any) -> None:
    registry = make.alone()
    built = registry.build("activation", "leaky_relu:slope=0.2")
    assert registry.build("activation", {"name": "leaky_relu", "slope": 0.2}) == built
    table = {"name": "leaky_relu", "package": "nnplug", "slope": 0.2}
    assert registry.build("activation", table) == built
    assert registry.build("activation", type(built)) == type(built)()
    assert registry.build("activation", built) is built


def test_what_no_plugin_gives_is_welcome_as_class_and_instance(make: Any) -> None:
    registry = make.registry()
    assert registry.build("activation", Shift) == Shift()
    shift = Shift(by=2)
    assert registry.build("activation", shift) is shift
    assert registry.name(shift) == "Shift"
    assert registry.spec(shift) == "Shift:by=2.0"
    assert registry.provider(shift) == Provider("", Shift.__module__)
    assert registry.describe(shift) == f"activation 'Shift' from {Shift.__module__}"


def test_where_a_layer_is_wanted_an_activation_becomes_one(make: Any) -> None:
    registry = make.alone()
    for thing in ("relu", registry.get("activation", "relu"), registry.build("activation", "relu")):
        layer = registry.build("layer", thing)
        assert isinstance(layer, ActivationLayer)
        assert registry.spec(layer) == "relu"
        assert registry.name(layer) == "relu"
        assert registry.describe(layer).startswith("activation 'relu' from nnplug ")
        assert registry.build("layer", layer) is layer


def test_a_chain_is_a_text_a_list_or_one_thing(make: Any) -> None:
    registry = make.registry()
    layers = registry.build_chain("linear:units=8 relu")
    assert registry.build_chain(["linear:units=8", {"name": "relu"}]) == layers
    assert registry.build_chain({"name": "relu"}) == layers[1:]
    assert registry.build_chain(Shift) == (ActivationLayer(Shift()),)
    assert registry.build_chain(list(layers)) == layers


def test_a_block_round_trips(make: Any) -> None:
    registry = make.alone()
    text = "residual[linear:units=8 leaky_relu:slope=0.2]"
    assert registry.spec(registry.build("layer", text)) == text


@pytest.mark.parametrize(
    ("kind", "thing", "said"),
    [
        ("optimizer", Shift, "Shift is an activation, not an optimizer"),
        ("optimizer", Shift(), "Shift is an activation, not an optimizer"),
        ("layer", Optimizer, "Optimizer is an optimizer, not a layer"),
        ("layer", int, "int is no component"),
        ("layer", Component, "Component is of no kind, not a layer"),
        ("layer", 3, "3 is no component"),
        ("layer", None, "None is no component"),
        ("layer", Layer, "Layer has no forward; Layer has no backward"),
        ("layer", "linear", "layer 'linear' needs units"),
        ("activation", "relu:slope=1", "activation 'relu' has no hyperparameter 'slope'"),
        ("activation", "leaky_relu:slope=-1", "activation 'leaky_relu': slope must be >= 0"),
        ("neuron", "relu", "there is no kind 'neuron'"),
    ],
)
def test_what_cannot_be_built_is_named(make: Any, kind: str, thing: Any, said: str) -> None:
    with pytest.raises(NnplugError) as caught:
        make.alone().build(kind, thing)
    assert caught.value.message.startswith(said)


def test_a_strangers_component_is_named_with_its_package(make: Any, package: Packages) -> None:
    registry = make.registry(*package("nnplug-mish"))
    with pytest.raises(SpecError) as caught:
        registry.build("activation", "mish:beta=-1")
    said = "activation 'mish' from nnplug-mish 0.2: beta must be > 0, not "
    assert caught.value.message.startswith(said)
    assert registry.spec(registry.build("activation", "mish:beta=2")) == "mish:beta=2.0"


def test_a_strangers_exception_while_building_says_whose_it_is(make: Any) -> None:
    def validate(self: Any) -> None:
        raise RuntimeError("no graphics card")

    registry = make.registry(
        make.plugin("odd", activations={"odd": make.cls("Odd", validate=validate)})
    )
    with pytest.raises(RuntimeError) as caught:
        registry.build("activation", "odd")
    assert caught.value.__notes__ == ["in activation 'odd' from odd 1.0"]


def test_entries_are_built_ins_first_and_then_by_name(make: Any, package: Packages) -> None:
    found = package("nnplug-mish", "nnplug-swish-one", "nnplug-swish-two")
    registry = make.registry(*found)
    entries = registry.entries("activation")
    own = [entry.name for entry in entries if entry.provider.package == "nnplug"]
    assert own == sorted(own)
    assert [entry.name for entry in entries[len(own) :]] == [
        "mish",
        "nnplug-swish-one:swish",
        "nnplug-swish-two:swish",
    ]
    assert [e.aliases for e in entries if e.name == "identity"] == [("none",)]
    kinds = [entry.kind for entry in registry.entries()]
    assert kinds == sorted(kinds, key=kinds.index)
    for entry in registry.entries():
        assert registry.get(entry.kind, entry.name) is entry.cls
        assert registry.name(entry.cls) == entry.name
        assert registry.provider(entry.cls) == entry.provider


def test_a_component_that_fails_is_not_listed(make: Any, package: Packages) -> None:
    registry = make.registry(*package("nnplug-mixed"), warn=lambda line: None)
    names = [entry.name for entry in registry.entries()]
    assert "softroot" in names
    assert not {"half", "unloadable", "misplaced"} & set(names)


def test_another_process_makes_the_same_registry_from_plain_data(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("")
    registry = Registry(strict=True, only=["a"], disabled=("b",), extra=[str(tmp_path / "mine.py")])
    data = json.loads(json.dumps(registry.settings()))
    assert Registry(**data).settings() == registry.settings()
    assert Registry().settings() == {"strict": False, "only": None, "disabled": [], "extra": []}


WORKER = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from nnplug.core.registry import Registry, default_registry, set_up_worker


def spec(component):
    return default_registry().spec(component), default_registry().describe(component)


if __name__ == "__main__":
    registry = Registry(extra=["mine.py"], only=[])
    component = registry.build("activation", "double:by=3")
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, spawn, set_up_worker, (registry.settings(),)) as pool:
        print(*pool.submit(spec, component).result(), sep="; ")
"""

MINE = """
import nnplug

class Double(nnplug.Activation):
    by: float = 2.0
    def forward(self, z): return self.by * z
    def derivative(self, z, y): return 0 * z + self.by

@nnplug.hookimpl
def nnplug_activations(): return {"double": Double}
"""


def test_a_worker_process_takes_components_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "script.py").write_text(WORKER)
    done = subprocess.run(
        [sys.executable, "script.py"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    assert done.stdout == "double:by=3.0; activation 'double' from mine.py\n", done.stderr


def test_files_are_named_absolutely_for_other_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.py").write_text("")
    monkeypatch.chdir(tmp_path)
    data = Registry(extra=["mine.py", "module"]).settings()
    assert data["extra"] == [str((tmp_path / "mine.py").resolve()), "module"]


@pytest.mark.parametrize(
    ("environment", "settings"),
    [
        ({}, {"strict": False, "only": None}),
        ({"NNPLUG_PLUGINS": ""}, {"only": []}),
        ({"NNPLUG_PLUGINS": "mish, nnplug-zoo ,"}, {"only": ["mish", "nnplug-zoo"]}),
        ({"NNPLUG_STRICT": "1"}, {"strict": True}),
        ({"NNPLUG_STRICT": "0"}, {"strict": False}),
        ({"NNPLUG_STRICT": ""}, {"strict": False}),
    ],
)
def test_the_environment_chooses_for_the_whole_process(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], settings: dict[str, Any]
) -> None:
    for name in ("NNPLUG_PLUGINS", "NNPLUG_STRICT"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    before = set_default(None)
    try:
        made = default_registry()
        assert default_registry() is made
        assert settings.items() <= made.settings().items()
        assert set_default(Registry(only=[])) is made
        assert default_registry() is not made
    finally:
        set_default(before)


def test_contract_errors_stay_contract_errors(make: Any) -> None:
    with pytest.raises(ContractError):
        make.alone().build("activation", Activation)


def test_a_stranger_is_signed_and_the_built_ins_are_not(
    package: Callable[..., list[Found]],
) -> None:
    registry = Registry(discover=lambda: package("nnplug-mish"))
    mish, relu = registry.build("activation", "mish:beta=2"), registry.build("activation", "relu")
    assert (registry.is_own(mish), registry.is_own(relu)) == (False, True)
    assert registry.signed(mish) == "mish:beta=2.0 from nnplug-mish 0.2"
    assert registry.signed(relu) == "relu"


def test_a_class_that_no_plugin_gives_is_not_signed(make: Any) -> None:
    mine = make.cls("Mine")()
    registry = make.registry()
    assert registry.is_own(mine)
    assert registry.signed(mine) == "Mine"


def test_what_keeps_a_package_out_is_known_once_it_was_asked_for(
    make: Any, package: Callable[..., list[Found]]
) -> None:
    registry = make.registry(*package("nnplug-mish"), disabled=["mish"])
    assert registry.not_loaded("nnplug-mish") == []
    with pytest.raises(UnknownNameError):
        registry.get("activation", "nnplug-mish:mish")
    (plugin,) = registry.not_loaded("nnplug-mish")
    assert plugin.text == (
        "plugin 'mish' from nnplug-mish 0.2 is disabled: -p no:mish leaves it out"
    )
