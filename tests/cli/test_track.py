"""`nnplug train --track`: the table of the layers, the picture, the series."""

import csv
import tomllib
from pathlib import Path
from typing import Any

LINE = "train --hidden-dims 4 3 --activation relu --epochs 20"


def test_the_layers_are_printed_and_drawn_into_the_runs_folder(nnplug: Any, tmp_path: Path) -> None:
    outcome = nnplug(f"{LINE} --track --save run")
    assert outcome.code == 0, outcome.err
    assert "layers in run/track.png" in outcome.out
    assert (tmp_path / "run" / "track.png").read_bytes()[:4] == b"\x89PNG"
    start = next(i for i, line in enumerate(outcome.lines) if "gradient at start" in line)
    table = outcome.lines[start : start + 5]
    assert [line[:16].strip() for line in table[1:4]] == [
        "0 linear, 1 relu",
        "2 linear, 3 relu",
        "4 linear",
    ]
    assert table[4].startswith("gradient of layer 0 as a share of layer 4's: ")
    assert "%" in table[1]
    with (tmp_path / "run" / "history.csv").open(newline="") as file:
        columns = next(csv.reader(file))
    assert {"gradient_norm.0", "update_ratio.4", "dead.1", "saturated.3"} <= set(columns)
    assert tomllib.loads((tmp_path / "run" / "config.toml").read_text())["track"] is True


def test_nothing_of_it_where_it_is_not_wanted(nnplug: Any, tmp_path: Path) -> None:
    outcome = nnplug(f"{LINE} --save run")
    assert "layer 0" not in outcome.out
    assert not (tmp_path / "run" / "track.png").exists()
    assert "gradient_norm" not in (tmp_path / "run" / "history.csv").read_text()


def test_a_config_may_ask_and_a_flag_may_refuse(nnplug: Any, tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text("track = true\nepochs = 5\n")
    assert "gradient at start" in nnplug("train --config run.toml --no-save").out
    assert "gradient at start" not in nnplug("train --config run.toml --no-save --no-track").out


def test_json_stays_one_object_a_line(nnplug: Any) -> None:
    import json

    outcome = nnplug(f"{LINE} --track --json --save run")
    assert all(json.loads(line)["event"] in ("epoch", "result") for line in outcome.lines)


def test_a_run_that_diverges_at_once_has_no_layers_to_show(nnplug: Any) -> None:
    outcome = nnplug(
        "train --track --hidden-dims 9 4 --activation none --output none --loss mse --optimizer gd "
        "--init normal --lr 1e300 --save run"
    )
    assert outcome.code == 1
    assert "diverged" in outcome.err
    assert "Traceback" not in outcome.err
