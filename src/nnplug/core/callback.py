"""The contract of a callback, and what it sees of a run."""

from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Protocol

from annotated_types import Ge

from nnplug.core.array import Array
from nnplug.core.component import Component


class RunView(Protocol):
    """What a callback sees of one run: read everything, write only by `record` and `notes`."""

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        ...

    @property
    def epochs(self) -> int:
        """How many epochs were asked for."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """All settings of the run, as specs and plain values."""
        ...

    @property
    def folder(self) -> Path | None:
        """Where the run is saved, for files of a callback's own; None where it is not."""
        ...

    @property
    def notes(self) -> MutableMapping[str, Any]:
        """Anything that JSON holds; saved with the run and restored with it."""
        ...

    def metrics(self, part: str = "train") -> dict[str, float]:
        """Return loss and scores on the "train" or the "test" points, as of now."""
        ...

    def has_test(self) -> bool:
        """Say whether points are held out."""
        ...

    def recorded(self) -> dict[str, float]:
        """Return what was recorded at this epoch, by series: loss, scores, what callbacks recorded.

        Empty at most epochs of a long run: about 100 of them are recorded.
        """
        ...

    def record(self, series: str, value: float) -> None:
        """Append a value to a series of the history, at this epoch."""
        ...

    def weights(self) -> Array:
        """Return a copy of all weights, flat."""
        ...

    def keep_weights(self) -> None:
        """Keep the weights as they are now; the run ends with the last ones kept."""
        ...


class Callback(Component):
    """What looks at a run that names it, and may stop it.

    It remembers in `run.history` and `run.notes`, never in itself. `on_end` runs after failures
    too.
    """

    kind: ClassVar[str] = "callback"

    _required = (("on_start", "on_epoch", "on_end"),)

    every: Annotated[int, Ge(1), "epochs between two looks"] = 1

    def on_start(self, run: RunView) -> None:
        """Look at the run before its first step."""

    def on_epoch(self, run: RunView) -> str | None:
        """Look at the run after an epoch; return why it should stop, or None to go on."""
        return None

    def on_end(self, run: RunView) -> None:
        """Look at the run after its last step."""
