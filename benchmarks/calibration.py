"""Is the conformance kit right? False alarms on right components, detection of wrong ones.

    python benchmarks/calibration.py [--seeds 1000] [--into FILE] [--workers 1] [--short]

The first table: all checks on all built-ins, at other points with each seed; none may fail. The
second: the wrong components of `tests/mistakes/`; each must be caught by the check that is meant
for it, with words that fit. With --into it may be ended at any time, by kill -9 as well: the same
command goes on where it was. --write makes `docs/contributing/calibration.md` of what it found.
"""

import argparse
import json
import math
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

for pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[pool] = "1"  # NumPy reads this once, when it is imported

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "contributing" / "calibration.md"
SUMMARY = ROOT / "benchmarks" / "calibration.json"
sys.path += [str(ROOT / "benchmarks"), str(ROOT / "tests")]

from calibration_rows import Into, Job, Row, job_of  # noqa: E402 - found on these paths
from calibration_tables import missed, page, summary, tables  # noqa: E402 - found on these paths

FULL, OTHERS = 1000, 10
"""Seeds for activations and losses; other kinds have one for each ten of them."""

SHORT = 3
"""Seeds of the short form."""

MISTAKE_SEEDS = 20
"""Seeds at which each wrong component must be caught."""

PATIENCE = 20.0
"""Seconds between two words on how far it is."""


@cache
def registry() -> Any:
    """Return a registry that loads no stranger."""
    from nnplug.core.registry import Registry

    return Registry(only=())


@cache
def builtins() -> dict[tuple[str, str], Any]:
    """Return the classes of all built-ins by kind and name."""
    return {(entry.kind, entry.name): entry.cls for entry in registry().entries()}


@cache
def wrong() -> dict[str, Any]:
    """Return the wrong components by name."""
    from mistakes import all_mistakes

    return {one.id: one for one in all_mistakes()}


def jobs(seeds: int, mistake_seeds: int, only: str = "", others: int = 0) -> list[Job]:
    """Return all work, one seed after the other.

    seeds : for activations and losses;  others : for other kinds, 0 for one each ten of these
    """
    few = others or max(1, seeds // OTHERS)
    many = {"activation": range(1, seeds + 1), "loss": range(1, seeds + 1)}
    found = {key: many.get(key[0], range(1, few + 1)) for key in builtins()}
    found |= {("mistake", name): range(mistake_seeds) for name in wrong()}
    return sorted(
        (
            (kind, name, seed)
            for (kind, name), at in found.items()
            if only in f"{kind} {name}"
            for seed in at
        ),
        key=lambda job: job[2],
    )


def measure(job: Job) -> Row:
    """Run the checks of one component at one seed."""
    kind, name, seed = job
    row: Row = {"kind": kind, "name": name, "seed": seed}
    return row | (_mistake(name, seed) if kind == "mistake" else _builtin(kind, name, seed))


def _builtin(kind: str, name: str, seed: int) -> Row:
    from nnplug.testing import run_checks

    results = run_checks(builtins()[kind, name], registry=registry(), seed=seed)
    return {
        "ran": [result.id for result in results if result.status != "skipped"],
        "margins": {r.id: _short(r.margin) for r in results if r.margin is not None},
        "failed": {result.id: result.reason for result in results if result.failed},
    }


def _mistake(name: str, seed: int) -> Row:
    mistake = wrong()[name]
    meant = mistake.run(seed)
    says = meant.diagnosis or meant.reason
    # What fails without a comparison has only the margins of those before it.
    clear = meant.failed and meant.margin is not None and meant.margin > 1
    return {
        "check": mistake.check,
        "description": mistake.description,
        "caught": meant.failed,
        "fits": meant.failed and bool(re.search(mistake.words, says)),
        "margin": _short(meant.margin) if clear else None,
        "says": says,
    }


def _short(margin: float) -> float | str:
    return float(f"{margin:.3g}") if math.isfinite(margin) else str(margin)


def rows(todo: Iterable[Job], workers: int) -> Iterator[Row]:
    """Yield the row of each job, as they come; from this process or from several others."""
    if workers == 1:
        yield from map(measure, todo)
        return
    queue: SimpleQueue[Job] = SimpleQueue()
    done: SimpleQueue[Row | BaseException] = SimpleQueue()
    many = [queue.put(job) for job in todo]
    for _ in range(workers):
        Thread(target=_serve, args=(queue, done), daemon=True).start()
    for _ in many:
        row = done.get()
        if isinstance(row, BaseException):
            raise row
        yield row


def _serve(queue: "SimpleQueue[Job]", done: "SimpleQueue[Row | BaseException]") -> None:
    """Hand jobs to a process of its own; it ends with its stdin, and so with this process."""
    command = [sys.executable, __file__, "--worker"]
    try:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            while True:
                print(json.dumps(queue.get_nowait()), file=process.stdin, flush=True)
                done.put(json.loads(process.stdout.readline()))
    except Empty:
        return
    except BaseException as error:
        done.put(error)


def work() -> int:
    """Answer each job on stdin with a row on stdout."""
    answers, sys.stdout = sys.stdout, sys.stderr  # what a component prints is no answer
    for line in sys.stdin:
        kind, name, seed = json.loads(line)
        print(json.dumps(measure((kind, name, seed))), file=answers, flush=True)
    return 0


def collect(todo: list[Job], into: Into | None, workers: int) -> list[Row]:
    """Do the jobs that are not done yet, and return the rows of all of them."""
    wanted = set(todo)
    found = [row for row in (into.rows if into else ()) if job_of(row) in wanted]
    done = {job_of(row) for row in found}
    left = [job for job in todo if job not in done]
    started = told = time.monotonic()
    for i, row in enumerate(rows(left, workers), 1):
        found.append(row)
        if into is not None:
            into.add(row)
        now = time.monotonic()
        if now - told > PATIENCE:
            told = now
            rest = (len(left) - i) * (now - started) / i / 60
            print(f"{i} of {len(left)}, about {rest:.0f} minutes to go", file=sys.stderr)
    return found


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=FULL, help="for activations and losses")
    parser.add_argument("--others", type=int, default=0, help="for other kinds; else a tenth")
    parser.add_argument("--into", type=Path, help="keep every row here, and go on from there")
    parser.add_argument("--workers", type=int, default=1, help="processes")
    parser.add_argument("--only", default="", help="components whose kind and name contain this")
    parser.add_argument("--short", action="store_true", help="few seeds, in a quarter of a minute")
    parser.add_argument(
        "--write", action="store_true", help=f"write {PAGE.name} and {SUMMARY.name}"
    )
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.worker:
        return work()
    if options.seeds < 1 or options.workers < 1 or options.others < 0:
        parser.error("--seeds and --workers are at least 1, --others is not below 0")
    seeds, mistake_seeds = (SHORT, 1) if options.short else (options.seeds, MISTAKE_SEEDS)
    todo = jobs(seeds, mistake_seeds, options.only, options.others)
    if not todo:
        parser.error(f"no component is called {options.only!r}")
    into = Into(options.into) if options.into else None
    try:
        found = summary(collect(todo, into, options.workers))
    finally:
        if into is not None:
            into.close()
    print(tables(found))
    if options.write:
        SUMMARY.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(page(found), encoding="utf-8")
    return 1 if found["alarms"] or missed(found) else 0


if __name__ == "__main__":
    sys.exit(main())
