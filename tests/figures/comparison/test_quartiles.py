import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from nnplug.comparison.records import Record
from nnplug.comparison.statistics import quantile
from nnplug.figures.comparison.quartiles import curves_of, quartiles, untrained

INF = np.inf


@given(
    arrays(
        np.float64, array_shapes(min_dims=2, max_dims=2), elements=st.floats(-1e6, 1e6, width=32)
    )
)
def test_finite_quartiles_are_numpys(values):
    expected = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
    np.testing.assert_allclose(quartiles(values, INF), expected, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([1.0, INF], (INF, INF, INF)),
        ([1.0, 2.0, INF], (1.5, 2.0, INF)),
        ([1.0, 2.0, 3.0, INF], (1.75, 2.5, INF)),
        ([1.0, 2.0, 3.0, 4.0, INF], (2.0, 3.0, 4.0)),
        ([1.0, INF, INF], (INF, INF, INF)),
        ([1.0, 1.0, INF, INF, INF], (1.0, INF, INF)),
        ([INF], (INF, INF, INF)),
    ],
)
def test_lost_runs_are_the_worst_and_nothing_lies_between(runs, expected):
    values = np.array(runs)[:, None]
    assert tuple(float(one[0]) for one in quartiles(values, INF)) == expected
    low, middle, high = quartiles(-values, -INF)
    assert (-high[0], -middle[0], -low[0]) == expected


@given(st.lists(st.floats(0, 1e9) | st.just(INF), min_size=1, max_size=20))
def test_they_are_the_quartiles_of_the_tables(runs):
    found = quartiles(np.array(runs)[:, None], INF)
    expected = [quantile(runs, share) for share in (0.25, 0.5, 0.75)]
    np.testing.assert_allclose([one[0] for one in found], expected, rtol=1e-12)


def run(epochs, losses, status="done", seed=0, **curves):
    return Record(0, seed, status=status, curves={"epoch": epochs, "loss": losses, **curves})


def test_a_run_that_stopped_early_keeps_its_last_value():
    x, rows, early = curves_of([run([0, 10, 20], [3, 2, 1]), run([0, 7], [3, 1.5])], "loss")
    assert early
    np.testing.assert_array_equal(x, [0, 7, 10, 20])
    np.testing.assert_allclose(rows, [[3, 2.3, 2, 1], [3, 1.5, 1.5, 1.5]])


def test_runs_of_one_length_have_not_stopped_early():
    x, rows, early = curves_of([run([0, 10], [3, 2]), run([0, 10], [4, 1])], "loss")
    assert not early
    np.testing.assert_array_equal(x, [0, 10])
    np.testing.assert_array_equal(rows, [[3, 2], [4, 1]])


@pytest.mark.parametrize(("metric", "worst"), [("loss", INF), ("accuracy", -INF)])
def test_a_run_that_diverged_is_the_worst_after_its_last_epoch(metric, worst):
    done = Record(0, 0, curves={"epoch": [0, 10, 20], metric: [3, 2, 1]})
    lost = Record(0, 1, status="diverged", curves={"epoch": [0, 10], metric: [3, 9]})
    _, rows, early = curves_of([done, lost], metric)
    assert not early
    np.testing.assert_array_equal(rows, [[3, 2, 1], [3, 9, worst]])


def test_where_all_diverge_the_picture_goes_on_to_where_they_are_lost():
    x, rows, _ = curves_of(
        [run([0, 10], [3, 9], "diverged"), run([0, 5], [3, 9], "diverged")], "loss"
    )
    np.testing.assert_array_equal(x, [0, 5, 10, 11])
    np.testing.assert_array_equal(rows, [[3, 6, 9, INF], [3, 9, INF, INF]])


def test_a_run_that_failed_is_the_worst_all_the_time():
    _, rows, _ = curves_of([run([0, 10], [3, 2]), Record(0, 1, status="failed")], "loss")
    np.testing.assert_array_equal(rows[1], [INF, INF])


def test_values_that_are_no_numbers_are_the_worst():
    _, rows, _ = curves_of([run([0, 10, 20, 30], [3, None, np.nan, INF])], "loss")
    np.testing.assert_array_equal(rows, [[3, INF, INF, INF]])


def test_a_finished_run_without_the_metric_is_left_out():
    _, rows, _ = curves_of([run([0, 10], [3, 2]), Record(0, 1, curves={"epoch": [0, 10]})], "loss")
    assert len(rows) == 1
    assert curves_of([Record(0, 1)], "loss") is None
    assert curves_of([], "loss") is None


def test_the_untrained_network_is_the_worst_of_the_medians_at_the_start(make):
    made = make.comparison({"lr": ["1", "2"]}, seeds=3)
    assert untrained(made) == pytest.approx(0.7)
    assert untrained(make.comparison({"lr": ["1"]}, 2, metric="accuracy")) == pytest.approx(
        np.exp(-0.7)
    )
    assert untrained(make.comparison({"lr": ["1"]}, 0)) is None
