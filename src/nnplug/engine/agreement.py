"""Whether a run's folder, and what its settings make today, are of the same run."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.errors import RunFileError, SettingsError
from nnplug.core.registry import Registry
from nnplug.engine.assemble import Assembly
from nnplug.engine.data import fingerprint
from nnplug.engine.described import describe, say_saved
from nnplug.engine.differences import Difference, differences, plain_text
from nnplug.engine.folder import CONFIG, MODEL
from nnplug.engine.machine import machine_facts, packages_of, read_machine
from nnplug.engine.saved import Saved
from nnplug.engine.settings import Settings, read_config
from nnplug.engine.training import measured_epochs
from nnplug.engine.updater import read_factor

LOOKS = 1_000_000
"""At how many of the steps that are done two schedules are compared, at most."""


def refuse_no_run(folder: Path) -> None:
    """Raise RunFileError for what is no folder of a run."""
    if not folder.is_dir():
        what = "is no folder" if folder.exists() else "does not exist"
    elif (folder / "comparison.json").exists():
        raise RunFileError(
            f"{folder} is a comparison, and no single run", f"nnplug compare --resume {folder}"
        )
    elif (folder / CONFIG).exists() or (folder / MODEL).exists():
        return
    else:
        what = "is no folder of a run"
    raise RunFileError(f"{folder} {what}", "nnplug runs lists those in runs/")


def wanted(folder: Path, saved: Saved | None) -> Settings:
    """Return the settings of a run's folder, those of its file of settings, or of its model.

    Raises SettingsError where the two contradict each other in more than the epochs.
    """
    path = folder / CONFIG
    kept = None if saved is None else saved.meta["settings"]
    if path.exists():
        found = read_config(path)
        for name in sorted({*found, *(kept or found)} - {"epochs"}):
            one, other = found.get(name), (kept or found).get(name)
            if one != other:
                raise SettingsError(
                    f"{path} has {name} {one}, and {folder / MODEL} was trained with {other}",
                    f"put it back; other settings are another run: nnplug train --config {path}",
                )
    elif kept is not None:
        found = {name: value for name, value in kept.items() if value is not None}
    else:
        raise RunFileError(f"{folder} has no {CONFIG}, which says what to train")
    values = {name: tuple(v) if isinstance(v, list) else v for name, v in found.items()}
    return Settings().but(**values)


def other_components(assembly: Assembly, saved: Saved) -> list[Difference]:
    """Return the components that the settings make otherwise today, whatever their versions."""
    found = []
    for component, before in _components(assembly, saved):
        today = None if component is None else describe(component, assembly.registry)
        if _without_versions(today) != _without_versions(before):
            found.append(Difference("component", _say(before), _say(today)))
    return found


def other_points(assembly: Assembly, saved: Saved) -> list[Difference]:
    """Return the points that are others than the file knows, by their SHA-256."""
    known = saved.meta["points"]
    today = {name: fingerprint(part.data) for name, part in assembly.run.parts().items()}
    return [
        Difference(f"{name} points", known.get(name, "none")[:12], today.get(name, "none")[:12])
        for name in {**known, **today}
        if known.get(name) != today.get(name)
    ]


def other_total(assembly: Assembly, saved: Saved) -> list[str]:
    """Say what was otherwise before than it would have been in one run of the total of now."""
    return [*_other_rates(assembly, saved), *_other_best(assembly, saved)]


def elsewhere(folder: Path, assembly: Assembly) -> list[Difference] | None:
    """Return how this machine and its versions differ from those that trained the run last.

    None where the folder does not say which they were.
    """
    machines, _ = read_machine(folder)
    if not machines:
        return None
    components = (*assembly.components.all(), *assembly.network.layers)
    return differences(machines[-1], machine_facts(packages_of(components, assembly.registry)))


def to_install(folder: Path, registry: Registry) -> str | None:
    """Say how to get the packages that a run was trained with and that are not here.

    None where all are here, or where the folder does not say which they were.
    """
    machines, _ = read_machine(folder)
    packages = machines[-1].get("packages") if machines else None
    if not isinstance(packages, dict):
        return None
    here = {plugin.provider.package for plugin in registry.plugins()}
    wanted = [f"{name}=={version}" for name, version in packages.items() if version]
    found = [one for one in wanted if one.partition("==")[0] not in here]
    if found and all(re.fullmatch(r"[A-Za-z0-9][\w.\-]*==[\w.+!\-]+", one, re.A) for one in found):
        return f"type: pip install {' '.join(found)}"
    unversioned = [name for name, version in packages.items() if not version and name not in here]
    if unversioned:
        return f"name its file again: --plugin {plain_text(unversioned[0])}"
    return None


def _components(assembly: Assembly, saved: Saved) -> Iterator[tuple[Any, Any]]:
    """Yield each component of the network, and what the file says in its place."""
    network, updater = assembly.network, assembly.network.updater
    assert updater is not None
    layers, kept = network.layers, saved.meta["layers"]
    for i in range(max(len(layers), len(kept))):
        yield layers[i] if i < len(layers) else None, kept[i] if i < len(kept) else None
    yield network.loss, saved.meta["loss"]
    yield updater.optimizer, saved.meta.get("optimizer")
    yield updater.schedule, saved.meta.get("schedule")


def _other_rates(assembly: Assembly, saved: Saved) -> Iterator[str]:
    updater = assembly.network.updater
    assert updater is not None
    schedule, before = updater.schedule, saved.meta["updater"]["total"]
    done = saved.meta["updater"]["t"]
    if schedule is None or before == updater.total or not done:
        return
    for step in np.unique(np.linspace(0, done - 1, min(LOOKS, done)).astype(int)).tolist():
        old, new = (
            read_factor(schedule, step, total, updater.schedule_label)
            for total in (before, updater.total)
        )
        if old != new:
            yield (
                f"schedule {assembly.registry.spec(schedule)} knows the total: at step {step} of "
                f"the {done} that are done its factor was {old:.6g}, and in one run of the new "
                f"total it would be {new:.6g}"
            )
            return


def _other_best(assembly: Assembly, saved: Saved) -> Iterator[str]:
    """Say where the best weights were sought at other epochs than one run would seek them."""
    run, every = assembly.run, assembly.settings.log_interval
    if not assembly.settings.restore_best:
        return
    epoch = saved.meta["epoch"]
    before, now = (
        {one for one in measured_epochs(total, every) if one <= epoch}
        for total in (saved.meta["epochs"], run.epochs)
    )
    if before != now:
        yield (
            f"restore_best looks at the epochs that are recorded: {len(before)} of the {epoch} "
            f"that are done, and {len(now)} in one run of the new total"
        )


def _without_versions(described: Any) -> Any:
    if isinstance(described, dict):
        return {k: _without_versions(v) for k, v in described.items() if k != "version"}
    if isinstance(described, (list, tuple)):
        return [_without_versions(one) for one in described]
    return described


def _say(described: dict[str, Any] | None) -> str:
    if described is None:
        return "nothing"
    values = ", ".join(f"{key}={value!r}" for key, value in described["hyperparameters"].items())
    return say_saved(described) + (f" ({values})" if values else "")
