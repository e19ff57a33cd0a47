"""A plugin is asked, and whatever it does, the process is as before."""

import os
import sys
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplug.core.loader.answer import answer
from nnplug.core.loader.discovery import BUILTIN
from nnplug.core.loader.loading import load, load_late
from nnplug.core.loader.plugin import Found, Offer

Packages = Callable[..., list[Found]]


def state() -> str:
    return str((np.geterr(), sys.excepthook, warnings.filters, sorted(os.environ.items()), print))


def test_the_hostile_package_changes_nothing(package: Packages) -> None:
    before = state(), sys.stdout, sys.stderr
    plugin = load(*package("nnplug-hostile"))
    assert plugin.status == "loaded"
    assert (state(), sys.stdout, sys.stderr) == before
    assert "hostile prints\n" in plugin.printed


def test_a_plugin_that_the_user_named_changes_nothing_either(package: Packages) -> None:
    (found,) = package("nnplug-hostile")
    before = state()
    assert load(replace(found, origin="requested")).status == "loaded"
    assert state() == before


def test_a_late_class_changes_nothing(
    make: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "module_of_a_late_class.py").write_text(
        "import numpy as np, os, sys, nnplug\n"
        "np.seterr(all='raise'); os.environ['A_NAME'] = '1'; sys.excepthook = print\n"
        "print('late')\n"
        "class Late(nnplug.Activation):\n"
        "    def forward(self, z): return z\n"
        "    def derivative(self, z, y): return 0 * z + 1\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    found = make.plugin("late", activations={"late": "module_of_a_late_class:Late"})
    (offer,) = load(found).offers
    before = state()
    got = load_late(found, offer)
    del sys.modules["module_of_a_late_class"]
    assert isinstance(got.value, type)
    assert got.printed == "late\n"
    assert state() == before

    lines: list[str] = []
    registry = make.registry(found, warn=lines.append)
    assert registry.get("activation", "late").__name__ == "Late"
    assert lines == [
        "plugin 'late' from late 1.0 prints while it is imported: 'late' (see: nnplug plugins)"
    ]
    assert registry.plugins()[-1].printed == "late\n"
    del sys.modules["module_of_a_late_class"]


@pytest.mark.parametrize("origin", ["builtin", "requested", "installed"])
def test_what_is_raised_is_the_answer(origin: Any) -> None:
    def raises() -> None:
        raise SystemExit(3)

    got = answer(raises, origin)
    assert isinstance(got.error, SystemExit)
    assert got.value is None


def test_the_built_ins_are_called_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert BUILTIN.origin == "builtin"
    assert answer(lambda: print("seen"), "builtin").printed == ""
    assert capsys.readouterr().out == "seen\n"


def test_numpy_is_not_charged_to_the_first_plugin_that_needs_it(make: Any) -> None:
    offer = Offer("activation", "a", make.cls("A"), make.plugin("p").provider)
    assert load_late(make.plugin("p"), offer).seconds < 0.1
