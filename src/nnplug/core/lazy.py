"""Public names that are imported at first use, so that `import nnplug` stays cheap."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazily(
    package: str, names: Mapping[str, str]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the module-level `__getattr__` and `__dir__` of `package`.

    names : public name to the module that defines it
    """

    def get(name: str) -> Any:
        if name not in names:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(import_module(names[name]), name)
        # Kept, so that the next look-up is an ordinary one.
        setattr(import_module(package), name, value)
        return value

    return get, lambda: sorted(names)
