"""What the parts of a package may be called: from `nnplug-hard-swish` to `HardSwish`."""

import ast
import keyword
import re

from nnplug.core.hooks import PROJECT
from nnplug.core.kinds import KINDS, article
from nnplug.core.loader.plugin import fold
from nnplug.core.registry import Registry
from nnplug.scaffold.errors import ScaffoldError

PREFIX = f"{PROJECT}-"
"""What the name of a package for nnplug begins with."""

# PEP 508, in which a name is ASCII.
_DISTRIBUTION = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?", re.IGNORECASE | re.ASCII)
_COMPONENT = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*")


def package_name(text: str) -> str:
    """Return the package's name in its normal form, with the prefix: "Mish" is nnplug-mish.

    Raises ScaffoldError for what no package may be called, and for nnplug itself.
    """
    if not _DISTRIBUTION.fullmatch(text):
        near = _slug(text, "-")
        folder = "; --into says in which folder" if re.search(r"[/\\]", text) else ""
        raise ScaffoldError(
            f"{text!r} is no name for a package: it takes letters, digits, '-', '_' and '.', with "
            "a letter or a digit at both ends",
            f"write {near}{folder}" if near else _EXAMPLE,
        )
    name = re.sub(r"[-_.]+", "-", text).lower()
    if name == PROJECT:
        raise ScaffoldError(f"{PROJECT} is this framework's own name", _EXAMPLE)
    if name.startswith(PREFIX):
        return name
    rest = name.removeprefix(PROJECT)
    if rest != name:
        raise ScaffoldError(f"{text!r} lacks a '-' after {PROJECT}", f"write {PREFIX}{rest}")
    return PREFIX + name


_EXAMPLE = f"write {PREFIX}mish, or whatever your component is called"


def _slug(text: str, sign: str) -> str:
    """Return the nearest text of small letters and digits; empty where there are none in it."""
    last = re.split(r"[/\\]", text.rstrip("/\\"))[-1]
    slug = re.sub(r"[^a-z0-9]+", sign, last.lower()).strip(sign)
    if not slug or slug == PROJECT:
        return ""
    return slug if sign == "_" or slug.startswith(PREFIX) else PREFIX + slug


def plugin_name(package: str) -> str:
    """Return what the entry point is called: the package's name without the prefix."""
    return package.removeprefix(PREFIX)


def module_name(package: str) -> str:
    """Return the module of a package: nnplug_mish."""
    return package.replace("-", "_")


def component_name(package: str, name: str | None = None) -> str:
    """Return the component's name: the one that was asked for, or the package's own.

    Raises ScaffoldError for what the check C1 would not accept.
    """
    wanted = plugin_name(package).replace("-", "_") if name is None else name
    if _COMPONENT.fullmatch(wanted):
        return wanted
    near = _slug(wanted, "_")
    raise ScaffoldError(
        f"{wanted!r} is no name for a component: it takes small letters and digits, with '-' or "
        "'_' between, and begins with a letter",
        f"write --name {near if near[:1].isalpha() else 'NAME'}",
    )


def refuse_builtin(kind: str, name: str, hint: str) -> None:
    """Raise ScaffoldError if `name` alone would mean a component that is built in."""
    registry = Registry(only=())
    # In a chain, layers and activations share their names.
    chained = ("layer", "activation")
    for other in (kind, *(one for one in chained if kind in chained and one != kind)):
        if fold(name) in map(fold, registry.builtin_names(other)):
            raise ScaffoldError(
                f"{name!r} is {article(other)} that is built in, and cannot be given again", hint
            )


def class_name(component: str, kind: str, source: str) -> str:
    """Return the component's class: HardSwish; HardSwishLoss where `source` uses the name."""
    parts = re.split("[-_]", component)
    name = "".join(part[:1].upper() + part[1:] for part in parts)
    tree = list(ast.walk(ast.parse(source)))
    used = {node.id for node in tree if isinstance(node, ast.Name)}
    used |= {
        alias.name for node in tree if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    taken = name in used or keyword.iskeyword(name)
    return name + KINDS[kind].contract_name if taken else name
