"""What a callback sees of a run: metrics, history, notes, weights."""

from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.callback import RunView
from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, SettingsError
from nnplug.core.registry import default_registry
from nnplug.engine import run as module
from nnplug.engine.network import Network
from nnplug.engine.run import Part, Run

RNG = np.random.default_rng(2)
DATA = Data(RNG.random((50, 2)), (RNG.random((50, 1)) < 0.5).astype(float), "binary")


def make(data: Data = DATA, test: Data | None = None, **options: Any) -> Run:
    net = Network("linear:units=3 tanh linear:units=1", 2, **{"loss": "bce", **options})
    assert net.loss is not None
    parts = [None if one is None else Part.of(one, net.loss, net.dtype) for one in (data, test)]
    assert parts[0] is not None
    return Run(net, parts[0], parts[1], 10)


def test_it_is_what_callbacks_are_told_to_expect() -> None:
    view: RunView = make()
    assert (view.epoch, view.epochs, view.notes, view.has_test()) == (0, 10, {}, False)
    assert set(view.metrics()) == {"loss", "accuracy"}


def test_metrics_are_loss_and_scores_with_the_weights_of_now() -> None:
    run = make(test=DATA)
    z = run.network.forward(DATA.x, training=False)
    loss = np.logaddexp(0, z) - DATA.y * z
    found = run.metrics()
    assert found["loss"] == pytest.approx(loss.mean())
    assert found["accuracy"] == ((z > 0) == DATA.y).mean()
    assert run.metrics("test") == found
    run.network.w[...] = 0
    assert run.metrics() == found, "measured once an epoch"
    run.epoch += 1
    assert run.metrics()["loss"] == pytest.approx(np.log(2))
    run.put_back(np.ones_like(run.network.w))
    assert run.metrics()["loss"] != pytest.approx(np.log(2))


def test_who_changes_the_metrics_changes_a_copy() -> None:
    run = make()
    run.metrics()["loss"] = 0
    assert run.metrics()["loss"] > 0


def test_a_large_set_is_measured_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = make().metrics()
    monkeypatch.setattr(module, "CHUNK", 7)
    assert make().metrics() == pytest.approx(whole, rel=1e-14)


def test_weighted_metrics_are_those_of_repeated_points(monkeypatch: pytest.MonkeyPatch) -> None:
    weights = np.arange(50) % 4
    rows = np.repeat(np.arange(50), weights)
    weighted = Data(DATA.x, DATA.y, "binary", weights=weights.astype(float))
    repeated = Data(DATA.x[rows], DATA.y[rows], "binary")
    expected = make(repeated).metrics()
    assert make(weighted).metrics() == pytest.approx(expected, rel=1e-12)
    monkeypatch.setattr(module, "CHUNK", 7)
    assert make(weighted).metrics() == pytest.approx(expected, rel=1e-12)


def test_the_threshold_is_where_class_1_begins() -> None:
    run = make()
    run.threshold = "median"
    z = run.network.predict(DATA.x)
    assert run.metrics()["accuracy"] == ((z >= np.median(z)) == DATA.y).mean()


def test_points_that_nobody_held_out_have_no_metrics() -> None:
    with pytest.raises(SettingsError, match="this run has no 'test' points"):
        make().metrics("test")
    with pytest.raises(SettingsError, match="this run has no 'tset' points"):
        make(test=DATA).metrics("tset")


def test_a_series_of_ones_own_and_never_the_engines() -> None:
    run = make(test=DATA)
    run.record_metrics()
    run.epoch = 3
    run.record("size", 1.5)
    assert run.history["size"].tolist() == [1.5]
    assert run.history.epochs("size").tolist() == [3]
    for name in ("epoch", "loss", "accuracy", "test_loss", "test_accuracy"):
        with pytest.raises(SettingsError, match=f"'{name}' of the history is the engine's own"):
            run.record(name, 0)


def test_weights_are_copies() -> None:
    run = make()
    run.keep_weights()
    taken = run.weights()
    run.network.w[...] = 0
    assert run.kept is not None
    np.testing.assert_array_equal(run.kept, taken)
    taken[...] = 7
    assert not run.network.w.any()


def test_the_best_weights_are_those_of_the_lowest_recorded_loss() -> None:
    run = make()
    for size, expected in ((1.0, 1.0), (0.0, 0.0), (2.0, 0.0), (np.nan, 0.0)):
        run.network.w[...] = size
        run.forget_metrics()
        with np.errstate(all="ignore"):
            run.record_metrics()
        assert (run.best[1] == expected).all()
    assert len(run.history["loss"]) == 3, "what is not finite is not recorded"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_points_are_laid_out_once_and_cannot_be_written(dtype: str) -> None:
    weights = np.arange(50.0)
    x = np.asfortranarray(DATA.x)
    run = make(Data(x, DATA.y, "binary", weights=weights), dtype=dtype)
    part = run.train
    assert part.x.flags.c_contiguous
    assert {part.x.dtype, part.t.dtype, part.weights.dtype} == {np.dtype(dtype)}  # type: ignore[union-attr]
    assert np.mean(part.weights) == pytest.approx(1)  # type: ignore[arg-type]
    for array in (part.x, part.t):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    x[0, 0] = 0.5  # the user's own array stays writable


def test_targets_are_in_the_losss_terms() -> None:
    net = Network("linear:units=2", 2, loss="cross_entropy")
    assert net.loss is not None
    part = Part.of(DATA, net.loss, net.dtype)
    np.testing.assert_array_equal(part.t, np.hstack([1 - DATA.y, DATA.y]))


def test_values_that_float32_cannot_hold_are_refused() -> None:
    loss = default_registry().build("loss", "mse")
    for x, y, said in (([[1e39]], [[1.0]], "x holds 1e"), ([[1.0]], [[-1e39]], "y holds -1e")):
        data = Data(np.array(x), np.array(y), "regression")
        with pytest.raises(DataError, match=said):
            Part.of(data, loss, np.float32)


def test_float32_is_float32_everywhere() -> None:
    dtypes = set()

    class Looks(nnplug.Callback):
        """Notes the dtypes."""

        def on_epoch(self, run: RunView) -> None:
            dtypes.add(run.weights().dtype)

    result = nnplug.train(
        dtype="float32", epochs=3, batch_size=5, layers="linear:units=4 dropout:p=0.1 silu",
        schedule="cosine", clip=1.0, weight_decay=0.1, test_split=0.2, callback=Looks(),
    )  # fmt: skip
    net = result.network
    assert net.updater is not None
    arrays = [net.w, net.g, *net.updater.slots.values(), result.predict(result.train.x)]
    assert {array.dtype for array in arrays} | dtypes == {np.dtype("float32")}
