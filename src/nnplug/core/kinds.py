"""The kinds of component, in the order in which they are listed."""

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nnplug.core.component import Component


class Kind(NamedTuple):
    """One kind: its name, the plural that hooks use, and where its contract stands."""

    name: str
    plural: str
    contract_name: str

    @property
    def hook(self) -> str:
        """The name of the hook that gives components of this kind."""
        return f"nnplug_{self.plural}"

    @property
    def contract(self) -> type["Component"]:
        """The class that components of this kind derive from (imports NumPy)."""
        module = import_module(f"nnplug.core.{self.name}")
        contract: type[Component] = getattr(module, self.contract_name)
        return contract


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("layer", "layers", "Layer"),
        Kind("activation", "activations", "Activation"),
        Kind("loss", "losses", "Loss"),
        Kind("optimizer", "optimizers", "Optimizer"),
        Kind("initializer", "initializers", "Initializer"),
        Kind("schedule", "schedules", "Schedule"),
        Kind("callback", "callbacks", "Callback"),
        Kind("dataset", "datasets", "Dataset"),
    )
}
"""Every kind by its name."""


def article(kind: str) -> str:
    """Return the kind's name with its article: "an activation", "a layer"."""
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
