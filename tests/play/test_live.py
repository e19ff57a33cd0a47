"""A run that is played with: the same as `nnplug.train` where nobody interferes."""

import numpy as np
import pytest

import nnplug
from play_setups import rows

SETUPS = [
    ({"epochs": 30}, {"epochs": 30}),
    (
        {
            "dataset": {"name": "circles", "n": 60},
            "hidden": [*rows("relu", 6), {"layer": {"name": "dropout", "p": 0.3}}],
            "batch_size": 7,
            "test_split": 0.3,
            "epochs": 12,
            "schedule": {"name": "cosine"},
            "optimizer": {"name": "nadam"},
            "weight_decay": 0.01,
            "clip": 0.5,
            "seed": 4,
        },
        {
            "dataset": "circles:n=60",
            "layers": "linear:units=6 relu dropout:p=0.3",
            "batch_size": 7,
            "test_split": 0.3,
            "epochs": 12,
            "schedule": "cosine",
            "optimizer": "nadam",
            "weight_decay": 0.01,
            "clip": 0.5,
            "seed": 4,
        },
    ),
    (
        {"dataset": {"name": "sine", "n": 30}, "optimizer": {"name": "l_bfgs"}, "epochs": 5},
        {"dataset": "sine:n=30", "optimizer": "l_bfgs", "epochs": 5},
    ),
]


@pytest.mark.parametrize(("setup", "settings"), SETUPS)
def test_a_run_is_that_of_nnplug_train_to_the_bit(session, setup, settings):
    live = session(setup).live
    while live.state == "ready":
        live.step()
        live.measure()  # which leaves no trace
    result = nnplug.train(**settings)
    np.testing.assert_array_equal(live.run.network.w, result.network.w)
    assert live.state == "done"
    for name in result.history:
        np.testing.assert_array_equal(live.run.history[name], result.history[name])


def test_playing_on_is_a_longer_run(session):
    live = session({"epochs": 20}).live
    while live.state == "ready":
        live.step()
    live.extend()
    assert (live.state, live.run.epochs) == ("ready", 40)
    while live.state == "ready":
        live.step()
    np.testing.assert_array_equal(live.run.network.w, nnplug.train(epochs=40).network.w)
    assert not live.changed


def test_playing_on_says_what_a_schedule_did_not_know(session):
    live = session({"epochs": 2, "schedule": {"name": "cosine"}}).live
    live.step(), live.step()
    live.extend()
    assert "the schedule did not know" in live.changed[0]


def test_one_step_is_one_batch(session):
    live = session({"dataset": {"name": "circles", "n": 50}, "batch_size": 20}).live
    assert live.batches == 3
    assert [live.step() for _ in range(4)] == [False, False, True, False]
    assert (live.run.epoch, live.run.batches) == (1, 1)
    live.measure()
    assert live.curve[-1][0] == pytest.approx(1 + 1 / 3)
    live.finish_epoch()
    assert (live.run.epoch, live.run.batches) == (2, 0)


def test_the_loss_within_an_epoch_is_that_of_now(session):
    live = session({"dataset": {"name": "circles", "n": 50}, "batch_size": 20}).live
    seen = []
    for _ in range(3):
        live.step()
        live.measure()
        z = live.run.network.forward(live.run.train.x, training=False)
        seen.append(live.metrics["train"]["loss"])
        assert seen[-1] == pytest.approx(live.run.network.loss_value(z, live.run.train.t))
    assert len(set(seen)) == 3


def test_a_learning_rate_holds_from_the_next_step_on(session):
    live = session({"optimizer": {"name": "gd"}, "lr": 0.1}).live
    live.step()
    before = live.run.network.w.copy()
    live.set_rate(0.3)
    live.step()
    moved = live.run.network.w - before
    np.testing.assert_allclose(moved, -0.3 * live.run.network.g, rtol=0, atol=1e-15)
    assert live.changed == ["epoch 1: learning rate to 0.3"]


def test_weight_decay_can_be_turned_on_and_off(session):
    live, plain = (
        session({"optimizer": {"name": "gd"}}).live,
        session({"optimizer": {"name": "gd"}}).live,
    )
    live.set_decay(0.5)
    live.set_decay(0.0)
    live.step(), plain.step()
    np.testing.assert_array_equal(live.run.network.w, plain.run.network.w)
    live.set_decay(0.5)
    before = live.run.network.w.copy()
    live.step(), plain.step()
    decayed = plain.run.network.w - 0.1 * 0.5 * before * live.run.network.layout.decay_mask("f8")
    np.testing.assert_allclose(live.run.network.w, decayed, rtol=1e-12)


def test_a_weight_that_is_set_is_trained_on(session):
    live = session().live
    before = live.run.network.parameter("0.W")[1, 2]
    line = f"epoch 0: weight 0.W[1, 2] from {before:.4g} to 5"
    live.set_weight("0.W", [1, 2], 5.0)
    assert live.run.network.parameter("0.W")[1, 2] == 5.0
    assert live.changed == [line]
    live.step()
    assert live.run.network.parameter("0.W")[1, 2] != 5.0


def test_a_bias_is_named_by_its_unit(session):
    live = session().live
    live.set_weight("0.b", [3], 2.25)
    assert live.run.network.parameter("0.b").ravel()[3] == 2.25
    assert live.changed == ["epoch 0: weight 0.b[3] from 0 to 2.25"]


@pytest.mark.parametrize(
    ("path", "at", "value"),
    [
        *[("9.W", [0, 0], 1.0), ("0.W", [0], 1.0), ("0.W", [0, 99], 1.0), ("0.W", [-1, 0], 1.0)],
        *[("0.W", "no", 1.0), ("0.W", [0, 0], float("nan"))],
    ],
)
def test_a_weight_that_is_not_there_is_refused(session, path, at, value):
    with pytest.raises(nnplug.NnplugError):
        session().live.set_weight(path, at, value)


def test_divergence_is_told_and_the_best_weights_are_kept(session):
    live = session({"optimizer": {"name": "gd"}, "dataset": {"name": "plane"}, "lr": 10.0}).live
    while live.state == "ready":
        live.step()
        if live.state == "ready":
            live.measure()
    assert live.state == "diverged"
    best = live.metrics["train"]["loss"]
    assert best == min(loss for _, loss, _ in live.curve)
    assert live.curve[-1][1] > 1e6 * best  # the curve is of what happened
    assert live.message.startswith("diverged at epoch ")
    assert "--lr 1" in live.hint
    assert np.isfinite(live.run.network.w).all()
    assert not live.step()


class Fails(nnplug.Activation):
    """y = z, five times."""

    def forward(self, z):
        calls.append(1)
        if len(calls) > 12:
            raise RuntimeError("enough")
        return z

    def derivative(self, z, y):
        return np.ones_like(z)


calls: list[int] = []


class Exits(nnplug.Schedule):
    """factor = 1, until it ends Python."""

    def factor(self, step, total):
        if step > 2:
            raise SystemExit(3)
        return 1.0


def test_a_component_that_raises_ends_the_run_and_no_more(session, registry):
    from nnplug.engine.assemble import assemble
    from nnplug.engine.settings import Settings
    from nnplug.play.live import Live

    live = Live(assemble(Settings(activation=Fails(), hidden_dims=(3,)), registry))
    while live.state == "ready":
        live.step()
    assert live.state == "failed"
    assert "RuntimeError: enough" in live.message
    assert "Fails" in live.message
    live = Live(assemble(Settings(schedule=Exits()), registry))
    while live.state == "ready":
        live.step()
    assert "exits Python" in live.message


def test_the_curve_stays_short(session, monkeypatch):
    monkeypatch.setattr("nnplug.play.live.MOST", 20)
    live = session({"epochs": 100}).live
    while live.state == "ready":
        live.step()
        live.measure()
    assert len(live.curve) <= 20
    assert live.thinned > 0
    epochs = [epoch for epoch, _, _ in live.curve]
    assert epochs[0] == 0
    assert epochs[-1] == 100
    assert epochs == sorted(epochs)


def test_measuring_a_large_set_leaves_time_to_train(session):
    live = session().live
    live._cost, live._moved = 1e6, True
    before = live.measured
    live.step()
    live.measure_when_due()
    assert live.measured == before
