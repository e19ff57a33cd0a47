"""What `nnplug check` looks at: names, packages, files, everything; and what is not there."""

from collections.abc import Callable
from typing import Any

import pytest

from nnplug.core.registry import default_registry, set_default

Nnplug = Callable[..., Any]


def test_a_name_of_several_kinds_means_all_of_them(nnplug: Nnplug) -> None:
    done = nnplug("check linear --only C8")
    heads = [line.partition(" from ")[0] for line in done.lines[:-1]]
    assert heads == ["layer linear:units=3", "dataset linear"]
    assert done.lines[-1].startswith("2 components, 2 checks: 2 passed")
    (head, *_) = nnplug("check linear --only C8 --kind datasets").lines
    assert head.startswith("dataset linear from nnplug ")


def test_hyperparameters_are_those_that_were_typed(nnplug: Nnplug) -> None:
    assert (
        nnplug("check leaky_relu:slope=0.2 --only A2")
        .lines[0]
        .startswith("activation leaky_relu:slope=0.2 from ")
    )
    # An initializer takes a value, the schedule of the same name does not.
    done = nnplug("check constant:value=0.5 --only C8")
    assert done.code == 0
    assert done.lines[0].startswith("initializer constant:value=0.5 from ")
    done = nnplug("check leaky_relu:slop=0.2")
    assert done.code == 1
    assert "did you mean 'slope'?" in done.err


def test_a_file_means_all_that_it_gives(nnplug: Nnplug, mine: str) -> None:
    done = nnplug(f"check --only C8 {mine}")
    names = [line.split()[1] for line in done.lines[:4]]
    assert names == ["bare", "half", "hangs", "right"]
    assert all(line.split()[2:4] == ["from", "mine.py:"] for line in done.lines[:4])
    assert done.lines[4].startswith("4 components, 4 checks: ")


@pytest.mark.usefixtures("installed")
def test_a_package_means_all_that_it_gives(nnplug: Nnplug) -> None:
    done = nnplug("check --package nnplug-right --only C8")
    assert done.code == 0
    assert [line.split()[1] for line in done.lines[:4]] == ["bare", "half", "hangs", "right"]
    assert done.lines[0].startswith("activation bare from nnplug-right 0.2: 1 passed")
    assert nnplug("check nnplug-right:right --only C8").code == 0
    done = nnplug("check nnplug-right")
    assert done.code == 1
    assert "nnplug check --package nnplug-right" in done.err


@pytest.mark.usefixtures("installed")
def test_a_broken_package_is_a_failure_that_is_told_in_full(nnplug: Nnplug) -> None:
    for words in ("check --package nnplug-gone", "check nnplug-gone:anything"):
        done = nnplug(words)
        assert done.code == 1
        assert done.lines[0].startswith("plugin 'gone' from nnplug-gone 3.1 is broken: ModuleNot")
        assert "Traceback (most recent call last):" in done.out
        assert "nnplug_gone.py" in done.out
        assert done.lines[-1] == "1 asked for and not there to check"
    # Nobody asks for it here, and so it is a warning.
    set_default(None)
    done = nnplug("check tanh --only A2")
    assert done.code == 0
    assert done.err.startswith("nnplug: warning: plugin 'gone' from nnplug-gone 3.1 is broken")
    assert nnplug("check tanh --only A2 --strict").code == 1


def test_a_component_that_is_set_aside_is_a_failure(nnplug: Nnplug, mine: str) -> None:
    for words in ("check late", "check", "check --package late.py", "check --all --only C8"):
        done = nnplug(f"{words} --plugin ./late.py")
        assert done.code == 1
        assert done.lines[0].startswith("loss 'late' from late.py is set aside: ModuleNotFound")
    assert done.lines[-1].startswith("  failed: loss 'late' from late.py is set aside")
    assert nnplug("check --all --only A7 --kind activation --plugin ./late.py").code == 0
    broken = nnplug("check --plugin ./broken.py")
    assert broken.code == 1
    assert "No module named 'a_module_that_nobody_has'" in broken.lines[0]


def test_all_is_every_component(nnplug: Nnplug) -> None:
    done = nnplug("check --all --only C8")
    own = default_registry().entries()
    assert done.lines[-1].startswith(f"{len(own)} components, {len(own)} checks: ")
    assert "(-v shows each check)" in done.lines[-1]
    heads = [line for line in done.lines[:-1] if not line.startswith("  ")]
    assert [line.split()[0] for line in heads] == [entry.kind for entry in own]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("check", "say what to check: a name (nnplug check tanh), --package"),
        ("check tanh --all", "give NAMEs, or --package, or --all"),
        ("check tnah", "did you mean the activation 'tanh'?"),
        ("check mine.py", "nnplug check --plugin mine.py"),
        ("check tanh --kind loss", "none of them is a loss"),
        ("check tanh --kind losss", "there is no kind 'losss'"),
        ("check tanh --only S1", "--only: S1 is a check of a loss\n  an activation has C1, "),
        ("check --all --only Z9", "--only: there is no 'Z9'"),
        ("check --package nnplug-nobody", "no plugin or package 'nnplug-nobody' is installed"),
        ("check --package numpy", "has no entry point for nnplug"),
        ("check tanh --seed -1", "--seed"),
        ("check tanh --timeout -1", "--timeout"),
    ],
)
def test_what_cannot_be_checked_is_one_clear_error(nnplug: Nnplug, words: str, says: str) -> None:
    done = nnplug(words)
    assert done.code in (1, 2)
    assert done.out == ""
    assert says in done.err
    assert "Traceback" not in done.err
