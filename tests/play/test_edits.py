import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.core.dataset import Data
from nnplug.core.errors import NnplugError
from nnplug.play.edits import Edits, as_csv, edited_part, read_edits, target_name

FLOATS = st.floats(-1e300, 1e300)
BINARY = Data(np.array([[0.0, 1.0], [2.0, 3.0]]), np.array([[0.0], [1.0]]), "binary")
MANY = Data(np.array([[0.0], [1.0], [2.0]]), np.eye(3), "multiclass", names=("a", "b", "c"))
VALUES = Data(np.array([[0.0], [1.0]]), np.array([[0.5], [-0.5]]), "regression", names=("y",))


def test_points_are_added_and_removed_in_their_part():
    edits = read_edits(
        {
            "added": [
                {"x": [5, 6], "y": 1, "part": "train"},
                {"x": [7, 8], "y": 0, "part": "test"},
            ],
            "removed": [["train", 0]],
        }
    )
    found = edited_part(BINARY, "train", edits)
    np.testing.assert_array_equal(found.x, [[2, 3], [5, 6]])
    np.testing.assert_array_equal(found.y, [[1], [1]])
    assert len(edited_part(BINARY, "test", edits)) == 3


def test_a_class_is_a_row_and_a_value_is_itself():
    edits = Edits(added=(("train", (4.0,), 2.0),))
    np.testing.assert_array_equal(edited_part(MANY, "train", edits).y[-1], [0, 0, 1])
    edits = Edits(added=(("train", (4.0,), 0.25),))
    np.testing.assert_array_equal(edited_part(VALUES, "train", edits).y[-1], [0.25])


@pytest.mark.parametrize(
    ("data", "edits", "words"),
    [
        (BINARY, Edits(added=(("train", (1.0, 2.0), 2.0),)), "no class 2"),
        (BINARY, Edits(added=(("train", (1.0, 2.0), 0.5),)), "no class 0.5"),
        (BINARY, Edits(added=(("train", (1.0,), 1.0),)), "2 features"),
        (BINARY, Edits(removed=(("train", 9),)), "no point 9"),
        (BINARY, Edits(removed=(("train", 0), ("train", 1))), "no train points are left"),
    ],
)
def test_edits_that_do_not_fit_are_refused(data, edits, words):
    with pytest.raises(NnplugError, match=words):
        edited_part(data, "train", edits)


@pytest.mark.parametrize(
    "given",
    [
        {"added": [{"x": [float("nan")], "y": 0, "part": "train"}]},
        {"added": [{"x": [True], "y": 0, "part": "train"}]},
        {"added": [{"y": 0, "part": "train"}]},
        {"removed": [["train", -1]]},
        {"removed": [["nowhere", 1]]},
        [],
    ],
)
def test_damaged_edits_are_refused(given):
    with pytest.raises(NnplugError, match="damaged"):
        read_edits(given)


@given(st.lists(st.tuples(FLOATS, FLOATS, FLOATS), min_size=1))
def test_a_table_of_points_has_every_bit(points):
    data = Data(np.array([p[:2] for p in points]), np.array([p[2:] for p in points]), "regression")
    header, *read = csv.reader(io.StringIO(as_csv(data, "y")))
    assert header == ["x1", "x2", "y"]
    assert [tuple(map(float, row)) for row in read] == points


def test_the_targets_column_has_a_name_of_its_own():
    assert target_name(BINARY) == "label"
    assert target_name(VALUES) == "y"
    taken = Data(VALUES.x, VALUES.y, "regression", names=("y",), columns=("y",))
    assert target_name(taken) == "y_target"
    assert as_csv(MANY, "label").splitlines() == ["x1,label", "0.0,0", "1.0,1", "2.0,2"]
