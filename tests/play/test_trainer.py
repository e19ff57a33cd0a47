"""A page's messages to its trainer, one after the other, without a process between them."""

import base64
import json
import struct
import time

import pytest

from nnplug.core.registry import Registry
from nnplug.play.trainer import Trainer

BAD = """
import numpy as np
import nnplug


class Tired(nnplug.Activation):
    \"\"\"y = z, five times.

    Formula: y = z
    \"\"\"

    _calls = 0

    def forward(self, z):
        return z.copy()

    def derivative(self, z, y):
        type(self)._calls += 1
        if type(self)._calls > 5:
            raise SystemExit("no more")
        return np.ones_like(z)


@nnplug.hookimpl
def nnplug_activations():
    return {"tired": Tired}
"""


class Page:
    """What a page does with a trainer: it asks, and keeps what comes back."""

    def __init__(self, registry, folder):
        self.heard = []
        self.trainer = Trainer(registry, self.hear, folder)

    def hear(self, message):
        (length,) = struct.unpack("<I", message[:4])
        self.heard.append(json.loads(message[4 : 4 + length]))

    def ask(self, what, **more):
        self.trainer.answer({"do": what, **more})

    def setup(self, **settings):
        self.ask("setup", id=1, setup=settings)

    def wait(self, kind="frame"):
        """Let the trainer work until it has said this once more, and return what it said."""
        before = len(self.heard)
        for _ in range(2000):
            self.trainer.work()
            found = [one for one in self.heard[before:] if one["type"] == kind]
            if found:
                self.ask("drawn")
                return found[-1]
            time.sleep(0.002)
        raise AssertionError(f"no {kind}")

    @property
    def errors(self):
        return [one for one in self.heard if one["type"] == "error"]

    def play(self, seconds):
        """Train for a while, drawing each frame at once; return the last of them."""
        end, last = time.perf_counter() + seconds, None
        while time.perf_counter() < end:
            self.trainer.work()
            if self.heard[-1]["type"] == "frame":
                last = self.heard[-1]
                self.ask("drawn")
            time.sleep(0.0005)
        return last


@pytest.fixture
def page(registry, tmp_path):
    return Page(registry, tmp_path)


def test_a_setup_is_answered_and_then_drawn(page):
    page.setup(dataset={"name": "circles"})
    assert page.heard[0]["type"] == "built"
    assert page.heard[0]["id"] == 1
    frame = page.wait()
    assert (frame["epoch"], frame["state"]) == (0, "paused")


def test_a_frame_is_sent_when_the_last_one_is_drawn_and_not_before(page):
    page.setup()
    page.trainer.work()
    page.ask("play")
    for _ in range(20):
        page.trainer.work()
        time.sleep(0.005)
    assert [one["type"] for one in page.heard].count("frame") == 1
    page.ask("drawn")
    assert page.wait()["epoch"] > 0


@pytest.mark.parametrize("rate", [20, 100])
def test_so_many_epochs_a_second(page, rate):
    page.setup(epochs=100000)
    page.wait()
    page.ask("speed", rate=rate)
    page.ask("play")
    started = time.perf_counter()
    frame = page.play(1.0)
    took = time.perf_counter() - started
    assert rate * took * 0.6 - 2 <= frame["epoch"] <= rate * took + 2


def test_as_fast_as_it_can_is_faster(page):
    page.setup(epochs=10000000)
    page.wait()
    page.ask("speed", rate=0)
    page.ask("play")
    assert page.play(0.5)["epoch"] > 200


def test_it_pauses(page):
    page.setup(epochs=100000)
    page.wait()
    page.ask("play")
    page.play(0.1)
    page.ask("pause")
    stood = page.wait()
    assert stood["state"] == "paused"
    page.play(0.1)
    page.ask("drawn")
    assert page.trainer.session.live.run.epoch == stood["epoch"]


def test_steps_and_epochs(page):
    page.setup(batch_size=7)
    page.wait()
    page.ask("step", of="batch")
    assert (page.wait()["batch"], page.heard[-1]["epoch"]) == (1, 0)
    page.ask("step", of="epoch")
    assert (page.wait()["batch"], page.heard[-1]["epoch"]) == (0, 1)


def test_playing_past_the_end_adds_as_many_epochs_again(page):
    page.setup(epochs=5)
    page.wait()
    page.ask("speed", rate=0)
    page.ask("play")
    while (frame := page.wait())["state"] != "done":
        pass
    assert (frame["epoch"], frame["total"]) == (5, 5)
    page.ask("play")
    assert page.heard[-1]["type"] == "elsewhere"
    assert "--epochs 10" in page.heard[-1]["command"]
    while (frame := page.wait())["state"] != "done":
        pass
    assert (frame["epoch"], frame["total"]) == (10, 10)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"do": "dance"}, "there is no message 'dance'"),
        ({}, "there is no message"),
        ({"do": "__init__"}, "there is no message"),
        ({"do": "setup"}, "'setup'"),
        ({"do": "setup", "id": 1, "setup": 7}, "a setup is a table"),
        ({"do": "setup", "id": 1, "setup": {"colour": "red"}}, "'colour'"),
        ({"do": "setup", "id": 1, "setup": {"optimizer": {"name": "adm"}}}, "adm"),
        ({"do": "setup", "id": 1, "setup": {"dataset": {"table": "no.csv"}}}, "target"),
        ({"do": "speed", "rate": -1}, "epochs a second"),
        ({"do": "speed", "rate": "fast"}, "fast"),
        ({"do": "lr", "value": 0}, "lr must be > 0"),
        ({"do": "lr"}, "'lr' is damaged"),
        ({"do": "weight_decay", "value": -1}, "weight_decay must be >= 0"),
        ({"do": "weight", "path": "9.W", "at": [0, 0], "value": 1}, "there is no weight '9.W'"),
        ({"do": "table", "name": "../up.csv", "data": "!"}, ""),
        ({"do": "table", "name": "code.py", "data": ""}, "no table"),
        ({"do": "table"}, "damaged"),
        ({"do": "points", "points": {"added": [{"x": [1], "y": 9}]}}, ""),
    ],
)
def test_a_message_that_is_wrong_is_told_and_the_trainer_lives_on(page, message, words):
    page.setup()
    page.wait()
    page.trainer.answer(message)
    assert len(page.errors) == 1
    assert words in page.errors[0]["message"] + page.errors[0]["hint"]
    page.ask("step", of="epoch")
    assert page.wait()["epoch"] == 1


def test_nothing_can_be_done_before_a_setup(page):
    for what in ("play", "step", "save", "export"):
        page.ask(what)
    assert [one["message"] for one in page.errors] == ["nothing is built yet"] * 4


def test_a_table_of_the_page_is_kept_below_its_own_folder(page, tmp_path):
    text = "a,b,kind\n" + "\n".join(f"{i},{i * i % 7},{'xy'[i % 2]}" for i in range(40)) + "\n"
    data = base64.b64encode(text.encode()).decode()
    page.ask("table", name="../../mine.csv", data=data)
    page.setup(dataset={"table": "../../mine.csv", "target": "kind"})
    assert page.errors == []
    assert page.heard[-1]["features"] == ["a", "b"]
    assert [path.parent for path in tmp_path.rglob("*.csv")] == [tmp_path]


def test_what_opens_files_cannot_be_named(page):
    page.setup(dataset={"name": "table", "path": "/etc/passwd", "target": ["x"]})
    assert len(page.errors) == 1
    assert "opens files" in page.errors[0]["message"] + page.errors[0]["hint"]


def test_a_component_that_exits_python_is_told_and_the_trainer_lives_on(tmp_path):
    (tmp_path / "tired_one.py").write_text(BAD)
    registry = Registry(extra=[str(tmp_path / "tired_one.py")], discover=lambda: ())
    page = Page(registry, tmp_path)
    linear = {"name": "linear", "units": 4}
    page.setup(hidden=[{"layer": linear, "activation": {"name": "tired"}}])
    page.wait()
    page.ask("speed", rate=0)
    page.ask("play")
    while (frame := page.wait())["state"] == "playing":
        pass
    assert frame["state"] == "failed"
    assert "tired" in frame["message"]
    page.setup()
    assert page.wait()["state"] == "paused"


def test_divergence_is_told_with_what_to_do(page):
    page.setup(dataset={"name": "plane"}, optimizer={"name": "gd"}, lr=5.0)
    page.wait()
    page.ask("speed", rate=0)
    page.ask("play")
    while (frame := page.wait())["state"] == "playing":
        pass
    assert frame["state"] == "diverged"
    assert frame["message"].startswith("diverged at epoch ")
    assert "--lr 0.5" in frame["hint"]
    assert "best weights" in frame["hint"]
