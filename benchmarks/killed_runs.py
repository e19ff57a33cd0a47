"""Does a run that is killed go on as if it had not been? Kills at random moments.

    python benchmarks/killed_runs.py [--kills 200] [--seed 0] [--short]

Each of the runs below is trained once without a break. Then `nnplug train --checkpoint-every 1` is
killed by SIGKILL at a random moment, `nnplug train --resume` likewise, and so on until one of them
reaches the end: settings, history and model must be the same bytes. The table says where the kills
hit. A run that ends otherwise is printed with its command, and the exit code is 1.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

COMMAND = str(Path(sys.executable).parent / "nnplug")
FILES = ("config.toml", "history.csv", "model.npz", "log.jsonl")
EPOCHS = 2000
DEEP = "linear:units=6 batch_norm relu dropout:p=0.2 residual[linear:units=6 tanh] layer_norm"

RUNS: tuple[tuple[str, ...], ...] = (
    ("--layers", DEEP, "--dataset", "moons:n=40", "--batch-size", "16", "--schedule", "one_cycle"),
    ("--optimizer", "l_bfgs", "--dtype", "float32", "--track"),
    ("--optimizer", "muon", "--test-split", "0.3", "--restore-best", "--schedule", "cosine"),
    ("--optimizer", "nadam", "--callback", "early_stopping:patience=1990", "--callback", "jsonl"),
    ("--optimizer", "adadelta", "--dtype", "float32", "--layers", DEEP, "--clip", "0.5"),
    ("--dataset", "blobs:n=40", "--optimizer", "sgd:momentum=0.9", "--weight-decay", "0.01"),
    ("--dataset", "sine:n=40", "--optimizer", "adamw", "--schedule", "warmup_cosine", "--track"),
)

MOST = 10
"""After so many kills, a run is left alone."""

LONGEST = 0.3
"""Seconds after which a process is killed, at most, from when it begins."""

EARLY = 0.15
"""The share of kills before that: while Python starts, and reads the data."""

PLACES = (
    "before it had its folder",
    "before its first state",
    "between two writes",
    "while it wrote a file",
    "after its last state",
)


@dataclass
class Found:
    """What the kills did.

    places : how many hit where;  ended : how many runs reached their end;  wrong : those that ended
    otherwise than without a break;  most : the most kills that one run went through
    """

    places: Counter[str] = field(default_factory=Counter)
    ended: int = 0
    most: int = 0
    wrong: list[str] = field(default_factory=list)


def kill_runs(kills: int, seed: int, folder: Path) -> Found:
    """Kill so many processes, and let every run reach its end."""
    rng = random.Random(seed)
    each = min(MOST, -(-kills // len(RUNS)))
    found = Found()
    whole: dict[Sequence[str], Path] = {}
    for number, flags in enumerate(cycle(RUNS)):
        left = min(each, kills - found.places.total())
        if left <= 0:
            return found
        if flags not in whole:
            whole[flags] = folder / f"whole{number}"
            _run(_first(flags, whole[flags]), folder)
        run = folder / f"run{number}"
        hits = list(_killed(flags, run, left, rng))
        found.places.update(hits)
        found.ended += 1
        found.most = max(found.most, len(hits))
        if wrong := _differs(whole[flags], run):
            said = " ".join(_first(flags, run))
            found.wrong.append(f"after {len(hits)} kills ({wrong}): {said}")
        shutil.rmtree(run)
    raise AssertionError


def _killed(flags: Sequence[str], run: Path, most: int, rng: random.Random) -> Iterator[str]:
    """Train to the end, killing on the way; yield where each kill hit."""
    for _ in range(most):
        words = _next(flags, run)
        if words is None:
            return
        process = _start([*words, "--checkpoint-every", "1"], run.parent)
        if not _kill(process, run, rng):
            return
        yield _place(run)
    words = _next(flags, run)
    if words is not None:
        _run(words, run.parent)


def _kill(process: "subprocess.Popen[str]", run: Path, rng: random.Random) -> bool:
    """Kill a process at a random moment; say whether it had not ended by itself before."""
    fresh = not (run / "model.npz").exists()
    if rng.random() < (0.5 if fresh else EARLY):
        time.sleep(rng.uniform(0, 2 * LONGEST))
    else:
        begun = run / "config.toml"  # which it writes before its first step
        before = _written(begun)
        while process.poll() is None and _written(begun) == before:
            time.sleep(0.001)
        # The first moments are the most delicate.
        time.sleep(LONGEST * rng.random() ** (8 if fresh else rng.choice((1, 2, 8))))
    process.send_signal(signal.SIGKILL)
    _, said = process.communicate()
    if process.returncode == -signal.SIGKILL:
        return True
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, process.args))}\n{said}")  # type: ignore[arg-type] - a list
    return False


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _place(run: Path) -> str:
    if not run.exists() or not any(run.iterdir()):
        return PLACES[0]
    if any(path.suffix == ".part" for path in run.iterdir()):
        return PLACES[3]
    if not (run / "model.npz").exists():
        return PLACES[1]
    return PLACES[4] if _has_ended(run) else PLACES[2]


def _has_ended(run: Path) -> bool:
    from nnplug.engine.saved import read_summary

    return bool(read_summary(run / "model.npz").meta["ended"])


def _first(flags: Sequence[str], run: Path) -> list[str]:
    return ["--epochs", str(EPOCHS), *flags, "--save", str(run)]


def _next(flags: Sequence[str], run: Path) -> list[str] | None:
    """Return what to type next, or None for a run that has ended."""
    if run.exists() and not any(path.name != ".lock" for path in run.iterdir()):
        shutil.rmtree(run)  # killed before anything was written: nobody can go on with that
    if not run.exists():
        return _first(flags, run)
    if (run / "model.npz").exists() and _has_ended(run):
        return None
    if not (run / "config.toml").exists():
        shutil.rmtree(run)
        return _first(flags, run)
    return ["--resume", str(run)]


def _start(words: Sequence[str], folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [COMMAND, "train", "--quiet", *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )


def _run(words: Sequence[str], folder: Path) -> None:
    process = _start(words, folder)
    said, _ = process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}\n{said}")


def _differs(whole: Path, run: Path) -> str:
    """Say which files are not the same bytes, and what was left behind."""
    there = [name for name in FILES if (whole / name).exists() or (run / name).exists()]
    wrong = [name for name in there if (whole / name).read_bytes() != (run / name).read_bytes()]
    return ", ".join([*wrong, *(path.name for path in run.glob(".*"))])


def main() -> int:
    """Read the command line, kill, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--short", action="store_true", help="20 kills")
    options = parser.parse_args()
    kills = 20 if options.short else options.kills
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = kill_runs(kills, options.seed, Path(folder))
    print(f"{kills} kills in {time.monotonic() - began:.0f} s")
    for place in PLACES:
        print(f"{found.places[place]:5}  {place}")
    right = found.ended - len(found.wrong)
    print(f"{right} of {found.ended} runs ended with the same bytes; one went through {found.most}")
    for line in found.wrong:
        print(f"WRONG {line}")
    return 1 if found.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
