"""How much longer `nnplug train` takes with 100 packages installed that are slow to import.

    python benchmarks/hundred_plugins.py [--rounds 20] [--packages 100] [--json]

Two environments share this Python's libraries; one of them has 100 more packages in its own
site-packages, each with an entry point, and a module that takes 0.2 s to import. Both run the same
command on built-ins, in turn: by default with a run folder and its picture, and with --no-save. A
missed target is printed and fails nothing; a package that is imported, or not found, does. Where
other programs run meanwhile, the processor's time says more than the clock's.
"""

import argparse
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from time import perf_counter

if sys.platform != "win32":
    import resource

from timing import Target, ratios, row, summary, versions

COMMANDS = {
    "train": ("train", "--dataset", "xor", "--activation", "relu", "--optimizer", "adam"),
    "train --no-save": ("train", "--epochs", "100", "--no-save"),
}
TARGET = Target("with", "without", True, 1.02)

MODULE = """
import time
from pathlib import Path

import nnplug
from nnplug.core import Activation

Path(__file__).with_suffix(".imported").touch()
time.sleep(0.2)


class Named{n}(Activation):
    "y = z."

    def forward(self, z):
        return z

    def derivative(self, z, y):
        return 0 * z + 1


@nnplug.hookimpl
def nnplug_activations():
    return {{"named{n}": Named{n}}}
"""

FOUND = "from nnplug.core.loader.discovery import installed; print(len(installed()))"


def make_environment(home: Path, packages: int) -> Path:
    """Make an environment with so many packages, and return its Python."""
    venv.create(home, symlinks=os.name != "nt")
    (site,) = home.glob("[Ll]ib/**/site-packages")
    # The libraries of this Python as well, with what its own .pth files name.
    shared = sysconfig.get_paths()["purelib"]
    (site / "shared.pth").write_text(f"import site; site.addsitedir({shared!r})\n")
    for n in range(packages):
        info = site / f"nnplug_named{n}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: nnplug-named{n}\nVersion: 1.0\n"
            "Requires-Dist: nnplug>=0.1\n"
        )
        (info / "entry_points.txt").write_text(f"[nnplug]\nnamed{n} = nnplug_named{n}\n")
        (info / "RECORD").write_text("")
        (site / f"nnplug_named{n}.py").write_text(MODULE.format(n=n))
    return home / ("Scripts" if os.name == "nt" else "bin") / "python"


def plugins_of(python: Path) -> int:
    """Return how many plugins of strangers a Python has."""
    done = subprocess.run([python, "-c", FOUND], check=True, capture_output=True, text=True)
    return int(done.stdout)


def milliseconds(python: Path, words: Sequence[str], folder: Path) -> tuple[float, float]:
    """Return how long a command takes: by the clock, and of the processor."""
    started, used = perf_counter(), processor_seconds()
    subprocess.run(
        [python, "-m", "nnplug", *words],
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=folder,
    )
    return (perf_counter() - started) * 1e3, (processor_seconds() - used) * 1e3


def processor_seconds() -> float:
    """Return what the processes that ended have used; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(home: Path, packages: int, rounds: int) -> dict[str, dict[str, list[float]]]:
    """Return the times of each command, with and without the packages."""
    pythons = {
        "without": make_environment(home / "without", 0),
        "with": make_environment(home / "with", packages),
    }
    added = plugins_of(pythons["with"]) - plugins_of(pythons["without"])
    if added != packages:
        raise SystemExit(f"{added} packages are found, and {packages} were made")
    times: dict[str, dict[str, list[float]]] = {}
    for command, words in COMMANDS.items():
        clock: dict[str, list[float]] = {name: [] for name in pythons}
        processor: dict[str, list[float]] = {name: [] for name in pythons}
        for round_ in range(-1, rounds):  # the first one writes what byte code is missing
            # In turn the one and the other first, so that neither has the warmer place.
            for name in sorted(pythons, reverse=round_ % 2 == 0):
                took, used = milliseconds(pythons[name], words, home)
                if round_ >= 0:
                    clock[name].append(took)
                    processor[name].append(used)
        times[command] = clock
        if all(processor["with"]):
            times[f"{command}, processor"] = processor
    imported = list((home / "with").glob("**/*.imported"))
    if imported:
        raise SystemExit(f"{len(imported)} packages were imported")
    return times


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--packages", type=int, default=100)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if options.rounds < 1 or options.packages < 1:
        parser.error("--rounds and --packages are at least 1")

    with tempfile.TemporaryDirectory() as home:
        try:
            times = measure(Path(home), options.packages, options.rounds)
        except subprocess.CalledProcessError as error:
            print(error, error.stderr.decode(errors="replace"), sep="\n", file=sys.stderr)
            return 1

    about = versions(["numpy", "matplotlib", "nnplug"])
    found = {command: ratios(its, TARGET) for command, its in times.items()}
    verdicts = {
        command: TARGET.verdict(median(its["with"]) / median(its["without"]))
        for command, its in times.items()
    }
    if options.json:
        whole = {
            "versions": about,
            "packages": options.packages,
            "commands": {
                command: {
                    "milliseconds": {name: summary(v) for name, v in its.items()},
                    "ratio": {**summary(found[command]), "verdict": verdicts[command]},
                    "ratio of medians": median(its["with"]) / median(its["without"]),
                }
                for command, its in times.items()
            },
        }
        print(json.dumps(whole, indent=2))
        return 0
    print(", ".join(f"{name} {version}" for name, version in about.items()))
    print(f"{options.rounds} rounds, {options.packages} packages that take 0.2 s to import")
    for command, its in times.items():
        head = f"{command}, ms"
        print(f"\n{head:30s}{'median':>8s}   {'quartiles':16s} (min .. max)")
        for name, values in its.items():
            print(row(f"{name} the packages", values, 1))
        print(row("ratio, round by round", found[command], 3))
        quotient = median(its["with"]) / median(its["without"])
        print(f"{'ratio of the medians':30s}{quotient:8.3f}   {verdicts[command]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
