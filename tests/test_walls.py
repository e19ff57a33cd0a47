"""The walls of the house: who may import whom, and how long a file may be."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import nnplug

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "nnplug"

WALLS = {
    "core": set(),
    "plugins": {"core"},
    "tables": {"core"},
    "engine": {"core", "tables"},
    "comparison": {"core", "engine"},
    "figures": {"core", "engine", "comparison"},
    "report": {"core", "engine", "comparison", "figures"},
    "testing": {"core", "engine"},
    "scaffold": {"core"},
    "export": {"core", "engine", "tables"},
    "sklearn": {"core", "engine"},
    "play": {"core", "engine", "tables"},
    "cli": {
        *("core", "plugins", "engine", "comparison", "figures", "report", "testing", "scaffold"),
        *("export", "play"),
    },
}
"""What each part may import beside itself."""

LATE = {("engine/result.py", "figures"), ("engine/result.py", "export")}
"""What may be imported inside a function alone: `result.plot()` draws, `model.export()` writes, and
training does neither."""

LONGEST = 400


class Import(NamedTuple):
    """One imported module, `nnplug.core.registry`, and the names taken from it."""

    module: str
    names: tuple[str, ...]
    inside_function: bool

    @property
    def part(self) -> str:
        """The part of nnplug that it belongs to; empty for other packages and for the version."""
        package, _, rest = self.module.partition(".")
        return rest.partition(".")[0] if package == "nnplug" and rest != "__version__" else ""


def imports(path: Path) -> Iterator[Import]:
    """Yield every import of a file, those inside functions and under TYPE_CHECKING too."""
    package = ("nnplug", *path.relative_to(SOURCE).with_suffix("").parts)[:-1]

    def walk(node: ast.AST, inside: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(alias.name, (), inside)
            elif isinstance(child, ast.ImportFrom):
                module = child.module or ""
                if child.level:
                    kept = package[: len(package) - child.level + 1]
                    module = ".".join((*kept, *filter(None, [module])))
                names = tuple(alias.name for alias in child.names)
                if module != "nnplug":
                    yield Import(module, names, inside)
                # `from nnplug import engine` imports a part, and a public name the part it is from.
                for name in names if module == "nnplug" else ():
                    yield Import(nnplug.PUBLIC.get(name, f"nnplug.{name}"), (name,), inside)
            elif isinstance(child, ast.Attribute) and isinstance(child.value, ast.Name):
                # `nnplug.train` after `import nnplug` is an import at first use.
                if child.value.id == "nnplug":
                    home = nnplug.PUBLIC.get(child.attr, f"nnplug.{child.attr}")
                    yield Import(home, (child.attr,), inside)
            else:
                function = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
                yield from walk(child, inside or isinstance(child, function))

    yield from walk(ast.parse(path.read_text(encoding="utf-8")), False)


def files(part: str) -> list[Path]:
    found = sorted((SOURCE / part).rglob("*.py"))
    assert found, f"src/nnplug/{part} has no files"
    return found


@pytest.mark.parametrize("part", WALLS)
def test_a_part_imports_only_what_its_wall_lets_through(part):
    wrong = []
    for path in files(part):
        name = path.relative_to(SOURCE).as_posix()
        for found in imports(path):
            if found.part in {"", part, *WALLS[part]}:
                continue
            if found.inside_function and (name, found.part) in LATE:
                continue
            wrong.append(f"{name} imports {found.module}")
    assert not wrong


def test_every_exception_from_the_walls_is_still_needed():
    used = {
        (path.relative_to(SOURCE).as_posix(), found.part)
        for part in WALLS
        for path in files(part)
        for found in imports(path)
    }
    assert used >= LATE


def test_every_folder_has_a_wall():
    folders = {path.name for path in SOURCE.iterdir() if any(path.glob("*.py"))}
    assert folders == set(WALLS)


def test_built_ins_use_only_what_a_stranger_can_import_from_nnplug():
    wrong = []
    for path in files("plugins"):
        for found in imports(path):
            if found.part == "core":
                public = {name for name in found.names if name in nnplug.PUBLIC}
                strange = set(found.names) - public or (not found.names and {"a module"})
                if strange:
                    wrong.append(f"{path.relative_to(SOURCE)}: {strange} from {found.module}")
    assert not wrong


def test_no_component_imports_another():
    wrong = [
        f"{path.relative_to(SOURCE)} imports {found.module}"
        for path in files("plugins")
        for found in imports(path)
        if found.part == "plugins"
    ]
    assert not wrong


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_plugins_import_with_nothing_but_core_importable():
    run(
        """
import pkgutil, sys
from importlib import import_module

class Wall:
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("nnplug.engine", "nnplug.figures", "nnplug.testing", "nnplug.cli")):
            raise ImportError(f"{name} is behind the wall")

sys.meta_path.insert(0, Wall())
import nnplug.plugins
for module in pkgutil.walk_packages(nnplug.plugins.__path__, "nnplug.plugins."):
    import_module(module.name)
"""
    )


HEAVY = "{'numpy', 'matplotlib', 'rich', 'pandas'}"


def test_importing_nnplug_imports_nothing_heavy():
    said = run(f"import sys, nnplug, nnplug.core; print(sorted({HEAVY} & sys.modules.keys()))")
    assert said.strip() == "[]"


@pytest.mark.parametrize("command", [["--help"], ["train", "--help"]])
def test_help_imports_nothing_heavy(command):
    said = run(
        f"""
import sys
from nnplug.cli import main

sys.argv = ["nnplug", *{command}]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print()
print(sorted({HEAVY} & sys.modules.keys()))
"""
    )
    assert said.splitlines()[-1] == "[]"
    assert "Usage" in said


def test_files_are_short_enough_to_read_in_one_sitting():
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for folder in ("src", "tests", "benchmarks", "examples", "docs")
        for path in (ROOT / folder).rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST
    }
    assert not long
