"""From what was asked to settings and seeds."""

from pathlib import Path
from typing import Any

import pytest

from nnplug.comparison.plan import Plan, prepare_plan, settings_of
from nnplug.comparison.plan_file import plan_data, plan_from, plan_of, read_experiment
from nnplug.core.errors import SettingsError
from nnplug.core.registry import default_registry


def plan(*vary: str, **asked: Any) -> Plan:
    return plan_of({"vary": vary, **asked})


def test_the_grid_of_two_axes() -> None:
    settings = plan("optimizer=gd adam", "hidden-dims=4 8,8", base={"epochs": 7}).settings()
    assert [one.label for one in settings] == [
        "gd, hidden-dims 4",
        "gd, hidden-dims 8,8",
        "adam, hidden-dims 4",
        "adam, hidden-dims 8,8",
    ]
    assert settings[2].config == {"epochs": 7, "optimizer": "adam", "hidden_dims": [4]}
    assert settings_of(settings[2].config, 3).hidden_dims == (4,)
    assert settings_of(settings[2].config, 3).seed == 3


def test_hyperparameters_are_set_on_the_component_of_their_point_of_the_grid() -> None:
    settings = plan("optimizer.beta1=0.8 0.9", "optimizer=adam nadam").settings()
    assert [one.config["optimizer"] for one in settings] == [
        "adam:beta1=0.8",
        "nadam:beta1=0.8",
        "adam:beta1=0.9",
        "nadam:beta1=0.9",
    ]


def test_a_sample_is_some_of_the_grid_and_the_same_each_time() -> None:
    asked = plan("lr=0.01..1:log10", "hidden-dims=2 3 4 5 6", sample=7)
    settings = asked.settings()
    assert len({one.label for one in settings}) == 7
    assert [one.index for one in settings] == list(range(7))
    assert settings == asked.settings()
    other = plan("lr=0.01..1:log10", "hidden-dims=2 3 4 5 6", sample=7, base={"seed": 1})
    assert [one.label for one in other.settings()] != [one.label for one in settings]
    assert len(plan("lr=0.1 1", sample=7).settings()) == 2


def test_points_of_a_grid_that_no_memory_holds_can_be_drawn() -> None:
    axes = [f"optimizer.{name}=0.1..0.9:1000" for name in ("beta1", "beta2", "eps", "lr")]
    settings = plan(*axes, sample=3).settings()
    assert len({one.label for one in settings}) == 3


def test_seeds_that_tune_judge_nothing() -> None:
    asked = plan("optimizer=gd adam", seeds=5, tuning_seeds=3, tune="0.1 1", base={"seed": 10})
    assert asked.judging == [10, 11, 12, 13, 14]
    assert asked.tuning == [15, 16, 17]


@pytest.mark.parametrize(
    ("vary", "asked", "says"),
    [
        (("lr=1", "lr=2"), {}, "--vary lr is given twice"),
        (("layers=relu", "activation=relu"), {}, "layers and hidden_dims or activation"),
        (("lr=1 2",), {"tune": "lr=1 2"}, "contradict each other"),
        (("optimizer=gd adam",), {"tune": "1 2", "base": {"lr": 0.1}}, "contradict each other"),
        (("optimizer=gd adam",), {"tune": "epochs=1 2"}, "only lr is tuned"),
        (("optimizer=gd adam",), {"tune": "0.5"}, "--tune lr=0.5 leaves nothing to choose"),
        (("lr=1 2",), {"seeds": 0}, "count from 1"),
        (("lr=1 2",), {"seeds": "many"}, "seeds is a whole number, not 'many'"),
        (("lr=1 2",), {"goal": "accuracy"}, "is not NAME=VALUE"),
    ],
)
def test_what_contradicts_is_told(vary: tuple[str, ...], asked: Any, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        plan(*vary, **asked)


def test_a_grid_that_nobody_can_mean_is_refused() -> None:
    asked = plan("lr=0.001..1:log100", "weight-decay=0..1:100")
    with pytest.raises(SettingsError, match="10000 settings with 16 seeds each are 160000 runs"):
        asked.settings()


@pytest.mark.parametrize(
    ("vary", "base", "metric", "goal"),
    [
        ("lr=0.1 1", {}, "loss", ("accuracy", 0.95)),
        ("lr=0.1 1", {"test_split": 0.3}, "test_loss", ("accuracy", 0.95)),
        ("lr=0.1 1", {"dataset": "sine"}, "loss", ("r2", 0.9)),
        ("loss=bce mse", {}, "accuracy", ("accuracy", 0.95)),
        ("loss=mse mae", {"dataset": "sine", "test_split": 0.2}, "test_r2", ("r2", 0.9)),
    ],
)
def test_what_is_judged(vary: str, base: Any, metric: str, goal: Any) -> None:
    prepared = prepare_plan(plan(vary, base=base), default_registry())
    assert (prepared.metric, prepared.goal) == (metric, goal)


@pytest.mark.parametrize(
    ("vary", "asked", "says"),
    [
        ("optimizer=adam adma", {}, r"'adma'.* \(setting adma\)"),
        ("optimizer.momentum=0.1 0.2", {}, r"has no hyperparameter .* \(setting optimizer.mom"),
        ("lr=0.1 1", {"metric": "test_loss"}, "these runs have no test_loss"),
        ("lr=0.1 1", {"goal": "r2=0.9"}, "--goal r2: these runs have no r2"),
        ("loss=bce huber", {"base": {"output": "softmax"}}, "single output"),
    ],
)
def test_what_does_not_fit_is_told_before_anything_trains(vary: str, asked: Any, says: str) -> None:
    with pytest.raises(SettingsError, match=says):
        prepare_plan(plan(vary, **asked), default_registry())


EXPERIMENT = """
dataset = "chessboard:n=50"
hidden-dims = [4, 4]

[compare]
seeds = 3
tune = "0.01 0.1"
goal = "accuracy=0.9"

[compare.vary]
optimizer = "gd adam"
"optimizer.lr" = [0.1, 0.2]
hidden-dims = [[2], [3, 3]]

[[claims]]
says = "adam wins"
"""


def test_an_experiment_in_a_file(tmp_path: Path) -> None:
    path = tmp_path / "experiment.toml"
    path.write_text(EXPERIMENT)
    found = read_experiment(path)
    assert found["claims"] == [{"says": "adam wins"}]
    asked = plan_of(found)
    assert asked.base == {"dataset": "chessboard:n=50", "hidden_dims": [4, 4]}
    assert [axis.name for axis in asked.axes] == ["optimizer", "optimizer.lr", "hidden_dims"]
    assert (asked.seeds, asked.goal) == (3, ("accuracy", 0.9))
    assert asked.tune is not None
    assert asked.tune.values == (0.01, 0.1)
    assert [one.label for one in asked.settings()][:2] == [
        "gd, optimizer.lr 0.1, hidden-dims 2",
        "gd, optimizer.lr 0.1, hidden-dims 3,3",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[compare]\nseed = 3", r"\[compare\] has no 'seed'; did you mean 'seeds'?"),
        ("[compare.vary.optimizer]\nlr = [1]", "vary optimizer holds a table"),
        ("compare = 3", "is no table"),
        ("datasett = 'xor'", "there is no setting 'datasett'"),
        ("[compare", "is no TOML"),
    ],
)
def test_a_file_that_is_wrong_is_told(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "experiment.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=says):
        plan_of(read_experiment(path))


def test_a_plan_comes_back_from_its_data() -> None:
    asked = plan(
        *("optimizer=gd adam:beta1=0.8", "hidden-dims=4 8,8", "clip=none 1"),
        tune="0.1 1",
        sample=5,
        metric="accuracy",
        goal="loss=0.1",
        base={"epochs": 5, "callback": ("stop_at",)},
    )
    import json

    again = plan_from(json.loads(json.dumps(plan_data(asked))))
    assert again.settings() == asked.settings()
    assert plan_data(again) == plan_data(asked)
