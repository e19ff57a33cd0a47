"""What must be quick: help and version, without NumPy, matplotlib or any plugin."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nnplug.cli.main import COMMANDS, group


def modules_after(*words: str) -> set[str]:
    """Return the modules that a fresh process has imported when `nnplug words` has ended."""
    code = (
        "import sys\n"
        "from nnplug.cli.main import run\n"
        f"assert run({list(words)!r}) == 0\n"
        "print(*sys.modules, file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        *((name, "--help") for name in ("train", "compare", "report", "list", "show", "play")),
        ("plugins", "-h"),
    ],
)
def test_help_imports_neither_numpy_nor_matplotlib_nor_plugins(words: tuple[str, ...]) -> None:
    loaded = modules_after(*words)
    assert not {"numpy", "matplotlib", "nnplug.plugins"} & loaded


def test_version_imports_no_matplotlib_and_no_plugins() -> None:
    assert not {"matplotlib", "nnplug.plugins"} & modules_after("--version")


def test_training_without_a_picture_imports_no_matplotlib(tmp_path: Path) -> None:
    assert "matplotlib" not in modules_after("train", "--epochs", "2", "--no-save")


def test_version_names_all_that_computes(nnplug: Any) -> None:
    lines = nnplug("--version").lines
    assert [line.split()[0] for line in lines] == ["nnplug", "Python", "NumPy", "BLAS"]
    assert all(len(line.split()) >= 2 for line in lines)


def test_the_help_lists_every_command_with_its_own_first_line(nnplug: Any) -> None:
    overview = nnplug("--help").out
    for name, (_, line) in COMMANDS.items():
        assert f"{name} " in overview
        assert line in overview
        command = group.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.help is not None
        assert nnplug(f"{name} --help").code == 0


def test_every_command_takes_the_plugin_options(nnplug: Any) -> None:
    for words in ("", "train ", "list ", "show ", "plugins "):
        text = nnplug(f"{words}--help").out
        assert all(option in text for option in ("-p no:NAME", "--plugin", "--strict"))


def test_python_m_nnplug_is_nnplug() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nnplug", "--help"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("Usage: nnplug ")
