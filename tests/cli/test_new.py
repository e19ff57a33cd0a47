"""`nnplug new`: what it writes, what it says, and what it refuses."""

import shlex
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nnplug.core.kinds import KINDS

Nnplug = Callable[..., Any]

MINE = """
import nnplug

class Half(nnplug.Schedule):
    "Half the learning rate in all steps, factor = 1/2  (nobody, 2026)."
    def factor(self, step, total):
        return 0.5

@nnplug.hookimpl
def nnplug_schedules():
    return {"half": Half}
"""

TWO = """
@nnplug.hookimpl
def nnplug_losses():
    from nnplug.plugins.losses.mse import MSE
    return {"squares": MSE}
"""


@pytest.fixture(autouse=True)
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Git knows no name here."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", "/")
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"):
        monkeypatch.delenv(name, raising=False)


def test_it_says_what_it_wrote_and_what_to_type_next(nnplug: Nnplug, tmp_path: Path) -> None:
    done = nnplug("new nnplug-mish --kind activation")
    assert done.code == 0
    assert done.err == ""
    assert done.lines == [
        "nnplug-mish: a package with the activation mish",
        "  nnplug_mish.py is an example that works; write yours there and in README.md",
        "  its license is MIT, by The nnplug-mish authors",
        "",
        "Type next:",
        "  cd nnplug-mish",
        '  pip install -e ".[test]"',
        "  pytest",
        "  nnplug check mish",
        "  nnplug train --activation mish",
    ]
    year = date.today().year
    license = (tmp_path / "nnplug-mish" / "LICENSE").read_text()
    assert f"Copyright (c) {year} The nnplug-mish authors" in license


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_component_trains_from_its_file(nnplug: Nnplug, kind: str) -> None:
    done = nnplug(f"new mine --kind {KINDS[kind].plural}")
    assert done.lines[0] == f"nnplug-mine: a package with the {kind} mine"
    program, *words = shlex.split(done.lines[-1])
    assert program == "nnplug"
    file = "nnplug-mine/nnplug_mine.py"
    tried = nnplug(*words, "--plugin", file, "--epochs", "3", "--no-save", "--quiet")
    assert (tried.code, tried.err) == (0, "")
    assert "until " in nnplug(f"show mine --plugin {file}").out


def test_a_name_without_the_prefix_gets_it_and_that_is_said(nnplug: Nnplug) -> None:
    done = nnplug("new Hard_Swish --kind activation")
    assert done.lines[0] == "nnplug-hard-swish: a package with the activation hard_swish"
    assert "  called nnplug-hard-swish, as packages for nnplug are" in done.out
    assert "called" not in nnplug("new nnplug-soft-swish --kind activation").out


def test_the_component_may_have_a_name_of_its_own(nnplug: Nnplug, tmp_path: Path) -> None:
    done = nnplug("new nnplug-acme --kind loss --name robust --author Ada")
    assert done.lines[0] == "nnplug-acme: a package with the loss robust"
    assert "by Ada" in done.out
    assert done.lines[-2:] == [
        "  nnplug check robust",
        "  nnplug train --loss robust --dataset bumps",
    ]
    source = (tmp_path / "nnplug-acme" / "nnplug_acme.py").read_text()
    assert "class Robust(Loss):" in source
    assert 'return {"robust": Robust}' in source


def test_it_goes_where_it_is_told(nnplug: Nnplug, tmp_path: Path) -> None:
    (tmp_path / "my code").mkdir()
    done = nnplug("new", "mish", "--kind", "activation", "--into", "my code")
    assert "  cd 'my code/nnplug-mish'" in done.lines
    assert (tmp_path / "my code" / "nnplug-mish" / "nnplug_mish.py").is_file()


def test_a_file_becomes_a_package(nnplug: Nnplug, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(MINE)
    done = nnplug("new --from ./mine.py")
    assert done.err == ""
    assert done.lines[:3] == [
        "nnplug-mine: a package with the schedule half",
        "  nnplug_mine.py is ./mine.py, unchanged",
        "  its license is MIT, by The nnplug-mine authors",
    ]
    assert done.lines[-2:] == ["  nnplug check half", "  nnplug train --schedule half"]
    assert (tmp_path / "nnplug-mine" / "nnplug_mine.py").read_text() == MINE
    assert (tmp_path / "mine.py").read_text() == MINE


def test_a_file_of_several_components_is_checked_as_a_package(
    nnplug: Nnplug, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text("import hypothesis\n" + MINE + TWO)
    done = nnplug("new both --from mine.py")
    assert done.lines[0] == "nnplug-both: a package with the loss squares, the schedule half"
    assert "  beside nnplug it needs hypothesis" in done.lines
    assert "  nnplug check --package nnplug-both" in done.lines


@pytest.mark.parametrize(
    ("words", "says", "hint"),
    [
        ("new nnplug --kind loss", "nnplug is this framework's own name", "write nnplug-mish"),
        ("new a/b --kind loss", "'a/b' is no name for a package", "write nnplug-b; --into says"),
        ("new mish --kind activaton", "no kind 'activaton'; did you mean activation?", "kinds:"),
        ("new relu --kind activation", "'relu' is an activation that is built in", "--name"),
        ("new mine --kind loss --name MSE", "'MSE' is no name for a component", "--name mse"),
        ("new 3d --kind dataset", "'3d' is no name for a component", "write --name NAME"),
        ("new mish --kind activation --into x", "there is no folder x", "--into"),
        ("new --from ./nowhere.py", "--from nowhere.py: there is no such file", "--plugin"),
        ("new taken --kind loss", "nnplug-taken is there already", "another name"),
    ],
)
def test_what_cannot_be_written_is_refused_in_one_line(
    nnplug: Nnplug, tmp_path: Path, words: str, says: str, hint: str
) -> None:
    (tmp_path / "nnplug-taken").mkdir()
    (tmp_path / "nnplug-taken" / "mine").touch()
    before = sorted(tmp_path.rglob("*"))
    done = nnplug(words)
    assert done.code == 1
    assert done.out == ""
    error, advice = done.err.splitlines()
    assert error.startswith("nnplug: error: ")
    assert says in error
    assert hint in advice
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("new", "give the PACKAGE a name, or a file with --from"),
        ("new mish", "give a --kind: layer, activation, loss,"),
        ("new --kind loss", "give the PACKAGE a name"),
        ("new --from mine.py --kind loss", "drop --kind"),
        ("new --from mine.py --name a", "drop --name"),
    ],
)
def test_what_is_missing_or_contradicts_itself_is_a_usage_error(
    nnplug: Nnplug, words: str, says: str
) -> None:
    done = nnplug(words)
    assert done.code == 2
    assert says in done.err


def test_a_file_that_is_no_plugin_leaves_nothing_behind(nnplug: Nnplug, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("import a_module_that_nobody_has\n")
    done = nnplug("new --from mine.py")
    assert done.code == 1
    assert "mine.py is no plugin yet: ModuleNotFoundError" in done.err
    assert "nnplug plugins --plugin mine.py shows its traceback" in done.err
    assert not (tmp_path / "nnplug-mine").exists()


def test_its_help_imports_neither_numpy_nor_what_it_writes_with() -> None:
    code = (
        "import sys\n"
        "from nnplug.cli.main import run\n"
        "assert run(['new', '--help']) == 0\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    assert not {"numpy", "matplotlib", "nnplug.plugins", "nnplug.scaffold.templates"} & loaded
