import json
from typing import Annotated, Literal

import pytest
from annotated_types import Ge

import nnplug
from nnplug.core.hyperparameter import hyperparameters
from nnplug.core.registry import Registry
from nnplug.play.catalogue import catalogue, control
from nnplug.play.setup import COMPONENTS, SETTINGS

MINE = """
import numpy as np
import nnplug
from typing import Annotated, Literal
from annotated_types import Ge, Lt


class Bent(nnplug.Activation):
    \"\"\"y = z, bent.

    Formula: y = a z
    \"\"\"

    a: Annotated[float, Ge(0), Lt(2), "how much"] = 0.5
    side: Literal["left", "right"] = "left"

    def forward(self, z):
        return self.a * z

    def derivative(self, z, y):
        return np.full_like(z, self.a)


@nnplug.hookimpl
def nnplug_activations():
    return {"bent": Bent}
"""


def by_name(entries):
    return {entry["name"]: entry for entry in entries}


def test_every_component_that_is_listed_is_offered_but_those_that_open_files(registry):
    found = catalogue(registry)
    json.dumps(found)
    for kind, entries in found["kinds"].items():
        listed = {entry.name for entry in registry.entries(kind)}
        assert {entry["name"] for entry in entries} == listed - {"table"}
    assert set(found["kinds"]) == set(nnplug.core.kinds.KINDS) - {"callback"}


def test_a_strangers_hyperparameters_become_controls(tmp_path):
    (tmp_path / "mine.py").write_text(MINE)
    found = catalogue(Registry(discover=lambda: (), extra=[str(tmp_path / "mine.py")]))
    bent = by_name(found["kinds"]["activation"])["bent"]
    assert (bent["package"], bent["builtin"]) == ("mine.py", False)
    assert bent["summary"] == "y = z, bent."
    assert "Formula: y = a z" in bent["formula"]
    a, side = bent["controls"]
    assert a == {
        "name": "a",
        "type": "number",
        "optional": False,
        "required": False,
        "default": 0.5,
        "choices": [],
        "doc": "how much",
        "low": 0,
        "low_open": False,
        "high": 2,
        "high_open": True,
    }
    assert (side["type"], side["choices"], side["default"]) == ("choice", ["left", "right"], "left")


class Many(nnplug.Layer):
    """Every type that a hyperparameter may have."""

    count: Annotated[int, Ge(1)]
    flag: bool = True
    text: str = "a"
    maybe: float | None = None
    several: tuple[int, ...] = (1, 2)
    either: float | Literal["auto"] = "auto"
    inner: nnplug.Activation | None = None
    layers: tuple[nnplug.Layer, ...] = ()

    def forward(self, x, p, ctx):
        return x, None

    def backward(self, dy, cache, p, g, ctx):
        return dy


@pytest.mark.parametrize(
    ("name", "kind", "optional", "required", "default"),
    [
        ("count", "whole", False, True, None),
        ("flag", "switch", False, False, True),
        ("text", "text", False, False, "a"),
        ("maybe", "number", True, False, None),
        ("several", "numbers", False, False, [1, 2]),
        ("either", "text", False, False, "auto"),
        ("inner", "component", True, False, None),
        ("layers", "component", False, False, []),
    ],
)
def test_each_type_has_its_input(name, kind, optional, required, default):
    found = control(hyperparameters(Many)[name])
    shown = (found["type"], found["optional"], found["required"], found["default"])
    assert shown == (kind, optional, required, default)


def test_a_plugin_that_is_set_aside_is_told(tmp_path):
    (tmp_path / "broken.py").write_text("raise RuntimeError('not today')")
    registry = Registry(
        discover=lambda: (), extra=[str(tmp_path / "broken.py")], warn=lambda line: None
    )
    (line,) = catalogue(registry)["troubles"]
    assert "broken.py" in line
    assert "not today" in line


def test_the_defaults_are_those_of_the_command(registry, session):
    defaults = catalogue(registry)["defaults"]
    found = session(defaults)
    assert found.built()[0]["command"] == "nnplug train"
    named = {"dataset", "hidden", "points", *SETTINGS, *COMPONENTS}
    assert set(defaults) == named
