"""`nnplug train --resume`: through the command, Ctrl-C and SIGKILL included."""

import json
import resource
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import nnplug as package

Nnplug = Any
ROOT = Path(__file__).parents[2]
FILES = ("config.toml", "history.csv", "model.npz")


def same(one: Path, other: Path) -> bool:
    return all((one / name).read_bytes() == (other / name).read_bytes() for name in FILES)


def test_a_longer_run_is_the_same_run(nnplug: Nnplug, tmp_path: Path) -> None:
    nnplug("train --epochs 10 --save run --batch-size 5")
    nnplug("train --epochs 30 --save whole --batch-size 5")
    found = nnplug("train --resume run --epochs 30")
    assert found.code == 0
    assert found.lines[0] == "it goes on after epoch 10, of 30"
    assert "done after 30 epochs" in found.out
    assert "saved in run" in found.out
    one, other = (package.load(tmp_path / name).network.w for name in ("run", "whole"))
    np.testing.assert_array_equal(one, other)


def test_what_changes_takes_leave(nnplug: Nnplug) -> None:
    nnplug("train --epochs 10 --save run --schedule cosine")
    found = nnplug("train --resume run --epochs 30")
    assert found.code == 1
    assert "schedule cosine knows the total: at step 1 of the 10 that are done" in found.err
    assert "  --extend goes on by the new total from here" in found.err
    found = nnplug("train --resume run --epochs 30 --extend")
    assert found.code == 0
    assert "knows the total" in found.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--resume run", "run has 10 of 10 epochs: there is nothing left to do"),
        ("--resume run --lr 0.5 --seed 3", "settings of the folder; drop --lr --seed"),
        ("--resume run --save other", "drop --save"),
        ("--resume run --config run/config.toml", "drop --config"),
        ("--resume nowhere", "nowhere does not exist"),
        ("--resume empty", "empty is no folder of a run"),
        ("--extend", "--extend goes with --resume"),
        ("--resume run --checkpoint-every 0", "0 is not in the range"),
    ],
)
def test_what_makes_no_sense_is_told(words: str, said: str, nnplug: Nnplug, tmp_path: Path) -> None:
    nnplug("train --epochs 10 --save run --quiet")
    (tmp_path / "empty").mkdir()
    before = {path: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    found = nnplug(f"train {words}")
    assert found.code in (1, 2)
    assert said in found.err
    assert {path: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before
    assert list((tmp_path / "empty").iterdir()) == []


def test_in_json_and_quiet_it_prints_no_more_than_any_run(nnplug: Nnplug) -> None:
    nnplug("train --epochs 10 --save run --quiet")
    rows = [json.loads(line) for line in nnplug("train --resume run --epochs 20 --json").lines]
    assert rows[-1]["epochs"] == 20
    assert [row["epoch"] for row in rows[:-1]] == list(range(11, 21))
    assert nnplug("train --resume run --epochs 30 --quiet").lines[0].startswith("done after 30")


def start(words: str, cwd: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "nnplug", "train", *words.split()],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


MANY = "--epochs 20000 --batch-size 6 --schedule one_cycle --callback early_stopping:patience=19000"


def test_ctrl_c_and_resume_is_the_same_run(nnplug: Nnplug, tmp_path: Path) -> None:
    process = start(f"{MANY} --save run", tmp_path)
    assert process.stdout is not None
    while not process.stdout.readline().startswith("epoch"):
        pass
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert 0 < package.load(tmp_path / "run").epoch < 20000
    found = nnplug("train --resume run")
    assert found.code == 0
    nnplug(f"train {MANY} --save whole --quiet")
    assert same(tmp_path / "run", tmp_path / "whole")
    picture = (tmp_path / "run" / "picture.png").read_bytes()
    assert picture == (tmp_path / "whole" / "picture.png").read_bytes()


def test_two_runs_at_once_into_one_folder(nnplug: Nnplug, tmp_path: Path) -> None:
    process = start("--epochs 100000000 --save run --checkpoint-every 100", tmp_path)
    try:
        while not (tmp_path / "run" / "model.npz").exists():
            time.sleep(0.02)
            assert process.poll() is None
        for words in ("train --save run", "train --resume run"):
            found = nnplug(words)
            assert found.code == 1
            assert (
                "run exists already" in found.err or "another run is writing into run" in found.err
            )
            assert len(found.err.splitlines()) == 2
        assert "running" in nnplug("runs run").out
    finally:
        process.kill()
        process.communicate()
    shutil.copytree(tmp_path / "run", tmp_path / "copy")
    assert package.load(tmp_path / "run").epoch >= 100


def test_of_two_that_begin_at_once_one_is_told(tmp_path: Path) -> None:
    pair = [start("--epochs 3000 --save run --quiet", tmp_path) for _ in range(2)]
    said = [process.communicate(timeout=60)[1] for process in pair]
    codes = sorted(process.returncode for process in pair)
    assert codes == [0, 1], said
    wrong = next(text for text in said if text)
    assert "run" in wrong.splitlines()[0]
    assert len(wrong.splitlines()) == 2
    assert package.load(tmp_path / "run").epoch == 3000
    assert not (tmp_path / "run" / ".lock").exists()


def test_a_disk_that_is_full_is_said_once_and_loses_nothing(nnplug: Nnplug, tmp_path: Path) -> None:
    def limit() -> None:  # the model's file is larger, and all others are smaller
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    words = "--epochs 40 --hidden-dims 200 --save run --checkpoint-every 10"
    assert nnplug(f"train {words} --quiet").code == 0
    again = "train --resume run --epochs 90 --checkpoint-every 10"
    done = subprocess.run(
        [sys.executable, "-m", "nnplug", *again.split()],
        cwd=tmp_path,
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "done after 90 epochs" in done.stdout
    assert "Traceback" not in done.stderr
    warning, error, hint = done.stderr.splitlines()
    assert warning == (
        "nnplug: warning: cannot write run/model.npz: File too large; it trains on, and the last "
        "state that is kept is that after epoch 40"
    )
    assert error == "nnplug: error: cannot write run/model.npz: File too large"
    assert hint.startswith("  its state after epoch 40 is there; once the folder can be written: ")
    assert package.load(tmp_path / "run").epoch == 40
    assert nnplug("train --resume run").code == 0, "the settings have the new total"
    assert package.load(tmp_path / "run").epoch == 90


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = ROOT / "benchmarks" / "killed_runs.py"
    spec = spec_from_file_location("killed_runs", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["killed_runs"] = module
    spec.loader.exec_module(module)
    return module


def test_a_run_that_is_killed_three_times_is_the_same_run(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(script, "RUNS", script.RUNS[:1])
    found = script.kill_runs(3, 0, tmp_path)
    assert (found.ended, found.wrong) == (1, [])


@pytest.mark.slow
def test_fifty_kills(script: ModuleType, tmp_path: Path) -> None:
    found = script.kill_runs(50, 1, tmp_path)
    assert found.wrong == []
    assert found.places.total() == 50
    assert found.ended == len(script.RUNS)
    assert found.places["while it wrote a file"] > 0
    assert found.places["between two writes"] > 0
