"""The project's frame: what its files promise to each other."""

import ast
import os
import re
import subprocess
import tomllib
from importlib import import_module
from importlib.metadata import metadata, version
from pathlib import Path

import pytest

import nnplug
from nnplug.core.kinds import KINDS

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# Written so that this file does not match itself.
FOREIGN = re.compile(
    r"[p]ypi\.(org|python)|[p]ythonhosted|[r]egistry\.npmjs|[n]pmjs\.(org|com)"
    r"|(?<![\w.])/([w]ork|[r]oot|[h]ome/\w+|[U]sers/\w+)/"
)
"""Hosts of package registries, and paths of somebody's own machine."""


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project_files() -> list[Path]:
    """Return what is tracked or about to be; in an unpacked archive, everything."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        return [path for path in ROOT.rglob("*") if path.is_file()]
    names = (name.decode() for name in listed.stdout.split(b"\0") if name)
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def readme_command(name: str, readme: Path = ROOT / "README.md") -> subprocess.CompletedProcess:
    return subprocess.run(
        [ROOT / ".ci" / "readme-command", name, readme],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_license_is_the_one_that_is_declared():
    assert text("LICENSE").startswith("MIT License")
    assert PYPROJECT["project"]["license"] == "MIT"
    assert metadata("nnplug")["License-Expression"] == "MIT"


def test_the_installed_version_is_the_source_s_own():
    assert version("nnplug") == nnplug.__version__


def test_the_changelog_begins_with_the_current_version():
    headings = re.findall(r"^## (\S+)", text("CHANGELOG.md"), re.MULTILINE)
    assert headings[0] == nnplug.__version__


@pytest.mark.parametrize("script", [".ci/run", ".ci/readme-command"])
def test_ci_scripts_can_be_executed_and_parsed(script):
    assert os.access(ROOT / script, os.X_OK)
    subprocess.run(["bash", "-n", ROOT / script], check=True)


@pytest.mark.parametrize(
    ("name", "ends"), [("main-command", "nnplug train"), ("test-command", "pytest")]
)
def test_the_readme_has_one_line_to_paste(name, ends):
    found = readme_command(name)
    assert found.returncode == 0, found.stderr
    command = found.stdout.strip()
    assert command.startswith("python3 -m venv .venv && .venv/bin/pip install")
    assert ends in command.split("&&")[-1]


def test_a_readme_command_is_the_block_after_its_mark(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(
        "```\nno\n```\n<!-- one -->\nText.\n```sh\nyes\n```\n```\nno\n```\n<!-- two -->\n"
    )
    assert readme_command("one", readme).stdout == "yes\n"
    for missing in ("two", "three"):
        found = readme_command(missing, readme)
        assert found.returncode == 1
        assert missing in found.stderr


def test_a_readme_command_of_two_lines_is_refused(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("<!-- one -->\n```\nfirst\nsecond\n```\n")
    found = readme_command("one", readme)
    assert found.returncode == 1
    assert "not one line" in found.stderr


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
@pytest.mark.parametrize("folder", ["core", "plugins", "engine", "cli", "tests", "docs"])
def test_a_map_names_every_place(document, folder):
    assert f"{folder}/" in text(document)


def test_paths_in_the_contributors_documents_exist():
    missing = [
        f"{name}: {path}"
        for name in ("CONTRIBUTING.md", "docs/contributing/walls.md", "docs/contributing/design.md")
        for path in re.findall(
            r"`((?:src|tests|docs|examples|benchmarks|\.ci)/[\w./-]*)`", text(name)
        )
        if not (ROOT / path).exists()
    ]
    assert not missing


def test_no_file_names_a_registry_or_somebody_s_own_folder():
    found = []
    for path in project_files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a picture or an archive
        found += [
            f"{path.relative_to(ROOT)}:{number}: {match.group()}"
            for number, line in enumerate(lines, 1)
            if (match := FOREIGN.search(line))
        ]
    assert not found


def test_the_foreign_pattern_finds_what_it_is_for():
    samples = [
        "https://py" + "pi.org/simple",
        "see /ro" + "ot/x",
        "/ho" + "me/ada/x",
        "/wo" + "rk/x",
    ]
    assert all(FOREIGN.search(sample) for sample in samples)
    assert not FOREIGN.search("https://example.org/ho" + "me/ada/ and tests/ho" + "me/x/")


def test_pre_commit_fetches_nothing():
    repos = re.findall(r"^\s*- repo:\s*(\S+)", text(".pre-commit-config.yaml"), re.MULTILINE)
    assert repos == ["local"]
    assert "additional_dependencies" not in text(".pre-commit-config.yaml")


def test_the_base_install_is_light():
    names = {re.match(r"[\w-]+", need).group() for need in PYPROJECT["project"]["dependencies"]}
    assert names == {"numpy", "click", "pluggy", "matplotlib", "annotated-types", "packaging"}


def test_every_extra_that_is_typed_somewhere_exists():
    extras = PYPROJECT["project"]["optional-dependencies"].keys()
    documents = [".ci/run", "CONTRIBUTING.md", "README.md"]
    typed = {
        extra.strip()
        for name in documents
        for group in re.findall(r'"\.\[([\w, -]+)\]"', text(name))
        for extra in group.split(",")
    }
    assert typed
    assert typed <= extras


def test_types_ship():
    assert Path(nnplug.__file__).with_name("py.typed").is_file()


def type_checking_imports(module) -> dict[str, str]:
    """Return the names that a module imports for type checkers, with where they come from."""
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    blocks = [
        node
        for node in tree.body
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    found = {}
    for node in [node for block in blocks for node in block.body]:
        assert isinstance(node, ast.ImportFrom)
        for alias in node.names:
            # `as` makes it a public name for type checkers.
            assert alias.asname == alias.name
            found[alias.name] = node.module
    return found


@pytest.mark.parametrize("name", ["nnplug", "nnplug.core"])
def test_public_names_are_those_that_type_checkers_see(name):
    module = import_module(name)
    seen = type_checking_imports(module)
    assert seen.keys() == module.PUBLIC.keys()
    for public, home in module.PUBLIC.items():
        assert seen[public] in (home, "nnplug.core")
        assert getattr(module, public) is getattr(import_module(home), public)
    assert dir(module) == sorted(module.PUBLIC)


def test_a_star_import_gives_the_public_names():
    given: dict[str, object] = {}
    exec("from nnplug import *", given)
    assert given.keys() - {"__builtins__"} == import_module("nnplug").PUBLIC.keys()


def test_a_stranger_reaches_every_contract():
    for kind in KINDS.values():
        assert getattr(nnplug, kind.contract_name) is kind.contract


def test_a_wrong_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="Aktivation"):
        nnplug.Aktivation  # noqa: B018 - the look-up is the test
