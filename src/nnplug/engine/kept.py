"""What layers keep between batches, such as running means: proposed in `ctx.keep`, written here."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.core.errors import ContractError
from nnplug.core.layer import Context
from nnplug.engine.layout import Layout, Path


class Kept:
    """The parameters that are not trained, and the proposals for them.

    layout, w : of the network
    ctx : the context of the whole network, whose `keep` nests like the layers' parameters
    """

    def __init__(self, layout: Layout, w: Array, ctx: Context) -> None:
        self._views = {place.path: place.view(w) for place in layout.kept}
        self._ctx = ctx

    def commit(self) -> None:
        """Write the proposals of the last forward pass into the parameters."""
        for view, new in self.checked():
            view[...] = new
        self.forget()

    def checked(self) -> list[tuple[Array, Array]]:
        """Return each proposal after the parameter that it is for; ContractError for another."""
        found = []
        for path, new in _proposals(self._ctx.keep):
            view = self._views.get(path)
            if view is None:
                raise ContractError(
                    f"layer {path[0]} proposes to keep {'.'.join(path[1:])!r}, which it does not "
                    "declare",
                    f"among its parameters: {path[-1]!r}: Parameter(shape, trainable=False)",
                )
            if np.shape(new) != view.shape or new.dtype != view.dtype:
                got = getattr(new, "dtype", type(new).__name__)
                raise ContractError(
                    f"layer {path[0]} proposes to keep {'.'.join(path[1:])!r} as "
                    f"{got}{list(np.shape(new))}; the parameter is {view.dtype}{list(view.shape)}",
                    "keep shape and dtype, runs included",
                )
            found.append((view, new))
        return found

    def forget(self) -> None:
        """Drop the proposals."""
        _clear(self._ctx.keep)


def _proposals(keep: dict[str, Any], path: Path = ()) -> Iterator[tuple[Path, Any]]:
    for key, value in keep.items():
        if isinstance(value, dict):
            yield from _proposals(value, (*path, key))
        else:
            yield (*path, key), value


def _clear(keep: dict[str, Any]) -> None:
    for key, value in list(keep.items()):
        if isinstance(value, dict):
            _clear(value)
        else:
            del keep[key]
