"""Wheels of nnplug and of stranger's packages, installed by pip and used as commands.

The environment holds nnplug and the packages from wheels, and links to the libraries that nnplug
needs; nothing else of this one can be seen in it.
"""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PACKAGES = sorted(path.parent for path in (ROOT / "tests" / "packages").glob("*/pyproject.toml"))
BAD = ("nnplug-broken", "nnplug-exits", "nnplug-forgot", "nnplug-future", "nnplug-misspelt")

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def pip(*arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
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


@pytest.fixture(scope="session")
def scripts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the commands of an environment with nnplug and all packages installed."""
    home = tmp_path_factory.mktemp("installed")
    wheels = home / "wheels"
    offline = ["--no-deps", "--no-index"]
    pip("wheel", *offline, "--no-build-isolation", "--wheel-dir", wheels, ROOT, *PACKAGES)
    venv.create(home / "env", symlinks=os.name != "nt")
    found = home / "env" / ("Scripts" if os.name == "nt" else "bin")
    pip("--python", found / "python", "install", *offline, *sorted(wheels.glob("*.whl")))
    (site,) = (home / "env").glob("[Ll]ib/**/site-packages")
    for name in set(needed_by("nnplug")):
        link(name, site)
    return found


@pytest.fixture
def run(scripts: Path, tmp_path: Path) -> Run:
    """Return a function that runs a command of that environment, with some of the plugins."""

    def command(
        *words: str, plugins: str | None = None, code: int = 0, program: str = "nnplug"
    ) -> "subprocess.CompletedProcess[str]":
        keep = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH", "OPENBLAS_NUM_THREADS")
        environment = {name: os.environ[name] for name in keep if name in os.environ}
        environment["HOME"] = str(tmp_path)
        if plugins is not None:
            environment["NNPLUG_PLUGINS"] = plugins
        done = subprocess.run(
            [str(scripts / program), *words],
            capture_output=True,
            text=True,
            check=False,
            cwd=tmp_path,
            env=environment,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done

    return command


def train(run: Run, *words: str, **settings: Any) -> dict[str, Any]:
    """Train for a moment and return the result."""
    done = run("train", "--epochs", "30", "--no-save", "--json", *words, **settings)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def test_nnplug_itself_comes_from_its_wheel(run: Run, scripts: Path) -> None:
    code = "import nnplug, importlib.metadata as m; print(nnplug.__file__, m.version('nnplug'))"
    file, version = run("-c", code, program="python").stdout.split()
    assert Path(file).is_relative_to(scripts.parent)
    assert version == distribution("nnplug").version


def test_a_good_package_trains(run: Run) -> None:
    done = run("train", "--activation", "mish", "--epochs", "30", "--no-save", plugins="mish")
    assert done.stderr == ""
    assert "mish" in done.stdout


def test_a_broken_package_leaves_list_and_train_working(run: Run) -> None:
    for words in (("list",), ("train", "--activation", "mish", "--epochs", "30", "--no-save")):
        done = run(*words, plugins="mish,broken")
        assert "mish" in done.stdout
        (line,) = done.stderr.splitlines()
        assert line.startswith(
            "nnplug: warning: plugin 'broken' from nnplug-broken 0.1 is broken: ModuleNotFoundError"
        )


def test_built_in_names_hear_of_no_plugin(run: Run) -> None:
    done = run("train", "--epochs", "30", "--no-save", "--activation", "relu")
    assert done.stderr == ""


def test_list_says_who_gives_what(run: Run) -> None:
    rows = json.loads(run("list", "activations", "--json", plugins="mish,as-class").stdout)
    given = {row["name"]: (row["package"], row["version"]) for row in rows}
    assert given["mish"] == ("nnplug-mish", "0.2")
    assert given["cube"] == ("nnplug-object", "1.0")
    assert given["relu"][0] == "nnplug"
    assert "square" not in given


def test_plugins_shows_every_package_and_what_is_wrong_with_it(run: Run) -> None:
    done = run("plugins", "--json")
    rows = {row["plugin"]: row for row in json.loads(done.stdout)}
    assert {row["package"] for row in rows.values()} == {"nnplug", *(p.name for p in PACKAGES)}
    assert {name: row["status"] for name, row in rows.items()} == {
        "builtin": "loaded",
        "as-class": "loaded",
        "as-instance": "loaded",
        "broken": "broken",
        "exits": "broken",
        "forgot": "broken",
        "future": "incompatible",
        "mish": "loaded",
        "misspelt": "broken",
        "mixed": "loaded",
        "swish-one": "loaded",
        "swish-two": "loaded",
    }
    assert rows["mish"]["gives"] == {"activation": ["mish"]}
    assert rows["mish"]["version"] == "0.2"
    assert rows["mish"]["seconds"] > 0
    assert "No module named 'a_library_that_nobody_has'" in rows["broken"]["traceback"]
    assert rows["future"]["seconds"] is None
    assert [fault["name"] for fault in rows["mixed"]["set_aside"]] == [
        "half",
        "unloadable",
        "misplaced",
    ]

    text = run("plugins", "-p", "no:mish").stdout
    assert "mish from nnplug-mish 0.2: disabled\n  -p no:mish leaves it out" in text
    assert "broken from nnplug-broken 0.1: broken, imported in " in text
    assert "nnplug_broken.py" in text


def test_with_all_of_them_every_bad_package_has_its_line(run: Run) -> None:
    done = run("list")
    assert "mish" in done.stdout
    lines = done.stderr.splitlines()
    lines.remove("this line must not reach stdout")  # which nnplug-exits prints
    assert all(line.startswith("nnplug: warning: ") for line in lines)
    for package in BAD:
        assert sum(f"from {package} " in line for line in lines) == 1
    assert sum("from nnplug-mixed " in line for line in lines) == 3
    assert len(lines) == len(BAD) + 3
    assert "must not reach stdout" not in done.stdout


def test_plugins_change_no_number_of_a_run_that_does_not_name_them(run: Run) -> None:
    words = ("--activation", "relu", "--optimizer", "adam")
    results = [train(run, *words, plugins=plugins) for plugins in (None, "")]
    for result in results:
        result.pop("seconds")
    assert results[0] == results[1]


def test_a_shared_name_needs_its_package(run: Run) -> None:
    done = run("train", "--activation", "swish", code=1, plugins="swish-one,swish-two")
    assert done.stderr.splitlines() == [
        "nnplug: error: activation 'swish' is given by nnplug-swish-one 1.0 and "
        "nnplug-swish-two 2.0",
        "  write nnplug-swish-one:swish or nnplug-swish-two:swish",
    ]
    one, two = (
        train(run, "--activation", f"nnplug-swish-{which}:swish", plugins=f"swish-{which}")
        for which in ("one", "two")
    )
    assert one["loss"] != two["loss"]


def test_no_plugin_loads_where_none_is_wanted(run: Run) -> None:
    done = run("train", "--activation", "mish", code=1, plugins="")
    assert "nnplug: error: no activation is called 'mish'" in done.stderr
    assert "nnplug-mish 0.2 (NNPLUG_PLUGINS does not name it)" in done.stderr


def test_strict_makes_a_broken_plugin_an_error(run: Run) -> None:
    for words in (("--strict", "list"), ("list", "--strict")):
        done = run(*words, plugins="mish,broken", code=1)
        assert done.stderr.startswith("nnplug: error: plugin 'broken' from nnplug-broken 0.1 ")
    run("--strict", "-p", "no:broken", "list", plugins="mish,broken")
    run("plugins", "--strict", plugins="mish")
    run("plugins", "--strict", plugins="mish,broken", code=1)


def test_a_file_is_a_plugin(run: Run, tmp_path: Path) -> None:
    source = (ROOT / "tests" / "packages" / "nnplug-mish" / "nnplug_mish.py").read_text()
    (tmp_path / "mine.py").write_text(source.replace('"mish"', '"mine"'))
    done = run(
        *("train", "--plugin", "./mine.py", "--activation", "mine:beta=2"),
        *("--epochs", "30", "--no-save"),
        plugins="",
    )
    assert done.stderr == ""
    assert "mine" in done.stdout
