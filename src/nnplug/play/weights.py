"""One number of a network, found by where the page says it stands."""

from operator import index
from typing import Any

from nnplug.core.array import Array
from nnplug.core.errors import SettingsError
from nnplug.engine.network import Network


def number_at(network: Network, path: str, at: Any) -> tuple[Array, tuple[int, ...]]:
    """Return the parameter as a view of the weights, and an index of one number of it.

    path : of the parameter, "0.W";  at : its place there; a bias takes its unit alone
    Raises SettingsError where there is none.
    """
    places = {place.name: place for place in network.layout.places}
    try:
        view = places[path].view(network.w)
        place = tuple(map(index, at))
        if len(place) == 1 and view.shape[:-1] == (1,):
            view = view[0]
        if any(one < 0 for one in place) or len(place) != view.ndim:
            raise IndexError
        view[place]
    except (KeyError, IndexError, TypeError, ValueError):
        raise SettingsError(f"there is no weight {path!r} at {at!r}") from None
    return view, place
