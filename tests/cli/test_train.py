import json
import re
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug as package
from nnplug.engine.settings import OF_A_TABLE, settings

QUICK = "train --no-save --epochs 5"


def result_of(outcome: Any) -> dict[str, Any]:
    assert outcome.code == 0, outcome.err
    last: dict[str, Any] = json.loads(outcome.lines[-1])
    assert last["event"] == "result"
    return last


def test_the_bare_command_learns_xor(nnplug: Any) -> None:
    outcome = nnplug("train")
    assert outcome.code == 0
    assert re.search(r"this run +[\d.e-]+ +100\.00 %", outcome.out)
    assert re.search(r"constant +52\.38 %", outcome.out)


@pytest.mark.slow
def test_adam_with_relu_learns_xor_for_95_of_100_seeds(nnplug: Any) -> None:
    line = "train --optimizer adam --activation relu --no-save --json --seed"
    right = [result_of(nnplug(f"{line} {seed}"))["accuracy"] == 1 for seed in range(100)]
    assert sum(right) >= 95


def test_the_line_of_a_lab_runs_as_typed(nnplug: Any) -> None:
    outcome = nnplug(
        "train --dataset xor --epochs 95000 --lr 0.1 --hidden-dims 10 10 --activation sigmoid "
        "--optimizer sgd --loss bce --momentum 0.0 --seed 1 --log-interval 5000"
    )
    epochs = [int(n) for n in re.findall(r"^epoch +(\d+)/95000", outcome.out, re.M)]
    assert epochs == list(range(0, 95001, 5000))
    assert "100.00 %" in outcome.out


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "none"])
@pytest.mark.parametrize("loss", ["bce", "mse", "cross"])
@pytest.mark.parametrize("optimizer", ["sgd", "gd", "adam", "adagrad"])
def test_every_choice_of_that_lab_is_known(
    nnplug: Any, activation: str, loss: str, optimizer: str
) -> None:
    line = f"{QUICK} --activation {activation} --loss {loss} --optimizer {optimizer} --quiet"
    assert nnplug(line).code == 0


@pytest.mark.parametrize("dims", ["3 4", "3,4", "3, 4"])
def test_hidden_dims_need_no_quotes(nnplug: Any, dims: str) -> None:
    outcome = nnplug(f"{QUICK} --hidden-dims {dims} --seed 1")
    assert "linear:units=3" in outcome.out
    assert "linear:units=4" in outcome.out


def test_no_hidden_layer_is_a_choice(nnplug: Any) -> None:
    outcome = nnplug(f"{QUICK} --hidden-dims none")
    assert "3 parameters" in outcome.out


def test_layers_are_built_one_by_one_and_blocks_nest(nnplug: Any) -> None:
    outcome = nnplug(
        *QUICK.split(),
        "--layers",
        "linear:units=8 relu dropout:p=0.2 residual[linear:units=8 tanh] linear:units=4 tanh",
    )
    assert outcome.code == 0, outcome.err
    for spec in ("dropout:p=0.2", "residual[linear:units=8 tanh]", "linear:units=1"):
        assert spec in outcome.out
    # 2*8+8, 8*8+8, 8*4+4, 4*1+1
    assert f"{24 + 72 + 36 + 5} parameters" in outcome.out


def test_before_training_it_says_data_layers_and_settings(nnplug: Any) -> None:
    out = nnplug(f"{QUICK} --optimizer adam --activation relu").out
    assert "xor: binary, 21 rows of 2 features, classes 0: 11, 1: 10" in out
    assert re.search(r"0  linear:units=10  2 -> 10 +30  he", out)
    assert re.search(r"3  relu +10 -> 10\n", out)
    assert re.search(r"4  linear:units=1 +10 -> 1 +11  xavier", out)
    assert "151 parameters" in out
    assert "loss bce, optimizer adam, schedule constant" in out
    assert "lr 0.01, epochs 5, batch size all, seed 0, float64" in out


@pytest.mark.parametrize("epochs", [1, 19, 100, 399, 450, 2001, 12345])
def test_without_a_terminal_it_prints_at_most_about_25_lines(nnplug: Any, epochs: int) -> None:
    outcome = nnplug(f"train --no-save --hidden-dims 2 --epochs {epochs}")
    lines = [line for line in outcome.lines if line.startswith("epoch ")]
    assert 2 <= len(lines) <= 25
    assert lines[-1].startswith(f"epoch {epochs}/{epochs}")


def test_quiet_prints_the_result_alone(nnplug: Any) -> None:
    outcome = nnplug(f"{QUICK} --quiet")
    assert outcome.lines[0].startswith("done after 5 epochs")
    assert len(outcome.lines) == 6


def test_json_is_one_object_a_line_the_result_last(nnplug: Any) -> None:
    outcome = nnplug("train --json --epochs 40 --test-split 0.25 --seed 2")
    rows = [json.loads(line) for line in outcome.lines]
    assert [row["event"] for row in rows] == ["epoch"] * (len(rows) - 1) + ["result"]
    assert {"epoch", "loss", "accuracy", "test_loss", "test_accuracy"} <= rows[0].keys()
    last = rows[-1]
    assert last["epochs"] == 40
    assert last["reason"] == "epochs"
    assert last["seconds"] > 0
    assert last["baselines"]["test"].keys() == {"constant", "linear"}
    assert (Path(last["folder"]) / "model.npz").is_file()


def test_the_labs_table_of_predictions(nnplug: Any) -> None:
    outcome = nnplug("train --no-save --show-predictions --quiet")
    rows = [line for line in outcome.lines if line.startswith("Iter")]
    assert len(rows) == 21
    truths = [re.search(r"Ground truth: (\d)", row)[1] for row in rows]  # type: ignore[index]
    assert " ".join(truths) == "0 1 0 1 0 1 0 1 0 1 0 0 1 0 1 0 1 0 1 0 1"
    assert re.fullmatch(r"Iter1\tGround truth: 0\tprediction: 0\.\d{5}", rows[0])


def test_predictions_stop_at_200_unless_all_are_wanted(nnplug: Any) -> None:
    line = "train --no-save --quiet --epochs 1 --dataset linear:n=250 --show-predictions"
    few = nnplug(line)
    assert sum(row.startswith("Iter") for row in few.lines) == 200
    assert "50 more rows; --all prints them" in few.out
    assert sum(row.startswith("Iter") for row in nnplug(f"{line} --all").lines) == 250


def test_a_threshold_moves_where_class_1_begins(nnplug: Any) -> None:
    line = f"{QUICK} --json --loss mse --output none --seed 3"
    low = result_of(nnplug(f"{line} --threshold -1000"))
    assert low["accuracy"] == pytest.approx(10 / 21)  # everything is class 1
    median = result_of(nnplug(f"{line} --threshold median"))
    assert median["accuracy"] >= 10 / 21


def test_a_run_folder_holds_config_history_model_and_picture(nnplug: Any, tmp_path: Path) -> None:
    outcome = nnplug("train --epochs 30 --seed 5")
    (folder,) = [path for path in (tmp_path / "runs").iterdir() if path.is_dir()]
    assert f"saved in runs/{folder.name}" in outcome.out
    assert {path.name for path in folder.iterdir()} == {
        "config.toml",
        "history.csv",
        "machine.json",
        "model.npz",
        "picture.png",
    }
    assert (tmp_path / "runs" / ".gitignore").read_text() == "*\n"
    config = tomllib.loads((folder / "config.toml").read_text())
    assert config["seed"] == 5
    assert config["optimizer"] == "adam"
    model = package.load(folder)
    assert model.predict([[0.0, 0.0]]).shape == (1, 1)


def test_a_config_gives_the_same_bits_and_flags_win(nnplug: Any) -> None:
    line = "train --epochs 30 --seed 5 --save"
    nnplug(f"{line} first --optimizer momentum:momentum=0.8 --lr 0.05 --batch-size 4")
    again = nnplug("train --config first/config.toml --save second")
    assert again.code == 0, again.err
    first, second = package.load("first"), package.load("second")
    assert np.array_equal(first.network.w, second.network.w)
    printed = nnplug("train --config first/config.toml --seed 6 --print-config")
    config = tomllib.loads(printed.out)
    assert config["seed"] == 6
    assert config["epochs"] == 30


def test_print_config_knows_every_setting_and_trains_nothing(nnplug: Any, tmp_path: Path) -> None:
    printed = tomllib.loads(
        nnplug(
            "train --print-config --output sigmoid --loss mse --init he --callback early_stopping "
            "--batch-size 4 --clip 1 --log-interval 5 --threshold 0.4"
        ).out
    )
    # momentum is part of the optimizer's spec, and layers stand for the two options they replace
    of_tables = {"data", "test_data", "impute", "class_weight", *OF_A_TABLE}
    assert printed.keys() == settings().keys() - {"momentum", "layers"} - of_tables
    assert list(tmp_path.iterdir()) == []


def test_specs_are_tables_in_a_config_too(nnplug: Any, tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text(
        'epochs = 3\noptimizer = {name = "adam", beta1 = 0.8}\n'
        'layers = ["linear:units=3", {name = "leaky_relu", slope = 0.2}]\n'
    )
    outcome = nnplug("train --config run.toml --no-save")
    assert outcome.code == 0, outcome.err
    assert "adam:beta1=0.8" in outcome.out
    assert "leaky_relu:slope=0.2" in outcome.out


def test_the_same_seed_gives_the_same_bits_and_another_seed_others(nnplug: Any) -> None:
    line = "train --epochs 20 --quiet --batch-size 8 --test-split 0.2 --save"
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        nnplug(f"{line} {name} --seed {seed}")
    a, b, c = (package.load(name).network.w for name in "abc")
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


@pytest.mark.parametrize("suffix", ["png", "svg", "pdf"])
def test_a_picture_is_written_where_it_is_wanted(nnplug: Any, tmp_path: Path, suffix: str) -> None:
    outcome = nnplug(f"{QUICK} --plot out.{suffix}")
    assert f"picture in out.{suffix}" in outcome.out
    start = (tmp_path / f"out.{suffix}").read_bytes()[:5]
    assert start == {"png": b"\x89PNG\r", "svg": b"<?xml", "pdf": b"%PDF-"}[suffix]


def test_divergence_says_layer_epoch_cause_and_what_to_try(nnplug: Any) -> None:
    outcome = nnplug(
        "train --hidden-dims 9,4 --activation none --output none --loss mse --optimizer gd "
        "--init normal --lr 0.2"
    )
    assert outcome.code == 1
    error = outcome.err.splitlines()
    assert len(error) == 2
    assert re.search(r"diverged at epoch \d+ of 1000: the .* of layer \d \(.*\) is not", error[0])
    assert "learning rate 0.2 is too large" in error[1]
    assert "--lr 0.02" in error[1]
    assert "nan" not in outcome.out.lower()
    assert len(outcome.lines) < 25


def test_matplotlib_is_imported_after_the_result_is_printed(nnplug: Any) -> None:
    # the order of work, seen from what is printed: the picture is announced after the scores
    out = nnplug(f"{QUICK} --plot x.png").out
    assert out.index("this run") < out.index("picture in x.png")


def test_regression_reports_r2_and_mae(nnplug: Any, tmp_path: Path) -> None:
    (tmp_path / "line.py").write_text(
        "import nnplug, numpy as np\n"
        "class Line(nnplug.Dataset):\n"
        '    """y = 2 x."""\n'
        "    def load(self, rng):\n"
        "        x = rng.random((50, 1))\n"
        '        return nnplug.Data(x, 2 * x, "regression")\n'
        "@nnplug.hookimpl\n"
        "def nnplug_datasets():\n"
        '    return {"line": Line}\n'
    )
    outcome = nnplug("train --plugin ./line.py --dataset line --json --no-save --epochs 500")
    last = result_of(outcome)
    assert last["r2"] > 0.99
    assert last["mae"] < 0.1
    assert last["baselines"]["train"]["linear"]["r2"] == pytest.approx(1)
    assert last["baselines"]["train"]["constant"]["r2"] == pytest.approx(0)


def test_a_flag_wins_over_the_spec_of_a_config(nnplug: Any, tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text('optimizer = "sgd:lr=0.005,momentum=0.5"\nepochs = 3\n')
    printed = nnplug("train --config run.toml --lr 0.01 --momentum 0.9 --print-config")
    assert printed.code == 0, printed.err
    config = tomllib.loads(printed.out)
    assert config["lr"] == 0.01
    assert config["optimizer"] == "sgd:momentum=0.9"


def test_a_plugin_that_was_asked_for_and_is_broken_is_an_error(nnplug: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("import a_library_that_nobody_has")
    outcome = nnplug("train --plugin ./mine.py --activation mine --no-save")
    assert outcome.code == 1
    assert "a_library_that_nobody_has" in outcome.err
