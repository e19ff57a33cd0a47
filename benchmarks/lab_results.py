"""The results that lab reports hand in, beside nnplug's: one recipe, eight seeds, held-out points.

    python benchmarks/lab_results.py [--seeds 8] [--epochs 500] [--only TEXT] [--json FILE]

The first table is report B's grid of twelve networks (100-50-10; four activations on three data
sets), trained by one recipe on 1,000 points and scored on those and on 10,000 others. The second
is the labs' small networks, each as the command that a student types.
"""

import argparse
import json
import os
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

for pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[pool] = "1"  # the runs share the cores; NumPy reads this once, when it is imported

RECIPE = {
    "hidden_dims": (100, 50, 10),
    "optimizer": "muon",
    "schedule": "cosine",
    "batch_size": 50,
}
EPOCHS = 500
TRAINED_ON, HELD_OUT = 1000, 10_000

REPORT_B = {
    ("linear", "sigmoid"): 0.9963,
    ("linear", "relu"): 0.9999,
    ("linear", "leaky_relu"): 0.9999,
    ("linear", "silu"): 0.9990,
    ("quadrants", "sigmoid"): 0.9862,
    ("quadrants", "relu"): 0.9850,
    ("quadrants", "leaky_relu"): 0.9879,
    ("quadrants", "silu"): 0.9653,
    ("chessboard", "sigmoid"): 0.9432,
    ("chessboard", "relu"): 0.9667,
    ("chessboard", "leaky_relu"): 0.9570,
    ("chessboard", "silu"): 0.5150,
}
"""The accuracies of report B; it calls the quadrants xor, and gives no sizes."""

SMALL = {
    f"{lab}, {data}, {loss}": f"train --dataset {data} --hidden-dims {dims} --activation sigmoid "
    f"--loss {loss} --epochs 2000"
    for lab, dims in (("A", "10 10"), ("C", "9 4"), ("D", "16 16"))
    for data in ("linear", "xor")
    for loss in ("bce", "mse")
} | {
    f"no activation, {data}": f"train --dataset {data} --activation none"
    for data in ("linear", "xor")
}
"""The labs' small networks as commands; without --optimizer they take Adam."""

DIVERGING = (
    "train --hidden-dims 9,4 --activation none --output none --loss mse --optimizer gd "
    "--init normal --lr 0.2"
)


def dataset(name: str, n: int) -> str:
    """Return the spec of n points."""
    return f"{name}:n={n}" + (",cells=4" if name == "chessboard" else "")


def train_one(job: tuple[str, str, int, int]) -> tuple[str, str, int, float, float]:
    """Train one network; return its accuracy on the points trained on and on those held out."""
    import numpy as np

    import nnplug

    data, activation, seed, epochs = job
    result = nnplug.train(
        dataset=dataset(data, TRAINED_ON),
        activation=activation,
        seed=seed,
        epochs=epochs,
        **RECIPE,
    )
    # Other points of the same distribution, from a stream that no training run draws from.
    others = nnplug.Registry().build("dataset", dataset(data, HELD_OUT))
    points = others.load(np.random.default_rng([seed, HELD_OUT]))
    right = (result.predict(points.x) >= 0.5) == points.y
    return data, activation, seed, result.metrics["train"]["accuracy"], float(right.mean())


def grid(seeds: int, epochs: int, only: str) -> dict[tuple[str, str], dict[str, list[float]]]:
    """Train every cell with every seed, on all cores."""
    cells = [cell for cell in REPORT_B if only in " ".join(cell)]
    jobs = [(data, act, seed, epochs) for data, act in cells for seed in range(seeds)]
    found: dict[tuple[str, str], dict[str, list[float]]] = {
        cell: {"train": [], "held out": []} for cell in cells
    }
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for data, activation, _, train, held in pool.map(train_one, jobs):
            found[data, activation]["train"].append(train)
            found[data, activation]["held out"].append(held)
    return found


def spread(values: list[float]) -> str:
    """Say median and range: "0.9910 (0.9850 .. 1.0000)"."""
    return f"{median(values):.4f} ({min(values):.4f} .. {max(values):.4f})"


def grid_table(found: dict[tuple[str, str], dict[str, list[float]]]) -> list[str]:
    """Return the first table as Markdown."""
    lines = [
        "| data | activation | report B | trained on, median (range) | held out, median (range) |",
        "|---|---|---|---|---|",
    ]
    for (data, activation), scores in found.items():
        train, held = spread(scores["train"]), spread(scores["held out"])
        reported = REPORT_B[data, activation]
        lines.append(f"| {data} | {activation} | {reported:.4f} | {train} | {held} |")
    return lines


def small_table(seeds: int, only: str) -> list[str]:
    """Run the labs' small networks through the command line and return the second table."""
    lines = ["| lab | command | accuracy, median (range) |", "|---|---|---|"]
    jobs = {lab: command for lab, command in SMALL.items() if only in lab}
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for lab, command in jobs.items():
            scores = list(pool.map(accuracy, [command] * seeds, range(seeds)))
            lines.append(f"| {lab} | `nnplug {command}` | {spread(scores)} |")
    return lines


def accuracy(command: str, seed: int) -> float:
    """Run one command and return the accuracy of its result line."""
    done = nnplug_command(f"{command} --seed {seed} --json --no-save")
    return float(json.loads(done.stdout.splitlines()[-1])["accuracy"])


def nnplug_command(words: str) -> "subprocess.CompletedProcess[str]":
    """Run `nnplug` in a process of its own."""
    line = [sys.executable, "-m", "nnplug", *words.split()]
    return subprocess.run(line, capture_output=True, text=True, check=False)


def diagnosis() -> str:
    """Return what the diverging command says."""
    return nnplug_command(f"{DIVERGING} --no-save --quiet").stderr.strip()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--only", default="", help="rows whose names contain this")
    parser.add_argument("--json", type=Path, help="write every score of the first table here")
    options = parser.parse_args()
    if options.seeds < 1 or options.epochs < 1:
        parser.error("--seeds and --epochs are at least 1")

    found = grid(options.seeds, options.epochs, options.only)
    print("\n".join(grid_table(found)))
    print()
    print("\n".join(small_table(options.seeds, options.only)))
    print(f"\n$ nnplug {DIVERGING}\n{diagnosis()}")
    if options.json:
        scores: dict[str, Any] = {" ".join(cell): values for cell, values in found.items()}
        options.json.write_text(json.dumps(scores, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
