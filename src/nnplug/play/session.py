"""One setup at work: what the page is told of it, and what the page may ask."""

from collections.abc import Mapping
from dataclasses import replace
from inspect import cleandoc
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.chain import as_named
from nnplug.core.component import Component
from nnplug.core.dataset import Data
from nnplug.core.optimizer import Optimizer
from nnplug.core.provenance import blamed
from nnplug.core.registry import Registry
from nnplug.engine import chance
from nnplug.engine.assemble import Assembly, assemble_on
from nnplug.engine.choices import without_lr
from nnplug.engine.differences import BY_HAND
from nnplug.engine.folder import PICTURE, discard, make_folder
from nnplug.engine.lock import locked
from nnplug.engine.points import points_of
from nnplug.engine.result import Result, title_of
from nnplug.engine.scores import as_task
from nnplug.engine.train import conclude
from nnplug.play.diagram import diagram_of
from nnplug.play.edits import Edits, edited, edited_part, read_edits
from nnplug.play.elsewhere import elsewhere, keep, tables
from nnplug.play.live import Live
from nnplug.play.picture import Picture
from nnplug.play.setup import Setup, Table, command, read_setup, toml
from nnplug.play.views import planes, view_of

DRAWN = {"train": 2000, "test": 1000}
"""How many points of each part are drawn at most."""

Message = tuple[dict[str, Any], dict[str, Any]]


class Session:
    """A setup, its run, and its pictures.

    given : the setup as the page sent it;  number : of the message that asked for it
    table : where the contents of a table lie, by its name
    """

    def __init__(self, given: Any, number: int, registry: Registry, table: Table) -> None:
        self.number = number
        self.registry = registry
        self.setup: Setup = read_setup(given, registry, table)
        settings = self.setup.settings
        with blamed(registry):
            self._drawn = points_of(settings, registry)
            points = edited(self._drawn, self.setup.edits, self._drawn.scale, settings.impute)
            self.live = Live(assemble_on(points, settings, registry))
        self._plane: Any = None
        self._sent, self._thinned = 0, 0
        self._show()

    @property
    def assembly(self) -> Assembly:
        """What was assembled."""
        return self.live.assembly

    def look(self, plane: Any) -> None:
        """Show another plane of many features."""
        before, self._plane = self._plane, plane
        try:
            self._show()
        except Exception:
            self._plane = before
            raise

    def edit(self, given: Any) -> None:
        """Train on with other edits of the points."""
        edits: Edits = read_edits(given)
        train = edited_part(self._drawn.train, "train", edits)
        test = self._drawn.test
        self.live.set_points(train, None if test is None else edited_part(test, "test", edits))
        self.setup = replace(self.setup, edits=edits, given={**self.setup.given, "points": given})
        self._show()

    def change(self, **changes: Any) -> None:
        """Take another learning rate or weight decay from now on, and in what does the same."""
        settings = self.setup.settings.but(**changes)
        if "lr" in changes:
            self.live.set_rate(settings.lr or 0.0)
            if isinstance(settings.optimizer, Optimizer):
                settings = settings.but(optimizer=without_lr(settings.optimizer))
        if "weight_decay" in changes:
            self.live.set_decay(settings.weight_decay)
        given = {**self.setup.given, **changes}
        self.setup = replace(self.setup, settings=settings, given=given)

    def elsewhere(self) -> dict[str, Any]:
        """Return what does the same as this setup: a command, a config file, and their files."""
        values, files = elsewhere(self.setup, self.live.run, self._drawn.scale, self.registry)
        return {"command": command(values), "toml": toml(values), "files": files}

    def built(self) -> Message:
        """Return what the page is told when a setup is built."""
        run, picture = self.live.run, self.picture
        train, view, task = run.train.data, picture.view, run.train.data.task
        parts = {name: part.data for name, part in run.parts().items()}
        header = {
            "type": "built",
            "id": self.number,
            "setup": self.setup.given,
            "said": [*self.assembly.points.notes, *self.assembly.said],
            "chosen": self._chosen(),
            "task": task,
            "classes": _class_names(train),
            "features": list(run.preparation.features or train.columns),
            "targets": list(train.names if task == "regression" else train.targets),
            "counts": {
                **{name: len(data) for name, data in parts.items()},
                "shown": {name: min(len(data), DRAWN[name]) for name, data in parts.items()},
            },
            "total": run.epochs,
            "view": {
                "kind": view.kind,
                "axes": list(view.axes),
                "limits": [list(pair) for pair in view.limits],
                "editable": view.editable and not self._drawn.data.categories,
                "projected": view.projected,
                "planes": planes(train, run.preparation),
                "plane": self._plane or "components",
                "values": list(picture.values),
            },
            "network": picture.diagram.as_json(),
            "formulas": self._formulas(),
            **self.elsewhere(),
        }
        arrays: dict[str, Any] = {}
        for name, data in parts.items():
            few = _few(data, DRAWN[name])
            arrays[f"{name}_x"] = view.place(few)
            arrays[f"{name}_y"] = few.y.argmax(axis=1) if task == "multiclass" else few.y[:, 0]
        self._sent = 0
        return header, arrays

    def frame(self, playing: bool, rate: float) -> Message:
        """Return how far the run is and what its network says now.

        rate : epochs a second
        """
        live, run = self.live, self.live.run
        live.measure_when_due()
        state = live.state if live.state != "ready" else ("playing" if playing else "paused")
        if live.thinned != self._thinned:
            self._thinned, self._sent = live.thinned, 0
        header: dict[str, Any] = {
            "type": "frame",
            "id": self.number,
            "epoch": run.epoch,
            "batch": run.batches,
            "batches": live.batches,
            "total": run.epochs,
            "lr": self._rate(),
            "rate": rate,
            "state": state,
            "metrics": live.metrics,
            "measured": live.measured,
            "curve": live.curve[self._sent :],
            "curve_from": self._sent,
            "changed": live.changed,
            "message": live.message,
            "hint": live.hint,
        }
        # The last point may be measured once more within its epoch.
        self._sent = max(0, len(live.curve) - 1)
        if live.state == "failed":
            return header, {}
        with np.errstate(all="ignore"), blamed(self.registry):
            arrays = self.picture.arrays()
            for name, part in run.parts().items():
                few = part.x[: DRAWN[name]]
                predicted = as_task(run.network.predict(few), part.data.task)
                header.setdefault("confusion", {})[name] = _confusion(predicted, part.data)
                arrays[f"{name}_p"] = _answers(predicted, part.data.task)
        return header, arrays

    def files(self) -> list[dict[str, str]]:
        """Return the points as tables that `nnplug train` reads back to the last bit."""
        return tables(self.live.run)

    def save(self) -> Path:
        """Write the run as it is into a folder under runs/, and return it."""
        live, run = self.live, self.live.run
        live.finish_epoch()
        assembly = self.assembly
        resolved = dict(assembly.resolved)
        folder = make_folder(None, title_of(resolved))
        try:
            with locked(folder, new=True):
                resolved |= keep(folder, self.setup, run, self._drawn.scale, self.registry)
                resolved["lr"] = live.updater.lr
                resolved["weight_decay"] = live.updater.weight_decay
                if live.by_hand:
                    run.notes[BY_HAND] = live.by_hand
                reason = {"ready": "interrupted", "done": "epochs"}.get(live.state, live.state)
                run.ended, run.looked = reason, chance.state(run.network.looking)
                whole = replace(assembly, resolved=resolved)
                result: Result = conclude(whole, reason, live.seconds, live.shuffle)
                result.write(folder)
                result.plot(folder / PICTURE)
        finally:
            run.ended, run.looked = "", None
            discard(folder)
        return folder

    def _show(self) -> None:
        run, network = self.live.run, self.live.run.network
        train = run.train.data
        outputs = tuple(_class_names(train)) or train.names
        features = run.preparation.features or train.columns
        diagram = diagram_of(network, features, outputs, probable=train.task != "regression")
        view = view_of(self._drawn.data, train, run.preparation, self._plane)
        self.picture = Picture(network, diagram, view, train)

    def _chosen(self) -> dict[str, Any]:
        """Return what stands where the setup says nothing, as text or number."""
        components = self.assembly.components
        spec = self.registry.spec
        return {
            "output": None if components.output is None else spec(components.output),
            "link": components.loss.link,
            "loss": spec(components.loss),
            "init": None if components.init is None else spec(components.init),
            "lr": self.live.updater.lr,
            "scale": self.assembly.points.scale,
        }

    def _formulas(self) -> list[dict[str, Any]]:
        return [
            {
                "role": component.kind,
                "name": self.registry.name(component),
                "package": self.registry.provider(component).text,
                "text": cleandoc(type(component).__doc__ or ""),
            }
            for component in _unlike(self.assembly.components.all())
        ]

    def _rate(self) -> float | None:
        try:
            return self.live.updater.rate()
        except Exception:
            return None  # what a schedule raises is told when it is asked for a step


def _unlike(components: tuple[Component, ...]) -> list[Component]:
    found = {type(named): named for named in map(as_named, components)}
    return list(found.values())


def _few(data: Data, most: int) -> Data:
    if len(data) <= most:
        return data
    weights = None if data.weights is None else data.weights[:most]
    return replace(data, x=data.x[:most], y=data.y[:most], weights=weights)


def _class_names(data: Data) -> list[str]:
    if data.task == "regression":
        return []
    count = 2 if data.task == "binary" else data.y.shape[1]
    return [str(data.names[k]) if k < len(data.names) else str(k) for k in range(count)]


def _answers(predicted: Array, task: str) -> Array:
    return predicted.argmax(axis=1).astype(float) if task == "multiclass" else predicted[:, 0]


def _confusion(predicted: Array, data: Data) -> Mapping[str, Any] | list[Any] | None:
    """Return how many points of each class (a row) are taken for which (a column)."""
    if data.task == "regression":
        return None
    if data.task == "multiclass":
        truth, said, count = data.y.argmax(axis=1), predicted.argmax(axis=1), data.y.shape[1]
    else:
        truth, said, count = data.y[:, 0].astype(int), (predicted[:, 0] >= 0.5).astype(int), 2
    table = np.zeros((count, count), int)
    np.add.at(table, (truth[: len(said)], said), 1)
    found: list[Any] = table.tolist()
    return found
