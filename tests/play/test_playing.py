"""Playing: at which pace, past the end, and what is told where a run cannot go on."""

import time

import numpy as np
import pytest

import nnplug
from nnplug.plugins.activations.tanh import Tanh

LONG = {"epochs": 10**6}


@pytest.fixture
def playing(page):
    page.ask("setup", setup=LONG, id=1)
    page.frame()
    return page


@pytest.mark.parametrize(("rate", "seconds"), [(1, 1.5), (10, 0.75), (100, 0.5)])
def test_it_trains_so_many_epochs_a_second(playing, rate, seconds):
    playing.ask("speed", rate=rate)
    began = time.perf_counter()
    playing.ask("play")
    epochs = []
    while time.perf_counter() < began + seconds:
        time.sleep(playing.trainer.wait())
        playing.trainer.work()
        run = playing.trainer.session.live.run
        if len(epochs) < run.epoch:
            epochs += [time.perf_counter() - began] * (run.epoch - len(epochs))
    # The first is due at once, each further one a period later; a busy machine may be late.
    assert 1 + rate * seconds * 0.5 <= len(epochs) <= 1 + rate * seconds + 1
    assert all(at >= k / rate - 0.03 for k, at in enumerate(epochs))


def test_as_fast_as_it_can_is_faster_than_any_rate_and_listens_in_between(playing):
    playing.ask("speed", rate=0)
    playing.ask("play")
    assert playing.trainer.wait() < 0.001
    longest = 0.0
    for _ in range(20):
        began = time.perf_counter()
        playing.trainer.work()
        longest = max(longest, time.perf_counter() - began)
    assert playing.trainer.session.live.run.epoch > 100
    assert longest < 0.5
    playing.ask("pause")
    assert playing.frame()["state"] == "paused"
    assert playing.trainer.wait() is None


def test_what_a_sleeping_machine_did_not_train_is_not_made_up_for(playing, monkeypatch):
    playing.ask("speed", rate=100)
    playing.ask("play")
    now = time.perf_counter()
    with monkeypatch.context() as patched:
        patched.setattr("nnplug.play.pace.time.perf_counter", lambda: now + 3600)
        playing.trainer._pace.tick()
    assert playing.trainer._pace._due <= 100 * 0.25


def test_a_page_that_does_not_draw_gets_one_frame_and_no_more(playing):
    playing.said.clear()
    playing.ask("speed", rate=0)
    playing.ask("play")
    until = time.perf_counter() + 0.4
    while time.perf_counter() < until:
        playing.trainer.work()
    assert [header["type"] for header, _ in playing.said] == ["frame"]
    playing.ask("pause")
    epoch = playing.trainer.session.live.run.epoch
    assert epoch > playing.said[-1][0]["epoch"]
    # The next one holds the newest state.
    frame = playing.frame()
    assert frame["epoch"] == epoch
    assert frame["curve"][-1][0] == frame["epoch"]


def test_frames_are_many_but_not_more_than_a_screen_shows(playing, monkeypatch):
    playing.said.clear()
    playing.ask("speed", rate=0)
    playing.play(0.5)
    frames = [header for header, _ in playing.said if header["type"] == "frame"]
    assert len(frames) >= 2
    assert all(frame["rate"] > 0 for frame in frames[1:])
    monkeypatch.setattr("nnplug.play.trainer.GAP", 60)
    playing.said.clear()
    playing.play(0.1)
    assert playing.said == []


def test_a_step_is_a_batch_or_the_rest_of_an_epoch(page):
    setup = {"dataset": {"name": "circles", "n": 50}, "batch_size": 20}
    (built,) = page.ask("setup", setup=setup, id=1)
    seen = []
    for of in ("batch", "epoch", "epoch", "batch"):
        page.ask("step", of=of)
        frame = page.frame()
        seen.append((frame["epoch"], frame["batch"], frame["state"]))
    assert seen == [(0, 1, "paused"), (1, 0, "paused"), (2, 0, "paused"), (2, 1, "paused")]
    assert built["total"] == 1000


@pytest.mark.parametrize("do", ["play", "step"])
def test_past_the_end_it_goes_on_for_as_many_epochs_again(page, do):
    page.ask("setup", setup={"epochs": 3}, id=1)
    page.ask("speed", rate=0)
    assert page.play(0.2)["state"] == "done"
    assert page.trainer.wait() is None
    page.said.clear()
    if do == "play":
        frame = page.play(0.3)
    else:
        page.ask("step")
        frame = page.frame()
    elsewhere = page.said[0][0]
    assert elsewhere["type"] == "elsewhere"
    assert elsewhere["command"] == "nnplug train --epochs 6"
    assert frame["total"] == 6
    assert (frame["epoch"], frame["state"]) == ((6, "done") if do == "play" else (4, "paused"))


def test_divergence_is_told_with_what_to_type_and_another_setup_trains(page):
    setup = {"dataset": {"name": "plane"}, "optimizer": {"name": "gd"}, "lr": 10.0}
    page.ask("setup", setup=setup, id=1)
    page.ask("speed", rate=0)
    frame = page.play(1.0)
    assert frame["state"] == "diverged"
    with pytest.raises(nnplug.DivergedError) as raised:
        nnplug.train(dataset="plane", optimizer="gd", lr=10.0)
    assert frame["message"] == raised.value.message
    assert "--lr 1" in frame["hint"]
    epoch = frame["epoch"]
    page.ask("play")
    page.ask("step")
    assert page.frame()["epoch"] == epoch
    page.ask("setup", setup={"epochs": 5}, id=2)
    assert page.play(0.3)["state"] == "done"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("out of order"), "RuntimeError: out of order"),
        (SystemExit(3), "exits Python"),
        (MemoryError(), "MemoryError"),
        (AttributeError("what"), "AttributeError: what"),
    ],
)
def test_a_component_that_raises_is_named_with_its_package_and_the_trainer_lives_on(
    page, monkeypatch, error, words
):
    right, broken = Tanh.forward, []

    def forward(self, z):
        if broken:
            raise broken[0]
        return right(self, z)

    monkeypatch.setattr(Tanh, "forward", forward)
    page.ask("setup", setup=LONG, id=1)
    page.ask("step")
    assert page.frame()["epoch"] == 1
    broken.append(error)
    page.ask("speed", rate=0)
    frame = page.play(0.2)
    assert (frame["state"], frame["epoch"]) == ("failed", 1)
    assert not page.trainer.playing
    for told in (frame["message"], page.refused("setup", setup=LONG, id=2)):
        assert words in told
        assert "activation 'tanh'" in told
        assert f"nnplug {nnplug.__version__}" in told
    broken.clear()
    page.ask("setup", setup=LONG, id=3)
    assert page.play(0.2)["epoch"] > 0


def test_what_exits_python_in_an_answer_is_told(playing, monkeypatch):
    def leave():
        raise SystemExit(1)

    monkeypatch.setattr(playing.trainer.session, "save", leave)
    assert "exits Python" in playing.refused("save")
    playing.ask("step")
    assert playing.frame()["epoch"] == 1


@pytest.mark.parametrize("error", [RuntimeError("not at these"), SystemExit(1)])
def test_a_component_that_stumbles_over_the_picture_stops_playing_alone(
    playing, monkeypatch, error
):
    def stumble():
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(playing.trainer.session.picture, "arrays", stumble)
        playing.ask("play")
        told = playing.frame()
        assert (told["type"], told["where"]) == ("error", "frame")
        assert not playing.trainer.playing
    playing.ask("step")
    assert np.isfinite(playing.frame()["metrics"]["train"]["loss"])
