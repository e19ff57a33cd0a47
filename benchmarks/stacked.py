"""How long a step of 32 runs takes that train as one: XOR 21 x 2, 10-10-1, BCE, Adam, float64.

    python benchmarks/stacked.py [--rounds 9] [--steps 2000] [--activation sigmoid] [--json]

nnplug trains 32 seeds one by one and stacked, as `nnplug compare` does, learning curves and proofs
included; JAX scans `jit(vmap(...))` over the same steps from the same weights, and measures nothing
in between. Everything runs in one process with one thread, in rounds. Times are a run's share.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from statistics import median

from timing import Run, Target, as_json, available, ratios, row, step_time, versions
from xor_step import use_one_thread

RUNS = 32

LABELS = {
    "alone": "nnplug, one by one",
    "stacked": "nnplug, 32 stacked",
    "jax": "JAX, vmap and scan",
}
TARGETS = (Target("alone", "stacked", False, 6), Target("stacked", "jax", True, 1.2))

CHECKED_STEPS = 50


def nnplug(activation: str, *, stacked: bool) -> Callable[[int], list[float]]:
    """Return a training of all seeds by nnplug; it gives each run's last loss."""
    from nnplug.engine.settings import Settings
    from nnplug.engine.stack.many import train_many

    def run(steps: int) -> list[float]:
        settings = Settings(activation=activation, init="xavier", epochs=steps)
        wanted = [settings.but(seed=seed) for seed in range(RUNS)]
        found = sorted(train_many(wanted, stacked=stacked), key=lambda one: one.index)
        together = {one.together for one in found}
        if together != {RUNS if stacked else 1}:
            raise RuntimeError(f"trained in stacks of {together}: {found[0].note}")
        return [one.result.metrics["train"]["loss"] for one in found if one.result]

    return run


def jax(activation: str) -> Callable[[int], list[float]]:
    """Return the same training by JAX, compiled as one loop over all steps and runs."""
    import jax
    import jax.numpy as jnp
    import numpy as np

    from nnplug.core.registry import default_registry
    from nnplug.engine.settings import Settings
    from nnplug.engine.train import prepare

    jax.config.update("jax_enable_x64", True)
    bends = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "relu": jax.nn.relu}[activation]
    settings = Settings(activation=activation, init="xavier")
    starts = [prepare(settings.but(seed=s), default_registry()) for s in range(RUNS)]
    names = [f"{i}.{name}" for i in (0, 2, 4) for name in ("W", "b")]
    fresh = {
        name: jnp.asarray(np.stack([one.network.parameter(name) for one in starts]))
        for name in names
    }
    x, t = (jnp.asarray(a) for a in (starts[0].run.train.x, starts[0].run.train.t))
    lr, beta1, beta2, eps = 0.01, 0.9, 0.999, 1e-8

    def loss(p):
        y = bends(x @ p["0.W"] + p["0.b"])
        y = bends(y @ p["2.W"] + p["2.b"])
        z = y @ p["4.W"] + p["4.b"]
        return (jnp.logaddexp(0.0, z) - t * z).mean()

    gradient = jax.grad(loss)

    def step(state, i):
        p, m, v = state
        g = gradient(p)
        m = jax.tree.map(lambda m, g: beta1 * m + (1 - beta1) * g, m, g)
        v = jax.tree.map(lambda v, g: beta2 * v + (1 - beta2) * g * g, v, g)
        c1, c2 = 1 - beta1**i, 1 - beta2**i
        p = jax.tree.map(lambda p, m, v: p - lr * (m / c1) / (jnp.sqrt(v / c2) + eps), p, m, v)
        return (p, m, v), None

    def train(p, steps):
        zeros = jax.tree.map(jnp.zeros_like, p)
        (p, _, _), _ = jax.lax.scan(step, (p, zeros, zeros), jnp.arange(1.0, steps + 1))
        return loss(p)

    compiled = {}

    def run(steps: int) -> list[float]:
        if steps not in compiled:
            compiled[steps] = jax.jit(jax.vmap(lambda p: train(p, steps)))
            compiled[steps](fresh).block_until_ready()
        return compiled[steps](fresh).block_until_ready().tolist()

    return run


def measure(runs: dict[str, Run], rounds: int, steps: int) -> dict[str, list[float]]:
    """Time every contestant once a round, each run's share."""
    times: dict[str, list[float]] = {name: [] for name in runs}
    for run in runs.values():
        run(1), run(steps + 1)  # compiled and imported
    for i in range(rounds):
        if sys.stderr.isatty():
            print(f"\rround {i + 1} of {rounds}", end="\r", file=sys.stderr)
        for name, run in runs.items():
            times[name].append(step_time(run, steps) / RUNS)
    return times


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--steps", type=int, default=2000, help="steps a round")
    parser.add_argument("--activation", choices=("sigmoid", "tanh", "relu"), default="sigmoid")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if options.rounds < 1 or options.steps < 1:
        parser.error("--rounds and --steps are at least 1")

    use_one_thread()
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    runs, skipped = available(
        {
            "alone": lambda: nnplug(options.activation, stacked=False),
            "stacked": lambda: nnplug(options.activation, stacked=True),
            "jax": lambda: jax(options.activation),
        }
    )
    reference = runs["alone"](CHECKED_STEPS)
    far = {
        name: max(abs(a - b) for a, b in zip(run(CHECKED_STEPS), reference, strict=True))
        for name, run in runs.items()
    }
    if far["stacked"] != 0 or not max(far.values()) <= 1e-12:
        print(f"not the same training: {far}", file=sys.stderr)
        return 1
    times = measure(runs, options.rounds, options.steps)
    about = versions(["numpy", "jax", "nnplug"])
    if options.json:
        whole = {"versions": about, **as_json(times, TARGETS), "distances": far, "skipped": skipped}
        print(json.dumps(whole, indent=2))
        return 0
    print(", ".join(f"{name} {version}" for name, version in about.items()))
    print(f"{RUNS} runs, {options.rounds} rounds of {options.steps} steps, one thread\n")
    print(f"{'microseconds a step and run':30s}{'median':>8s}   {'quartiles':16s} (min .. max)")
    for name, values in times.items():
        print(row(LABELS[name], values, 2))
    for name, why in skipped.items():
        print(f"{LABELS[name]:30s} skipped: {why}")
    print(f"\n{'ratio, round by round':30s}{'median':>8s}   {'quartiles':16s} (min .. max)")
    for target in TARGETS:
        found = ratios(times, target)
        label = f"{target.over} / {target.under}"
        said = f"{row(label, found, 2)}   {target.verdict(median(found))}" if found else ""
        print(said or f"{label:30s} not measured")
    print(f"\nafter {CHECKED_STEPS} steps, the largest difference of a loss from one by one:")
    print(", ".join(f"{name} {d:.1e}" for name, d in far.items() if name != "alone"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
