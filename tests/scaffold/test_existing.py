"""A single-file plugin as a package: what is taken, what is read from it, what is refused."""

from pathlib import Path

import pytest

from nnplug.scaffold.errors import ScaffoldError
from nnplug.scaffold.existing import from_file
from nnplug.scaffold.package import Package

PLUGIN = """
import nnplug

class Double(nnplug.Activation):
    "Twice the number, y = 2 z  (nobody, 2026)."
    def forward(self, z):
        return 2 * z
    def derivative(self, z, y):
        return 0 * z + 2

class Tower(nnplug.Layer):
    "The same again, y = x."
    height: int
    def forward(self, x, p, ctx):
        return x, None
    def backward(self, dy, cache, p, g, ctx):
        return dy

@nnplug.hookimpl
def nnplug_activations():
    return {"double": Double, "twice": Double}

@nnplug.hookimpl
def nnplug_layers():
    return {"tower": Tower}
"""


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    path = tmp_path / "my_mish.py"
    path.write_text(PLUGIN)
    return path


def made_of(path: Path, name: str | None = None) -> Package:
    return from_file(path, "Ada", 2026, name)


def refused(path: Path) -> ScaffoldError:
    with pytest.raises(ScaffoldError) as raised:
        made_of(path)
    assert "\n" not in raised.value.message
    assert raised.value.hint
    return raised.value


def test_the_file_is_the_module_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    source = b"# -*- coding: latin-1 -*-\r\n# M\xfcller\r\n" + PLUGIN.encode()
    path.write_bytes(source)
    assert made_of(path).files()["nnplug_mine.py"] == source


def test_the_package_is_called_like_the_file_or_as_asked(mine: Path) -> None:
    assert made_of(mine).name == "nnplug-my-mish"
    assert made_of(mine, "towers").name == "nnplug-towers"


def test_kinds_and_names_are_read_by_loading_it(mine: Path) -> None:
    tower, double = made_of(mine).given
    assert (double.kind, double.name) == ("activation", "double")
    assert double.doc == "Twice the number, y = 2 z  (nobody, 2026)."
    assert double.trial == "nnplug train --activation double"
    assert (tower.kind, tower.name) == ("layer", "tower")
    assert tower.trial == 'nnplug train --layers "linear:units=8 tower:height=8 relu"'


def test_the_readme_has_the_formula_of_each(mine: Path) -> None:
    readme = made_of(mine).files()["README.md"].decode()
    assert "## double, an activation\n\n```text\nTwice the number, y = 2 z" in readme
    assert "## tower, a layer\n\n```text\nThe same again, y = x." in readme


def test_a_component_without_a_docstring_is_said_to_have_none(mine: Path) -> None:
    mine.write_text(PLUGIN.replace('    "The same again, y = x."\n', ""))
    assert "(without a docstring)" in made_of(mine).files()["README.md"].decode()


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "there is no such file" in refused(tmp_path / "mine.py").message
    assert "there is no such file" in refused(tmp_path).message
    (tmp_path / "mine.txt").touch()
    assert "it does not end in .py" in refused(tmp_path / "mine.txt").message


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import a_module_that_nobody_has", "No module named 'a_module_that_nobody_has'"),
        ("x = (", "SyntaxError"),
        ("raise SystemExit(3)", "it exits Python"),
        ("x = 1", "it has no hook"),
        (PLUGIN.replace("@nnplug.hookimpl\n", "", 1), "nnplug_activations() lacks its mark"),
        (PLUGIN.replace("nnplug_layers", "nnplug_layer"), "there is no hook nnplug_layer"),
        (PLUGIN.replace("    def backward", "    def backwards"), "layer 'tower'"),
        (PLUGIN.replace("Tower}", '"nobody_has_it:Tower"}'), "No module named 'nobody_has_it'"),
    ],
)
def test_a_file_that_is_no_good_plugin_is_refused(mine: Path, source: str, says: str) -> None:
    mine.write_text(source)
    error = refused(mine)
    assert says in error.message
    assert "my_mish.py" in error.message
    assert "nnplug plugins --plugin" in (error.hint or "")


def test_a_target_in_the_file_s_own_module_would_not_be_there_any_more(mine: Path) -> None:
    mine.write_text(PLUGIN.replace("Tower}", '"my_mish:Tower"}'))
    error = refused(mine)
    assert "gives 'tower' as 'my_mish:Tower'" in error.message
    assert error.hint == "give the class itself"


@pytest.mark.parametrize("name", ["relu", "double': Double, 'ReLU"])
def test_a_name_that_is_built_in_is_refused_as_name_and_as_alias(mine: Path, name: str) -> None:
    mine.write_text(PLUGIN.replace('"double"', f"'{name}'"))
    error = refused(mine)
    assert "is an activation that is built in" in error.message
    assert error.hint == f"rename it in {mine}"


def test_what_nnplug_brings_along_needs_no_line(mine: Path) -> None:
    mine.write_text("import math, numpy.linalg\nfrom annotated_types import Gt\n" + PLUGIN)
    made = made_of(mine)
    assert (made.needs, made.notes) == ([], [])


def test_another_package_that_it_imports_is_a_dependency(mine: Path) -> None:
    mine.write_text(PLUGIN + "\ndef draw():\n    import pytest\n    from hypothesis import note\n")
    made = made_of(mine)
    assert made.needs == ["hypothesis", "pytest"]
    assert '"nnplug>=0.1", "hypothesis", "pytest"]' in made.files()["pyproject.toml"].decode()


def test_an_import_that_no_package_explains_is_pointed_out(
    mine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine.with_name("my_helpers.py").write_text("two = 2\n")
    monkeypatch.syspath_prepend(mine.parent)
    mine.write_text("import my_helpers\n" + PLUGIN)
    made = made_of(mine)
    assert made.needs == []
    (note,) = made.notes
    assert note.startswith("it imports my_helpers: add the package that gives it")
