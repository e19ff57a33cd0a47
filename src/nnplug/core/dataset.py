"""The contract of a dataset, and what it gives."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from nnplug.core.array import Array
from nnplug.core.component import Component, unwritten
from nnplug.core.errors import DataError
from nnplug.core.loss import TASKS


@dataclass(frozen=True, eq=False)
class Data:
    """Points and their targets.

    x : (samples, *features)
    y : (samples, outputs): a 0/1 column ("binary"), one-hot rows ("multiclass"), values
    task : "binary", "multiclass" or "regression"
    names : the classes, or the columns of y for a regression
    columns : the features' names
    domain : (low, high) for each feature, where pictures are drawn
    weights : (samples,), how much each sample counts, or None for all alike
    categories : for each column of x the texts whose places 0, 1, ... it holds, -1 for another
        text; () for numbers
    missing : whether NaN in x is a missing value; else it is refused
    targets : the names of the columns that y was made of
    notes : lines that tell the user what was decided in reading
    """

    x: Array
    y: Array
    task: str
    names: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    domain: tuple[tuple[float, float], ...] = ()
    weights: Array | None = None
    categories: tuple[tuple[str, ...], ...] = ()
    missing: bool = False
    targets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise DataError(f"a task is one of {', '.join(TASKS)}, not {self.task!r}")
        if not (isinstance(self.x, np.ndarray) and isinstance(self.y, np.ndarray)):
            raise DataError("x and y are NumPy arrays", "write np.array(...) around lists")
        if self.y.ndim != 2 or self.x.ndim < 2 or len(self.x) != len(self.y):
            raise DataError(
                f"data of x {self.x.shape} and y {self.y.shape}",
                "x is (samples, *features) and y is (samples, outputs)",
            )
        if len(self.x) == 0:
            raise DataError("data without samples")
        if not np.isfinite(self.y).all():
            raise DataError("data with values that are not finite")
        self._check_features()
        if self.task == "binary" and (self.y.shape[1] != 1 or not np.isin(self.y, (0, 1)).all()):
            raise DataError("targets of a binary task are one column of 0 and 1")
        if self.task == "multiclass" and not (
            np.isin(self.y, (0, 1)).all() and (self.y.sum(axis=1) == 1).all()
        ):
            raise DataError("targets of a multiclass task are one-hot rows")
        outputs = 2 if self.task == "binary" else self.y.shape[1]
        if len(self.names) not in (0, outputs):
            raise DataError(f"{len(self.names)} names for {outputs} classes or columns of y")
        if self.weights is not None and (
            self.weights.shape != (len(self.x),)
            or not (self.weights >= 0).all()
            or not 0 < self.weights.sum() < np.inf
        ):
            raise DataError("weights are (samples,), none negative and not all zero")

    def _check_features(self) -> None:
        if np.isinf(self.x).any() if self.missing else not np.isfinite(self.x).all():
            raise DataError(
                "data with values that are not finite",
                None if np.isinf(self.x).any() else "missing=True says that NaN is a missing value",
            )
        if not self.categories:
            return
        if self.x.ndim != 2 or len(self.categories) != self.x.shape[1]:
            raise DataError(
                f"categories of {len(self.categories)} columns for features {self.x.shape[1:]}",
                "one tuple a column, () for numbers",
            )
        for j, texts in enumerate(self.categories):
            if len(set(texts)) < len(texts):
                raise DataError(f"column {j} of x has a category twice")
            places = self.x[:, j]
            known = (places == np.floor(places)) & (places >= -1) & (places < len(texts))
            if texts and not (known | np.isnan(places)).all():
                raise DataError(f"column {j} of x holds no places of its {len(texts)} categories")

    def __len__(self) -> int:
        return len(self.x)


class Dataset(Component):
    """Points and their targets, drawn from the generator handed in, or always the same."""

    kind: ClassVar[str] = "dataset"

    fixed: ClassVar[bool] = False
    """Whether every seed gives the same points."""

    _required = (("load",),)

    def load(self, rng: np.random.Generator) -> Data:
        """Return the data; all chance comes from `rng`, and nothing from the network."""
        raise unwritten(self, "load")

    def rule(self, x: Array) -> Any:
        """Return the targets that points x have without noise, or None where no rule is known."""
        return None
