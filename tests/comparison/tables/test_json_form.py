"""A comparison and its verdict as JSON."""

import json

from made_comparisons import made, three
from nnplug.comparison.records import Tuned
from nnplug.comparison.tables import as_json
from nnplug.comparison.verdict import judge
from nnplug.comparison.words import say


def read(comparison, **options):
    """Return what a strict reader makes of it."""
    text = json.dumps(as_json(comparison, judge(comparison), **options), allow_nan=False)
    return json.loads(text)


def test_everything_is_there():
    comparison = three()
    found = read(comparison)
    assert found["metric"] == "loss"
    assert found["higher_is_better"] is False
    assert found["goal"] == {"metric": "accuracy", "value": 0.95}
    assert found["seeds"] == list(range(8))
    assert found["complete"] is True
    assert len(found["runs"]) == 24
    assert "curves" in found["runs"][0]
    verdict = found["verdict"]
    assert verdict["words"] == say(comparison, judge(comparison))
    assert (verdict["leader"], verdict["winner"], verdict["worse"]) == (1, 1, [2, 0])
    assert (verdict["not_told_apart"], verdict["not_compared"]) == ([], [])
    assert verdict["seeds_needed"] == 7


def test_settings_are_in_their_order():
    found = read(three())["settings"]
    assert [one["label"] for one in found] == ["gd", "adam", "sgd:momentum=0.9"]
    adam, sgd = found[1:]
    assert adam["varied"] == {"optimizer": "adam"}
    assert adam["verdict"] == "best"
    assert adam["goal_epochs"] == 40
    assert set(adam["metrics"]) == {"loss", "accuracy"}
    assert sgd["metrics"]["loss"]["q3"] == "inf"
    assert sgd["metrics"]["accuracy"]["q1"] == "-inf"
    assert sgd["diverged"] == 2


def test_pairs_are_all_there():
    pairs = read(three())["verdict"]["pairs"]
    assert [(pair["first"], pair["second"]) for pair in pairs] == [(0, 1), (0, 2), (1, 2)]
    assert pairs[0]["p"] == 2 / 2**8
    assert pairs[0]["p_holm"] == 3 * 2 / 2**8
    assert pairs[0]["rank_biserial"] == -1
    assert set(pairs[0]["interval"]) == {"low", "high", "coverage"}
    assert pairs[2]["interval"]["low"] == "-inf"


def test_curves_may_be_left_out():
    runs = read(three(), curves=False)["runs"]
    assert not {"curves", "surface"} & runs[0].keys()
    assert runs[0]["metrics"]


def test_what_was_tuned_and_odd_configs_are_written():
    tuned = Tuned(0.1, (0.1, 1.0), (1.0, float("inf")), at_edge=True, seeds=4)
    comparison = made({"a": [1.0, 2.0]}, tuned={"a": tuned}, config={"dims": (4, 4), "x": object})
    found = read(comparison)["settings"][0]
    assert found["tuned"] == {
        "lr": 0.1,
        "rates": [0.1, 1.0],
        "values": [1.0, "inf"],
        "at_edge": True,
        "seeds": 4,
    }
    assert found["config"]["dims"] == [4, 4]
    assert found["config"]["x"] == "<class 'object'>"


def test_an_empty_comparison_is_written():
    found = read(made({}))
    assert found["settings"] == found["runs"] == []
    assert found["verdict"]["leader"] is None
