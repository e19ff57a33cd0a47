"""Plugins without packaging: --plugin FILE and --plugin MODULE."""

import os
import pickle
import sys
from pathlib import Path

import pytest

from nnplug.core.errors import PluginError
from nnplug.core.loader.loading import load
from nnplug.core.loader.requested import requested

CODE = """
import dataclasses, nnplug, sys

assert __name__ in sys.modules

@dataclasses.dataclass
class Note:
    text: str

class Double(nnplug.Activation):
    "y = 2 z."
    def forward(self, z):
        return 2 * z
    def derivative(self, z, y):
        return 0 * z + 2

@nnplug.hookimpl
def nnplug_activations():
    return {"double": Double}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "mine.py"
    path.write_text(CODE)
    return path


def test_a_file_is_a_plugin(file: Path) -> None:
    found = requested(str(file))
    assert found.provider.text == "mine.py"
    assert found.provider.plugin == "mine"
    plugin = load(found)
    assert plugin.status == "loaded"
    assert [offer.name for offer in plugin.offers] == ["double"]


def test_a_relative_path_stays_the_same_file_elsewhere(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    found = requested("mine.py")
    monkeypatch.chdir("/")
    assert found.target == str(file.resolve())
    assert load(found).status == "loaded"


def test_what_a_file_defines_can_be_pickled_and_is_the_same_when_loaded_again(file: Path) -> None:
    (offer,) = load(requested(str(file))).offers
    assert isinstance(offer.target, type)
    assert pickle.loads(pickle.dumps(offer.target())) == offer.target()
    (again,) = load(requested(str(file))).offers
    assert again.target is offer.target


def test_a_changed_file_is_loaded_anew(file: Path) -> None:
    assert [o.name for o in load(requested(str(file))).offers] == ["double"]
    file.write_text(CODE.replace('"double"', '"twice"'))
    os.utime(file, (1, 1))
    assert [o.name for o in load(requested(str(file))).offers] == ["twice"]


def test_files_of_one_name_are_two_modules(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "mine.py"
    other.parent.mkdir()
    other.write_text(CODE.replace("double", "twice"))
    assert [o.name for o in load(requested(str(other))).offers] == ["twice"]
    assert [o.name for o in load(requested(str(file))).offers] == ["double"]


def test_a_file_called_like_a_library_does_not_replace_it(tmp_path: Path) -> None:
    path = tmp_path / "json.py"
    path.write_text(CODE)
    before = sys.modules["json"]
    assert load(requested(str(path))).status == "loaded"
    assert sys.modules["json"] is before


def test_a_broken_file_leaves_no_module_behind(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("import nnplug\n1 / 0\n")
    before = set(sys.modules)
    plugin = load(requested(str(path)))
    assert plugin.status == "broken"
    assert plugin.reason == "ZeroDivisionError: division by zero"
    assert f'{path}", line 2' in plugin.traceback
    assert set(sys.modules) == before


def test_a_file_that_is_no_python_is_broken_and_says_where(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("x =\n")
    plugin = load(requested(str(path)))
    assert plugin.reason.startswith("SyntaxError: invalid syntax")
    assert "mine.py" in plugin.traceback


@pytest.mark.parametrize("text", ["./nowhere.py", "nowhere.py", "no/where"])
def test_a_missing_file_is_an_error_at_once(text: str) -> None:
    with pytest.raises(PluginError, match="there is no such file") as caught:
        requested(text)
    assert caught.value.hint is not None


def test_a_file_that_ends_otherwise_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text(CODE)
    with pytest.raises(PluginError, match=r"it does not end in \.py"):
        requested(str(tmp_path / "mine.txt"))


def test_a_module_is_a_plugin(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (file.parent / "module_of_mine.py").write_text(CODE)
    monkeypatch.syspath_prepend(file.parent)
    found = requested("module_of_mine")
    assert (found.provider.plugin, found.provider.text) == ("module_of_mine", "module_of_mine")
    assert load(found).status == "loaded"
    del sys.modules["module_of_mine"]


def test_a_module_that_is_a_file_here_says_what_to_type(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    plugin = load(requested("mine"))
    assert plugin.status == "broken"
    assert plugin.reason == "no module 'mine'; write --plugin ./mine.py"


def test_a_module_that_is_nowhere_is_broken() -> None:
    plugin = load(requested("module_that_nobody_has"))
    assert plugin.reason == "ModuleNotFoundError: No module named 'module_that_nobody_has'"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "'': it names nothing"),
        ("no such", "no such: there is no such file"),
        (".", ".: it is a folder"),
        ("mine.txt", "mine.txt: it does not end in .py"),
    ],
)
def test_what_is_neither_file_nor_module_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.txt").touch()
    with pytest.raises(PluginError) as caught:
        requested(text)
    assert caught.value.message == f"--plugin {says}"
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("name a file that ends in .py, or a module")


def test_a_folder_that_is_no_module_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "afolder").mkdir()
    monkeypatch.setattr(sys, "path", [one for one in sys.path if one])
    plugin = load(requested("afolder"))
    assert plugin.status == "broken"
    assert plugin.reason.startswith("no module 'afolder', but a folder; name a file")
