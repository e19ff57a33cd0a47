"""`nnplug.train`: from settings to a trained network in one call."""

import time
from collections.abc import Iterable
from numbers import Integral
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.dataset import Data
from nnplug.core.errors import DivergedError, NnplugError, SettingsError
from nnplug.core.provenance import blamed
from nnplug.core.registry import Registry, default_registry
from nnplug.engine.assemble import Assembly, assemble
from nnplug.engine.chance import stream
from nnplug.engine.divergence import advice
from nnplug.engine.folder import MODEL, discard, make_folder
from nnplug.engine.given import of_arrays, of_frame, without_frames
from nnplug.engine.keeper import FolderKeeper
from nnplug.engine.lock import locked
from nnplug.engine.loop import Keeper, train_run
from nnplug.engine.result import Model, Result, title_of, write_run
from nnplug.engine.settings import Settings, refuse_contradictions
from nnplug.engine.track import Tracker
from nnplug.engine.training import BlewUpError, Watch


def train(
    *,
    x: Any = None,
    y: Any = None,
    task: str | None = None,
    names: Any = (),
    weights: Any = None,
    hidden: Any = None,
    registry: Registry | None = None,
    save: str | Path | bool | None = None,
    checkpoint_every: int | None = None,
    **settings: Any,
) -> Result:
    """Train a network and return the result.

        nnplug.train(dataset="xor", hidden=[10, 10], activation="relu", optimizer="adam:lr=0.01")
        nnplug.train(x=X, y=y, test_split=0.2, epochs=500)
        nnplug.train(data="table.csv", target="label", test_split=0.2)

    x, y : points of your own instead of a dataset: (samples, *features) and labels or values;
        of a data frame columns of texts are categories, and numbers are scaled, see `scale`
    data, test_data : likewise, a file or a data frame with a `target` in it
    task : "binary", "multiclass" or "regression"; guessed from y or the target if not given
    names : the classes' names;  weights : (samples,), how much each sample counts
    hidden : the units of each hidden layer, a short form of `hidden_dims`
    save : a folder, or True for one under `runs/`
    checkpoint_every : epochs between two states that are kept there while it trains; by default
        one every few seconds
    settings : as the flags of `nnplug train`; wherever it takes a component, a spec, a table, a
        class or an instance will do
    Raises NnplugError for what does not fit together, and DivergedError, whose `result` holds the
    best weights, where a loss or gradient is not finite.
    """
    registry = registry or default_registry()
    settings, frame, test = without_frames(settings, task, x)
    wanted = _settings(settings, hidden)
    about = {"task": task, "names": names, "weights": weights}
    data = of_arrays(x, y, about, settings) if frame is None else of_frame(frame, wanted)
    assembly = prepare(wanted, registry, data, test)
    if save is None or save is False:
        return run_assembly(assembly)
    # Made before training, so that a run is not lost for a folder that cannot be written.
    folder = make_folder(None if save is True else save, title_of(assembly.resolved))
    try:
        with locked(folder, new=True) as lock:
            shuffle = stream(assembly.settings.seed, "shuffle")
            return train_into(FolderKeeper(lock, assembly, shuffle, checkpoint_every))
    finally:
        discard(folder)


def train_into(keeper: FolderKeeper) -> Result:
    """Train what a keeper keeps, and save the result where it does."""
    assembly = keeper.assembly
    try:
        result = run_assembly(assembly, shuffle=keeper.shuffle, keeper=keeper)
    except DivergedError as error:
        keeper.finish(error.result)
        raise
    except Exception:
        keep_unfinished(assembly, keeper.folder)
        raise
    keeper.finish(result)
    return result


def _settings(given: dict[str, Any], hidden: Any) -> Settings:
    if hidden is not None:
        if "hidden_dims" in given:
            raise SettingsError("hidden and hidden_dims are both given", "give one of them")
        given = {**given, "hidden_dims": hidden}
    refuse_contradictions(given)
    if "hidden_dims" in given:
        given = {**given, "hidden_dims": _several(given["hidden_dims"])}
    return Settings().but(**given)


def _several(units: Any) -> Any:
    """Return the units of hidden layers as a tuple; what is no number or list stays as it is."""
    if isinstance(units, Integral):
        return (units,)
    return tuple(units) if isinstance(units, Iterable) and not isinstance(units, str) else units


def prepare(
    settings: Settings, registry: Registry, data: Data | None = None, test: Any = None
) -> Assembly:
    """Build everything that a run needs; errors name the component they come from.

    data : points given as arrays;  test : a data frame of points to hold out
    """
    with blamed(registry):
        return assemble(settings, registry, data, test)


def run_assembly(
    assembly: Assembly,
    watch: Watch | None = None,
    *,
    shuffle: np.random.Generator | None = None,
    keeper: Keeper | None = None,
) -> Result:
    """Train what was assembled; raises DivergedError with the result that was reached.

    shuffle : the stream of its batches, where it goes on; else that of its seed
    keeper : keeps its state while it trains
    """
    run, settings = assembly.run, assembly.settings
    shuffle = shuffle or stream(settings.seed, "shuffle")
    started = time.perf_counter()
    callbacks: Any = assembly.callbacks
    if settings.track:
        # Before the others, which may stop the run.
        callbacks = (Tracker(run), *callbacks)
    failure: BlewUpError | None = None
    with blamed(assembly.registry):
        try:
            reason = train_run(
                run,
                callbacks,
                batch_size=settings.batch_size,
                shuffle=shuffle,
                record_every=settings.log_interval,
                restore_best=settings.restore_best,
                watch=watch,
                keeper=keeper,
            )
        except BlewUpError as error:
            failure, reason = error, "diverged"
    return conclude(assembly, reason, time.perf_counter() - started, shuffle, failure)


def keep_unfinished(assembly: Assembly, folder: Path) -> bool:
    """Write what a run reached before a component raised; say whether there was anything.

    The model is that of the best weights that were measured, or of those that a callback kept.
    """
    if (folder / MODEL).exists():
        return True  # kept while it trained
    if not len(assembly.run.history):
        return False
    try:
        write_run(folder, assembly.run, assembly.resolved)
    except NnplugError:
        return False  # what the component raised is the news
    return True


def conclude(
    assembly: Assembly,
    reason: str,
    seconds: float,
    shuffle: np.random.Generator,
    failure: BlewUpError | None = None,
) -> Result:
    """Return the result of a run that has ended; raises DivergedError with it for one that blew up.

    reason : why it ended;  seconds : how long it took;  shuffle : the stream of its batches
    """
    run = assembly.run
    with blamed(assembly.registry), np.errstate(all="ignore"):
        metrics = {part: run.metrics(part) for part in run.parts()}
    result = Result(
        network=run.network,
        metrics=metrics,
        history=run.history,
        epochs=run.epoch,
        seconds=seconds,
        reason=reason,
        settings=assembly.resolved,
        train=assembly.train,
        test=assembly.test,
        run=run,
        shuffle=shuffle,
        components=assembly.components.all(),
    )
    if failure is not None:
        raise _diverged(assembly, failure, result)
    return result


def _diverged(assembly: Assembly, failure: BlewUpError, result: Result) -> DivergedError:
    """Return the error that says where a run blew up, why it may have, and what to try."""
    settings, init = assembly.settings, assembly.resolved["init"]
    error = DivergedError(
        f"diverged at epoch {failure.epoch} of {settings.epochs}: {failure.origin} is not finite "
        f"(optimizer {assembly.resolved['optimizer']}, lr {failure.lr:g})",
        advice(
            assembly.network,
            assembly.run.train.x,
            failure.lr,
            None if init is None else init.partition(":")[0],
            settings.clip,
        ),
    )
    error.result = result
    if failure.suspect:
        error.hint = f"{error.hint}; nnplug check {failure.suspect} tests its formulas"
    for note in getattr(failure, "__notes__", ()):
        error.add_note(note)
    return error


def load(path: str | Path, registry: Registry | None = None, *, best: bool = False) -> Model:
    """Read a saved run (its folder or its model.npz) and return it, to predict with.

    best : with the weights of the lowest loss that was recorded, not with those it ended with
    Raises RunFileError for a file that is damaged, and says what to install where a component's
    package is missing.
    """
    return Model(path, registry or default_registry(), best=best)
