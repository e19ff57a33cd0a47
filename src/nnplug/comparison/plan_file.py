"""Plans as files: an experiment in TOML, and as JSON what a comparison's folder keeps."""

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from nnplug.comparison.plan import Plan
from nnplug.comparison.vary import Axis, axis, read_axis
from nnplug.core.errors import RunFileError, SettingsError
from nnplug.engine.settings import refuse_contradictions, refuse_unknown

ASKED = ("vary", "seeds", "sample", "tune", "tuning_seeds", "metric", "goal")
"""What the table [compare] of an experiment holds, beside the settings of the runs."""


def read_experiment(path: str | Path) -> dict[str, Any]:
    """Read an experiment: settings at the top, the table [compare], and [[claims]].

    Returned as `plan_of` takes it, and "claims". Raises SettingsError that names the file.
    """
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is no TOML: {error}") from None
    asked = _folded(table.pop("compare", {}), f"{path}: [compare]")
    claims = table.pop("claims", [])
    base = {key.replace("-", "_"): value for key, value in table.items()}
    refuse_unknown(base, f"{path}: ")
    refuse_contradictions(base, f"{path}: ")
    for name in asked:
        if name not in ASKED:
            near = get_close_matches(name, ASKED, 1)
            raise SettingsError(
                f"{path}: [compare] has no {name!r}"
                + (f"; did you mean {near[0]!r}?" if near else ""),
                f"it holds {', '.join(ASKED)}",
            )
    return {**asked, "base": base, "claims": claims}


def _folded(table: Any, where: str) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        raise SettingsError(f"{where} is no table")
    return {key.replace("-", "_"): value for key, value in table.items()}


def plan_of(asked: Mapping[str, Any]) -> Plan:
    """Return the plan of what was asked, as texts or as values.

    asked : "base", and what ASKED names: vary, a mapping of names to values or a list of axes;
        tune, "lr=1e-4..1:log9" or an axis; goal, "accuracy=0.95" or a pair
    """
    given = {name: asked[name] for name in ASKED if asked.get(name) is not None}
    for name in ("seeds", "sample", "tuning_seeds"):
        value = given.get(name, 1)
        if isinstance(value, bool) or not isinstance(value, int):
            raise SettingsError(f"{name} is a whole number, not {value!r}")
    for name, read in (("tune", _tune), ("goal", _goal)):
        if name in given:
            given[name] = read(given[name])
    base = {name: _listed(value) for name, value in asked.get("base", {}).items()}
    return Plan(base=base, axes=_axes(given.pop("vary", ())), **given)


def _axes(vary: Any) -> tuple[Axis, ...]:
    if isinstance(vary, Mapping):
        nested = [name for name, values in vary.items() if isinstance(values, Mapping)]
        if nested:
            inner = next(iter(vary[nested[0]]), "beta1")
            raise SettingsError(
                f"vary {nested[0]} holds a table", f'write "{nested[0]}.{inner}" = ... with quotes'
            )
        return tuple(axis(name.replace("-", "_"), values) for name, values in vary.items())
    if isinstance(vary, str):
        vary = [vary]
    if not isinstance(vary, (list, tuple)) or not all(isinstance(v, (str, Axis)) for v in vary):
        raise SettingsError(
            f"vary is {vary!r}", 'give values by name: {"optimizer": ["gd", "adam"]}'
        )
    return tuple(one if isinstance(one, Axis) else read_axis(one) for one in vary)


def _tune(tune: Any) -> Axis:
    if isinstance(tune, Axis):
        return tune
    try:
        if isinstance(tune, str):
            return read_axis(tune if "=" in tune else f"lr={tune}")
        return axis("lr", tune)
    except SettingsError as error:
        hint = None if error.hint is None else error.hint.replace("--vary", "--tune")
        raise SettingsError(error.message.replace("--vary", "--tune"), hint) from None


def _goal(goal: Any) -> tuple[str, float]:
    if isinstance(goal, str):
        name, _, value = goal.partition("=")
        try:
            return name.strip().replace("-", "_"), float(value)
        except ValueError:
            pass
    elif isinstance(goal, (tuple, list)) and len(goal) == 2:
        name, number = goal
        if isinstance(number, (int, float)) and not isinstance(number, bool):
            return str(name), float(number)
    raise SettingsError(f"the goal {goal!r} is not NAME=VALUE", "write accuracy=0.95")


def plan_data(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON holds it, for `plan_of`; raises SettingsError for what has no text."""
    for name, value in plan.base.items():
        _plain(name, value)
    for one in plan.axes:
        for value in one.values:
            _plain(one.name, value)
    return {
        "base": dict(plan.base),
        "vary": {one.name: [_listed(value) for value in one.values] for one in plan.axes},
        "labels": {one.name: list(one.labels) for one in plan.axes},
        "seeds": plan.seeds,
        "sample": plan.sample,
        "tune": None if plan.tune is None else list(plan.tune.values),
        "tuning_seeds": plan.tuning_seeds,
        "metric": plan.metric,
        "goal": None if plan.goal is None else list(plan.goal),
    }


def plan_from(data: Mapping[str, Any]) -> Plan:
    """Return the plan that `plan_data` described."""
    try:
        labels, vary = data["labels"], data["vary"]
        if any(len(labels[name]) != len(values) for name, values in vary.items()):
            raise ValueError
        axes = tuple(Axis(n, tuple(labels[n]), tuple(values)) for n, values in vary.items())
    except (KeyError, TypeError, ValueError, AttributeError):
        raise RunFileError("its comparison.json is no plan of a comparison") from None
    return plan_of({**data, "vary": axes})


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _plain(name: str, value: Any) -> None:
    plain = isinstance(value, (str, int, float, bool, type(None)))
    if not plain and isinstance(value, (list, tuple)):
        for item in value:
            _plain(name, item)
        return
    if not plain and not isinstance(value, Mapping):
        raise SettingsError(
            f"{name} is {value!r}, which no file holds", "give it by its spec, or save nothing"
        )
