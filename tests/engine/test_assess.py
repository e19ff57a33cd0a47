"""A trained model before files, frames, arrays, and its own points."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import DataError, RunFileError, SettingsError, ShapeError
from nnplug.engine.assess import assess_part, gives_probabilities

X = np.array([[0.0, 1], [1, 0], [2, 2], [3, 1], [0, 3], [1, 2]])
LABELS = np.array(["no", "yes", "no", "yes", "no", "yes"])


def saved(tmp_path: Path, **settings: Any) -> Any:
    folder = tmp_path / f"run{len(list(tmp_path.iterdir()))}"
    nnplug.train(**{"hidden": [3], "epochs": 30, **settings}, save=folder)
    return nnplug.load(folder)


@pytest.mark.parametrize(
    ("dataset", "loss"),
    [("moons:n=60", "bce"), ("moons:n=60", "cross_entropy"), ("blobs:n=60", None), ("bumps", None)],
)
def test_its_own_points_give_the_metrics_of_training(
    tmp_path: Path, dataset: str, loss: str | None
) -> None:
    folder = tmp_path / "run"
    result = nnplug.train(
        dataset=dataset, hidden=[4], epochs=20, test_split=0.3, loss=loss, save=folder
    )
    model = nnplug.load(folder)
    for part in ("train", "test"):
        found = assess_part(model, part)
        for name, value in result.metrics[part].items():
            assert found.metrics[name] == pytest.approx(value, rel=1e-12), name
    assert found.rows == len(result.test or ())
    assert json.loads(json.dumps(found.as_json())) == found.as_json()


def test_a_model_without_points_held_out_says_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="held no points out"):
        assess_part(saved(tmp_path), "test")


def test_other_points_than_those_of_before_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    rows = [f"{a},{b},{c}" for (a, b), c in zip(X.tolist(), LABELS, strict=True)]
    table.write_text("\n".join(["a,b,c", *rows]))
    model = saved(tmp_path, data=str(table), target="c", test_split=0.34)
    assert assess_part(model, "test").rows == 2
    table.write_text("\n".join(["a,b,c", *(f"1{row}" for row in rows)]))
    with pytest.raises(RunFileError, match="other test points than its settings give today"):
        assess_part(model, "test")


def test_arrays_are_not_in_the_folder_but_can_be_given(tmp_path: Path) -> None:
    model = saved(tmp_path, x=X, y=LABELS, scale="standard")
    with pytest.raises(RunFileError, match="trained on arrays") as error:
        assess_part(model, "train")
    assert "model.evaluate(x, y)" in (error.value.hint or "")
    found = model.evaluate(X, LABELS)
    assert found.names == ("no", "yes")
    right = (model.predict(X)[:, 0] >= 0.5) == (LABELS == "yes")
    assert found.metrics["accuracy"] == right.mean()
    twice = model.evaluate(X, LABELS, weights=[1, 1, 1, 1, 1, 0])
    assert twice.metrics["accuracy"] == right[:5].mean()
    one_class = model.evaluate(X[:1], LABELS[:1])
    assert one_class.metrics["roc_auc"] is None


def test_frames_and_files_are_found_by_their_columns(tmp_path: Path) -> None:
    frame = {"a": X[:, 0], "b": X[:, 1], "c": LABELS}
    model = saved(tmp_path, data=frame, target="c")
    expected = model.evaluate(frame)
    assert expected.source == "the data frame"
    table = tmp_path / "new.csv"
    rows = [f"{c};?;{b};{a};2" for (a, b), c in zip(X.tolist(), LABELS, strict=True)]
    table.write_text("\n".join(["kind;other;b;a;w", *rows]))
    found = model.evaluate(str(table), target=("kind",))
    assert found.metrics == expected.metrics
    weighted = model.evaluate(str(table), target=("kind",), weight_column="w")
    assert weighted.metrics["classes"]["no"]["rows"] == 6.0
    with pytest.raises(DataError, match="no column 'c'"):
        model.evaluate(str(table))


def test_what_does_not_fit_is_refused(tmp_path: Path) -> None:
    model = saved(tmp_path, x=X, y=LABELS)
    with pytest.raises(DataError, match="'perhaps', in 1 of 6 rows"):
        model.evaluate(X, [*LABELS[:5], "perhaps"])
    with pytest.raises(ShapeError, match="one entry a sample"):
        model.evaluate(X, LABELS[:5])
    with pytest.raises(DataError, match="all 0"):
        model.evaluate(X, LABELS, weights=np.zeros(6))
    with pytest.raises(DataError, match="column of its targets"):
        model.evaluate({"x1": X[:, 0], "x2": X[:, 1]})


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"loss": "bce"}, True),
        ({"loss": "cross_entropy"}, True),
        ({"loss": "hinge"}, False),
        ({"loss": "mse"}, True),  # with the sigmoid that it is given
        ({"loss": "mse", "output": "none"}, False),
    ],
)
def test_log_loss_is_for_probabilities(
    tmp_path: Path, settings: dict[str, Any], expected: bool
) -> None:
    model = saved(tmp_path, **settings)
    assert gives_probabilities(model.network) is expected
    assert (assess_part(model, "train").metrics["log_loss"] is not None) is expected


def test_many_rows_are_measured_in_pieces(tmp_path: Path) -> None:
    model = saved(tmp_path, epochs=5)
    rng = np.random.default_rng(0)
    x, y = rng.random((10_000, 2)), rng.integers(0, 2, 10_000)
    weights = rng.random(10_000)
    found = model.evaluate(x, y, weights=weights)
    z = model.network.forward(x, training=False)
    loss = np.average(np.logaddexp(0, z[:, 0]) - y * z[:, 0], weights=weights)
    assert found.metrics["loss"] == pytest.approx(loss, rel=1e-12)
