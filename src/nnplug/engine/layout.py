"""Where each parameter stands in the one flat vector of a network.

Weights are views into `w` and gradients into `g`, both of shape (*runs, numbers). Trainable
parameters come first, so that gradients, slots, clipping and decay are plain slices.
"""

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplug.core.array import Array, Views
from nnplug.core.errors import ContractError
from nnplug.core.layer import Parameter, Parameters

Path = tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """One parameter's place: numbers start to stop of the flat vector."""

    path: Path
    parameter: Parameter
    start: int
    stop: int

    @property
    def name(self) -> str:
        """The path as messages print it: "2.W"."""
        return ".".join(self.path)

    def view(self, vector: Array) -> Array:
        """Return this parameter's numbers in its own shape, as a view of (*runs, numbers)."""
        part = vector[..., self.start : self.stop]
        return part.reshape((*vector.shape[:-1], *self.parameter.shape))


class Layout:
    """The places of all parameters, and the nested views that layers are handed."""

    def __init__(self, parameters: Parameters) -> None:
        found = list(_walk(parameters, ()))
        found.sort(key=lambda pair: not pair[1].trainable)  # stable: else in the layers' order
        self.places: list[Place] = []
        start = 0
        for path, parameter in found:
            self.places.append(Place(path, parameter, start, start + parameter.size))
            start += parameter.size
        self.size = start
        self.trained = [place for place in self.places if place.parameter.trainable]
        self.kept = [place for place in self.places if not place.parameter.trainable]
        self.trainable_size = sum(place.parameter.size for place in self.trained)
        self._tree = parameters

    def weight_views(self, w: Array) -> Views:
        """Return read-only views of w, nested as the layers' parameters."""
        readable = read_only(w)
        views: Views = self._nest(
            MappingProxyType,
            {place.path: place.view(readable) for place in self.places},
        )
        return views

    def gradient_views(self, g: Array) -> "Gradients":
        """Return views of g that layers write, nested as the layers' parameters."""
        views: Gradients = self._nest(Gradients, {p.path: p.view(g) for p in self.trained})
        return views

    def _nest(self, mapping: Callable[[dict[str, Any]], Any], views: dict[Path, Array]) -> Any:
        """Return the views nested as the layers' parameters, in mappings of one kind."""

        def fill(tree: Parameters, path: Path) -> Any:
            nested: dict[str, Any] = {}
            for key, item in tree.items():
                here = (*path, key)
                if not isinstance(item, Parameter):
                    nested[key] = fill(item, here)
                elif here in views:
                    nested[key] = views[here]
            return mapping(nested)

        return fill(self._tree, ())

    def decay_mask(self, dtype: Any) -> NDArray[Any]:
        """Return 1 where weight decay applies and 0 where it does not, for the trainable part."""
        mask = np.zeros(self.trainable_size, dtype)
        for place in self.trained:
            if place.parameter.decay:
                mask[place.start : place.stop] = 1
        return mask


def read_only(array: Array) -> Array:
    """Return a view of an array through which nothing can be written."""
    view = array.view()
    view.flags.writeable = False
    return view


class Gradients(MutableMapping[str, Any]):
    """The gradients that a layer writes: `g["W"] = a` copies `a` into the flat vector.

    `a` has exactly the parameter's shape and dtype: what would broadcast is a mistake in a formula
    far more often than a wish.
    """

    __slots__ = ("_targets", "_views")

    def __init__(self, views: dict[str, Any]) -> None:
        self._views = views
        self._targets = {
            key: (view, view.size, view.ndim, view.dtype)
            for key, view in views.items()
            if isinstance(view, np.ndarray)
        }

    def __setitem__(self, key: str, value: Any) -> None:
        try:
            view, size, ndim, dtype = self._targets[key]
            # Of equal size and rank, only an equal shape can be assigned at all; two integers are
            # compared faster than two tuples, and this stands in every layer's every step.
            if value.size == size and value.ndim == ndim and value.dtype == dtype:
                view[...] = value
                return
        except (KeyError, ValueError, AttributeError):
            pass
        self._refuse(key, value)

    def __getitem__(self, key: str) -> Any:
        return self._views[key]

    def __delitem__(self, key: str) -> None:
        raise ContractError(f"the gradient of {key!r} was deleted", f'write it: g["{key}"] = ...')

    def __iter__(self) -> Iterator[str]:
        return iter(self._views)

    def __len__(self) -> int:
        return len(self._views)

    def _refuse(self, key: str, value: Any) -> None:
        view = self.get(key)
        if view is None:
            raise ContractError(
                f"the gradient of {key!r} was written, which is no trainable parameter",
                f"trainable here: {', '.join(self) or 'nothing'}",
            )
        if isinstance(view, Gradients):
            raise ContractError(
                f"the gradient of {key!r} was written, which holds parameters of its own",
                f"write those: {', '.join(view) or 'nothing'}",
            )
        got = getattr(value, "dtype", type(value).__name__)
        raise ContractError(
            f"the gradient of {key!r} is {got}{list(np.shape(value))}; the parameter is "
            f"{view.dtype}{list(view.shape)}",
            "sum over the axes that the parameter broadcasts over, and keep the dtype",
        )


def _walk(parameters: Parameters, path: Path) -> Iterator[tuple[Path, Parameter]]:
    for key, item in parameters.items():
        here = (*path, key)
        if isinstance(item, Parameter):
            yield here, item
        elif isinstance(item, Mapping):
            yield from _walk(item, here)
        else:
            raise ContractError(
                f"parameter {'.'.join(here)!r} is declared as {item!r}",
                "parameters() returns {name: Parameter(shape, ...)}",
            )
