"""What of the features the page shows: a line of one, the plane of two, or a plane through many.

Each view says where points stand in it, and which of the network's features its cells stand for.
"""

from collections.abc import Sequence
from operator import index
from typing import Any, Protocol

import numpy as np

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.errors import SettingsError
from nnplug.engine.data import MARGIN
from nnplug.engine.plane import limits
from nnplug.engine.preparation import Preparation

LINE_CELLS = 200
"""How many predictions a curve has."""

PAIRED = 6
"""Of so many features, all pairs are offered as planes."""

SAMPLE = 2000
"""So many points say in which directions they spread."""

Limits = tuple[tuple[float, float], tuple[float, float]]


class View(Protocol):
    """What is shown.

    kind : "plane" or "line";  axes : their names;  limits : what each axis shows
    editable : whether a place in it is a point;  projected : whether many features lie behind it
    """

    kind: str
    axes: tuple[str, str]
    limits: Limits
    editable: bool
    projected: bool

    def place(self, data: Data) -> Array:
        """Return where points stand, (samples, 2)."""
        ...

    def cells(self, side: int) -> Array:
        """Return the network's features of every cell; of a plane row by row from the lowest."""
        ...


class Line:
    """A curve over the only feature; points stand at their target's value."""

    kind, projected = "line", False

    def __init__(self, data: Data, train: Data, preparation: Preparation) -> None:
        low, high = (float(train.y[:, 0].min()), float(train.y[:, 0].max()))
        if data.task != "regression":
            low, high = 0.0, 1.0
        margin = 3 * MARGIN * (high - low or 1.0)
        across = _limits(data, 0)
        target = (data.names or ("y",))[0] if data.task == "regression" else "probability"
        self.axes = (_names(train)[0], target)
        self.limits: Limits = (across, (low - margin, high + margin))
        self.editable = data.task == "regression" and _is_plain(train)
        self._preparation = preparation

    def place(self, data: Data) -> Array:
        """Return feature and target of each point."""
        y = data.y if data.task != "multiclass" else data.y.max(axis=1, keepdims=True)
        return np.concatenate([data.x, y[:, :1]], axis=1)

    def cells(self, side: int) -> Array:
        """Return the network's features along the line."""
        low, high = self.limits[0]
        return self._preparation.encode(np.linspace(low, high, side)[:, None])


class Plane:
    """The plane of the only two features."""

    kind, projected = "plane", False

    def __init__(self, data: Data, train: Data, preparation: Preparation) -> None:
        names = _names(train)
        self.axes = (names[0], names[1])
        self.limits: Limits = (_limits(data, 0), _limits(data, 1))
        self.editable = _is_plain(train)
        self._preparation = preparation

    def place(self, data: Data) -> Array:
        """Return the features themselves."""
        return data.x

    def cells(self, side: int) -> Array:
        """Return the network's features of the cells."""
        return self._preparation.encode(_grid(self.limits, side))


class Across:
    """A plane through many features: origin + a u + b v in what the network is given.

    origin, u, v : (features,) of the network
    scale : (center, width) of each axis, which make the features' own units of a and b
    """

    kind, projected, editable = "plane", True, False

    def __init__(
        self,
        axes: tuple[str, str],
        train: Array,
        vectors: tuple[Array, Array],
        preparation: Preparation,
        scale: Sequence[tuple[float, float]],
    ) -> None:
        self.axes = axes
        self._preparation = preparation
        self._origin = train.mean(axis=0)
        self._vectors: Array = np.stack(vectors)
        self._center: Array = np.array([center for center, _ in scale])
        self._width: Array = np.array([width for _, width in scale])
        placed = self._placed(train)
        found = []
        for low, high in zip(placed.min(axis=0).tolist(), placed.max(axis=0).tolist(), strict=True):
            margin = MARGIN * (high - low or 1.0)
            found.append((low - margin, high + margin))
        self.limits: Limits = (found[0], found[1])

    def place(self, data: Data) -> Array:
        """Return where the points' shadows fall."""
        return self._placed(_flat(data, self._preparation))

    def cells(self, side: int) -> Array:
        """Return the network's features of the cells."""
        spread = (_grid(self.limits, side) - self._center) / self._width
        features = self._origin + spread @ self._vectors
        shaped: Array = features.reshape(-1, *self._preparation.out_shape)
        return shaped

    def _placed(self, features: Array) -> Array:
        spread: Array = (features - self._origin) @ self._vectors.T
        placed: Array = spread * self._width + self._center
        return placed


def view_of(data: Data, train: Data, preparation: Preparation, plane: Any = None) -> View:
    """Return the view of points.

    data : all of them;  train : those to train on, no value missing
    plane : of more than two features: "components", (i, j), or None for the first of `planes`
    """
    if train.x.ndim == 2 and not train.categories:
        if train.x.shape[1] == 1:
            return Line(data, train, preparation)
        if train.x.shape[1] == 2:
            return Plane(data, train, preparation)
    flat = _flat(train, preparation)
    names = _feature_names(train, preparation, flat.shape[1])
    if flat.shape[1] == 1:  # one column of texts that are all alike
        flat = np.concatenate([flat, np.zeros_like(flat)], axis=1)
    if plane in (None, "components"):
        return _components(flat, preparation)
    try:
        i, j = map(index, plane)
        if min(i, j) < 0 or i == j:
            raise IndexError
        axes = names[i], names[j]
    except (TypeError, ValueError, IndexError):
        raise SettingsError(f"there is no plane {plane!r} of {len(names)} features") from None
    unit = np.eye(flat.shape[1])
    scale = [_units(preparation, flat, k) for k in (i, j)]
    return Across(axes, flat, (unit[i], unit[j]), preparation, scale)


def planes(train: Data, preparation: Preparation) -> list[dict[str, Any]]:
    """Return the planes of more than two features that the page offers, with their names."""
    count = int(np.prod(preparation.out_shape))
    if train.x.ndim == 2 and not train.categories and train.x.shape[1] <= 2:
        return []
    names = _feature_names(train, preparation, count)
    shown = min(count, PAIRED)
    pairs = [(i, j) for i in range(shown) for j in range(i + 1, shown)]
    found: list[dict[str, Any]] = [{"label": "where they spread most", "plane": "components"}]
    return found + [{"label": f"{names[i]} and {names[j]}", "plane": [i, j]} for i, j in pairs]


def _components(flat: Array, preparation: Preparation) -> Across:
    """Return the plane in which the points spread most: their first two principal components."""
    centered = flat[:SAMPLE] - flat[:SAMPLE].mean(axis=0)
    _, sizes, directions = np.linalg.svd(centered, full_matrices=False)
    found, axes = [], []
    whole = float((sizes**2).sum()) or 1.0
    for k in range(2):
        one = directions[k] if k < len(directions) else np.zeros(flat.shape[1])
        # Of a direction and its opposite, the one whose largest part is positive.
        found.append(one * (1.0 if one[np.abs(one).argmax()] >= 0 else -1.0))
        share = float(sizes[k] ** 2) / whole if k < len(sizes) else 0.0
        axes.append(f"component {k + 1} ({share:.0%} of the spread)")
    vectors = (found[0], found[1])
    return Across((axes[0], axes[1]), flat, vectors, preparation, [(0.0, 1.0)] * 2)


def _units(preparation: Preparation, flat: Array, k: int) -> tuple[float, float]:
    """Return what makes a feature's own units of its distance from the mean."""
    mean = float(flat[:, k].mean())
    if preparation.center is None or preparation.width is None:
        return mean, 1.0
    width = float(preparation.width.ravel()[k]) or 1.0
    return mean * width + float(preparation.center.ravel()[k]), width


def _feature_names(train: Data, preparation: Preparation, count: int) -> list[str]:
    names = preparation.features or train.columns
    return list(names) if len(names) == count else [f"x{j + 1}" for j in range(count)]


def _flat(data: Data, preparation: Preparation) -> Array:
    return preparation.encode(data.x).reshape(len(data), -1)


def _names(data: Data) -> tuple[str, ...]:
    return data.columns or tuple(f"x{j + 1}" for j in range(data.x.shape[1]))


def _is_plain(data: Data) -> bool:
    return data.weights is None and not data.missing


def _limits(data: Data, feature: int) -> tuple[float, float]:
    column = data.x[:, feature]
    if np.isnan(column).any():
        column = column[~np.isnan(column)]
        low, high = float(column.min()), float(column.max())
        return low - MARGIN * (high - low or 1.0), high + MARGIN * (high - low or 1.0)
    return limits(data, feature)


def _grid(bounds: Limits, side: int) -> Array:
    """Return the middles of the cells of a plane, (side * side, 2), row by row from the lowest."""
    sides = []
    for low, high in bounds:
        edges = np.linspace(low, high, side + 1)
        sides.append((edges[1:] + edges[:-1]) / 2)
    return np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
