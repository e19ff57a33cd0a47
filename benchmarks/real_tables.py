"""nnplug beside scikit-learn's MLPClassifier and MLPRegressor, on the tables that ship with it.

    python benchmarks/real_tables.py [--seeds 8] [--epochs 200] [--init xavier] [--short] [--json]

Both train the same network on the same three quarters of a table, standardized by them, and are
scored on the last quarter: 64-bit numbers, one process, one thread, in turn. Times are those of the
processor, which other programs disturb less. The settings are scikit-learn's defaults, and only the
learning rate of sgd is raised to 0.01.

Targets: no median score below scikit-learn's by more than one standard error, and faster on all.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import pi
from statistics import mean, median, stdev
from time import process_time
from typing import Any

from timing import summary, versions
from xor_step import use_one_thread

TABLES = ("iris", "wine", "breast_cancer", "digits", "diabetes")
REGRESSION = ("diabetes",)
SOLVERS = ("adam", "sgd")

UNITS = 100
BATCH = 200
ALPHA = 1e-4
RATES = {"adam": 0.001, "sgd": 0.01}
TEST = 0.25

OF_A_MEDIAN = (pi / 2) ** 0.5
"""The standard error of a median by that of a mean, for normal numbers."""

CHECKED_EPOCHS = 50
ALIKE = 1e-9


@dataclass(frozen=True)
class Measured:
    """One table and solver: scores and seconds of each seed."""

    table: str
    solver: str
    scores: dict[str, list[float]]
    seconds: dict[str, list[float]]

    @property
    def error(self) -> float:
        """The standard error of the difference of the two medians."""
        return (
            OF_A_MEDIAN * sum(error_of_mean(values) ** 2 for values in self.scores.values()) ** 0.5
        )

    @property
    def scores_as_well(self) -> bool:
        """Whether nnplug's median is not below scikit-learn's by more than that."""
        ours, theirs = median(self.scores["nnplug"]), median(self.scores["scikit-learn"])
        return ours >= theirs - self.error

    @property
    def ratios(self) -> list[float]:
        """Scikit-learn's time by nnplug's, seed by seed."""
        return [
            x / y for x, y in zip(self.seconds["scikit-learn"], self.seconds["nnplug"], strict=True)
        ]

    def line(self) -> str:
        """Return one row of the table."""
        ours, theirs = self.scores["nnplug"], self.scores["scikit-learn"]
        apart = [x - y for x, y in zip(ours, theirs, strict=True)]
        ms = {name: median(values) * 1e3 for name, values in self.seconds.items()}
        ratio = summary(self.ratios)
        return (
            f"{self.table:14s}{self.solver:5s}"
            f"{median(theirs):7.3f}{median(ours):8.3f}{self.error:7.3f}"
            f"{mean(apart):+8.3f} +- {error_of_mean(apart):.3f}  {said(self.scores_as_well):7s}"
            f"{ms['scikit-learn']:7.0f}{ms['nnplug']:7.0f}"
            f"{ratio['median']:6.2f} ({ratio['min']:.2f} .. {ratio['max']:.2f})  "
            f"{said(ratio['median'] > 1)}"
        )


HEADER = (
    f"{'':19s}{'test score: accuracy, or R2':49s}milliseconds a training\n"
    f"{'':19s}{'sklearn':>7s}{'nnplug':>8s}{'s.e.':>7s}{'  seed by seed':20s}"
    f"{'':7s}{'sklearn':>7s}{'nnplug':>7s}{'ratio':>6s}"
)


def error_of_mean(values: Sequence[float]) -> float:
    """Return the standard error of a mean; 0 for a single value."""
    return stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0


def said(met: bool) -> str:
    return "met" if met else "missed"


def parts(table: str, seed: int) -> tuple[Any, Any, Any, Any]:
    """Return x and y to train on, x and y to test on; standardized by those to train on."""
    from sklearn import datasets
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import StandardScaler

    x, y = getattr(datasets, f"load_{table}")(return_X_y=True)
    of_class = None if table in REGRESSION else y
    x, x_test, y, y_test = train_test_split(
        x, y, test_size=TEST, random_state=seed, stratify=of_class
    )
    scaler = StandardScaler().fit(x)
    if table in REGRESSION:
        values = StandardScaler().fit(y[:, None])
        y, y_test = (values.transform(v[:, None])[:, 0] for v in (y, y_test))
    return scaler.transform(x), y, scaler.transform(x_test), y_test


def scikit_learn(table: str, solver: str, batch: int, epochs: int, seed: int) -> Any:
    """Return its estimator, which stops for nothing before the last epoch."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    make = MLPRegressor if table in REGRESSION else MLPClassifier
    return make(
        hidden_layer_sizes=(UNITS,),
        solver=solver,
        alpha=ALPHA,
        learning_rate_init=RATES[solver],
        batch_size=batch,
        max_iter=epochs,
        tol=0,
        n_iter_no_change=epochs + 1,
        random_state=seed,
    )


def nnplug(table: str, solver: str, batch: int, epochs: int, seed: int, init: str) -> Any:
    """Return nnplug's estimator with the same settings.

    scikit-learn draws fresh weights as Glorot has it, divides alpha by the batch's samples, and
    halves squared errors.
    """
    from nnplug.sklearn import NNClassifier, NNRegressor

    given: dict[str, Any] = {
        "hidden_dims": (UNITS,),
        "activation": "relu",
        "optimizer": "adam" if solver == "adam" else "nesterov:momentum=0.9",
        "lr": RATES[solver],
        "weight_decay": ALPHA / batch,
        "batch_size": batch,
        "epochs": epochs,
        "init": None if init == "default" else init,
        "random_state": seed,
    }
    if table in REGRESSION:
        return NNRegressor(**given, loss=half_squared())
    return NNClassifier(**given)


def half_squared() -> Any:
    """Return the squared error halved, as scikit-learn has it."""
    from nnplug import Array, Loss

    class HalfSquared(Loss):
        """L = (z - t)^2 / 2."""

        def value(self, z: Array, t: Array) -> Array:
            loss: Array = 0.5 * ((z - t) ** 2).sum(axis=-1)
            return loss

        def gradient(self, z: Array, t: Array) -> Array:
            return z - t

    return HalfSquared


def apart(table: str, solver: str) -> float:
    """Train both from the same weights, and return the largest difference of any weight after.

    In whole batches, for the two do not shuffle alike; and with an eps of Adam that is next to
    nothing, for scikit-learn adds it before the correction of the means, and the paper after.
    """
    import numpy as np
    from sklearn.base import clone

    x, y, _, _ = parts(table, 0)
    ours = nnplug(table, solver, len(x), CHECKED_EPOCHS, 0, "xavier")
    if solver == "adam":
        ours.set_params(optimizer="adam:eps=1e-30")
    # A first step of no length at all leaves the fresh weights.
    fresh = clone(ours).set_params(lr=1e-300, epochs=1).fit(x, y)
    theirs = scikit_learn(table, solver, len(x), 1, 0)
    theirs.set_params(warm_start=True, epsilon=1e-30).fit(x, y)
    theirs.coefs_ = [np.array(w) for w in fresh.coefs_]
    theirs.intercepts_ = [np.array(b) for b in fresh.intercepts_]
    theirs.set_params(max_iter=CHECKED_EPOCHS, n_iter_no_change=CHECKED_EPOCHS + 1).fit(x, y)
    ours.fit(x, y)
    pairs = zip(
        [*ours.coefs_, *ours.intercepts_], [*theirs.coefs_, *theirs.intercepts_], strict=True
    )
    return max(float(np.abs(a - b).max()) for a, b in pairs)


def measure(table: str, solver: str, seeds: int, epochs: int, init: str) -> Measured:
    """Train both once a seed, in turn, and who begins changes."""
    scores: dict[str, list[float]] = {"nnplug": [], "scikit-learn": []}
    seconds: dict[str, list[float]] = {"nnplug": [], "scikit-learn": []}
    for seed in range(seeds):
        x, y, x_test, y_test = parts(table, seed)
        batch = min(BATCH, len(x))
        contestants = [
            ("nnplug", nnplug(table, solver, batch, epochs, seed, init)),
            ("scikit-learn", scikit_learn(table, solver, batch, epochs, seed)),
        ]
        for name, estimator in contestants[:: 1 if seed % 2 else -1]:
            started = process_time()
            estimator.fit(x, y)
            seconds[name].append(process_time() - started)
            scores[name].append(float(estimator.score(x_test, y_test)))
    return Measured(table, solver, scores, seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=200)
    parser.add_argument("--init", default="xavier", help="of nnplug; 'default' for its own choice")
    parser.add_argument("--short", action="store_true", help="2 seeds of 20 epochs")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.short:
        options.seeds, options.epochs = 2, 20
    use_one_thread()
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    warnings.simplefilter("ignore", ConvergenceWarning)  # the epochs are what was asked for
    cases = [(table, solver) for table in TABLES for solver in SOLVERS]
    largest = max(apart(*case) for case in cases)
    if largest > ALIKE:
        raise SystemExit(
            f"from the same weights they are {largest:.1e} apart: not the same network"
        )
    found = versions(("numpy", "scikit-learn", "nnplug"))
    if not options.json:
        print(", ".join(f"{name} {v}" for name, v in found.items()))
        print(f"{options.seeds} seeds of {options.epochs} epochs, init {options.init}, one thread")
        print(f"\nfrom the same weights, {CHECKED_EPOCHS} whole batches: {largest:.1e} apart\n")
        print(HEADER)
    measured = []
    for case in cases:
        measured.append(measure(*case, options.seeds, options.epochs, options.init))
        if not options.json:
            print(measured[-1].line(), flush=True)
    below = [f"{m.table} {m.solver}" for m in measured if not m.scores_as_well]
    slower = [f"{m.table} {m.solver}" for m in measured if median(m.ratios) <= 1]
    if options.json:
        rows = [asdict(m) | {"standard_error": m.error} for m in measured]
        print(json.dumps({"versions": found, "apart": largest, "rows": rows}, indent=2))
        return 0
    print()
    for target, names in (
        ("no median below by more than one standard error", below),
        ("faster on all", slower),
    ):
        print(f"{target}: {'missed: ' + ', '.join(names) if names else 'met'}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
