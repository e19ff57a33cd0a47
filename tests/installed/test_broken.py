"""Broken packages, one way of being broken each: everything else works, and each has its line."""

from typing import Any

import pytest
from tests.installed.conftest import Run

BROKEN = {
    "broken": "is broken: ModuleNotFoundError: No module named 'a_library_that_nobody_has'",
    "syntax": "is broken: SyntaxError: invalid syntax (nnplug_syntax.py, line 5)",
    "exits": "is broken: it exits Python (SystemExit: 3)",
    "skips": "is broken: Skipped: no GPU here",
    "raises": "is broken: KeyError: 'the class that was to be here' (in nnplug_activations())",
    "yields": "is broken: nnplug_activations() is a generator: it yields, and is to return once; "
    'write `return {"name": Class}`',
    "misspelt": "is broken: there is no hook nnplug_activation; did you mean nnplug_activations?",
    "forgot": "is broken: nnplug_activations() lacks its mark; write @nnplug.hookimpl above it",
    "listing": "is broken: nnplug_activations() returns a list; it returns a mapping of name to "
    "class",
    "wraps": "is broken: nnplug_activations is a hook wrapper, and nnplug takes none; write a "
    "plain @nnplug.hookimpl function",
    "future": "is incompatible: it needs nnplug>=99, and this is nnplug ",
}
"""Plugins that do not load, and why."""

FAULTY = {
    "half": "activation 'halved' from nnplug-half 1.0 is set aside: Half has no derivative or "
    "backward",
    "bad-name": "activation 'cube root!' from nnplug-bad-name 1.0 is set aside: 'cube root!' is no "
    "name; take letters, digits, - and _",
    "abstract": "activation 'rectifier' from nnplug-abstract 1.0 is set aside: Rectifier is "
    "abstract: it lacks slope",
}
"""Plugins that load, and a component of theirs that does not."""

LOUD = {
    "chatty": "plugin 'chatty' from nnplug-chatty 1.0 prints while it is imported: 'chatty says "
    "hello on stdout'",
    "slow": "plugin 'slow' from nnplug-slow 1.0 takes 1.",
}
"""Plugins that load, and make themselves felt."""

ALL = [*BROKEN, *FAULTY, *LOUD]


def line_of(plugin: str) -> str:
    if plugin in BROKEN:
        version = "0.1" if plugin == "broken" else "1.0"
        return f"plugin {plugin!r} from nnplug-{plugin} {version} {BROKEN[plugin]}"
    return {**FAULTY, **LOUD}[plugin]


@pytest.mark.parametrize("plugin", ALL)
def test_list_works_and_says_it_in_one_line(run: Run, plugin: str) -> None:
    done = run("list", "activations", plugins=f"mish,{plugin}")
    assert "mish" in done.stdout
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"nnplug: warning: {line_of(plugin)}")
    assert line.endswith(" (see: nnplug plugins)")


@pytest.mark.parametrize("plugin", ALL)
def test_another_packages_component_trains(run: Run, plugin: str) -> None:
    words = ("train", "--activation", "mish", "--epochs", "5", "--no-save")
    done = run(*words, plugins=f"mish,{plugin}")
    assert "mish" in done.stdout
    lines = done.stderr.splitlines()
    # What a package prints concerns those who use it; that it takes time, those who wait for it.
    assert len(lines) == (0 if plugin == "chatty" else 1)
    assert all(line.startswith(f"nnplug: warning: {line_of(plugin)}") for line in lines)


@pytest.mark.parametrize("plugin", ALL)
def test_plugins_tells_it_in_full(told: dict[str, dict[str, Any]], plugin: str) -> None:
    row = told[f"nnplug-{plugin}/{plugin}"]
    if plugin in BROKEN:
        assert row["status"] == ("incompatible" if plugin == "future" else "broken")
        assert f"is {row['status']}: {row['reason']}".startswith(BROKEN[plugin])
        in_its_code = plugin in ("broken", "syntax", "exits", "skips", "raises")
        assert (f"nnplug_{plugin}.py" in row["traceback"]) == in_its_code
        assert (row["seconds"] is None) == (plugin == "future")
    elif plugin in FAULTY:
        assert row["status"] == "loaded"
        (fault,) = row["set_aside"]
        assert FAULTY[plugin].endswith(f"is set aside: {fault['reason']}")
    else:
        assert row["status"] == "loaded"
        assert row["gives"] == {"activation": [f"{plugin}_cube"]}
        assert (row["seconds"] > 1) == (plugin == "slow")
        hello = "chatty says hello on stdout\nchatty says hello on stderr\n"
        assert row["printed"] == (hello if plugin == "chatty" else "")


@pytest.mark.parametrize(("plugin", "name"), [("half", "halved"), ("abstract", "rectifier")])
def test_a_component_that_is_set_aside_says_so_where_it_is_named(
    run: Run, plugin: str, name: str
) -> None:
    done = run("train", "--activation", name, "--no-save", plugins=plugin, code=1)
    assert done.stderr.splitlines()[-2:] == [
        f"nnplug: error: {FAULTY[plugin]}",
        "  nnplug plugins shows more",
    ]


def test_a_package_that_prints_is_heard_where_it_is_used(run: Run) -> None:
    words = ("train", "--activation", "chatty_cube", "--epochs", "2", "--no-save", "--json")
    done = run(*words, plugins="chatty")
    assert all(line.startswith("{") for line in done.stdout.splitlines())
    assert done.stderr == f"nnplug: warning: {LOUD['chatty']} (see: nnplug plugins)\n"


def test_an_unknown_name_names_few_of_many_broken_packages(run: Run) -> None:
    done = run("train", "--activation", "mush", plugins=",".join(BROKEN), code=1)
    error, hint = done.stderr.splitlines()[-2:]
    assert error.startswith("nnplug: error: no activation is called 'mush'")
    assert "broken: nnplug-broken 0.1 and nnplug-exits 1.0 and 8 more; " in hint
    assert "ModuleNotFoundError" not in hint  # a line above has said that
    assert len(done.stderr.splitlines()) == len(BROKEN) + 2
