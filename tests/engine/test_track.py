"""What --track records: against numbers computed apart, and without a trace in training."""

import csv

import numpy as np
import pytest

import nnplug
from nnplug.engine.tracked import groups_of, tracked, verdict

SMALL = {"dataset": "xor", "hidden": [4, 3], "activation": "tanh", "epochs": 30}


def test_a_tracked_run_has_the_same_bits_as_one_that_is_not():
    more = {
        "layers": "linear:units=6 batch_norm relu dropout:p=0.3 residual[linear:units=6 tanh]",
        "dataset": "chessboard:n=60",
        "batch_size": 16,
        "test_split": 0.2,
        "epochs": 12,
        "clip": 1.0,
        "weight_decay": 0.01,
    }
    for settings in (SMALL, more, {**SMALL, "optimizer": "l_bfgs"}):
        plain = nnplug.train(**settings)
        looked_at = nnplug.train(**settings, track=True)
        np.testing.assert_array_equal(plain.network.w, looked_at.network.w)
        for series, values in plain.history.items():
            np.testing.assert_array_equal(values, looked_at.history[series])
        assert not tracked(plain.history, "gradient_norm")
        assert tracked(looked_at.history, "gradient_norm")


def test_an_ordinary_run_remembers_no_weights():
    assert nnplug.train(**SMALL).network.updater.before is None
    assert nnplug.train(**SMALL, track=True).network.updater.before is None


def test_series_have_a_value_at_every_recorded_epoch():
    result = nnplug.train(**{**SMALL, "epochs": 450}, track=True, log_interval=7)
    history = result.history
    assert list(tracked(history, "gradient_norm")) == ["0", "2", "4"]
    assert list(tracked(history, "update_ratio")) == ["0", "2", "4"]
    assert list(tracked(history, "dead")) == ["1", "3"]
    assert list(tracked(history, "saturated")) == ["1", "3"]
    recorded = history.epochs("epoch")
    for series in ("gradient_norm.0", "dead.1", "saturated.3"):
        np.testing.assert_array_equal(history.epochs(series), recorded)
    np.testing.assert_array_equal(history.epochs("update_ratio.4"), recorded[1:])


def test_the_gradient_norm_is_that_of_the_recorded_loss():
    result = nnplug.train(**SMALL, track=True)
    net, run = result.network, result.run
    for layer in ("0", "2", "4"):
        places = [place for place in net.layout.trained if place.path[0] == layer]
        squares = 0.0
        for i in range(places[0].start, places[-1].stop):
            kept = net.w[i]
            sides = []
            for h in (1e-6, -1e-6):
                net.w[i] = kept + h
                sides.append(net.loss_value(net.peek(run.train.x)[0], run.train.t))
            net.w[i] = kept
            squares += ((sides[0] - sides[1]) / 2e-6) ** 2
        recorded = result.history[f"gradient_norm.{layer}"][-1]
        assert recorded == pytest.approx(np.sqrt(squares), rel=1e-6)


def test_large_sets_and_weights_are_measured_in_pieces(monkeypatch):
    rng = np.random.default_rng(0)
    x, y = rng.random((50, 2)), rng.integers(0, 2, 50)
    settings = {"x": x, "y": y, "weights": rng.random(50), "epochs": 3, "track": True}
    whole = nnplug.train(**settings).history
    monkeypatch.setattr("nnplug.engine.track.CHUNK", 16)
    pieces = nnplug.train(**settings).history
    for series in whole:
        np.testing.assert_allclose(pieces[series], whole[series], rtol=1e-12, err_msg=series)


def test_the_update_ratio_is_that_of_the_last_step():
    result = nnplug.train(**SMALL, track=True)
    net = result.network
    before = nnplug.train(**{**SMALL, "epochs": 29}).network.w
    for layer in ("0", "2", "4"):
        rows = [p for p in net.layout.trained if p.path[0] == layer]
        part = slice(rows[0].start, rows[-1].stop)
        ratio = np.linalg.norm(net.w[part] - before[part]) / np.linalg.norm(before[part])
        assert result.history[f"update_ratio.{layer}"][-1] == pytest.approx(ratio, rel=1e-12)


def test_weights_that_are_all_zero_have_no_ratio_at_first():
    result = nnplug.train(**{**SMALL, "epochs": 3}, init="zeros", track=True)
    assert "update_ratio.0" not in result.history
    np.testing.assert_array_equal(result.history.epochs("update_ratio.4"), [2, 3])


def test_dead_and_saturated_units_are_counted():
    class Half(nnplug.Activation):
        """Unit 0 is dead, unit 1 flat at x1 < 0.5, the others steep."""

        def forward(self, z):
            return np.where(np.arange(z.shape[-1]) == 0, 0.0, z)

        def derivative(self, z, y):
            slope = np.ones_like(z)
            slope[..., 0] = 0.0
            slope[:7, 1] = -0.009
            slope[7, 1] = 0.0
            slope[8, 1] = 0.01
            return slope

    result = nnplug.train(
        dataset="xor", layers=["linear:units=4", Half()], epochs=2, optimizer="gd", track=True
    )
    assert result.history["dead.1"][0] == 0.25
    assert result.history["saturated.1"][0] == (21 + 8) / 84


def test_a_softmax_has_no_slopes_and_inner_layers_have_series():
    result = nnplug.train(
        dataset="xor",
        layers="linear:units=3 softmax residual[linear:units=3 relu] tanh",
        epochs=2,
        track=True,
    )
    assert list(tracked(result.history, "gradient_norm")) == ["0", "2.0", "4"]
    assert list(tracked(result.history, "dead")) == ["2.1", "3"]
    labels = [group.label for group in groups_of(result.network, result.history)]
    assert labels == ["0 linear", "2.0 linear, 2.1 relu, 3 tanh", "4 linear"]


def test_a_run_that_a_callback_stops_is_tracked_to_its_end():
    class Stops(nnplug.Callback):
        """Stops at an epoch that is not recorded."""

        def on_epoch(self, run):
            return "enough" if run.epoch == 17 else None

    result = nnplug.train(**{**SMALL, "epochs": 1000}, callback=[Stops()], track=True)
    assert result.epochs == 17
    assert result.history.epochs("gradient_norm.0")[-1] == 17
    assert result.history.epochs("update_ratio.0")[-1] == 17


def test_a_run_that_diverges_keeps_what_was_tracked():
    settings = {"hidden": [9, 4], "activation": "none", "loss": "mse", "output": "none"}
    with pytest.raises(nnplug.DivergedError) as caught:
        nnplug.train(
            dataset="xor", optimizer="gd", init="normal", lr=0.2, epochs=50, track=True, **settings
        )
    assert len(caught.value.result.history["gradient_norm.0"]) >= 1


def test_the_series_are_saved(tmp_path):
    result = nnplug.train(**SMALL, track=True, save=tmp_path / "run")
    loaded = nnplug.load(tmp_path / "run")
    with (tmp_path / "run" / "history.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for series in ("gradient_norm.0", "update_ratio.2", "dead.1", "saturated.3"):
        np.testing.assert_array_equal(loaded.history[series], result.history[series])
        found = [float(row[series]) for row in rows if row[series]]
        np.testing.assert_array_equal(found, result.history[series])


def test_the_verdict_sees_gradients_vanish_behind_eight_sigmoids():
    deep = {"dataset": "xor", "hidden": [10] * 8, "epochs": 1, "track": True}
    assert "at the start (vanishes)" in verdict(nnplug.train(activation="sigmoid", **deep).history)
    assert "vanishes" not in verdict(nnplug.train(activation="relu", **deep).history)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ([1e-4, 1.0], [1.0, 1.0], "0.0001 at the start (vanishes), 1 at the end"),
        ([1.0, 1e4], [1.0, 1.0], "1 at the start, 1e+04 at the end (explodes)"),
        ([1.0, 2.0], [2.0, 1.0], "0.5 at the start, 2 at the end"),
        ([0.0, 0.0], [0.0, 0.0], "no gradient at the start, no gradient at the end"),
    ],
)
def test_the_verdict_compares_the_first_layer_with_the_last(first, last, said):
    history = {"gradient_norm.0": np.array(first), "gradient_norm.10": np.array(last)}
    assert said in verdict({**history, "gradient_norm.2": np.array([9.0, 9.0])})


def test_one_layer_has_nothing_to_compare_with():
    assert verdict({"gradient_norm.0": np.array([1.0])}) == ""


def test_layers_are_in_their_own_order_not_the_alphabet_s():
    history = {f"dead.{path}": 0 for path in ("10", "2", "2.10", "2.9", "2.inner.0")}
    assert list(tracked(history, "dead")) == ["2", "2.inner.0", "2.9", "2.10", "10"]
