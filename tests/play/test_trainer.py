"""What a page may ask of its trainer, and what it is told when it asks something else."""

import numpy as np
import pytest

from nnplug.play.trainer import ASKED


def test_first_it_says_what_there_is(page):
    page.trainer.hello()
    (header, arrays), *more = page.said
    assert (header["type"], arrays, more) == ("catalogue", {}, [])


def test_a_setup_is_built_and_drawn(page):
    (built,) = page.ask("setup", setup={}, id=7)
    assert (built["type"], built["id"]) == ("built", 7)
    frame = page.frame()
    assert (frame["type"], frame["id"], frame["epoch"], frame["state"]) == ("frame", 7, 0, "paused")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "no JSON"),
        (b"not json", "no JSON"),
        (b"\xff\xfe\x00", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[1]", "needs its do"),
        (b"null", "needs its do"),
        (b"3", "needs its do"),
        (b"{}", "needs its do"),
        (b'{"do": 3}', "no message 3"),
        (b'{"do": "jump"}', "no message 'jump'"),
        (b'{"do": "__init__"}', "no message '__init__'"),
        (b'{"do": ["setup"]}', "no message"),
        (b'{"do": "' + b"x" * 10**6 + b'"}', "no message 'xxx"),
    ],
)
def test_what_is_no_message_is_told_and_changes_nothing(built, text, words):
    built.said.clear()
    built.trainer.receive(text)
    ((header, _),) = built.said
    assert (header["type"], header["where"]) == ("error", "message")
    assert words in header["message"]
    assert len(header["message"]) < 500
    built.ask("step")
    assert built.frame()["epoch"] == 1


@pytest.mark.parametrize("what", [one for one in ASKED if one not in ("setup", "table")])
def test_before_a_setup_is_built_there_is_nothing_to_do(page, what):
    number = {"value": 1.0, "rate": 5.0, "path": "0.W", "at": [0, 0]}
    for answer in page.ask(what, **number):
        assert answer["message"] == "nothing is built yet"
    page.trainer.work()
    assert page.trainer.wait() is None


@pytest.mark.parametrize(
    ("do", "message", "words"),
    [
        ("setup", {"id": 2}, "not NoneType"),
        ("setup", {"setup": [], "id": 2}, "not list"),
        ("setup", {"setup": {}, "id": "2"}, "setup takes a number as its id, not '2'"),
        ("setup", {"setup": {"epochs": "9"}, "id": 2}, "epochs takes a whole number"),
        ("setup", {"setup": {"x" * 10**6: 1}, "id": 2}, "a setup has no 'xxx"),
        ("lr", {}, "lr takes a number as its value, not None"),
        ("lr", {"value": "0.1"}, "lr takes a number as its value, not '0.1'"),
        ("lr", {"value": True}, "lr takes a number"),
        ("lr", {"value": -1}, "lr must be > 0"),
        ("lr", {"value": float("nan")}, "lr takes a number or none, not nan"),
        ("lr", {"value": 10**400}, "lr: value is too large"),
        ("weight_decay", {"value": float("inf")}, "weight_decay takes a number, not inf"),
        ("speed", {"rate": -1}, "0 or more"),
        ("speed", {"rate": None}, "speed takes a number as its rate"),
        ("speed", {"rate": float("nan")}, "0 or more"),
        ("weight", {"value": 1}, "there is no weight 'None'"),
        ("weight", {"path": "0.W", "at": {}, "value": 1}, "there is no weight '0.W'"),
        ("weight", {"path": "0.W", "at": [0, 0], "value": "1"}, "weight takes a number"),
        ("points", {"points": "all"}, "damaged"),
        ("points", {"points": {"removed": [["train", -1]]}}, "damaged"),
        ("points", {"points": {"removed": [["train", 10**9]]}}, "no point 1000000000"),
    ],
)
def test_wrong_values_are_refused_and_what_was_there_lives_on(built, do, message, words):
    before = built.trainer.session
    weights = before.live.run.network.w.copy()
    told = built.refused(do, **message)
    assert words in told
    assert len(told) <= 2000
    assert "Traceback" not in told
    assert built.trainer.session is before
    np.testing.assert_array_equal(before.live.run.network.w, weights)
    assert before.live.changed == []
    built.ask("step")
    assert built.frame()["epoch"] == 1


def test_built_anew_it_is_as_it_was_at_first(built):
    first = built.trainer.session.live.run.network.w.copy()
    built.ask("lr", value=0.5)
    built.play(0.1)
    assert (built.trainer.session.live.run.network.w != first).any()
    built.ask("setup", setup={"epochs": 50}, id=2)
    frame = built.frame()
    assert (frame["id"], frame["epoch"], frame["state"], frame["changed"]) == (2, 0, "paused", [])
    np.testing.assert_array_equal(built.trainer.session.live.run.network.w, first)


@pytest.mark.parametrize(
    "plane", [[0, 9], [0], [0, 1, 2], [0, 1.5], "x", 3, [[0], 1], [-1, 0], [1, 1]]
)
def test_a_plane_that_is_not_there_is_refused(page, plane):
    lines = [f"{i},{i * i % 7},{i % 3},{i % 2}\n" for i in range(20)]
    page.upload("four.csv", "a,b,c,kind\n" + "".join(lines))
    page.ask("setup", setup={"dataset": {"table": "four.csv", "target": "kind"}}, id=1)
    page.refused("look", plane=plane)
    assert page.ask("look", plane=[0, 2])[0]["view"]["plane"] == [0, 2]
    assert page.frame()["type"] == "frame"
