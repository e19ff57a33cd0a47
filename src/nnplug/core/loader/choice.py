"""Which plugins a process loads, as plain data that another process can repeat."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_NO = ("", "0", "no", "off", "false")


@dataclass(frozen=True)
class Choice:
    """What the environment and the command line say about plugins.

    strict : whether a broken or incompatible plugin is an error instead of a warning
    only : names of the plugins or packages that load, or None for all
    disabled : names of those that do not
    extra : files and modules to load besides what is installed
    """

    strict: bool = False
    only: tuple[str, ...] | None = None
    disabled: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Choice":
        """Read NNPLUG_PLUGINS (names with commas between; empty: none) and NNPLUG_STRICT."""
        listed = environment.get("NNPLUG_PLUGINS")
        return cls(
            strict=environment.get("NNPLUG_STRICT", "").strip().lower() not in _NO,
            only=None
            if listed is None
            else tuple(name.strip() for name in listed.split(",") if name.strip()),
        )

    def plus(
        self, *, strict: bool = False, disabled: tuple[str, ...] = (), extra: tuple[str, ...] = ()
    ) -> "Choice":
        """Return this choice with more of it."""
        return Choice(
            self.strict or strict, self.only, self.disabled + disabled, self.extra + extra
        )

    def data(self) -> dict[str, Any]:
        """Return what JSON and pickle take, and what `Registry(**data)` repeats."""
        return {
            "strict": self.strict,
            "only": None if self.only is None else list(self.only),
            "disabled": list(self.disabled),
            "extra": list(self.extra),
        }
