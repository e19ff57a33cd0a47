"""What turns the features of a table into what a network takes, fitted to the training part alone.

Missing values are filled in, texts become one column a category (1 for the row's own, 0 for the
others), and numbers are scaled. It travels in the model file, as JSON.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nnplug.core.array import Array, Shape
from nnplug.core.dataset import Data
from nnplug.core.errors import RunFileError
from nnplug.engine.features import features, is_table, of_data, present, refuse_missing
from nnplug.engine.statistics import fills, spread


@dataclass(frozen=True, eq=False)
class Preparation:
    """The way from a table's features to a network's.

    shape : of one row's features, as the table has them;  columns : their names, if they have such
    categories : for each column its texts in the training part, () for numbers; () for no texts
    fill : for each column what stands in for a missing value (of texts, a place); None for none
    center, width : of the network's features: x becomes (x - center) / width, and 0 where the width
        is 0; None for no scaling
    """

    shape: Shape
    columns: tuple[str, ...] = ()
    categories: tuple[tuple[str, ...], ...] = ()
    fill: tuple[float, ...] | None = None
    center: Array | None = None
    width: Array | None = None

    @classmethod
    def fit(cls, train: Data, scale: str = "none", impute: str | None = None) -> "Preparation":
        """Return what the training part says.

        scale : "standard", to mean 0 and standard deviation 1, "minmax", to 0 .. 1, or "none";
            columns of texts are not scaled
        impute : "mean", "median" or "most_frequent", of each column; texts are filled with the most
            frequent one whichever it is; None where no value may be missing
        Raises DataError for missing values, and for a column that has no value to fill in.
        """
        found = cls(train.x.shape[1:], train.columns, present(train))
        if impute is not None and train.x.ndim == 2:
            x = of_data(train, found.categories)
            found = replace(found, fill=fills(x, found.categories, found.named(), impute))
        if scale == "none":
            return found
        center, width = spread(found.encode(found.filled(train).x), scale)
        if found.categories:
            one_hot = np.array([bool(text) for _, text in found.places()])
            center, width = np.where(one_hot, 0.0, center), np.where(one_hot, 1.0, width)
        return replace(found, center=center, width=width)

    @property
    def is_idle(self) -> bool:
        """Whether features stay as they are."""
        return not self.categories and self.fill is None and self.center is None

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the network's features: "age", "city=Ulm"; () where columns have none."""
        if not self.columns:
            return ()
        return tuple(
            f"{self.columns[j]}={text}" if text else self.columns[j] for j, text in self.places()
        )

    @property
    def out_shape(self) -> Shape:
        """The shape of one row's features, as the network takes them."""
        return (len(self.places()),) if self.categories else self.shape

    def named(self) -> tuple[str, ...]:
        """Return the columns' names, or what messages call those that have none."""
        return self.columns or tuple(f"column {j + 1}" for j in range(math.prod(self.shape)))

    def constant(self) -> tuple[str, ...]:
        """Return the columns that hold one value in the whole training part, and so become 0."""
        if self.width is None or self.width.ndim != 1:
            return ()
        names = self.named()
        widths = self.width.tolist()
        return tuple(names[j] for (j, _), w in zip(self.places(), widths, strict=True) if w == 0)

    def apply(self, table: Any, unknown: str = "error") -> Array:
        """Return the network's features of a table: (rows, *out_shape).

        table : a data frame, a `Table`, `Data`, or an array (rows, *shape) with the columns in the
            order of `columns`; columns that are not asked for are left alone
        unknown : what becomes of a text that the training part does not have: "error", or "ignore",
            and then the row is of none of the categories
        Raises DataError for columns that are not there, missing values that nothing fills, ...
        """
        if self.is_idle and not (is_table(table) or isinstance(table, Data)):
            return np.asarray(table)  # which the network looks at itself
        x = features(table, self.shape, self.columns, self.categories, unknown)
        return self.encode(self._filled(x))

    def filled(self, data: Data) -> Data:
        """Return data with the categories of the training part, and with no value missing."""
        if not (data.missing or data.categories):
            return data
        x = self._filled(of_data(data, self.categories))
        return replace(data, x=x, categories=self.categories, missing=False)

    def encode(self, x: Array) -> Array:
        """Return the network's features of filled ones: texts expanded, numbers scaled."""
        found = self._expanded(x) if self.categories else x
        if self.center is None or self.width is None:
            return found
        scaled = np.subtract(found, self.center)
        # Whatever stands in a column that was constant says nothing that was learned.
        scaled /= np.where(self.width == 0, np.inf, self.width)
        return scaled

    def places(self) -> list[tuple[int, str]]:
        """Return for each of the network's features its column, and its text or ""."""
        if not self.categories:
            return [(j, "") for j in range(math.prod(self.shape))]
        return [(j, text) for j, texts in enumerate(self.categories) for text in (texts or ("",))]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON holds it; every number is read back to the last bit."""
        return {
            "shape": list(self.shape),
            "columns": list(self.columns),
            "categories": [list(texts) for texts in self.categories],
            "fill": None if self.fill is None else list(self.fill),
            "center": None if self.center is None else self.center.ravel().tolist(),
            "width": None if self.width is None else self.width.ravel().tolist(),
        }

    @classmethod
    def from_json(cls, saved: Any) -> "Preparation":
        """Return what `as_json` described; raises RunFileError for anything else."""
        try:
            found = cls(
                tuple(_whole(n) for n in _list(saved["shape"])),
                tuple(_text(name) for name in _list(saved["columns"])),
                tuple(tuple(map(_text, _list(texts))) for texts in _list(saved["categories"])),
                None if saved["fill"] is None else tuple(map(_number, _list(saved["fill"]))),
            )
            shape = found.out_shape
            center, width = (
                None if saved[key] is None else np.array([_number(v) for v in _list(saved[key])])
                for key in ("center", "width")
            )
            found._refuse_contradictions(center, width)
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise RunFileError(f"the preparation of the features is damaged: {error!r}") from None
        if center is None or width is None:
            return found
        return replace(found, center=center.reshape(shape), width=width.reshape(shape))

    def _refuse_contradictions(self, center: Array | None, width: Array | None) -> None:
        columns = self.shape[0] if len(self.shape) == 1 else 0
        for name, found in (("columns", self.columns), ("categories", self.categories)):
            if found and len(found) != columns:
                raise ValueError(f"{len(found)} {name} for features {self.shape}")
        for texts in self.categories:
            if len(set(texts)) < len(texts):
                raise ValueError(f"a column of {len(texts)} texts has one twice")
        if self.fill is not None and len(self.fill) != columns:
            raise ValueError(f"{len(self.fill)} fills for features {self.shape}")
        for texts, place in zip(self.categories, self.fill or (), strict=False):
            if texts and place not in range(len(texts)):
                raise ValueError(f"the fill {place} is the place of none of {len(texts)} texts")
        if (center is None) is not (width is None):
            raise ValueError("center and width belong together")
        size = math.prod(self.out_shape)
        if center is None or width is None:
            return
        if len(center) != size or len(width) != size or (width < 0).any():
            raise ValueError(f"center and width are not those of {size} features")

    def _expanded(self, x: Array) -> Array:
        found = np.empty((len(x), *self.out_shape))
        start = 0
        for j, texts in enumerate(self.categories):
            end = start + max(1, len(texts))
            own = x[:, j, None]
            found[:, start:end] = own == np.arange(len(texts)) if texts else own
            start = end
        return found

    def _filled(self, x: Array) -> Array:
        gaps = np.isnan(x)
        if not gaps.any():
            return x
        if self.fill is None:
            raise refuse_missing(x, self.named(), trained=True)
        return np.where(gaps, self.fill, x)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 2**31:
        raise TypeError(f"{value!r} is no size")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise TypeError(f"{value!r} is no finite number")
    return float(value)
