"""The files of a package, whatever its names and its author."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from packaging.version import Version

from nnplug.core.kinds import KINDS
from nnplug.core.loader.loading import load
from nnplug.core.loader.requested import requested
from nnplug.scaffold import package
from nnplug.scaffold.author import author_name
from nnplug.scaffold.fresh import fresh
from nnplug.scaffold.package import Given, Package

PLACEHOLDER = re.compile(r"the_name|TheClass|the-package|the-plugin|the_module|THE_[A-Z]+")


def texts(made: Package) -> dict[str, str]:
    return {path: content.decode() for path, content in made.files().items()}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_template_is_left(kind: str) -> None:
    files = texts(fresh("mine", kind, "Ada", 2026))
    assert set(files) == {
        *("nnplug_mine.py", "pyproject.toml", "README.md", "LICENSE", ".gitignore"),
        *(".github/workflows/tests.yml", "tests/test_conformance.py"),
    }
    assert not [match for text in files.values() for match in PLACEHOLDER.findall(text)]
    assert 'return {"mine": Mine}' in files["nnplug_mine.py"]
    assert f"def {KINDS[kind].hook}()" in files["nnplug_mine.py"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["array", "data", "gt", "annotated", "value-error", "the-class"])
def test_a_module_loads_whose_component_is_called_like_something_in_it(
    tmp_path: Path, kind: str, name: str
) -> None:
    file = tmp_path / "mine.py"
    file.write_bytes(fresh(name, kind, "Ada", 2026).source)
    plugin = load(requested(str(file)))
    assert plugin.reason == ""
    assert [(o.kind, o.name) for o in plugin.offers] == [(kind, name.replace("-", "_"))]


def test_none_is_a_name_and_no_class() -> None:
    assert b"class NoneSchedule(Schedule):" in fresh("none", "schedule", "Ada", 2026).source


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_author_and_any_docstring_make_files_that_can_be_read(holder: str, doc: str) -> None:
    holder = author_name("nnplug-mine", Path("/nowhere/at/all"), holder)
    one = Given("loss", "mine", doc, "nnplug train --loss mine")
    files = texts(Package("nnplug-mine", b"", [one], holder, 2026, ["scipy"]))
    project = tomllib.loads(files["pyproject.toml"])["project"]
    assert project["authors"] == [{"name": holder}]
    assert project["dependencies"][1:] == ["scipy"]
    assert project["entry-points"]["nnplug"] == {"mine": "nnplug_mine"}
    assert f"Copyright (c) 2026 {holder}\n" in files["LICENSE"]
    block = files["README.md"].partition("## mine, a loss\n\n")[2]
    fence = re.match("`+", block)
    assert fence
    assert fence[0] not in doc
    assert block.startswith(f"{fence[0]}text\n{doc}\n{fence[0]}\n")


def test_the_metadata_of_a_package() -> None:
    project = tomllib.loads(texts(fresh("mine", "loss", "Ada", 2026))["pyproject.toml"])["project"]
    assert project["name"] == "nnplug-mine"
    assert project["description"] == "The loss mine for nnplug."
    assert project["license"] == "MIT"
    assert project["authors"] == [{"name": "Ada"}]


def test_a_package_of_several_names_them_all() -> None:
    given = [Given("loss", "a", "", ""), Given("layer", "b", "", "")]
    made = Package("nnplug-mine", b"", given, "Ada", 2026)
    assert made.description == "Components for nnplug: a (loss), b (layer)."
    assert "## a, a loss" in texts(made)["README.md"]
    assert "## b, a layer" in texts(made)["README.md"]


@pytest.mark.parametrize(
    ("version", "least"),
    [("0.1.0", "0.1"), ("1.4.2", "1.4"), ("0.2.0.dev1", "0.2.0.dev1"), ("0.2rc1", "0.2rc1")],
)
def test_a_package_needs_the_nnplug_that_wrote_it_or_a_later_one(
    monkeypatch: pytest.MonkeyPatch, version: str, least: str
) -> None:
    monkeypatch.setattr(package, "__version__", version)
    files = texts(Package("nnplug-a", b"", [Given("loss", "a", "", "")], "Ada", 2026))
    (need,) = tomllib.loads(files["pyproject.toml"])["project"]["dependencies"]
    assert need == f"nnplug>={least}"
    assert Requirement(need).specifier.contains(Version(version), prereleases=True)


def test_the_conformance_test_is_one_line_for_the_package() -> None:
    source = texts(fresh("mine", "loss", "Ada", 2026))["tests/test_conformance.py"]
    lines = [line for line in source.splitlines() if line and not line.startswith('"""')]
    assert lines == [
        "import nnplug.testing",
        'test_conformance = nnplug.testing.parametrize("nnplug-mine")',
    ]
