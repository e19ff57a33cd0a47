"""A good package of each kind: installed, it is listed, trained with, and passes every check."""

from typing import Any

import pytest
from tests.installed.conftest import Run, Train

GOOD = {
    "activation": ("nnplug-mish", "mish", ("--activation", "mish:beta=2")),
    "layer": ("nnplug-scaling", "scaling", ("--layers", "linear:units=8 scaling tanh")),
    "loss": ("nnplug-cauchy", "cauchy", ("--loss", "cauchy:c=0.5")),
    "optimizer": ("nnplug-amsgrad", "amsgrad", ("--optimizer", "amsgrad:lr=0.02")),
    "initializer": ("nnplug-laplace", "laplace", ("--init", "laplace")),
    "schedule": ("nnplug-inverse-sqrt", "inverse_sqrt", ("--schedule", "inverse_sqrt:hold=5")),
    "callback": ("nnplug-weight-watch", "weight_watch", ("--callback", "weight_watch:limit=0.9")),
    "dataset": ("nnplug-stripes", "stripes", ("--dataset", "stripes:stripes=3")),
}


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_package_is_shown_and_trains(
    run: Run, train: Train, told: dict[str, dict[str, Any]], kind: str
) -> None:
    package, name, words = GOOD[kind]
    plugin = package.removeprefix("nnplug-")
    row = told[f"{package}/{plugin}"]
    assert (row["status"], row["gives"], row["set_aside"]) == ("loaded", {kind: [name]}, [])
    result = train(*words, plugins=plugin)
    assert result["loss"] != train(plugins="")["loss"] or kind == "callback"
    assert result["reason"].startswith("a weight of" if kind == "callback" else "epochs")


def test_with_all_eight_in_one_run_nothing_is_said(run: Run) -> None:
    words = [word for kind in GOOD for word in GOOD[kind][2]]
    plugins = ",".join(package for package, *_ in GOOD.values())
    at = words.index("--activation")
    del words[at : at + 2]  # --layers names every layer
    done = run("train", *words, "--epochs", "30", "--no-save", plugins=plugins)
    assert done.stderr == ""
    assert "scaling" in done.stdout


@pytest.mark.parametrize("kind", GOOD)
def test_a_good_package_passes_the_kit(run: Run, kind: str) -> None:
    package = GOOD[kind][0]
    run("check", "--package", package, plugins=package)
