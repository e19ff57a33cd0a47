"""How fast a table of a million rows and twenty columns loads, and how much memory that takes.

    python benchmarks/tables.py [--rounds 3] [--rows 1000000] [--json]

Each contestant reads the same CSV file in a process of its own, and makes an array of floats of it.
Time includes importing what reads; memory is the peak of the whole process, Python and NumPy
included. A missed target is printed and fails nothing; a contestant that fails does.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from timing import Target, row, summary, versions

COLUMNS = 20

SECONDS = Target("nnplug", "1 s", True, 5)
MEMORY = Target("nnplug", "the numbers", True, 5)

WRITE = """
import sys
import numpy as np

path, rows, columns = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = np.random.default_rng(0)
with open(path, "w") as file:
    file.write(",".join([*(f"x{j}" for j in range(columns - 1)), "y"]) + "\\n")
    for start in range(0, rows, 10_000):
        n = min(10_000, rows - start)
        x = rng.standard_normal((n, columns - 1)).tolist()
        y = rng.integers(0, 2, n).tolist()
        file.writelines(",".join(map(repr, [*a, b])) + "\\n" for a, b in zip(x, y))
"""

READ = """
import hashlib
import sys
from time import perf_counter

import numpy as np

path = sys.argv[1]
started = perf_counter()
{code}
seconds = perf_counter() - started
try:
    # The peak of this program alone; that of `resource` may be its parent's.
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmHWM"))
except OSError:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak *= 1 if sys.platform == "darwin" else 1024
digest = hashlib.sha256(np.ascontiguousarray(x)).hexdigest()[:12]
print(seconds, peak, x.shape[0], x.shape[1], digest)
"""

CONTESTANTS = {
    "nnplug": """
from nnplug.tables.dataset import TableFile
x = TableFile(path=path, target=("y",)).load(None).x
""",
    "nnplug, split and scaled": """
from nnplug.core.registry import default_registry
from nnplug.engine.points import points_of
from nnplug.engine.settings import Settings
points = points_of(Settings(data=path, target="y", test_split=0.2), default_registry())
x = points.preparation.encode(points.train.x)
""",
    "pandas.read_csv, to_numpy": """
import pandas
x = pandas.read_csv(path).to_numpy(float)[:, :-1]
""",
    "np.loadtxt": """
x = np.loadtxt(path, delimiter=",", skiprows=1)[:, :-1]
""",
}


def run(name: str, path: Path) -> tuple[float, float, str]:
    """Return seconds, the peak in bytes, and what was read."""
    command = [sys.executable, "-c", READ.format(code=CONTESTANTS[name]), str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, peak, *read = done.stdout.split()
    return float(seconds), float(peak), " ".join(read)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if options.rounds < 1 or options.rows < 100:
        parser.error("--rounds is at least 1, and --rows at least 100")

    size = options.rows * COLUMNS * 8
    seconds: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    peaks: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write = [sys.executable, "-c", WRITE, str(path), str(options.rows), str(COLUMNS)]
        subprocess.run(write, check=True)
        megabytes = path.stat().st_size / 1e6
        try:
            for _ in range(options.rounds):
                read = {}
                for name in CONTESTANTS:
                    took, peak, read[name] = run(name, path)
                    seconds[name].append(took)
                    peaks[name].append(peak / size)
        except subprocess.CalledProcessError as error:
            print(error, error.stderr, sep="\n", file=sys.stderr)
            return 1
    whole = {name: text for name, text in read.items() if "split" not in name}
    if len(set(whole.values())) > 1:
        print(f"they read different numbers: {whole}", file=sys.stderr)
        return 1

    verdicts = {
        "seconds": SECONDS.verdict(median(seconds["nnplug"])),
        "peak over size": MEMORY.verdict(median(peaks["nnplug"])),
    }
    about = versions(["numpy", "pandas", "nnplug"])
    if options.json:
        found = {
            "versions": about,
            "rows": options.rows,
            "seconds": {name: summary(values) for name, values in seconds.items()},
            "peak over size": {name: summary(values) for name, values in peaks.items()},
            "verdicts": verdicts,
        }
        print(json.dumps(found, indent=2))
        return 0
    print(", ".join(f"{name} {version}" for name, version in about.items()))
    print(
        f"{options.rows:,} rows of {COLUMNS} columns: {size / 1e6:.0f} MB of floats, "
        f"{megabytes:.0f} MB of text; {options.rounds} rounds\n"
    )
    print(f"{'seconds':30s}{'median':>8s}   {'quartiles':16s} (min .. max)")
    for name, values in seconds.items():
        print(row(name, values, 2))
    print(f"\n{'peak over size of the floats':30s}{'median':>8s}")
    for name, values in peaks.items():
        print(row(name, values, 2))
    print(f"\nnnplug, seconds: {verdicts['seconds']}")
    print(f"nnplug, peak over size: {verdicts['peak over size']}")
    others = [name for name in CONTESTANTS if not name.startswith("nnplug")]
    for name in others:
        times = median(seconds["nnplug"]) / median(seconds[name])
        print(f"nnplug's time over that of {name}: {times:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
