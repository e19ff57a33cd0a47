"""How well two workers use two cores: a comparison in a pool beside two independent processes.

    python benchmarks/workers.py [--rounds 7] [--epochs 4000]

The same runs (4 settings, 32 seeds each, xor, 10-10-1) are trained by a pool of two workers, and by
two processes that know nothing of each other, each with half of the seeds; every process has one
BLAS thread. What a run of one epoch takes is subtracted: the start of processes. The pool should
reach at least 0.95 of the throughput of the two.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter

from timing import Target, ratios, row, versions
from xor_step import use_one_thread

SEEDS = 32
WORKERS = 2

PROGRAM = """
import sys
from nnplug.comparison.compare import run_plan
from nnplug.comparison.execute import InProcess
from nnplug.comparison.plan import prepare_plan
from nnplug.comparison.plan_file import plan_of
from nnplug.comparison.pool import LocalPool
from nnplug.core.registry import default_registry

workers, seed, seeds, epochs = map(int, sys.argv[1:])
vary = ["optimizer=momentum adam adagrad rmsprop"]
asked = plan_of({"vary": vary, "seeds": seeds, "base": {"epochs": epochs, "seed": seed}})
registry = default_registry()
executor = InProcess(registry) if workers == 1 else LocalPool(workers, registry)
run_plan(asked, prepare_plan(asked, registry), executor)
"""

TARGETS = (Target("two", "pool", False, 0.95),)


def independent(epochs: int) -> float:
    """Return the seconds that two processes take, each with half of the seeds."""
    half = SEEDS // WORKERS
    return timed([(1, i * half, half, epochs) for i in range(WORKERS)])


def pool(epochs: int) -> float:
    """Return the seconds that a pool of two workers takes."""
    return timed([(WORKERS, 0, SEEDS, epochs)])


def timed(programs: list[tuple[int, ...]]) -> float:
    """Return the seconds until all of these programs, started together, have ended."""
    started = perf_counter()
    running = [
        subprocess.Popen([sys.executable, "-c", PROGRAM, *map(str, arguments)])
        for arguments in programs
    ]
    codes = [process.wait() for process in running]
    if any(codes):
        raise RuntimeError("a contestant failed")
    return perf_counter() - started


def work(contestant: Callable[[int], float], epochs: int) -> float:
    """Return the seconds for so many epochs, without those for starting processes."""
    return contestant(epochs + 1) - contestant(1)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--epochs", type=int, default=4000)
    options = parser.parse_args()
    use_one_thread()
    times: dict[str, list[float]] = {"two": [], "pool": []}
    for _ in range(options.rounds):
        times["two"].append(work(independent, options.epochs))
        times["pool"].append(work(pool, options.epochs))
    print(", ".join(f"{name} {v}" for name, v in versions(["numpy", "nnplug"]).items()))
    print(f"{os.cpu_count()} cores, {options.rounds} rounds of {options.epochs} epochs\n")
    print(f"{'seconds':30s}{'median':>8s}   {'quartiles':16s} (min .. max)")
    print(row("two independent processes", times["two"], 2))
    print(row("a pool of two workers", times["pool"], 2))
    found = ratios(times, TARGETS[0])
    said = TARGETS[0].verdict(median(found))
    print(f"\n{row('throughput, pool / two', found, 2)}   {said}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
