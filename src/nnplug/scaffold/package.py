"""What a package is made of, and the text of each of its files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc

from packaging.version import Version

from nnplug import __version__
from nnplug.core.component import Component
from nnplug.core.hooks import PROJECT
from nnplug.core.kinds import article
from nnplug.core.usage import trial
from nnplug.scaffold.fill import SHARED, fill, template
from nnplug.scaffold.names import module_name, plugin_name


@dataclass(frozen=True)
class Given:
    """One component that the package gives.

    doc : its docstring, as `nnplug show` prints it
    trial : the command that tries it: "nnplug train --activation mish"
    """

    kind: str
    name: str
    doc: str
    trial: str

    @classmethod
    def of(cls, kind: str, name: str, component: type[Component], doc: str | None) -> "Given":
        """Return what there is to say of a class."""
        said = cleandoc(doc or "(without a docstring)")
        return cls(kind, name, said, trial(kind, name, component))


@dataclass(frozen=True)
class Package:
    """A package that is still to be written.

    name : "nnplug-mish"
    source : its module, as it will be written
    given : its components
    needs : the packages beside nnplug that it needs
    author, year : who holds the copyright, since when
    notes : what its author should know, a line each
    """

    name: str
    source: bytes
    given: Sequence[Given]
    author: str
    year: int
    needs: Sequence[str] = ()
    notes: Sequence[str] = ()

    @property
    def module(self) -> str:
        """Its one module: nnplug_mish."""
        return module_name(self.name)

    @property
    def description(self) -> str:
        """What it is, in one line."""
        if len(self.given) == 1:
            (only,) = self.given
            return f"The {only.kind} {only.name} for {PROJECT}."
        listed = ", ".join(f"{one.name} ({one.kind})" for one in self.given)
        return f"Components for {PROJECT}: {listed}."

    def files(self) -> Mapping[str, bytes]:
        """Return what each file holds, by its path in the package's folder."""
        values = {
            "the-package": self.name,
            "the-plugin": plugin_name(self.name),
            "the_module": self.module,
            "THE_DESCRIPTION": self.description,
            "THE_COMPONENTS": "\n\n".join(map(_section, self.given)),
            "THE_TRIAL": self.given[0].trial,
            "THE_YEAR": str(self.year),
            "THE_AUTHOR": self.author,
            # With the quotes around them, as TOML wants them.
            '"THE_DESCRIPTION"': _quoted(self.description),
            '"THE_AUTHOR"': _quoted(self.author),
            '"THE_DEPENDENCIES"': ", ".join(map(_quoted, [_this_nnplug(), *self.needs])),
        }
        texts = {path: fill(template(name), values).encode() for path, name in SHARED.items()}
        return {f"{self.module}.py": self.source, **texts}


def _section(one: Given) -> str:
    """Return what the README says of a component: its docstring, in a block that holds it."""
    fence = "```"
    while fence in one.doc:
        fence += "`"
    return f"## {one.name}, {article(one.kind)}\n\n{fence}text\n{one.doc}\n{fence}"


def _quoted(text: str) -> str:
    """Return a text without control characters as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)


def _this_nnplug() -> str:
    """Return the requirement that this nnplug, and those after it, fulfil."""
    version = Version(__version__)
    least = version.public if version.is_prerelease else f"{version.major}.{version.minor}"
    return f"{PROJECT}>={least}"
