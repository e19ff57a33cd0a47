"""The packages in examples/: installed by pip as their READMEs say, tested and used there."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from documents import blocks, matches, typed
from scratch import Done, environment, run_in_one_shell

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/pyproject.toml"))
GIVEN = {
    "nnplug-focal": {"loss": ["focal"]},
    "nnplug-friedman": {"dataset": ["friedman1", "friedman2", "friedman3"]},
    "nnplug-lion": {"optimizer": ["lion"]},
    "nnplug-rectifiers": {"activation": ["mish", "squared_relu"]},
}

Type = Callable[..., list[Done]]


@pytest.fixture(scope="module")
def type_in(tmp_path_factory: pytest.TempPathFactory) -> Type:
    """Return a function that types commands beside copies of the examples, with nnplug there."""
    home = tmp_path_factory.mktemp("examples")
    variables = environment(home)
    for example in EXAMPLES:
        unwanted = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(example, home / example.name, ignore=unwanted)

    def type_in(*commands: str) -> list[Done]:
        return run_in_one_shell([". .venv/bin/activate", *commands], home, variables)[1:]

    made = run_in_one_shell(["python3 -m venv .venv"], home, variables)
    made += type_in(f"pip install '{ROOT}'")
    assert [done.code for done in made] == [0, 0], made[-1].printed
    return type_in


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda path: path.name)
def example(request: pytest.FixtureRequest, type_in: Type) -> Path:
    """An example whose README was followed, command by command."""
    found: Path = request.param
    commands = [c for block in blocks(found / "README.md") for c in typed(block)]
    for command, done in zip(commands, type_in(*(c.typed for c in commands)), strict=True):
        shown = f"{command.typed}\n--- shown\n{command.expected}\n--- printed\n{done.printed}"
        assert done.code == 0, shown
        assert not command.expected or matches(command.expected, done.printed), shown
    return found


def of_json(done: Done) -> Any:
    assert done.code == 0, done.printed
    return json.loads(done.printed)


def test_it_gives_what_it_says(example: Path, type_in: Type) -> None:
    plugins = {p["package"]: p for p in of_json(type_in("nnplug plugins --json --strict")[0])}
    plugin = plugins[example.name]
    assert (plugin["status"], plugin["version"], plugin["set_aside"]) == ("loaded", "0.1.0", [])
    assert plugin["gives"] == GIVEN[example.name]


def test_nnplug_checks_it_where_it_is_installed(example: Path, type_in: Type) -> None:
    module = example.name.replace("-", "_")
    where, checks = type_in(
        f"python -P -c 'import {module}; print({module}.__file__)'",
        f"nnplug check --package {example.name} --json",
    )
    assert "/site-packages/" in where.printed
    found = of_json(checks)
    assert found["ok"]
    assert found["versions"]["contract"] == "1.0"
    named = {(one["kind"], one["spec"]) for one in found["components"]}
    gives = GIVEN[example.name].items()
    assert named == {(kind, name) for kind, names in gives for name in names}
    assert all(one["counts"]["passed"] >= 14 for one in found["components"])


def test_its_wheel_holds_its_module_and_its_licence(example: Path, type_in: Type) -> None:
    done = type_in(f"pip show --files {example.name}")[0]
    files = {line.strip() for line in done.printed.partition("Files:\n")[2].splitlines()}
    own = {file for file in files if ".dist-info/" not in file and "__pycache__" not in file}
    assert own == {f"{example.name.replace('-', '_')}.py"}
    assert any(file.endswith("licenses/LICENSE") for file in files)
