"""What the sentences beside the presets say is so."""

import pytest

import nnplug
from nnplug.play.presets import PRESETS

BY_NAME = {preset.name: preset for preset in PRESETS}


@pytest.mark.parametrize("name", BY_NAME)
def test_each_preset_trains(session, name):
    found = session(BY_NAME[name].setup)
    for _ in range(20):
        found.live.step()
    assert found.live.state == "ready"
    header, arrays = found.frame(True, 0.0)
    assert header["epoch"] >= 1 or header["batches"] > 20
    assert arrays["surface"].size
    assert BY_NAME[name].why.endswith(".")


def trained(session, name, **changes):
    live = session(dict(BY_NAME[name].setup) | changes).live
    while live.state == "ready":
        live.step()
    live.measure()
    return live


def test_two_lines_do_not_enclose_a_circle_and_three_do(session):
    two = [{"layer": {"name": "linear", "units": 2}, "activation": {"name": "tanh"}}]
    name = "circles with three units"
    assert trained(session, name, hidden=two).metrics["train"]["accuracy"] < 0.9
    assert trained(session, name).metrics["train"]["accuracy"] > 0.99


def test_xor_needs_an_activation(session):
    assert trained(session, "xor: two crossing lines").metrics["train"]["accuracy"] == 1
    assert trained(session, "without activation").metrics["train"]["accuracy"] == 11 / 21


def test_the_held_out_loss_turns_up_and_decay_helps(session):
    name = "moons, and what is held out"
    plain, decayed = trained(session, name), trained(session, name, weight_decay=0.01)
    held_out = plain.run.history["test_loss"]
    assert plain.metrics["train"]["loss"] < 0.01
    assert held_out[-1] > 2 * held_out.min()
    assert decayed.metrics["test"]["loss"] < 0.2 * plain.metrics["test"]["loss"]


def test_silu_learns_the_chessboard(session):
    live = trained(session, "chessboard with silu")
    assert live.metrics["test"]["accuracy"] > 0.9


def test_a_tenth_of_the_rate_does(session):
    name = "a learning rate too large"
    assert trained(session, name).state == "diverged"
    assert trained(session, name, lr=0.2).metrics["train"]["r2"] > 0.98


def test_too_small_a_rate_does_next_to_nothing(session):
    losses = trained(session, "a learning rate too small").run.history["loss"]
    assert abs(losses[-1] - losses[0]) < 0.1


def test_momentum_arrives_where_gd_does_not(session):
    name = "momentum rolls on"
    assert trained(session, name).metrics["train"]["accuracy"] == 1
    plain = trained(session, name, optimizer={"name": "gd"})
    assert plain.metrics["train"]["accuracy"] < 0.6


def test_deep_sigmoids_hardly_move_and_adam_gets_through(session):
    name = "deep and sigmoid"
    assert trained(session, name).metrics["train"]["accuracy"] < 0.6
    adam = trained(session, name, optimizer={"name": "adam"}, lr=None)
    assert adam.metrics["train"]["accuracy"] == 1
    tracked = nnplug.train(
        dataset="circles",
        hidden=[6] * 8,
        activation="sigmoid",
        optimizer="gd",
        lr=0.5,
        epochs=1,
        track=True,
    )
    first, last = (tracked.history[f"gradient_norm.{i}"][0] for i in (0, 16))
    assert first < 1e-4 * last
