import time

import numpy as np
import pytest

from nnplug.comparison.records import Comparison, Setting
from nnplug.comparison.tasks import Job, record_of
from nnplug.core.errors import RunFileError, SettingsError
from nnplug.engine.settings import Settings
from nnplug.engine.stack.many import train_many
from nnplug.figures.comparison import pictures_of, save_pictures

MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<?xml", "pdf": b"%PDF-"}


@pytest.fixture(scope="module")
def trained():
    """Two numbers, one of them a learning rate that is too large, over three seeds."""
    varied = [
        {"hidden_dims": dims, "lr": lr} for dims in ("2,2", "4,4") for lr in ("0.01", "0.3", "1e6")
    ]
    settings = [Setting(i, one, {}) for i, one in enumerate(varied)]
    jobs = [Job(one.index, seed, {}, surface=seed == 0) for one in settings for seed in range(3)]
    base = Settings(dataset="moons:n=60", optimizer="gd", loss="mse", epochs=30, test_split=0.25)
    base = base.but(activation="relu", output="identity")
    wanted = [
        base.but(
            lr=float(varied[job.setting]["lr"]),
            hidden_dims=tuple(map(int, varied[job.setting]["hidden_dims"].split(","))),
            seed=job.seed,
        )
        for job in jobs
    ]
    records, points = [], {}
    for finished in train_many(wanted):
        job = jobs[finished.index]
        records.append(record_of(job, finished, ("accuracy", 0.95)))
        if job.seed == 0:
            points[job.setting] = finished.result.train
    return Comparison(settings, [0, 1, 2], "test_loss", None, "binary", records, points=points)


def test_a_trained_comparison_has_every_picture(trained, assert_tidy):
    assert {record.status for record in trained.records} == {"done", "diverged"}
    figures = dict(pictures_of(trained))
    assert list(figures) == ["curves", "sweep", "heat_map", "surfaces"]
    for figure in figures.values():
        assert_tidy(figure)
    median = np.median([r.metrics["test_loss"] for r in trained.of(0)])
    mesh = figures["heat_map"].axes[0].collections[0].get_array()
    assert mesh[0, 0] == pytest.approx(median)
    assert len(figures["surfaces"].axes[0].images) == 1


@pytest.mark.parametrize("suffix", MAGIC)
def test_pictures_are_what_their_suffix_says(trained, tmp_path, suffix):
    assert save_pictures(trained, tmp_path / "new" / "folder", suffix) == []
    written = sorted((tmp_path / "new" / "folder").iterdir())
    names = ("curves", "heat_map", "surfaces", "sweep")
    assert [path.name for path in written] == [f"{name}.{suffix}" for name in names]
    assert all(path.read_bytes().startswith(MAGIC[suffix]) for path in written)


def test_only_those_that_apply_are_written(make, tmp_path):
    save_pictures(make.comparison({"optimizer": ["gd", "adam"]}, 2), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["curves.png"]


def test_the_same_comparison_gives_the_same_bytes(make, tmp_path):
    for name in "ab":
        save_pictures(make.comparison({"lr": ["1", "2", "3"]}, 3), tmp_path / name, "svg")
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_characters_without_a_font_are_noted_once(make, tmp_path):
    axes = {"optimizer": ["\U000f1234", "b"], "lr": ["1", "2", "3"]}
    (note,) = save_pictures(make.comparison(axes, 2), tmp_path)
    assert "\U000f1234" in note


def test_another_suffix_is_refused_before_anything_is_drawn(make, tmp_path):
    with pytest.raises(SettingsError, match=r"\.png, \.svg or \.pdf"):
        save_pictures(make.comparison({"lr": ["1"]}, 2), tmp_path / "new", "jpg")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_made_is_named(make, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunFileError, match=r"file.new"):
        save_pictures(make.comparison({"lr": ["1"]}, 2), tmp_path / "file" / "new")


def test_thirty_settings_are_drawn_in_seconds(make, tmp_path):
    axes = {"lr": [f"0.{i}" for i in range(1, 6)], "momentum": [f"0.{i}" for i in range(1, 7)]}
    made = make.comparison(axes, 16, surfaces=True, diverged={0: 16, 7: 3})
    save_pictures(make.comparison({"lr": ["1", "2", "3"]}, 2), tmp_path)  # imports matplotlib
    began = time.process_time()
    save_pictures(made, tmp_path)
    assert len(list(tmp_path.iterdir())) == 4
    # All four take 1.5 s on one core; one of them in 2 s is what is wanted.
    assert time.process_time() - began < 8
