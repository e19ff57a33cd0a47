"""What is kept of the machine: right, and nothing personal."""

import getpass
import json
import os
import platform
import socket
import sys
from pathlib import Path
from typing import Annotated

import numpy as np
import pytest

import nnplug
from nnplug.core.chain import as_layer
from nnplug.core.errors import RunFileError
from nnplug.core.registry import Registry, default_registry
from nnplug.engine import machine
from nnplug.engine.machine import (
    MACHINE,
    machine_facts,
    packages_of,
    read_machine,
    write_machine,
)


def test_the_facts_are_those_of_this_machine() -> None:
    facts = machine_facts({"nnplug-mish": "0.2"})
    assert facts["numpy"] == np.__version__
    assert facts["python"].endswith(platform.python_version())
    assert facts["nnplug"] == nnplug.__version__
    assert 1 <= facts["cores"] <= (os.cpu_count() or 1)
    assert facts["packages"] == {"nnplug-mish": "0.2"}
    assert facts["cpu"]
    assert platform.system() in facts["system"] or sys.platform == "darwin"


@pytest.mark.skipif(sys.platform != "linux", reason="reads what the kernel of Linux says")
def test_memory_and_processor_are_what_the_kernel_says() -> None:
    facts = machine_facts()
    kib = int(Path("/proc/meminfo").read_text().split()[1])
    assert facts["memory"] == pytest.approx(kib * 1024, rel=0.01)
    cpuinfo = Path("/proc/cpuinfo").read_text()
    assert facts["cpu"] in cpuinfo or facts["cpu"] == platform.machine()


def test_they_are_json_and_name_nobody() -> None:
    text = json.dumps(machine_facts())
    # A host or user that is called "linux" or "2" would be found in every text.
    for name in (socket.gethostname(), getpass.getuser(), Path.home().name, Path.cwd().name):
        assert len(name) < 5 or name not in text
    assert "/home" not in text
    assert str(Path.cwd()) not in text


@pytest.mark.parametrize(
    ("cpuinfo", "cpu"),
    [
        ("processor: 0\nmodel name\t: Chip 5000 @ 3 GHz\n", "Chip 5000 @ 3 GHz"),
        ("processor: 0\nBogoMIPS: 50\n", None),
    ],
)
def test_a_processor_without_a_name_has_none(
    cpuinfo: str, cpu: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: cpuinfo)
    assert machine._linux_cpu() == cpu


class Shift(nnplug.Activation):
    """z + by."""

    by: Annotated[float, "how far"] = 1.0

    def forward(self, z: nnplug.Array) -> nnplug.Array:
        return z + self.by

    def derivative(self, z: nnplug.Array, y: nnplug.Array) -> nnplug.Array:
        return np.ones_like(z)


def test_packages_are_those_that_gave_components(tmp_path: Path) -> None:
    registry = default_registry()
    assert packages_of(registry.build_chain("linear:units=3 tanh"), registry) == {}
    assert packages_of([as_layer(Shift())], registry) == {__name__: ""}
    file = tmp_path / "mine.py"
    file.write_text(
        "import nnplug\nclass Twice(nnplug.Schedule):\n    'Two.'\n"
        "    def factor(self, step, total):\n        return 2.0\n"
        "@nnplug.hookimpl\ndef nnplug_schedules():\n    return {'twice': Twice}\n"
    )
    mine = Registry(extra=[str(file)])
    assert packages_of([mine.build("schedule", "twice")], mine) == {"mine.py": ""}


def test_a_component_inside_another_one_counts(tmp_path: Path) -> None:
    registry = default_registry()
    (block,) = registry.build_chain([{"name": "residual", "layers": [Shift]}])
    assert packages_of([block], registry) == {__name__: ""}


def test_facts_are_kept_once_and_seconds_add_up(tmp_path: Path) -> None:
    assert read_machine(tmp_path) == ([], 0.0)
    write_machine(tmp_path, {"cpu": "a"}, 1.5)
    write_machine(tmp_path, {"cpu": "a"}, 2.0)
    assert read_machine(tmp_path) == ([{"cpu": "a"}], 3.5)
    write_machine(tmp_path, {"cpu": "b"})
    assert read_machine(tmp_path) == ([{"cpu": "a"}, {"cpu": "b"}], 3.5)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "says nothing of a machine"),
        ("[]", "says nothing of a machine"),
        ('{"format": 1, "machines": [3], "seconds": 0}', "says nothing of a machine"),
        ('{"format": 2, "machines": [], "seconds": 0}', "has format 2; this nnplug reads 1"),
    ],
)
def test_a_file_of_something_else_is_told(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / MACHINE).write_text(text)
    with pytest.raises(RunFileError, match=says):
        read_machine(tmp_path)


def test_a_saved_run_has_its_machine_and_packages(tmp_path: Path) -> None:
    result = nnplug.train(epochs=2, activation=Shift, save=tmp_path / "run")
    machines, seconds = read_machine(tmp_path / "run")
    assert machines == [machine_facts({__name__: ""})]
    assert seconds == result.seconds
