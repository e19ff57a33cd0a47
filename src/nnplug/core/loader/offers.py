"""What a plugin's mapping offers, and whether each class keeps the contract of its kind."""

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

from nnplug.core.component import Component, contract_faults
from nnplug.core.errors import ContractError, PluginError
from nnplug.core.kinds import KINDS, article
from nnplug.core.loader.failure import one_line, stack
from nnplug.core.loader.plugin import Fault, Offer, Provider, fold

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_TARGET = re.compile(r"(?P<module>\w+(\.\w+)*):(?P<attribute>\w+(\.\w+)*)")


def read_names(
    kind: str, given: Iterable[tuple[Any, Any]], provider: Provider
) -> Iterator[Offer | Fault]:
    """Yield an offer for each component of a mapping, and a fault for what cannot be offered.

    given : the mapping's items, name and class or "module:Class"

    Two names for one target are a name and its alias. Classes are checked at once; what stands as
    "module:Class" is heavy to import, so it is imported and checked later, by `load_late`.
    """
    names: dict[type[Any] | str, list[str]] = {}
    taken: dict[str, str] = {}
    for name, target in given:
        fault = _refusal(name, target, taken)
        if fault:
            yield Fault(kind, str(name), provider, fault)
            continue
        taken[fold(name)] = name
        names.setdefault(target, []).append(name)
    for target, (name, *aliases) in names.items():
        offer = Offer(kind, name, target, provider, tuple(aliases))
        if isinstance(target, str):
            yield offer
        else:
            checked = component_class(offer)
            yield checked if isinstance(checked, Fault) else offer


def _refusal(name: Any, target: Any, taken: Mapping[str, str]) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return f"{name!r} is no name; take letters, digits, - and _"
    if fold(name) in taken:
        return f"it is {taken[fold(name)]!r} once more: names ignore case, - and _"
    if isinstance(target, str):
        if not _TARGET.fullmatch(target):
            return f'{target!r} is no target; write "module:Class"'
    elif isinstance(target, Component):
        return f"it is an instance; give the class {type(target).__name__}"
    elif not isinstance(target, type):
        return f'{target!r} is no class; give a class, or "module:Class"'
    return ""


def component_class(offer: Offer) -> type[Component] | Fault:
    """Return an offer's class, imported if need be, or why the component is set aside."""
    try:
        target = offer.target
        return check(offer.kind, _import(target) if isinstance(target, str) else target)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return Fault(
            offer.kind, offer.name, offer.provider, one_line(error), stack(error), offer.aliases
        )


def check(kind: str, target: Any) -> type[Component]:
    """Return `target` as a component class of this kind; raises ContractError if it is none."""
    contract = KINDS[kind].contract
    if not isinstance(target, type):
        raise ContractError(f"{target!r} is no class")
    if not issubclass(target, contract):
        if issubclass(target, Component) and target.kind in KINDS:
            raise ContractError(
                f"{target.__name__} is {article(target.kind)}, not {article(kind)}",
                f"give it from {KINDS[target.kind].hook}()",
            )
        raise ContractError(f"{target.__name__} does not derive from nnplug.{contract.__name__}")
    faults = contract_faults(target)
    if faults:
        raise ContractError("; ".join(faults))
    return target


def _import(target: str) -> Any:
    module, _, attribute = target.partition(":")
    found: Any = import_module(module)
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise PluginError(f"module {module} has no {attribute}")
        found = getattr(found, part)
    return found
