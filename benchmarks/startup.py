"""How long `nnplug --help` takes, beside a Python that imports click.

    python benchmarks/startup.py [--rounds 20] [--json]

Each round starts every command once, so that a slow spell of the machine hits all of them. A
missed target is printed and fails nothing; a command that fails does.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter

from timing import Target, ratios, row, summary, versions

COMMANDS = {
    "python": [sys.executable, "-c", "pass"],
    "click": [sys.executable, "-c", "import click"],
    "help": [str(Path(sys.executable).parent / "nnplug"), "--help"],
    "version": [str(Path(sys.executable).parent / "nnplug"), "--version"],
}
LABELS = {
    "python": 'python -c "pass"',
    "click": 'python -c "import click"',
    "help": "nnplug --help",
    "version": "nnplug --version",
}
TARGET = Target("help", "click", True, 2)


def milliseconds(command: list[str]) -> float:
    """Return how long a command takes from its start to its end."""
    started = perf_counter()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return (perf_counter() - started) * 1e3


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if options.rounds < 1:
        parser.error("--rounds is at least 1")

    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    try:
        for command in COMMANDS.values():
            milliseconds(command)  # writes what byte code is missing
        for _ in range(options.rounds):
            for name, command in COMMANDS.items():
                times[name].append(milliseconds(command))
    except FileNotFoundError as error:
        print(f"{error.filename} is missing; install nnplug beside this Python", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(error, error.stderr.decode(errors="replace"), sep="\n", file=sys.stderr)
        return 1

    found = ratios(times, TARGET)
    verdict = TARGET.verdict(median(found))
    about = versions(["click", "nnplug"])
    if options.json:
        whole = {
            "versions": about,
            "milliseconds": {name: summary(v) for name, v in times.items()},
            "ratio": {**summary(found), "verdict": verdict},
        }
        print(json.dumps(whole, indent=2))
        return 0
    print(", ".join(f"{name} {version}" for name, version in about.items()))
    print(f"{options.rounds} rounds\n")
    print(f"{'milliseconds':30s}{'median':>8s}   {'quartiles':16s} (min .. max)")
    for name, values in times.items():
        print(row(LABELS[name], values, 1))
    print(f"{row('ratio, --help / import click', found, 2)}   {verdict}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
