"""A package of each kind: made by the installed command, built, installed, tested and used."""

import json
import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnplug.core.kinds import KINDS
from nnplug.testing import checks_for

TWO = """
import numpy as np
import nnplug

class Cube(nnplug.Activation):
    "The cube of a number, y = z^3  (an example for the tests, 2026)."
    def forward(self, z):
        return z**3
    def derivative(self, z, y):
        return 3 * z**2

class Half(nnplug.Schedule):
    "Half the learning rate in all steps, factor = 1/2  (an example for the tests, 2026)."
    def factor(self, step, total):
        return 0.5

@nnplug.hookimpl
def nnplug_activations():
    return {"cube": Cube}

@nnplug.hookimpl
def nnplug_schedules():
    return {"half": Half}
"""


def name_of(kind: str) -> str:
    return f"nnplug-my-{kind}"


@pytest.fixture(scope="session")
def typed_next(workshop: Any, pip: Callable[..., None]) -> dict[str, list[str]]:
    """A package of each kind is made, built and installed; what to type next, as it was said."""
    said = {}
    for kind in KINDS:
        done = workshop.run("nnplug", "new", name_of(kind), "--kind", kind, "--author", "A. Test")
        said[kind] = [
            line.strip() for line in done.stdout.partition("Type next:\n")[2].splitlines()
        ]
    folders = [workshop.folder / name_of(kind) for kind in KINDS]
    pip("wheel", *workshop.offline, "--wheel-dir", workshop.wheels, *folders)
    workshop.install(*(workshop.wheels.glob("nnplug_my_*.whl")))
    return said


@pytest.mark.parametrize("kind", KINDS)
def test_a_package_passes_its_own_tests(workshop: Any, typed_next: Any, kind: str) -> None:
    done = workshop.test(name_of(kind))
    counted = done.stdout.splitlines()[-1]
    counts = {
        word: int(count) for count, word in (part.split()[:2] for part in counted.split(", "))
    }
    assert counts.keys() <= {"passed", "skipped"}
    assert sum(counts.values()) == len(checks_for(kind))
    assert counts.get("skipped", 0) <= 2


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_to_type_next_works(workshop: Any, typed_next: Any, kind: str) -> None:
    folder, install, test, check, train = typed_next[kind]
    assert folder == f"cd {name_of(kind)}"
    assert install == 'pip install -e ".[test]"'
    assert test == "pytest"
    assert check == f"nnplug check my_{kind}"
    workshop.run(*shlex.split(check))
    program, *words = shlex.split(train)
    done = workshop.run(program, *words, "--epochs", "20", "--no-save", "--json")
    assert done.stderr == ""
    assert json.loads(done.stdout.splitlines()[-1])["epochs"] == 20


def test_all_are_listed_at_once(workshop: Any, typed_next: Any) -> None:
    done = workshop.run("nnplug", "list", "--json", "--strict")
    given = {(row["kind"], row["name"]): row for row in json.loads(done.stdout)}
    for kind in KINDS:
        row = given[kind, f"my_{kind}"]
        assert (row["package"], row["version"]) == (name_of(kind), "0.1.0")


def test_a_wheel_holds_the_module_and_the_license(workshop: Any, typed_next: Any) -> None:
    (wheel,) = workshop.wheels.glob("nnplug_my_loss-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        held = {Path(name).name for name in archive.namelist()}
        (about,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = archive.read(about).decode()
    assert held == {
        *("nnplug_my_loss.py", "METADATA", "WHEEL", "RECORD", "entry_points.txt", "LICENSE")
    }
    assert "License-Expression: MIT" in metadata
    assert "Author: A. Test" in metadata
    assert "Requires-Dist: nnplug>=" in metadata


def test_a_file_becomes_a_package_that_is_edited_in_place(workshop: Any) -> None:
    (workshop.folder / "two.py").write_text(TWO)
    said = workshop.run("nnplug", "new", "--from", "two.py").stdout
    assert "nnplug check --package nnplug-two" in said
    workshop.install("-e", workshop.folder / "nnplug-two")
    workshop.run("nnplug", "check", "--package", "nnplug-two")
    last = workshop.test("nnplug-two").stdout.splitlines()[-1]
    assert "passed" in last
    assert "failed" not in last
    workshop.run("nnplug", "train", "--activation", "cube", "--epochs", "5", "--no-save")

    module = workshop.folder / "nnplug-two" / "nnplug_two.py"
    module.write_text(module.read_text().replace("The cube of", "The third power of"))
    assert "The third power of a number" in workshop.run("nnplug", "list", "activations").stdout
