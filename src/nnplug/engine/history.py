"""What was measured while a run trained: series of values, each with its epochs."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray


class History(Mapping[str, NDArray[np.float64]]):
    """Series by name, each one value an epoch that was recorded: `history["loss"]`.

    "epoch" holds the epochs of the engine's own series (loss, accuracy, test_loss, ...); a series
    that a callback records has epochs of its own: `history.epochs("its name")`.
    """

    def __init__(self) -> None:
        self._epochs: dict[str, list[int]] = {}
        self._values: dict[str, list[float]] = {}

    def record(self, series: str, epoch: int, value: float) -> None:
        """Append one value to a series."""
        self._epochs.setdefault(series, []).append(epoch)
        self._values.setdefault(series, []).append(float(value))

    def epochs(self, series: str) -> NDArray[np.int64]:
        """Return the epochs of a series."""
        return np.array(self._epochs[series], np.int64)

    def last(self, series: str) -> float:
        """Return a series' last value."""
        return self._values[series][-1]

    def at(self, epoch: int) -> dict[str, float]:
        """Return what was recorded last of each series, of those that were recorded at an epoch."""
        return {
            name: self._values[name][-1]
            for name, epochs in self._epochs.items()
            if name != "epoch" and epochs[-1] == epoch
        }

    def __getitem__(self, series: str) -> NDArray[np.float64]:
        return np.array(self._values[series], np.float64)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __repr__(self) -> str:
        return f"History({', '.join(f'{name}: {len(v)}' for name, v in self._values.items())})"

    def as_csv(self) -> str:
        """Return a table: an epoch a row, a series a column, empty where nothing was recorded."""
        rows: dict[int, dict[str, float]] = {}
        for series, epochs in self._epochs.items():
            for epoch, value in zip(epochs, self._values[series], strict=True):
                rows.setdefault(epoch, {})[series] = value
        names = [name for name in self._values if name != "epoch"]
        text = io.StringIO()
        table = csv.writer(text, lineterminator="\n")
        table.writerow(["epoch", *names])
        for epoch in sorted(rows):
            table.writerow([epoch, *(rows[epoch].get(name, "") for name in names)])
        return text.getvalue()

    def counts(self) -> list[tuple[str, int]]:
        """Return the series and how many values each has, in the order of `as_array`."""
        return [(name, len(values)) for name, values in self._values.items()]

    def as_array(self) -> NDArray[np.float64]:
        """Return all series one after the other: (2, values), epochs above and values below."""
        rows = (self._epochs, self._values)
        return np.array([[n for series in row.values() for n in series] for row in rows], float)

    @classmethod
    def from_array(cls, counts: Iterable[tuple[str, int]], array: NDArray[np.float64]) -> "History":
        """Return the history whose `counts` and `as_array` these are."""
        history = cls()
        start = 0
        for name, count in counts:
            part = array[:, start : start + count]
            history._epochs[name] = part[0].astype(int).tolist()
            history._values[name] = part[1].tolist()
            start += count
        return history

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` takes."""
        return {name: {"epochs": self._epochs[name], "values": self._values[name]} for name in self}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> "History":
        """Return the history that `as_json` described."""
        history = cls()
        for name, series in saved.items():
            history._epochs[name] = list(series["epochs"])
            history._values[name] = list(series["values"])
        return history
