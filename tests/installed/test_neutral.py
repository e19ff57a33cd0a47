"""Installing a package changes neither the numbers nor the output of a run that does not name it.

nnplug-hostile claims built-in names, offers callbacks, and turns over at its import and in its
hooks what a process shares. nnplug-witness prints what it finds in the process.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.installed.conftest import Run, without_slow_ones

BUILT_IN = (
    *("train", "--dataset", "moons", "--activation", "relu", "--optimizer", "adam"),
    *("--callback", "early_stopping", "--batch-size", "50", "--test-split", "0.2"),
)

SECONDS = re.compile(r"\d+\.\d+ s\b")


def result(run: Run, home: Path, words: tuple[str, ...], **settings: Any) -> dict[str, Any]:
    """Return all that a run leaves behind: its output, and its folder's files as bytes."""
    folder = home / "work"
    folder.mkdir(parents=True)
    words = (*words, "--epochs", "40", "--save", "run", "--show-predictions", "--seed", "3")
    done = run(*words, cwd=folder, **settings)
    files = {path.name: path.read_bytes() for path in (folder / "run").iterdir()}
    files.pop("machine.json", None)
    assert {"config.toml", "history.csv", "model.npz", "picture.png"} <= files.keys()
    stderr = without_slow_ones(done.stderr)
    return {"stdout": SECONDS.sub("_ s", done.stdout), "stderr": stderr, **files}


def same(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert one.keys() == other.keys()
    for what, content in one.items():
        assert content == other[what], what


def test_a_run_on_built_ins_is_the_same_with_every_package_installed(
    run: Run, tmp_path: Path
) -> None:
    clean = result(run, tmp_path / "clean", BUILT_IN, clean=True)
    assert clean["stderr"] == []
    same(result(run, tmp_path / "everything", BUILT_IN), clean)


def test_a_run_on_built_ins_does_not_even_look_what_is_installed(run: Run, tmp_path: Path) -> None:
    code = (
        "import importlib.metadata as m, sys\n"
        "def found(*_): raise AssertionError('looked')\n"
        "m.distributions = found\n"
        "from nnplug.cli.main import run\n"
        f"sys.exit(run({[*BUILT_IN, '--epochs', '5', '--track']!r}))"
    )
    done = run("-c", code, program="python", cwd=tmp_path)
    assert done.stderr == ""
    (folder,) = (path for path in (tmp_path / "runs").iterdir() if path.is_dir())
    assert (folder / "picture.png").exists()


def test_a_run_that_names_another_package_is_the_same_with_a_hostile_one_installed(
    run: Run, tmp_path: Path
) -> None:
    words = ("train", "--dataset", "witness", "--activation", "mish")
    clean = result(run, tmp_path / "clean", words, clean=True)
    assert clean["stderr"] == []
    assert '"seeded": [\n  false,\n  false\n ]' in clean["stdout"]
    # NNPLUG_PLUGINS leaves the broken packages out, which are to be heard here.
    plugins = "mish,witness,hostile,nnplug-twin-one,greedy"
    hostile = result(run, tmp_path / "hostile", words, plugins=plugins)
    hostile["stdout"] = hostile["stdout"].replace(f'  "NNPLUG_PLUGINS": "{plugins}",\n', "")
    same(hostile, clean)


def test_the_hostile_package_is_loaded_by_then(run: Run) -> None:
    rows = json.loads(run("plugins", "--json", plugins="hostile,mish").stdout)
    (row,) = (row for row in rows if row["plugin"] == "hostile")
    assert row["status"] == "loaded"
    assert row["gives"] == {
        "activation": ["relu", "tanh", "sigmoid"],
        "optimizer": ["adam", "sgd"],
        "callback": ["spy", "early_stopping"],
    }
    assert "hostile prints" in row["printed"]


def test_what_the_hostile_package_does_would_be_seen(run: Run, tmp_path: Path) -> None:
    code = "import nnplug_hostile, sys; sys.stderr = sys.__stderr__; sys.stdout = sys.__stdout__\n"
    code += "import nnplug_witness, json; sys.stdout.write(json.dumps(nnplug_witness.state()))"
    states = [
        json.loads(run("-c", text, program="python", cwd=tmp_path).stdout.splitlines()[-1])
        for text in (code, code.replace("nnplug_hostile, ", "builtins, matplotlib, "))
    ]
    harmed, plain = states
    alike = {key for key in plain if plain[key] == harmed[key]}
    assert alike <= {"streams", "locale"}


@pytest.mark.parametrize("words", [("list", "activations"), ("plugins",)])
def test_the_commands_work_with_it(run: Run, words: tuple[str, ...]) -> None:
    done = run(*words, plugins="hostile,mish")
    assert "mish" in done.stdout
    assert "hostile warns" not in done.stderr
