"""The commands that repeat what a report shows, and the files that they read."""

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from nnplug.comparison.load import Loaded
from nnplug.comparison.plan_file import plan_data
from nnplug.comparison.vary import Axis, axis
from nnplug.core.errors import SettingsError
from nnplug.engine.settings import Settings, write_config
from nnplug.engine.settings import settings as known_settings


def train_command(settings: Mapping[str, Any]) -> str:
    """Return the command that makes a run, all of its settings as flags; defaults are left out."""
    words = ["nnplug", "train"]
    for name in known_settings():
        value = settings.get(name)
        default = getattr(Settings, name)
        if value is None or value == (list(default) if isinstance(default, tuple) else default):
            continue
        flag = f"--{name.replace('_', '-')}"
        if isinstance(value, bool):
            words.append(flag if value else f"--no-{flag[2:]}")
        elif name == "hidden_dims":
            words += [flag, *(map(str, value) if value else ["none"])]
        elif isinstance(value, list):
            words += [word for one in value for word in (flag, shlex.quote(str(one)))]
        else:
            words += [flag, shlex.quote(str(value))]
    return " ".join(words)


def plugin_flags(machines: Sequence[Mapping[str, Any]]) -> str:
    """Return the flags for files that gave components: " --plugin mine.py", or nothing."""
    packages = {name for facts in machines for name in facts.get("packages") or {}}
    files = sorted(name for name in packages if name.endswith(".py"))
    return "".join(f" --plugin {shlex.quote(name)}" for name in files)


def experiment(loaded: Loaded) -> str:
    """Return a comparison as the file that `nnplug compare` reads."""
    plan, data, goal = loaded.plan, plan_data(loaded.plan), loaded.prepared.goal
    asked = {
        "seeds": plan.seeds,
        "sample": plan.sample,
        "tune": list(plan.tune.labels) if plan.tune is not None else None,
        "tuning_seeds": plan.tuning_seeds if plan.tune is not None else None,
        "metric": loaded.prepared.metric,
        "goal": None if goal is None else f"{goal[0]}={goal[1]}",
    }
    vary = {_key(one.name): _typed(one) for one in plan.axes}
    parts = [
        write_config(data["base"]),
        "[compare]\n" + write_config(asked),
        "[compare.vary]\n" + write_config(vary),
        *("[[claims]]\n" + write_config(claim) for claim in loaded.given),
    ]
    return "\n".join(part for part in parts if part)


def _typed(one: Axis) -> list[Any]:
    """Return the values of an axis: as they were typed, where that says the same."""
    return [
        label if _means(one.name, label, value) else value
        for label, value in zip(one.labels, one.values, strict=True)
    ]


def _means(name: str, label: str, value: Any) -> bool:
    try:
        return axis(name, [label]).values == (value,)
    except SettingsError:  # a list or a table, whose label nobody could type
        return False


def _key(name: str) -> str:
    return json.dumps(name) if "." in name else name
