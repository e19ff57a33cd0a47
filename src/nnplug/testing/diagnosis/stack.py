"""Stacks of runs: a component that reads one run's hyperparameter for all, or mixes the runs."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from nnplug.core.hyperparameter import hyperparameters
from nnplug.engine.columns import with_columns
from nnplug.testing.bench import Bench, short
from nnplug.testing.diagnosis.cases import Case, hypothesis
from nnplug.testing.draws import generator
from nnplug.testing.losses import examples
from nnplug.testing.settings import differing
from nnplug.testing.walk import ordinary_shape, trajectory

RUNS = 3
STACKED = ("A8", "L11", "S10", "O5")
EXACT = 1e-9
"""Stacked and alone, the same formula is the same but for rounding."""

Outputs = dict[str, Any]


class Stack(NamedTuple):
    """Runs side by side.

    together : the outputs of the stack, runs first; its argument is added to the last run's input
    alone : the outputs of one component with the inputs of one run, at the lr of another if given
    """

    runs: list[Any]
    together: Callable[[list[Any], float], Outputs]
    alone: Callable[..., Outputs]


def stack_of(case: Case) -> Stack:
    """Return the component in a stack, by its kind."""
    build = {"activation": _activation, "loss": _loss, "layer": _layer, "optimizer": _optimizer}
    return build[case.subject.kind](case)


def _activation(case: Case) -> Stack:
    runs = differing(case.component, RUNS)
    z = np.stack([generator(r).standard_normal((4, 3)) for r in range(RUNS)])
    dy = generator(5).standard_normal(z.shape)

    def outputs(f: Any, z: Any, dy: Any) -> Outputs:
        y = f.forward(z)
        return {"y": y, "dz": f.backward(dy, z, y)}

    return Stack(
        runs,
        lambda ones, shift: outputs(
            with_columns(ones, 3, z.dtype), _shifted(z, shift), _shifted(dy, shift)
        ),
        lambda one, r: outputs(one, z[r], dy[r]),
    )


def _loss(case: Case) -> Stack:
    runs = differing(case.component, RUNS)
    tasks = [
        [examples(one, 6, r)[i] for r, one in enumerate(runs)] for i in range(len(runs[0].tasks))
    ]
    pairs = [tuple(np.stack([getattr(e, n) for e in each]) for n in ("z", "t")) for each in tasks]

    def outputs(loss: Any, pairs: Any) -> Outputs:
        found: Outputs = {}
        for i, (z, t) in enumerate(pairs):
            found |= {
                f"value {i}": loss.value(z, t),
                f"gradient {i}": loss.gradient(z, t),
                f"predictions {i}": loss.predict(z),
            }
        return found

    def together(ones: list[Any], shift: float) -> Outputs:
        moved = [(_shifted(z, shift), t) for z, t in pairs]
        return outputs(with_columns(ones, 3, np.float64), moved)

    return Stack(runs, together, lambda one, r: outputs(one, [(z[r], t[r]) for z, t in pairs]))


def _layer(case: Case) -> Stack:
    layer, registry = case.component, case.subject.registry
    runs, in_shape = differing(layer, RUNS), tuple(layer.sample_shape())
    seeds = list(range(RUNS))

    def on_bench(ones: list[Any]) -> Bench:
        runner = with_columns(ones, len(in_shape) + 2, np.float64)
        return Bench(layer, in_shape, registry, seed=seeds, runner=runner)

    def outputs(bench: Bench, x: Any, dy: Any) -> Outputs:
        y, dx, g = bench.gradients(x, dy)
        found = {"y": y, "predicted": bench.output(x, training=False)}
        found |= {} if dx is None else {"dx": dx}
        return found | {f"g[{short(place)!r}]": np.array(place.view(g)) for place in bench.places}

    whole = on_bench(runs)
    x, dy = whole.inputs(4), whole.upstream(4)

    def alone(one: Any, r: int) -> Outputs:
        bench = Bench(one, in_shape, registry, seed=r)
        bench.w[...] = whole.w[r]
        return outputs(bench, x[r], dy[r])

    return Stack(
        runs,
        lambda ones, shift: outputs(on_bench(ones), _shifted(x, shift), _shifted(dy, shift)),
        alone,
    )


def _optimizer(case: Case) -> Stack:
    optimizer = case.component
    runs, shape = differing(optimizer, RUNS), ordinary_shape(optimizer)
    draws = generator(0).standard_normal((21, RUNS, *shape))
    start, gradients = draws[0], list(draws[1:])
    rates = [one.lr * (1 + 0.5 * r) for r, one in enumerate(runs)]

    def together(ones: list[Any], shift: float) -> Outputs:
        lr = np.array(rates).reshape(-1, *[1] * len(shape))
        steps = [_shifted(g, shift) for g in gradients]
        walk = trajectory(with_columns(ones, len(shape) + 1, np.float64), start, steps, lr)
        return {f"w after step {t}": walk[t - 1] for t in (1, 20)}

    def alone(one: Any, r: int, rate_of: int | None = None) -> Outputs:
        lr = rates[r if rate_of is None else rate_of]
        walk = trajectory(one, start[r], [g[r] for g in gradients], lr)
        return {f"w after step {t}": walk[t - 1] for t in (1, 20)}

    return Stack(runs, together, alone)


def _shifted(x: Any, shift: float) -> Any:
    moved = x.copy()
    moved[-1] += shift
    return moved


def _fits(many: Outputs, r: int, single: Outputs) -> bool:
    return all(
        np.shape(many[name])[1:] == np.shape(own)
        and np.allclose(many[name][r], own, rtol=EXACT, atol=EXACT)
        for name, own in single.items()
    )


@hypothesis(*STACKED)
def one_number_alone(case: Case) -> str | None:
    """Stack equal runs, whose hyperparameters are plain numbers: then it works."""
    if not (case.raised and isinstance(case.error, (ValueError, TypeError))):
        return None
    stack = stack_of(case)
    equal = [stack.runs[0]] * RUNS
    many = stack.together(equal, 0.0)
    if not all(_fits(many, r, stack.alone(equal[r], r)) for r in range(RUNS)):
        return None
    return (
        "a hyperparameter taken for one number: in a stack of equal runs it works, and where they "
        "differ it is a column; `if`, max(), math and float() take one number alone, so write "
        "np.where, np.maximum, np.exp"
    )


@hypothesis("A1", *STACKED)
def runs_mixed(case: Case) -> str | None:
    """Change the last run's input, and see whether the first run's output changes."""
    stack = stack_of(case)
    before, after = (stack.together(stack.runs, shift) for shift in (0.0, 1.0))
    for name, value in before.items():
        if not np.array_equal(value[0], after[name][0]):
            return (
                f"a reduction over the whole stack: {name} of run 0 changes when run {RUNS - 1} "
                "does; a sum, mean, norm or max names its axes, counted from the end"
            )
    return None


@hypothesis(*STACKED)
def one_runs_setting(case: Case) -> str | None:
    """Run each one alone with another run's hyperparameter: then it is what the stack gives."""
    stack = stack_of(case)
    many = stack.together(stack.runs, 0.0)
    if all(_fits(many, r, stack.alone(one, r)) for r, one in enumerate(stack.runs)):
        return None
    names = [
        name
        for name in hyperparameters(type(case.component))
        if len({repr(getattr(one, name)) for one in stack.runs}) == RUNS
    ]
    for whose, values in _choices(stack, names):
        for chosen in [[name] for name in names] + [names]:
            settings = {name: values[name] for name in chosen}
            others = [replace(one, **settings) for one in stack.runs]
            if all(_fits(many, r, stack.alone(one, r)) for r, one in enumerate(others)):
                what = " and ".join(chosen)
                return (
                    f"{whose} {what} for all runs: each run alone with that is what the stack "
                    f"gives; {what} may be a column, so use it as an array"
                )
    if case.subject.kind == "optimizer":
        rated = [stack.alone(one, r, 0) for r, one in enumerate(stack.runs)]
        if all(_fits(many, r, one) for r, one in enumerate(rated)):
            return (
                "the first run's lr for all runs: each run alone with that is what the stack gives"
            )
    return None


def _choices(stack: Stack, names: list[str]) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for whose, r in (("the first run's", 0), ("the last run's", -1)):
        found.append((whose, {name: getattr(stack.runs[r], name) for name in names}))
    for whose, pick in (("the mean", np.mean), ("the largest", np.max), ("the smallest", np.min)):
        values = {name: [getattr(one, name) for one in stack.runs] for name in names}
        if all(isinstance(v, float) for each in values.values() for v in each):
            found.append((whose, {name: float(pick(each)) for name, each in values.items()}))
    return found


@hypothesis("A1", *STACKED)
def made_for_one_run(case: Case) -> str | None:
    """Stack runs of one setting: no hyperparameter is a column, there is one more axis alone."""
    stack = stack_of(case)
    equal = [stack.runs[0]] * RUNS
    single = [stack.alone(one, r) for r, one in enumerate(equal)]
    try:
        many = stack.together(equal, 0.0)
    except Exception:
        how = "an error"
    else:
        if all(_fits(many, r, one) for r, one in enumerate(single)):
            return None
        how = "other numbers"
    return (
        f"made for one run: each run alone passes, and a stack of equal runs gives {how}; count "
        "axes from the end: axis=-2, x.mT, x.shape[-2], and not axis=0, x.T, len(x)"
    )
