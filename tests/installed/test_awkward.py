"""Packages that mean well and get in each other's way, or in that of the built-ins."""

from typing import Any

from tests.installed.conftest import Run, Train


def test_two_packages_may_call_their_entry_points_alike(
    run: Run, train: Train, told: dict[str, dict[str, Any]]
) -> None:
    for which in ("one", "two"):
        assert told[f"nnplug-twin-{which}/twin"]["gives"] == {"activation": [f"twin_{which}"]}
    one, two = (train("--activation", f"twin-{which}", plugins="twin") for which in ("one", "two"))
    assert one["loss"] != two["loss"]
    # Which of the two a name means, its package says.
    done = run("train", "--activation", "twin_one", plugins="nnplug-twin-two", code=1)
    assert "no activation is called 'twin_one'" in done.stderr
    assert "disabled: nnplug-twin-one 1.0 (NNPLUG_PLUGINS does not name it) and " in done.stderr


def test_a_shared_name_needs_its_package(run: Run, train: Train) -> None:
    done = run("train", "--activation", "swish", code=1, plugins="swish-one,swish-two")
    assert done.stderr.splitlines() == [
        "nnplug: error: activation 'swish' is given by nnplug-swish-one 1.0 and "
        "nnplug-swish-two 2.0",
        "  write nnplug-swish-one:swish or nnplug-swish-two:swish",
    ]
    one, two = (
        train("--activation", f"nnplug-swish-{which}:swish", plugins=f"swish-{which}")
        for which in ("one", "two")
    )
    assert one["loss"] != two["loss"]


def test_a_built_in_name_means_the_built_in(run: Run, train: Train) -> None:
    words = ("--activation", "relu", "--optimizer", "adam")
    results = [train(*words, plugins=plugins) for plugins in ("greedy", "")]
    for result in results:
        result.pop("seconds")
    assert results[0] == results[1]

    # A miss loads the greedy package, and its names still mean nothing.
    words = ("--activation", "mish", "--optimizer", "adam")
    results = [train(*words, plugins=plugins) for plugins in ("mish,greedy", "mish")]
    for result in results:
        result.pop("seconds")
    assert results[0] == results[1]

    listed = run("list", "activations", plugins="greedy").stdout
    assert "nnplug-greedy:relu" in listed
    hidden = ("--activation", "nnplug-greedy:relu")
    assert train(*hidden, plugins="greedy")["loss"] != train(plugins="")["loss"]
