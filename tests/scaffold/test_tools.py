"""What checks code finds nothing in a new package: ruff, mypy --strict and pyright."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from nnplug.core.kinds import KINDS
from nnplug.scaffold.fresh import fresh
from nnplug.scaffold.write import write


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A package of each kind, with a name as long as they get."""
    home = tmp_path_factory.mktemp("packages")
    return [write(fresh(f"a-rather-long-name-{kind}", kind, "Ada", 2026), home) for kind in KINDS]


def run(tool: str, *words: str | Path) -> None:
    if find_spec(tool) is None:
        pytest.skip(f"{tool} is not installed: it is in the extras lint and types")
    command = [sys.executable, "-m", tool, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=words[-1])
    assert done.returncode == 0, done.stdout + done.stderr


def test_ruff_finds_nothing_and_changes_nothing(packages: list[Path]) -> None:
    home = packages[0].parent
    run("ruff", "check", "--no-cache", home)
    run("ruff", "format", "--check", "--no-cache", home)


def test_mypy_strict_finds_nothing(packages: list[Path]) -> None:
    config = packages[0] / "pyproject.toml"
    modules = [next(package.glob("*.py")) for package in packages]
    tests = packages[0] / "tests"
    cache = packages[0].parent / ".mypy_cache"
    run("mypy", "--config-file", config, "--cache-dir", cache, *modules, tests)


def test_pyright_finds_nothing(packages: list[Path]) -> None:
    run("pyright", "--pythonpath", sys.executable, packages[0].parent)
