"""A result: what it says, saves and draws."""

import errno
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import RunFileError
from nnplug.engine import result as module
from nnplug.engine.result import title_of


def small(**settings: Any) -> nnplug.Result:
    return nnplug.train(**{"epochs": 3, "hidden": [3], **settings})


def test_predictions_have_the_tasks_columns() -> None:
    x = np.zeros((5, 2))
    assert small().predict(x).shape == (5, 1)
    assert small(loss="cross").predict(x).shape == (5, 1)
    both = small(loss="cross")
    np.testing.assert_array_equal(both.predict(x), both.network.predict(x)[:, 1:])
    classes = small(x=np.eye(3), y=["a", "b", "c"])
    assert classes.predict(np.eye(3)).shape == (3, 3)


def test_baselines_stand_beside_each_part() -> None:
    assert set(small().baselines) == {"train"}
    result = small(test_split=0.3)
    assert set(result.baselines) == set(result.metrics) == {"train", "test"}


@pytest.mark.parametrize(
    ("settings", "title"),
    [
        ({"dataset": "xor", "optimizer": "adam:beta1=0.5"}, "xor-adam"),
        ({"dataset": "chessboard:n=3", "optimizer": "gd"}, "chessboard-gd"),
        ({"dataset": "../a b:c", "optimizer": "nnplug-x:y:z=1"}, "___a_b-nnplug-x"),
    ],
)
def test_titles_are_safe_names(settings: dict[str, Any], title: str) -> None:
    assert title_of(settings) == title


def test_it_is_saved_once_and_never_over_itself(tmp_path: Path) -> None:
    result = small()
    assert result.save(tmp_path / "a") == result.folder == tmp_path / "a"
    with pytest.raises(RunFileError, match="exists already"):
        result.save(tmp_path / "a")
    result.save(tmp_path / "b")
    assert result.folder == tmp_path / "b"
    for name in ("config.toml", "history.csv", "model.npz"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    first = (tmp_path / "a" / "history.csv").read_text().splitlines()[0]
    assert first == "epoch,loss,accuracy"


def test_a_full_disk_leaves_no_empty_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *content: Any) -> None:
        raise RunFileError(f"cannot write {path}: {errno.errorcode[errno.ENOSPC]}")

    monkeypatch.setattr(module, "write_whole", full)
    result = small()
    with pytest.raises(RunFileError, match="cannot write"):
        result.save(tmp_path / "run")
    assert result.folder is None
    assert list(tmp_path.iterdir()) == []


def test_notes_that_json_cannot_hold_are_named(tmp_path: Path) -> None:
    class Odd(nnplug.Callback):
        """Notes a set."""

        def on_start(self, run: nnplug.RunView) -> None:
            run.notes["odd"] = {1, 2}

    with pytest.raises(RunFileError, match=r"cannot write .*: {1, 2} in it is nothing that JSON"):
        small(callback=Odd).save(tmp_path / "run")


def test_it_draws_itself(tmp_path: Path) -> None:
    figure = small().plot(tmp_path / "picture.png")
    assert (tmp_path / "picture.png").stat().st_size > 1000
    assert len(figure.axes) >= 2


def test_it_prints_without_the_run() -> None:
    assert "run=" not in repr(small())
