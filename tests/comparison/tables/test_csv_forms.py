"""A comparison for spreadsheets, re-read."""

import csv
import io
import math

import pytest

from made_comparisons import made, three
from nnplug.comparison.tables import as_csv, pairs_csv, settings_csv
from nnplug.comparison.verdict import judge

HOSTILE = ['say "hi", there', "two\nlines", "a,b;c", "|&_%#", "größe 多層", " spaces "]


def read(text):
    found = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    assert all(None not in row and None not in row.values() for row in found)
    return found


def test_every_run_has_a_row():
    comparison = three()
    found = read(as_csv(comparison))
    assert len(found) == 24
    assert [(int(row["setting"]), int(row["seed"])) for row in found] == [
        (setting, seed) for setting in range(3) for seed in range(8)
    ]
    assert found[8] == {
        "setting": "1",
        "label": "adam",
        "varied_optimizer": "adam",
        "seed": "0",
        "lr": "0.1",
        "status": "done",
        "judged": "0.01",
        "loss": "0.01",
        "accuracy": "0.9714",
        "goal_epoch": "40",
        "epochs": "100",
        "seconds": "0.25",
        "together": "1",
        "reason": "",
        "error": "",
        "note": "",
    }


def test_a_run_that_diverged_is_judged_infinitely_bad():
    last = read(as_csv(three()))[-1]
    assert last["status"] == "diverged"
    assert float(last["judged"]) == math.inf
    assert float(last["loss"]) == 0.5  # of its best weights
    assert last["accuracy"] == ""


def test_numbers_are_written_in_full():
    value = 0.1 + 0.2
    assert float(read(as_csv(made({"a": [value]})))[0]["judged"]) == value


def test_every_setting_has_a_row_best_first():
    comparison = three()
    verdict = judge(comparison)
    found = read(settings_csv(comparison, verdict))
    assert [row["label"] for row in found] == ["adam", "sgd:momentum=0.9", "gd"]
    best, second, last = found
    assert float(best["loss_median"]) == pytest.approx(0.0135)
    assert best["p_holm_to_best"] == best["wins_to_best"] == ""
    assert (second["diverged"], float(second["loss_q3"])) == ("2", math.inf)
    assert float(second["accuracy_q1"]) == -math.inf
    assert (last["goal_epochs"], last["goal_reached"]) == ("", "0")
    assert float(last["p_holm_to_best"]) == pytest.approx(3 * 2 / 2**8)
    assert (last["effect_to_best"], last["wins_to_best"], last["losses_to_best"]) == (
        "-1.0",
        "0",
        "8",
    )
    given = read(settings_csv(comparison, verdict, as_given=True))
    assert [row["setting"] for row in given] == ["0", "1", "2"]


def test_every_pair_has_a_row():
    comparison = three()
    found = read(pairs_csv(comparison, judge(comparison)))
    assert [(row["first"], row["second"]) for row in found] == [("0", "1"), ("0", "2"), ("1", "2")]
    assert found[0]["better"] == "1"
    assert found[1]["better"] == ""
    assert float(found[2]["low"]) == -math.inf
    assert float(found[0]["p"]) == 2 / 2**8


def test_hostile_labels_are_read_back_as_they_were():
    comparison = made({label: [float(i), i + 0.5] for i, label in enumerate(HOSTILE)})
    verdict = judge(comparison)
    assert [row["label"] for row in read(as_csv(comparison))][::2] == HOSTILE
    assert [row["label"] for row in read(settings_csv(comparison, verdict))] == HOSTILE
    assert read(pairs_csv(comparison, verdict))[0]["first_label"] == HOSTILE[0]


def test_a_setting_without_runs_leaves_its_cells_empty():
    comparison = made({"a": [1.0, 2.0], "b": [None, None]})
    row = read(settings_csv(comparison, judge(comparison)))[1]
    assert (row["verdict"], row["runs"], row["loss_median"]) == ("not compared", "0", "")


def test_few_seeds_leave_an_interval_empty():
    comparison = made({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    row = read(pairs_csv(comparison, judge(comparison)))[0]
    assert (row["low"], row["high"], row["coverage"]) == ("", "", "")
