"""A history: series with epochs, as arrays, as CSV, as JSON."""

import csv
import io
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.engine.history import History


def recorded() -> History:
    history = History()
    for epoch, loss in ((0, 1.5), (10, 0.1 + 0.2)):
        history.record("epoch", epoch, epoch)
        history.record("loss", epoch, loss)
    history.record("size", 5, 7)
    return history


def test_a_series_is_an_array_with_epochs_of_its_own() -> None:
    history = recorded()
    np.testing.assert_array_equal(history["loss"], [1.5, 0.1 + 0.2])
    np.testing.assert_array_equal(history.epochs("size"), [5])
    assert history["size"].dtype == np.float64
    assert list(history) == ["epoch", "loss", "size"]
    assert len(history) == 3
    assert "loss" in history
    assert history.last("loss") == 0.1 + 0.2
    assert repr(history) == "History(epoch: 2, loss: 2, size: 1)"
    with pytest.raises(KeyError):
        history["accuracy"]


def test_a_series_cannot_be_changed_through_its_array() -> None:
    history = recorded()
    history["loss"][0] = 99
    assert history["loss"][0] == 1.5


def test_the_table_has_a_row_for_each_epoch() -> None:
    assert recorded().as_csv() == ("epoch,loss,size\n0,1.5,\n5,,7.0\n10,0.30000000000000004,\n")
    assert History().as_csv() == "epoch\n"


series = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1),
    st.dictionaries(
        st.integers(0, 50), st.floats(allow_nan=False, allow_infinity=False), min_size=1
    ),
)


@given(series)
def test_nothing_is_lost_in_csv_and_json(table: dict[str, dict[int, float]]) -> None:
    history = History()
    for name, points in table.items():
        for epoch, value in points.items():
            history.record(name, epoch, value)
    again = History.from_json(json.loads(json.dumps(history.as_json())))
    assert again.as_json() == history.as_json()
    rows = list(csv.DictReader(io.StringIO(history.as_csv(), newline="")))
    for name, points in table.items():
        if name != "epoch":
            found = {int(row["epoch"]): float(row[name]) for row in rows if row[name]}
            assert found == points


def test_what_is_not_finite_is_kept() -> None:
    history = History()
    history.record("ratio", 1, math.inf)
    again = History.from_json(json.loads(json.dumps(history.as_json())))
    assert again.last("ratio") == math.inf
