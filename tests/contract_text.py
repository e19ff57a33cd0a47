"""The contract with plugins as lines of text, read from the source.

    python tests/contract_text.py > docs/plugins/contract-1.1.txt

A line is a promise: a hook, what a kind must write, a method, a declared fact, a field. So a line
that is new is something added, and a line that is gone is a promise that was broken.
"""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple

from nnplug.core import PUBLIC, hooks
from nnplug.core.chain import Chain
from nnplug.core.component import Component
from nnplug.core.contract import CONTRACT
from nnplug.core.kinds import KINDS

TYPES = ("Array", "Shape", "Views", "Gradients", "Parameters", "Evaluate")
"""The names of types that signatures use."""

ENGINE_S = {"plan", "switch"}
"""What Context and Chain have for the engine alone."""


class Member(NamedTuple):
    """A method, fact or field of a class: its name, and its signature or its type and default."""

    name: str
    text: str


def source_of(thing: Any) -> ast.Module:
    return ast.parse(inspect.getsource(thing))


def body(cls: type[Any]) -> list[ast.stmt]:
    found = source_of(cls).body[0]
    assert isinstance(found, ast.ClassDef)
    return found.body


def signature(function: ast.FunctionDef) -> str:
    """Return "(self, z: Array) -> Array"."""
    arguments = in_double_quotes(ast.unparse(function.args).replace("=", " = "))
    return f"({arguments}) -> {unquoted(function.returns)}"


def in_double_quotes(text: str) -> str:
    """Return code with the quotes that the source has."""
    return text.replace("'", '"')


def unquoted(annotation: ast.expr | None) -> str:
    """Return an annotation without the quotes of a name that is defined later."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    return "None" if annotation is None else ast.unparse(annotation)


def hook_signatures() -> dict[str, str]:
    """Return the signature of each hook, by its name."""
    functions = {f.name: f for f in ast.walk(source_of(hooks)) if isinstance(f, ast.FunctionDef)}
    return {kind.hook: signature(functions[kind.hook]) for kind in KINDS.values()}


def methods(cls: type[Any]) -> list[Member]:
    """Return the public methods that a class writes, with their signatures."""
    return [
        Member(node.name, "" if is_property(node) else signature(node))
        for node in body(cls)
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


def is_property(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(mark) == "property" for mark in function.decorator_list)


def declared_facts(cls: type[Any]) -> list[Member]:
    """Return what a class declares as ClassVar, with type and default."""
    return [
        Member(name, in_double_quotes(f"{annotation[9:-1]} = {getattr(cls, name)!r}"))
        for name, annotation, _ in annotated(cls)
        if annotation.startswith("ClassVar[") and name != "kind"
    ]


def declared_fields(cls: type[Any]) -> list[Member]:
    """Return the fields of a class, with type, range and default; the meaning is no promise."""
    return [
        Member(name, f"{annotation} = {default}" if default else annotation)
        for name, annotation, default in annotated(cls)
        if not annotation.startswith("ClassVar[")
    ]


def annotated(cls: type[Any]) -> Iterator[tuple[str, str, str]]:
    for node in body(cls):
        if isinstance(node, ast.AnnAssign) and not ast.unparse(node.target).startswith("_"):
            default = "" if node.value is None else ast.unparse(node.value)
            yield ast.unparse(node.target), without_meaning(node.annotation), default


def without_meaning(annotation: ast.expr) -> str:
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated":
        assert isinstance(annotation.slice, ast.Tuple)
        kept = [part for part in annotation.slice.elts if not isinstance(part, ast.Constant)]
        if len(kept) == 1:
            return ast.unparse(kept[0])
        return f"Annotated[{', '.join(map(ast.unparse, kept))}]"
    return unquoted(annotation)


def needs(contract: type[Component]) -> str:
    """Return what a component of a kind must write: "forward; derivative or backward"."""
    return "; ".join(" or ".join(choice) for choice in vars(contract)["_required"])


def context_members() -> list[Member]:
    """Return what a layer may use of its context: attributes, and how blocks make others."""
    from nnplug.core.layer import Context

    attributes = [Member(n, "") for n in Context.__slots__ if not n.startswith("_")]
    return [m for m in (*attributes, *methods(Context)) if m.name not in ENGINE_S]


def type_definition(name: str) -> str:
    module = import_module(PUBLIC[name])
    for node in source_of(module).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return in_double_quotes(ast.unparse(node.value))
    raise LookupError(name)


def members_of_classes() -> Iterator[tuple[str, list[Member]]]:
    """Yield each class that plugins see, by its public name, with its members."""
    from nnplug.core.callback import RunView
    from nnplug.core.dataset import Data
    from nnplug.core.layer import Parameter

    yield "Component", [m for m in methods(Component) if m.name == "validate"]
    for kind in KINDS.values():
        cls = kind.contract
        yield kind.contract_name, [*declared_facts(cls), *declared_fields(cls), *methods(cls)]
    yield "Parameter", [*declared_fields(Parameter), *methods(Parameter)]
    yield "Context", context_members()
    yield "Data", declared_fields(Data)
    yield "RunView", methods(RunView)
    inside = [m for m in methods(Chain) if m.name not in ENGINE_S]
    yield "Chain", [*declared_fields(Chain), *inside]


def lines() -> list[str]:
    """Return the contract, a promise a line."""
    found = [f"hook {name}{text}" for name, text in hook_signatures().items()]
    found += [f"type {name} = {type_definition(name)}" for name in TYPES]
    found += [f"public nnplug.{name}" for name in sorted(PUBLIC)]
    found += [f"{k.contract_name} must write {needs(k.contract)}" for k in KINDS.values()]
    for owner, members in members_of_classes():
        for name, text in members:
            shown = text if text.startswith("(") or not text else f": {text}"
            found.append(f"{owner}.{name}{shown}")
    return found


def next_version(
    old: list[str], new: list[str], version: tuple[int, int] = CONTRACT
) -> tuple[int, int]:
    """Return the version that a contract needs when its lines change from old to new."""
    if set(old) - set(new):
        return version[0] + 1, 0
    return (version[0], version[1] + 1) if set(new) - set(old) else version


if __name__ == "__main__":
    print("\n".join(lines()))
