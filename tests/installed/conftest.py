"""Wheels of nnplug and of strangers' packages, installed by pip and used as commands.

Each environment holds nnplug and packages from wheels, and links to the libraries that nnplug
needs; nothing else of this one can be seen in it.
"""

import json
import os
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PACKAGES = sorted(path.parent for path in (ROOT / "tests" / "packages").glob("*/pyproject.toml"))
CLEAN = ("nnplug-mish", "nnplug-witness")
"""What the second environment holds besides nnplug."""

BUILD = """
import os, sys
from hatchling.build import build_wheel
for folder in sys.argv[2:]:
    os.chdir(folder)
    build_wheel(sys.argv[1])
"""

Completed = subprocess.CompletedProcess[str]
Run = Callable[..., Completed]
Train = Callable[..., dict[str, Any]]


def call(*command: str | Path) -> None:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def needed_by(name: str) -> Iterator[str]:
    """Yield the distributions that one needs, and those that they need."""
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name
            yield from needed_by(requirement.name)


def link(name: str, site: Path) -> None:
    """Make one installed distribution importable from another environment, too."""
    files = distribution(name).files or ()
    for part in {file.parts[0] for file in files} - {"..", "__pycache__"}:
        (site / part).symlink_to(Path(str(distribution(name).locate_file(part))))


def install(home: Path, wheels: Iterable[Path]) -> Path:
    """Make an environment with these wheels, and return the folder of its commands."""
    venv.create(home, symlinks=os.name != "nt")
    scripts = home / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    call(*pip, "--python", scripts / "python", "install", "--no-deps", "--no-index", *wheels)
    (site,) = home.glob("[Ll]ib/**/site-packages")
    for name in set(needed_by("nnplug")):
        link(name, site)
    return scripts


def build(home: Path) -> None:
    """Build all wheels, and install them: all of them, and a few."""
    wheels = home / "wheels"
    wheels.mkdir()
    call(sys.executable, "-c", BUILD, wheels, ROOT, *PACKAGES)
    chosen = {name.replace("-", "_") for name in ("nnplug", *CLEAN)}
    everything = sorted(wheels.glob("*.whl"))
    install(home / "everything", everything)
    install(home / "clean", [path for path in everything if path.name.split("-")[0] in chosen])


def without_slow_ones(stderr: str) -> list[str]:
    """Return the lines without those that a busy machine adds: that an import takes long."""
    return [line for line in stderr.splitlines() if " s to import; -p no:" not in line]


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of both environments, made once for all workers of a test run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    home = shared / "installed"
    ended = {name: home / name for name in ("ready", "failed")}
    try:
        home.mkdir()
    except FileExistsError:
        while not any(mark.exists() for mark in ended.values()):
            time.sleep(0.1)
    else:
        try:
            build(home)
        except BaseException:
            ended["failed"].touch()
            raise
        ended["ready"].touch()
    assert ended["ready"].exists(), "another worker could not build it"
    return home


@pytest.fixture(scope="session")
def run(environments: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Return a function that runs a command of such an environment.

    plugins : what NNPLUG_PLUGINS says, or None to leave it unset
    code : the exit code that is due;  traceback : whether one may be printed
    clean : in the environment that holds few packages;  cwd : where
    """
    home = tmp_path_factory.mktemp("home")

    def command(
        *words: str | Path,
        plugins: str | None = None,
        code: int = 0,
        program: str = "nnplug",
        clean: bool = False,
        cwd: Path | None = None,
        traceback: bool = False,
    ) -> Completed:
        keep = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "OPENBLAS_NUM_THREADS")
        environment = {name: os.environ[name] for name in keep if name in os.environ}
        environment["HOME"] = str(home)
        if plugins is not None:
            environment["NNPLUG_PLUGINS"] = plugins
        scripts = environments / ("clean" if clean else "everything") / "bin"
        if os.name == "nt":
            scripts = scripts.parent / "Scripts"
        done = subprocess.run(
            [str(scripts / program), *map(str, words)],
            capture_output=True,
            text=True,
            check=False,
            cwd=cwd or home,
            env=environment,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert traceback or "Traceback" not in done.stderr, done.stderr
        return done

    return command


@pytest.fixture(scope="session")
def train(run: Run) -> Train:
    """Return a function that trains for a moment and returns the result."""

    def command(*words: str, **settings: Any) -> dict[str, Any]:
        done = run("train", "--epochs", "30", "--no-save", "--json", *words, **settings)
        result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return result

    return command


@pytest.fixture(scope="session")
def told(run: Run) -> dict[str, dict[str, Any]]:
    """What `nnplug plugins --json` says of every plugin, by package and plugin."""
    rows = json.loads(run("plugins", "--json").stdout)
    return {f"{row['package']}/{row['plugin']}": row for row in rows}
