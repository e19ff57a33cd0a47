import json
from pathlib import Path
from typing import Any

import pytest

from nnplug.core.kinds import KINDS
from nnplug.core.registry import default_registry


def test_list_names_every_component_with_one_line(nnplug: Any) -> None:
    out = nnplug("list").out
    for entry in default_registry().entries():
        assert f"  {entry.name}" in out
    assert "identity, none" in out
    assert "cross_entropy, cross" in out
    heads = [line for line in out.splitlines() if not line.startswith(" ")]
    assert heads == [kind.plural for kind in KINDS.values()]


@pytest.mark.parametrize("kind", ["optimizers", "optimizer", "Optimizers"])
def test_list_of_one_kind(nnplug: Any, kind: str) -> None:
    lines = nnplug(f"list {kind}").lines
    assert lines[0] == "optimizers"
    assert {line.split()[0] for line in lines[1:]} >= {"gd", "sgd", "momentum", "adagrad", "adam"}


def test_list_as_json(nnplug: Any) -> None:
    rows = json.loads(nnplug("list --json").out)
    adam = next(row for row in rows if row["name"] == "adam")
    assert adam["kind"] == "optimizer"
    assert adam["package"] == "nnplug"
    assert adam["summary"]


def test_show_says_formula_hyperparameters_source_provider_and_an_example(nnplug: Any) -> None:
    out = nnplug("show adam").out
    assert out.startswith("adam, an optimizer from nnplug ")
    assert "beta1  a number, >= 0, < 1, default 0.9" in out
    assert "Kingma" in out
    assert "Formula:" in out
    assert "Try: nnplug train --optimizer adam" in out


def test_show_tells_the_two_forms_of_momentum_apart(nnplug: Any) -> None:
    for name in ("sgd", "momentum"):
        assert "schedule" in nnplug(f"show {name}").out


def test_a_name_in_two_kinds_shows_both(nnplug: Any) -> None:
    out = nnplug("show linear").out
    assert "linear, a layer from nnplug" in out
    assert "linear, a dataset from nnplug" in out


def test_show_source_prints_the_code(nnplug: Any) -> None:
    out = nnplug("show relu --source").out
    assert "class ReLU(Activation):" in out
    assert "def derivative" in out


@pytest.mark.parametrize("entry", default_registry().entries(), ids=lambda e: f"{e.kind}-{e.name}")
def test_every_example_that_show_gives_runs(nnplug: Any, entry: Any) -> None:
    out = nnplug(f"show {entry.name}").out
    examples = [line.removeprefix("Try: ") for line in out.splitlines() if line.startswith("Try:")]
    import shlex

    if entry.name == "table":
        Path("PATH").write_text("x,TARGET\n1,a\n2,b\n")
    for example in examples:
        words = shlex.split(example)[1:]
        # Some callbacks write into the folder of a run.
        saved = () if entry.kind == "callback" else ("--no-save",)
        outcome = nnplug(*words, *saved, "--epochs", "2")
        assert outcome.code == 0, outcome.err


@pytest.mark.parametrize("name", ["leaky_relu:slope=0.2", "cosine", "chessboard:n=50"])
def test_show_draws_activations_schedules_and_datasets(
    nnplug: Any, tmp_path: Path, name: str
) -> None:
    assert "picture in p.png" in nnplug(f"show {name} --plot p.png").out
    assert (tmp_path / "p.png").read_bytes().startswith(b"\x89PNG")


def test_show_network_prints_and_draws_it(nnplug: Any, tmp_path: Path) -> None:
    outcome = nnplug(
        "show", "--network", "linear:units=9 sigmoid linear:units=4", "--plot", "n.svg"
    )
    assert "linear:units=9  2 -> 9" in outcome.out
    assert "67 parameters" in outcome.out
    assert (tmp_path / "n.svg").stat().st_size > 1000
