"""Checks: plain functions, registered in order with an id, the kinds they concern and a title.

    @check("A2", "activation", "derivative agrees with finite differences")
    def derivative(subject: Subject) -> None: ...

A check returns if all is well (a text, if it measured something worth printing) and raises
CheckFailed or CheckSkipped.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module

from nnplug.core.kinds import KINDS
from nnplug.testing.subject import Subject

Function = Callable[[Subject], str | None]

MODULES = (
    "common",
    "common_arrays",
    "activation",
    "activation_facts",
    "layer",
    "layer_rows",
    "layer_gradients",
    "layer_chance",
    "loss",
    "loss_domain",
    "loss_course",
    "optimizer",
    "optimizer_engine",
    "initializer",
    "schedule",
    "callback",
    "dataset",
    "together",
)
"""Where the checks are written, in the order in which they run."""


@dataclass(frozen=True)
class Check:
    """One check.

    variants : whether it runs with the hyperparameters off their defaults, too
    """

    id: str
    kinds: tuple[str, ...]
    title: str
    function: Function
    variants: bool = True


_CHECKS: dict[str, Check] = {}


def check(
    id: str, kinds: str | Iterable[str], title: str, *, variants: bool = True
) -> Callable[[Function], Function]:
    """Register the function below as a check.

    id : a letter and a number, unique
    kinds : a kind, several of them, or "every"
    """
    concerned = tuple(KINDS) if kinds == "every" else (kinds,) if isinstance(kinds, str) else kinds

    def register(function: Function) -> Function:
        if id in _CHECKS:
            raise ValueError(f"there is a check {id} already")
        _CHECKS[id] = Check(id, tuple(concerned), title, function, variants)
        return function

    return register


ORDER = "CALSOWRBDI"
"""The letters of the ids: common, activation, layer, loss, optimizer, initializer (weights),
schedule (rate), callback, dataset, and all together."""


def all_checks() -> list[Check]:
    """Return every check, in the order in which they run."""
    for module in MODULES:
        import_module(f"nnplug.testing.{module}")
    return sorted(_CHECKS.values(), key=_place)


def _place(one: Check) -> tuple[int, int]:
    letter = one.id[0]
    return (ORDER + letter).index(letter), int(one.id[1:])  # a letter of its own comes last


def checks_for(kind: str) -> list[Check]:
    """Return the checks that concern components of a kind, in the order in which they run."""
    if kind not in KINDS:
        raise ValueError(f"there is no kind {kind!r}; the kinds are {', '.join(KINDS)}")
    return [one for one in all_checks() if kind in one.kinds]
