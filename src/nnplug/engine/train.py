"""`nnplug.train`: from settings to a trained network in one call."""

import time
from pathlib import Path
from typing import Any

from nnplug.core.dataset import Data
from nnplug.core.errors import DivergedError, SettingsError
from nnplug.core.provenance import blamed
from nnplug.core.registry import Registry, default_registry
from nnplug.engine.assemble import Assembly, assemble
from nnplug.engine.chance import stream
from nnplug.engine.data import as_data
from nnplug.engine.divergence import advice
from nnplug.engine.loop import BlewUpError, Watch, train_run
from nnplug.engine.result import Model, Result
from nnplug.engine.settings import Settings


def train(
    *,
    x: Any = None,
    y: Any = None,
    task: str | None = None,
    names: Any = (),
    weights: Any = None,
    hidden: Any = None,
    registry: Registry | None = None,
    save: str | Path | bool = False,
    **settings: Any,
) -> Result:
    """Train a network and return the result.

        nnplug.train(dataset="xor", hidden=[10, 10], activation="relu", optimizer="adam:lr=0.01")
        nnplug.train(x=X, y=y, test_split=0.2, epochs=500)

    x, y : points of your own instead of a dataset: (samples, *features) and labels or values
    task : "binary", "multiclass" or "regression"; guessed from y if not given
    names : the classes' names;  weights : (samples,), how much each sample counts
    hidden : the units of each hidden layer, a short form of `hidden_dims`
    save : a folder, or True for one under `runs/`
    settings : as the flags of `nnplug train`; wherever it takes a component, a spec, a table, a
        class or an instance will do
    Raises NnplugError for what does not fit together, and DivergedError, whose `result` holds the
    best weights, where a loss or gradient is not finite.
    """
    if hidden is not None:
        settings["hidden_dims"] = hidden
    if "hidden_dims" in settings:
        dims = settings["hidden_dims"]
        settings["hidden_dims"] = (dims,) if isinstance(dims, int) else tuple(dims)
    registry = registry or default_registry()
    data = None
    if (x is None) is not (y is None):
        raise SettingsError(f"{'x' if y is None else 'y'} is given without the other")
    if x is not None:
        if "dataset" in settings:
            raise SettingsError("both a dataset and x, y are given", "give one of them")
        data = as_data(x, y, task=task, names=names, weights=weights)
    assembly = prepare(Settings().but(**settings), registry, data)
    result = run_assembly(assembly)
    if save:
        result.save(None if save is True else save)
    return result


def prepare(settings: Settings, registry: Registry, data: Data | None = None) -> Assembly:
    """Build everything that a run needs; errors name the component they come from."""
    with blamed(registry):
        return assemble(settings, registry, data)


def run_assembly(assembly: Assembly, watch: Watch | None = None) -> Result:
    """Train what was assembled; raises DivergedError with the result that was reached."""
    run, settings = assembly.run, assembly.settings
    shuffle = stream(settings.seed, "shuffle")
    started = time.perf_counter()
    failure: BlewUpError | None = None
    try:
        with blamed(assembly.registry):
            reason = train_run(
                run,
                assembly.callbacks,
                batch_size=settings.batch_size,
                shuffle=shuffle,
                record_every=settings.log_interval,
                watch=watch,
            )
    except BlewUpError as error:
        failure, reason = error, "diverged"
    result = Result(
        network=run.network,
        metrics={
            part: run.metrics(part) for part in ("train", "test") if part == "train" or run.test
        },
        history=run.history,
        epochs=run.epoch,
        seconds=time.perf_counter() - started,
        reason=reason,
        settings=assembly.resolved,
        train=assembly.train,
        test=assembly.test,
        run=run,
        shuffle=shuffle,
    )
    if failure is not None:
        raise diverged(assembly, failure, result)
    return result


def diverged(assembly: Assembly, failure: BlewUpError, result: Result) -> DivergedError:
    """Return the error that says where a run blew up, why it may have, and what to try."""
    settings = assembly.settings
    init = assembly.resolved["init"]
    error = DivergedError(
        f"diverged at epoch {result.epochs} of {settings.epochs}: {failure.origin} is not finite "
        f"(optimizer {assembly.resolved['optimizer']}, lr {failure.lr:g})",
        advice(
            assembly.network,
            failure.lr,
            None if init is None else init.partition(":")[0],
            settings.clip,
        ),
    )
    error.result = result
    return error


def load(path: str | Path, registry: Registry | None = None) -> Model:
    """Read a saved run (its folder or its model.npz) and return it, to predict with.

    Raises RunFileError for a file that is damaged, and says what to install where a component's
    package is missing.
    """
    return Model(path, registry or default_registry())
