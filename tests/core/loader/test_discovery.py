"""Which plugins there are, and which of them may be imported."""

import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from nnplug import __version__
from nnplug.core.loader import discovery
from nnplug.core.loader.discovery import decide, incompatibility, installed, unknown_names
from nnplug.core.loader.plugin import Found, Provider


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder with installed packages, the only one on the path."""
    monkeypatch.setattr(discovery, "distributions", lambda: distributions(path=[str(tmp_path)]))
    return tmp_path


def install(site: Path, package: str, entry_points: str, *metadata: str) -> None:
    folder = site / f"{package.replace('-', '_')}-1.5.dist-info"
    folder.mkdir(parents=True)
    lines = ["Metadata-Version: 2.1", f"Name: {package}", "Version: 1.5", *metadata]
    (folder / "METADATA").write_text("\n".join(lines) + "\n")
    (folder / "entry_points.txt").write_text(entry_points)


def found(name: str = "mish", package: str = "nnplug-mish", *requires: str) -> Found:
    return Found(Provider(name, package, "0.2"), "nowhere", lambda: None, requires)


def test_plugins_are_sorted_by_package_and_then_by_name(site: Path) -> None:
    install(site, "zoo", "[nnplug]\nb = b\na = a\n")
    install(site, "Ant", "[console_scripts]\nant = ant:main\n\n[nnplug]\nz = ant.plugin:Z\n")
    assert [(f.provider.package, f.provider.plugin, f.target) for f in installed()] == [
        ("Ant", "z", "ant.plugin:Z"),
        ("zoo", "a", "a"),
        ("zoo", "b", "b"),
    ]


def test_two_packages_may_call_their_entry_points_alike(site: Path) -> None:
    install(site, "one", "[nnplug]\nmish = one\n")
    install(site, "two", "[nnplug]\nmish = two\n")
    assert [f.provider.text for f in installed()] == ["one 1.5", "two 1.5"]


def test_finding_imports_nothing(site: Path) -> None:
    install(site, "one", "[nnplug]\none = a_module_that_nobody_has\n")
    assert [f.target for f in installed()] == ["a_module_that_nobody_has"]


def test_packages_without_plugins_are_not_even_read(site: Path) -> None:
    install(site, "other", "[console_scripts]\nthis line has no equals sign\n")
    install(site, "one", "[nnplug]\none = one\n")
    assert [f.provider.package for f in installed()] == ["one"]


def test_a_package_with_damaged_metadata_hides_no_other(site: Path) -> None:
    install(site, "bad", "[nnplug]\n")
    (site / "bad-1.5.dist-info" / "entry_points.txt").write_bytes(b"[nnplug]\nx = \xff\xfe\n")
    install(site, "one", "[nnplug]\none = one\n")
    assert [f.provider.package for f in installed()] == ["one"]


def test_nnplug_itself_is_no_stranger(site: Path) -> None:
    install(site, "nnplug", "[nnplug]\nbuiltin = nnplug.plugins\n")
    assert installed() == []


def test_of_a_package_installed_twice_the_first_on_the_path_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, target in (("first", "one"), ("second", "old")):
        install(tmp_path / folder, "one", f"[nnplug]\none = {target}\n")
    path = [str(tmp_path / "first"), str(tmp_path / "second")]
    monkeypatch.setattr(discovery, "distributions", lambda: distributions(path=path))
    assert [f.target for f in installed()] == ["one"]


def test_requirements_come_with_a_plugin(site: Path) -> None:
    install(site, "one", "[nnplug]\none = one\n", "Requires-Dist: nnplug>=99")
    assert installed()[0].requires == ("nnplug>=99",)


def test_what_is_installed_here_can_be_read() -> None:
    assert all(f.provider.package != "nnplug" for f in installed())


@pytest.mark.parametrize("name", ["mish", "nnplug-mish", "NNPLUG_Mish", "nnplug.mish"])
def test_a_plugin_is_disabled_by_its_name_or_its_package(name: str) -> None:
    plugin = decide(found(), disabled=[name])
    assert plugin is not None
    assert plugin.status == "disabled"
    assert f"-p no:{name}" in plugin.reason


def test_only_the_plugins_that_are_listed_load() -> None:
    assert decide(found(), only=["other", "mish"]) is None
    assert decide(found(), only=["nnplug_mish"]) is None
    for only in ([], ["other"]):
        plugin = decide(found(), only=only)
        assert plugin is not None
        assert plugin.status == "disabled"
        assert "NNPLUG_PLUGINS" in plugin.reason


def test_disabling_goes_before_listing() -> None:
    plugin = decide(found(), only=["mish"], disabled=["mish"])
    assert plugin is not None
    assert plugin.status == "disabled"


def test_a_package_that_needs_another_nnplug_is_incompatible() -> None:
    plugin = decide(found("mish", "nnplug-mish", "numpy>=2", "nnplug>=99"))
    assert plugin is not None
    assert plugin.status == "incompatible"
    assert plugin.reason == f"it needs nnplug>=99, and this is nnplug {__version__}"


@pytest.mark.parametrize(
    ("requires", "fits"),
    [
        ((), True),
        (("nnplug",), True),
        (("nnplug>=0.2,<0.4",), True),
        (("nnplug>=0.4",), False),
        (("NNplug[onnx] ~= 0.3.1",), True),
        (("nnplug<0.3",), False),
        (("nnplug>=99; python_version < '3'",), True),
        (("nnplug>=99; python_version > '3'",), False),
        (("nnplug>=99; extra == 'test'",), True),
        (("nnplug-mish>=99", "nnplug>=0.1"), True),
        (("nnplug is what it needs",), True),  # unreadable: let the import tell
    ],
)
def test_requirements_are_read_as_pip_reads_them(requires: tuple[str, ...], fits: bool) -> None:
    assert (incompatibility(found("mish", "nnplug-mish", *requires), "0.3.2") == "") is fits


def test_a_prerelease_satisfies_what_asks_for_less() -> None:
    assert incompatibility(found("m", "m", "nnplug>=0.1"), "0.2.dev1") == ""


def test_packaging_is_imported_only_where_nnplug_is_required(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "packaging.requirements", None)  # importing it would fail
    assert incompatibility(found("m", "m", "numpy>=99")) == ""


def test_a_name_that_no_plugin_has_is_pointed_out() -> None:
    lines = unknown_names([found()], ["mish", "nnplug", "zoo"], ["nnplug-mish", "mihs"])
    assert lines == [
        "-p no:mihs: no installed plugin or package is called 'mihs'",
        "NNPLUG_PLUGINS: no installed plugin or package is called 'zoo'",
    ]
    assert unknown_names([found()], None, []) == []


def test_the_built_in_components_cannot_be_left_out() -> None:
    assert unknown_names([], [], ["nnplug"]) == [
        "-p no:nnplug: the built-in components cannot be left out"
    ]
