"""An environment with nnplug from its wheel, in which packages are made and installed.

It links to the libraries that nnplug, pytest and hatchling need; nothing else of this one can be
seen in it.
"""

import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
OFFLINE = ("--no-deps", "--no-index", "--no-build-isolation")

Done = subprocess.CompletedProcess[str]


@dataclass(frozen=True)
class Workshop:
    """The environment, and the folder in which packages are made.

    bin : where its commands are
    folder : where packages are written; commands run here or below
    wheels : where packages are built
    """

    bin: Path
    folder: Path
    wheels: Path
    offline = OFFLINE

    def run(self, program: str, *words: str | Path, cwd: Path | None = None, code: int = 0) -> Done:
        """Run a command of the environment, with no plugin but those installed there."""
        keep = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "OPENBLAS_NUM_THREADS")
        environment = {name: os.environ[name] for name in keep if name in os.environ}
        environment |= {"HOME": str(self.folder), "GIT_CONFIG_NOSYSTEM": "1"}
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        done = subprocess.run(
            [str(self.bin / program), *map(str, words)],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            cwd=cwd or self.folder,
            env=environment,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done

    def test(self, package: str) -> Done:
        """Run the tests of a package, against what is installed."""
        # -P: not against the file in the folder.
        words = ("-P", "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider")
        return self.run("python", *words, cwd=self.folder / package)

    def install(self, *what: str | Path) -> None:
        """Install wheels or folders, without a network."""
        run_pip("--python", self.bin / "python", "install", *OFFLINE, *what)


def run_pip(*words: str | Path) -> None:
    """Run this environment's pip."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def needed_by(name: str) -> Iterator[str]:
    """Yield a distribution and those that it needs, and those that they need."""
    yield name
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield from needed_by(requirement.name)


def link(name: str, site: Path) -> None:
    """Make one installed distribution importable from another environment, too."""
    files = distribution(name).files or ()
    for part in {file.parts[0] for file in files} - {"..", "__pycache__"}:
        (site / part).symlink_to(Path(str(distribution(name).locate_file(part))))


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """An environment with nnplug installed, and an empty folder."""
    home = tmp_path_factory.mktemp("workshop")
    run_pip("wheel", *OFFLINE, "--wheel-dir", home / "wheels", ROOT)
    venv.create(home / "env", symlinks=os.name != "nt")
    scripts = home / "env" / ("Scripts" if os.name == "nt" else "bin")
    made = Workshop(scripts, home / "packages", home / "wheels")
    made.folder.mkdir()
    made.install(*made.wheels.glob("*.whl"))
    (site,) = (home / "env").glob("[Ll]ib/**/site-packages")
    tools = ("pytest", "hatchling", "editables")
    for name in {need for tool in ("nnplug", *tools) for need in needed_by(tool)} - {"nnplug"}:
        link(name, site)
    return made


@pytest.fixture(scope="session")
def pip() -> Callable[..., None]:
    """This environment's pip."""
    return run_pip
