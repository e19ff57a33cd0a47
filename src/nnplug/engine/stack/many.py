"""Training many settings: in stacks where they have one structure, one by one where not."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from nnplug.core.errors import DivergedError, NnplugError
from nnplug.core.provenance import blamed
from nnplug.core.registry import Registry, default_registry
from nnplug.engine.assemble import Assembly
from nnplug.engine.result import Result
from nnplug.engine.settings import Settings
from nnplug.engine.stack.members import Member
from nnplug.engine.stack.proof import Proof, StackMismatchError
from nnplug.engine.stack.stack import Stack
from nnplug.engine.stack.structure import chunk_size, columns, obstacle, structure
from nnplug.engine.train import conclude, prepare, run_assembly
from nnplug.engine.training import Counting, Progress


@dataclass(frozen=True)
class Finished:
    """One of many runs, after it.

    index : its place among the settings that were given
    result : what came of it; of a run that diverged, with the best weights; None after an error
    error : why it diverged, or what did not fit together; else None
    together : how many runs trained as one with it; 1 for one alone
    note : why it trained alone although others have its structure; empty for nothing to say
    """

    index: int
    result: Result | None
    error: NnplugError | None = None
    together: int = 1
    note: str = ""


def train_many(
    wanted: Sequence[Settings],
    registry: Registry | None = None,
    *,
    stacked: bool = True,
    progress: Progress | None = None,
) -> Iterator[Finished]:
    """Train every one of these settings, and yield each run as it ends, in any order.

    A run that has ended in a stack that is given up later is yielded once more: the last one holds.

    Runs of one structure train as one. Those that differ in seed and learning rate alone are bit
    for bit what each is alone; other floats agree to rounding. A stack that does not agree with its
    runs alone, or in which a component raises, is given up, and its runs train one by one.

    stacked : False for all one by one;  progress : is told of epochs as they pass
    """
    registry = registry or default_registry()
    groups: dict[object, list[tuple[int, Assembly]]] = {}
    for index, settings in enumerate(wanted):
        try:
            assembly = prepare(settings, registry)
        except NnplugError as error:
            yield Finished(index, None, error)
            continue
        key = structure(assembly) if stacked and not obstacle(assembly) else index
        groups.setdefault(key, []).append((index, assembly))
    for group in groups.values():
        size = chunk_size(group[0][1])
        for start in range(0, len(group), size):
            yield from _train(group[start : start + size], progress)


def _train(group: list[tuple[int, Assembly]], progress: Progress | None) -> Iterator[Finished]:
    if len(group) == 1:
        index, assembly = group[0]
        yield _alone(index, assembly, progress)
        return
    try:
        yield from _together(group, progress)
        return
    except StackMismatchError as error:
        note = f"trained one by one, for as a stack {error.what}"
    except Exception as error:  # one of the components raised: which run's it is, one by one tells
        note = f"trained one by one, for as a stack a component raised {type(error).__name__}"
    for index, assembly in group:
        fresh = prepare(assembly.settings, assembly.registry)
        yield _alone(index, fresh, progress, note)


def _together(
    group: Iterable[tuple[int, Assembly]], progress: Progress | None
) -> Iterator[Finished]:
    members = [Member(index, assembly) for index, assembly in group]
    assemblies = [member.assembly for member in members]
    exact = not columns(assemblies)
    kinds = {member.key: _setting(member.assembly) for member in members}
    stack = Stack(members, Proof(kinds, exact=exact), progress)
    with blamed(assemblies[0].registry):
        for member in stack.train():
            yield _finished(member, len(members))


def _setting(assembly: Assembly) -> object:
    """Return what tells a run from others but its seed."""
    return tuple((k, repr(v)) for k, v in assembly.resolved.items() if k != "seed")


def _finished(member: Member, together: int) -> Finished:
    try:
        result = conclude(
            member.assembly, member.reason, member.seconds, member.shuffle, member.failure
        )
    except DivergedError as error:
        return Finished(member.key, error.result, error, together)
    return Finished(member.key, result, None, together)


def _alone(index: int, assembly: Assembly, progress: Progress | None, note: str = "") -> Finished:
    watch = None if progress is None else Counting(progress)
    try:
        return Finished(index, run_assembly(assembly, watch), None, 1, note)
    except DivergedError as error:
        return Finished(index, error.result, error, 1, note)
    except Exception as error:
        return Finished(index, None, _as_nnplug(error), 1, note)


def _as_nnplug(error: Exception) -> NnplugError:
    """Return an error that says in one line what a stranger's component raised."""
    if isinstance(error, NnplugError):
        return error
    notes = " ".join(getattr(error, "__notes__", ()))
    said = NnplugError(f"{type(error).__name__}: {error}" + (f" ({notes})" if notes else ""))
    said.__cause__ = error
    return said
