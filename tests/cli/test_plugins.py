"""`nnplug plugins`, and the options that choose plugins."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

from nnplug.core.loader import discovery
from nnplug.core.registry import default_registry, set_default

Nnplug = Callable[..., Any]

MINE = """
import nnplug

class Double(nnplug.Activation):
    "y = 2 z."
    def forward(self, z):
        return 2 * z
    def derivative(self, z, y):
        return 0 * z + 2

@nnplug.hookimpl
def nnplug_activations():
    return {"double": Double, "twice": Double, "late": "a_module_that_nobody_has:Late"}
"""


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that has loaded nothing, and nothing in its environment."""
    for name in ("NNPLUG_PLUGINS", "NNPLUG_STRICT"):
        monkeypatch.delenv(name, raising=False)
    before = set_default(None)
    yield
    set_default(before)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(MINE)
    return path


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One package is installed, and it is broken."""
    folder = tmp_path / "site" / "nnplug_gone-3.1.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: nnplug-gone\nVersion: 3.1\n")
    (folder / "entry_points.txt").write_text("[nnplug]\ngone = a_module_that_nobody_has\n")
    found = partial(distributions, path=[str(tmp_path / "site")])
    monkeypatch.setattr(discovery, "distributions", found)


def row(done: Any, plugin: str) -> dict[str, Any]:
    (found,) = (row for row in json.loads(done.out) if row["plugin"] == plugin)
    return dict(found)


@pytest.mark.usefixtures("installed")
def test_plugins_are_shown_with_what_they_give_and_lack(nnplug: Nnplug, mine: Path) -> None:
    done = nnplug("plugins --plugin ./mine.py")
    assert done.code == 0
    assert done.err == ""
    head, *lines = done.out[done.out.index("mine from mine.py") :].splitlines()
    assert head.startswith("mine from mine.py: loaded, imported in ")
    assert lines[0] == "  activations  double, twice"
    assert lines[1].startswith("  activation 'late' is set aside: ModuleNotFoundError: No module")
    assert "gone from nnplug-gone 3.1: broken, imported in " in done.out
    assert "builtin from nnplug " in done.out


@pytest.mark.usefixtures("installed")
def test_json_holds_all_of_it(nnplug: Nnplug, mine: Path) -> None:
    done = nnplug("plugins --json --plugin ./mine.py")
    found = row(done, "mine")
    assert found["gives"] == {"activation": ["double", "twice"]}
    assert found["package"] == "mine.py"
    assert found["status"] == "loaded"
    assert found["seconds"] > 0
    (fault,) = found["set_aside"]
    assert (fault["kind"], fault["name"]) == ("activation", "late")
    assert "No module named 'a_module_that_nobody_has'" in fault["traceback"]
    gone = row(done, "gone")
    assert gone["status"] == "broken"
    assert gone["version"] == "3.1"
    assert gone["reason"] in gone["traceback"]
    assert row(done, "builtin")["gives"]["schedule"]


@pytest.mark.usefixtures("installed")
def test_strict_says_by_its_exit_code_that_something_is_wrong(nnplug: Nnplug) -> None:
    assert nnplug("plugins").code == 0
    assert nnplug("plugins --strict").code == 1
    assert nnplug("--strict plugins").code == 1
    assert nnplug("plugins --strict -p no:gone").code == 0


@pytest.mark.usefixtures("installed")
def test_options_of_nnplug_and_of_its_command_add_up(nnplug: Nnplug, mine: Path) -> None:
    done = nnplug("-p no:gone --plugin ./mine.py plugins -p no:mine --json")
    assert row(done, "gone")["status"] == "disabled"
    assert row(done, "mine")["status"] == "disabled"
    assert row(done, "mine")["reason"] == "-p no:mine leaves it out"


@pytest.mark.usefixtures("installed")
def test_the_environment_is_heeded(nnplug: Nnplug, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NNPLUG_PLUGINS", "")
    monkeypatch.setenv("NNPLUG_STRICT", "1")
    done = nnplug("plugins --json")
    assert row(done, "gone")["status"] == "disabled"
    assert done.code == 0


def test_a_command_leaves_the_registry_of_the_process_as_it_was(nnplug: Nnplug, mine: Path) -> None:
    before = default_registry()
    nnplug("plugins --plugin ./mine.py --strict")
    assert default_registry() is before


def test_a_file_gives_what_other_options_name(nnplug: Nnplug, mine: Path) -> None:
    words = "train --activation double --epochs 2 --no-save --quiet --plugin ./mine.py"
    assert nnplug(words).code == 0


@pytest.mark.parametrize("words", ["plugins -p mish", "-p no: plugins"])
def test_p_says_how_it_is_written(nnplug: Nnplug, words: str) -> None:
    done = nnplug(words)
    assert done.code == 2
    assert "write no:NAME" in done.err


def test_a_missing_file_is_one_clear_line(nnplug: Nnplug) -> None:
    done = nnplug("plugins --plugin ./nowhere.py")
    assert done.code == 1
    assert done.err.startswith("nnplug: error: --plugin ./nowhere.py: there is no such file\n")


def test_a_name_that_nobody_has_is_pointed_out(nnplug: Nnplug) -> None:
    done = nnplug("list -p no:mihs")
    assert done.code == 0
    assert "nnplug: warning: -p no:mihs: no installed plugin" in done.err
