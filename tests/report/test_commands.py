"""The commands of a report make what it shows."""

import shlex
from pathlib import Path
from typing import Any

import pytest

import nnplug
from nnplug.cli.main import run
from nnplug.comparison.load import Loaded, load_comparison
from nnplug.comparison.plan import prepare_plan
from nnplug.comparison.plan_file import plan_data, plan_of, read_experiment
from nnplug.comparison.store import Store
from nnplug.core.registry import default_registry
from nnplug.engine.settings import read_config
from nnplug.report.commands import experiment, plugin_flags, train_command


@pytest.mark.parametrize(
    "line",
    [
        "",
        "--dataset moons:n=60,noise=0.1 --hidden-dims 4 3 --activation leaky_relu:slope=0.2",
        "--hidden-dims none --optimizer momentum:momentum=0.8 --lr 0.05 --batch-size 4 --seed 5",
        '--layers "linear:units=8 relu dropout:p=0.2 residual[linear:units=8 tanh]"',
        "--output sigmoid --loss mse --init he --clip 1 --weight-decay 1e-3 --test-split 0.25",
        "--callback stop_at:loss=0.01 --callback early_stopping --schedule cosine --track",
        "--threshold median --dtype float32 --output identity --loss huber",
    ],
)
def test_the_flags_of_a_run_make_it_again_to_the_bit(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(["train", "--epochs", "7", "--save", "first", "--quiet", *shlex.split(line)]) == 0
    said = train_command(read_config("first/config.toml"))
    words = shlex.split(said)
    assert words[:2] == ["nnplug", "train"]
    assert run([*words[1:], "--save", "again", "--quiet"]) == 0
    first, again = nnplug.load("first"), nnplug.load("again")
    assert first.network.w.tobytes() == again.network.w.tobytes()
    assert first.history.as_csv() == again.history.as_csv()
    assert Path("first/config.toml").read_text() == Path("again/config.toml").read_text()


def test_what_is_usual_is_left_out() -> None:
    assert train_command({"dataset": "xor", "epochs": 1000, "lr": 0.1}) == "nnplug train --lr 0.1"
    assert train_command({"header": False}) == "nnplug train --no-header"


def test_files_that_gave_components_are_named() -> None:
    machines: list[Any] = [{"packages": {"mine.py": "", "nnplug-mish": "0.2"}}, {}]
    assert plugin_flags(machines) == " --plugin mine.py"
    assert plugin_flags([]) == ""


CLAIMS = [
    {"says": 'it "wins"', "better": {"optimizer": "adam"}, "than": {"optimizer": "gd"}},
    {"says": "it is low", "setting": {"clip": "none"}, "at_most": 0.5, "metric": "loss"},
]


def loaded(folder: Path, **asked: Any) -> Loaded:
    """Return a comparison that has not begun."""
    plan = plan_of(asked)
    prepare_plan(plan, default_registry())
    Store(folder).write_plan({**plan_data(plan), "claims": asked.get("claims", [])})
    return load_comparison(folder, default_registry())


@pytest.mark.parametrize(
    "asked",
    [
        {"vary": "optimizer=gd adam:beta1=0.8"},
        {"vary": ["lr=0.001..1:log4", "hidden-dims=4 8,8 none"], "seeds": 3},
        {"vary": ["optimizer.beta1=0.8 0.9", "optimizer=adam nadam"], "sample": 2},
        {"vary": ["optimizer=gd adam", "clip=none 1"], "claims": CLAIMS, "tune": "0.01 0.1"},
        {"vary": "init=normal none", "base": {"layers": "linear:units=3 relu", "seed": 4}},
        {"vary": {"lr": [0.123456789, 1], "hidden_dims": [[2], [3, 3]]}, "metric": "accuracy"},
        {"vary": {"optimizer": [{"name": "adam", "beta1": 0.8}, "gd"]}, "goal": "loss=0.1"},
        {"vary": "callback=none early_stopping", "base": {"callback": ["stop_at"]}},
        {"vary": {"callback": [[], ["stop_at", "early_stopping"]], "clip": [None, 1]}},
    ],
)
def test_the_file_of_a_comparison_plans_the_same(tmp_path: Path, asked: Any) -> None:
    before = loaded(tmp_path, **asked)
    path = tmp_path / "experiment.toml"
    path.write_text(experiment(before))
    found = read_experiment(path)
    again = plan_of(found)
    assert [one.config for one in again.settings()] == [
        one.config for one in before.plan.settings()
    ]
    assert (again.judging, again.tuning) == (before.plan.judging, before.plan.tuning)
    prepared = prepare_plan(again, default_registry())
    assert (prepared.metric, prepared.goal) == (before.prepared.metric, before.prepared.goal)
    assert found["claims"] == before.given
    if before.plan.tune is not None:
        assert again.tune is not None
        assert again.tune.values == before.plan.tune.values


def test_the_file_of_a_comparison_makes_it_again_to_the_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    line = ["--vary", "lr=0.01..1:log3", "--seeds", "3", "--epochs", "20", "--seed", "2", "--quiet"]
    assert run(["compare", *line, "--tuning-seeds", "2", "--save", "first"]) == 0
    registry = default_registry()
    Path("experiment.toml").write_text(experiment(load_comparison("first", registry)))
    assert run(["compare", "experiment.toml", "--save", "again", "--quiet"]) == 0
    first, again = (load_comparison(name, registry).comparison for name in ("first", "again"))
    assert [one.label for one in first.settings] == [one.label for one in again.settings]
    for one, other in zip(first.records, again.records, strict=True):
        assert one.curves == other.curves
        assert one.metrics == other.metrics
