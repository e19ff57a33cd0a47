"""Plugins that are broken, disabled or incompatible: everything else works."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnplug.core.errors import PluginError, UnknownNameError
from nnplug.core.loader.plugin import Found
from nnplug.core.registry import Registry

Packages = Callable[..., list[Found]]


SEVERAL = ("nnplug-broken", "nnplug-future", "nnplug-mish", "nnplug-misspelt", "nnplug-mixed")


def test_each_broken_plugin_has_one_warning_line_that_names_it(
    make: Any, package: Packages
) -> None:
    lines: list[str] = []
    registry = make.registry(*package(*SEVERAL), warn=lines.append)
    registry.get("activation", "mish")
    registry.entries()
    registry.get("activation", "mish")
    assert all("\n" not in line for line in lines)
    assert all(line.endswith("(see: nnplug plugins)") for line in lines)
    for start in (
        "plugin 'broken' from nnplug-broken 0.1 is broken: ModuleNotFoundError: No module",
        "plugin 'future' from nnplug-future 1.0 is incompatible: it needs nnplug>=99, and",
        "plugin 'misspelt' from nnplug-misspelt 1.0 is broken: there is no hook nnplug_activation",
        "activation 'half' from nnplug-mixed 1.0 is set aside: Half has no derivative",
        "activation 'unloadable' from nnplug-mixed 1.0 is set aside: ModuleNotFoundError",
        "schedule 'misplaced' from nnplug-mixed 1.0 is set aside: Softroot is an activation",
    ):
        assert sum(line.startswith(start) for line in lines) == 1, start
    assert len(lines) == 6


def test_warnings_go_to_stderr(
    package: Packages, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = Registry(discover=lambda: package("nnplug-broken"))
    registry.entries()
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("nnplug: warning: plugin 'broken' from nnplug-broken 0.1 is broken: ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", ["broken", "future", "mixed"])
def test_strict_makes_them_errors(make: Any, package: Packages, name: str) -> None:
    registry = make.registry(*package("nnplug-mish", f"nnplug-{name}"), strict=True)
    for wanted in ("relu", "mish", "mish"):  # built in or not: strict is for all that is installed
        with pytest.raises(PluginError, match=f"from nnplug-{name}"):
            registry.get("activation", wanted)
    assert len(registry.plugins()) == 3


def test_plugins_are_shown_without_warnings_or_errors(make: Any, package: Packages) -> None:
    registry = make.registry(*package(*SEVERAL), disabled=["mish"], strict=True)
    shown = {plugin.package: plugin for plugin in registry.plugins()}
    assert {name: plugin.status for name, plugin in shown.items()} == {
        "nnplug": "loaded",
        "nnplug-broken": "broken",
        "nnplug-future": "incompatible",
        "nnplug-mish": "disabled",
        "nnplug-misspelt": "broken",
        "nnplug-mixed": "loaded",
    }
    assert "a_library_that_nobody_has" in shown["nnplug-broken"].traceback
    assert shown["nnplug-broken"].seconds is not None
    assert shown["nnplug-mish"].seconds is None
    mixed = shown["nnplug-mixed"]
    assert [offer.name for offer in mixed.offers] == ["softroot"]
    assert sorted(fault.name for fault in mixed.faults) == ["half", "misplaced", "unloadable"]


@pytest.mark.parametrize(
    "settings",
    [{"disabled": ["mish"]}, {"disabled": ["nnplug_mish"]}, {"only": []}, {"only": ["other"]}],
)
def test_a_disabled_plugin_is_not_imported(make: Any, settings: Any) -> None:
    recorded = make.recorded()
    found = [
        recorded.plugin("nnplug-mish", activations={"mish": make.cls("Mish")}),
        recorded.plugin("other", activations={"lion": make.cls("Lion")}),
    ]
    registry = make.registry(*found, **settings)
    registry.entries()
    assert "nnplug-mish" not in recorded.imported
    with pytest.raises(UnknownNameError, match=r"disabled: nnplug-mish 1\.0"):
        registry.get("activation", "mish")
    with pytest.raises(UnknownNameError, match=r"'mish' from nnplug-mish 1\.0 is disabled"):
        registry.get("activation", "nnplug-mish:mish")


def test_an_incompatible_plugin_is_not_imported(make: Any, package: Packages) -> None:
    lines: list[str] = []
    make.registry(*package("nnplug-future"), warn=lines.append).entries()
    assert "nnplug_future" not in sys.modules
    assert len(lines) == 1


def test_a_name_to_disable_that_no_plugin_has_is_pointed_out(make: Any) -> None:
    lines: list[str] = []
    found = make.plugin("nnplug-mish", activations={"mish": make.cls("Mish")})
    registry = make.registry(found, disabled=["mihs"], warn=lines.append)
    registry.entries()
    assert lines == [
        "-p no:mihs: no installed plugin or package is called 'mihs' (see: nnplug plugins)"
    ]


def test_a_late_class_that_fails_is_set_aside_when_it_is_used(make: Any, package: Packages) -> None:
    lines: list[str] = []
    registry = make.registry(*package("nnplug-mixed"), warn=lines.append)
    assert registry.get("activation", "softroot").__name__ == "Softroot"
    assert [line.split(" is set")[0] for line in lines] == [
        "activation 'half' from nnplug-mixed 1.0"
    ]
    for name, said in (
        ("unloadable", "No module named 'nnplug_mixed.missing'"),
        ("half", "Half has no derivative or backward"),
    ):
        with pytest.raises(PluginError, match=f"activation '{name}' .* is set aside: .*{said}"):
            registry.get("activation", name)
    registry.get("activation", "softroot")
    assert len(lines) == 2


def test_of_two_that_share_a_name_the_one_that_works_is_taken(make: Any) -> None:
    good = make.cls("Good")
    found = [
        make.plugin("one", activations={"x": "a_module_that_nobody_has:X"}),
        make.plugin("two", activations={"x": good}),
    ]
    lines: list[str] = []
    assert make.registry(*found, warn=lines.append).get("activation", "x") is good
    assert len(lines) == 1


def test_a_broken_built_in_is_not_replaced_by_a_stranger(make: Any) -> None:
    builtin = make.plugin("nnplug", activations={"relu": "a_module_that_nobody_has:ReLU"})
    stranger = make.plugin("one", activations={"relu": make.cls("Other")})
    with pytest.raises(PluginError, match=r"activation 'relu' from nnplug 1\.0 is set aside"):
        make.registry(stranger, builtin=builtin).get("activation", "relu")


def test_a_plugin_may_use_nnplug_while_it_is_imported(make: Any) -> None:
    seen: list[Any] = []

    def activations() -> Any:
        seen.append(registry.get("activation", "relu").__name__)
        seen.append(len(registry.entries("loss")))
        return {"late": make.cls("Late")}

    registry = make.registry(make.plugin("eager", activations=activations))
    assert registry.get("activation", "late").__name__ == "Late"
    assert seen[0] == "ReLU"
    assert seen[1] > 0


def test_a_broken_file_is_reported_whatever_is_asked_for(make: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("1 / 0")
    lines: list[str] = []
    registry = make.registry(extra=[str(tmp_path / "mine.py")], warn=lines.append)
    registry.get("activation", "relu")
    registry.get("activation", "relu")
    assert lines == [
        "plugin 'mine' from mine.py is broken: ZeroDivisionError: division by zero "
        "(see: nnplug plugins)"
    ]


def slow(make: Any, package: str, seconds: float, **hooks: Any) -> Found:
    """Return a plugin that says that its import takes so long."""
    found: Found = make.plugin(package, **hooks)

    def load() -> Any:
        CLOCK.now += seconds
        return found.load()

    return Found(found.provider, found.target, load)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


CLOCK = Clock()


def test_who_waits_for_a_slow_plugin_is_told_once(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nnplug.core.loader.answer.perf_counter", CLOCK)
    found = [
        slow(make, "quick", 0.9, activations={"a": make.cls("A")}),
        slow(make, "snail", 1.25, activations={"b": make.cls("B")}),
    ]
    said = (
        "plugin 'snail' from snail 1.0 takes 1.2 s to import; -p no:snail leaves it out "
        "(see: nnplug plugins)"
    )
    lines: list[str] = []
    registry = make.registry(*found, warn=lines.append)
    registry.get("activation", "b")  # whoever uses it knows
    registry.get("activation", "relu")
    assert lines == []
    for _ in range(2):
        registry.get("activation", "a")
        registry.entries()
    assert lines == [said]


def test_what_a_plugin_prints_is_told_to_those_who_use_it_or_list_all(make: Any) -> None:
    def activations() -> Any:
        print("\n  a licence \n and more")
        return {"b": make.cls("B")}

    found = [
        make.plugin("quiet", activations={"a": make.cls("A")}),
        make.plugin("loud", activations=activations),
    ]
    said = (
        "plugin 'loud' from loud 1.0 prints while it is imported: 'a licence' (see: nnplug plugins)"
    )
    for ask, told in (
        (lambda registry: registry.get("activation", "a"), []),
        (lambda registry: registry.get("activation", "b"), [said]),
        (lambda registry: registry.everywhere("b"), [said]),
        (lambda registry: registry.entries(), [said]),
        (lambda registry: registry.plugins(), []),
    ):
        lines: list[str] = []
        ask(make.registry(*found, warn=lines.append, strict=True))
        assert lines == told
