"""How long a training step takes: XOR 21 x 2, 10-10-1, sigmoid, BCE, Adam, float64.

    python benchmarks/xor_step.py [--rounds 15] [--steps 5000] [--forms] [--json]

Everything runs in one process with one thread, in rounds (a, b, c, d, nnplug, a, b, ...). Each
round gives one ratio, and the median ratio is held against its target. A missed target is printed
and fails nothing; contestants that do not compute the same thing do.
"""

import argparse
import json
import os
import sys
from statistics import median

from timing import Run, Target, as_json, available, measure, ratios, row, versions

LABELS = {
    "a": "(a) straight-line NumPy",
    "b": "(b) dict of arrays",
    "c": "(c) scikit-learn",
    "c'": "(c') the same, shuffle=False",
    "d": "(d) PyTorch, fused Adam",
    "nnplug": "nnplug.train",
}
TARGETS = (
    Target("nnplug", "a", True, 1.35, wish=1.15),
    Target("b", "nnplug", False, 1.5),
    Target("c", "nnplug", False, 5),
    Target("c'", "nnplug", False, 5),
    Target("d", "nnplug", False, 8),
)
CHECKED_STEPS = 50


def use_one_thread() -> None:
    """Say how large the thread pools are; NumPy reads it once, when it is imported."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def contestants() -> tuple[dict[str, Run], dict[str, str]]:
    """Return the contestants that can run, and why each of the others cannot."""
    import libraries
    from lab_style import dict_of_arrays
    from straight_line import flat_dot

    makers = {
        "a": lambda: flat_dot,
        "b": lambda: dict_of_arrays,
        "c": libraries.scikit_learn,
        "c'": lambda: libraries.scikit_learn(shuffle=False),
        "d": libraries.pytorch,
        "nnplug": libraries.nnplug,
    }
    return available(makers)


def distances(runs: dict[str, Run]) -> dict[str, float]:
    """Return how far each loss after 50 steps is from that of (a), all from the same weights.

    scikit-learn is left out: its start weights are its own.
    """
    reference = runs["a"](CHECKED_STEPS)
    compared = [name for name in runs if name[0] != "c"]
    return {name: abs(runs[name](CHECKED_STEPS) - reference) for name in compared}


def report(times: dict[str, list[float]], far: dict[str, float], skipped: dict[str, str]) -> None:
    """Print the tables that a reader wants."""
    print(f"{'microseconds a step':30s}{'median':>8s}   {'quartiles':16s} (min .. max)")
    for name, values in times.items():
        print(row(LABELS[name], values, 1))
    for name, why in skipped.items():
        print(f"{LABELS[name]:30s} skipped: {why}")
    print(f"\n{'ratio, round by round':30s}{'median':>8s}   {'quartiles':16s} (min .. max)")
    for target in TARGETS:
        found = ratios(times, target)
        label = f"{_short(target.over)} / {_short(target.under)}"
        if found:
            print(f"{row(label, found, 2)}   {target.verdict(median(found))}")
        else:
            print(f"{label:30s} not measured")
    print(f"\nthe loss after {CHECKED_STEPS} steps from the same weights, away from that of (a):")
    print(", ".join(f"{_short(name)} {d:.1e}" for name, d in far.items() if name != "a"))


def _short(name: str) -> str:
    return name if name == "nnplug" else f"({name})"


def report_forms(rounds: int, steps: int) -> None:
    """Print the straight-line forms side by side: which of them is the fastest?"""
    from straight_line import FORMS

    times = measure(FORMS, rounds, steps)
    print(f"{'microseconds a step':30s}{'median':>8s}   {'quartiles':16s} (min .. max)")
    for name, values in times.items():
        print(row(name, values, 1))


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--steps", type=int, default=5000, help="steps a round")
    parser.add_argument("--forms", action="store_true", help="compare the forms of (a) instead")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if options.rounds < 1 or options.steps < 1:
        parser.error("--rounds and --steps are at least 1")

    use_one_thread()
    if options.forms:
        report_forms(options.rounds, options.steps)
        return 0
    runs, skipped = contestants()
    far = distances(runs)
    cheats = [name for name, distance in far.items() if not distance <= 1e-12]
    if cheats:
        print(f"not the same training as (a): {cheats}, {far}", file=sys.stderr)
        return 1
    times = measure(runs, options.rounds, options.steps)
    about = versions(["numpy", "scikit-learn", "torch", "nnplug"])
    if options.json:
        whole = {"versions": about, **as_json(times, TARGETS), "distances": far, "skipped": skipped}
        print(json.dumps(whole, indent=2))
        return 0
    print(", ".join(f"{name} {version}" for name, version in about.items()))
    print(f"{options.rounds} rounds of {options.steps} steps, one thread\n")
    report(times, far, skipped)
    return 0


if __name__ == "__main__":
    sys.exit(main())
