"""Gives good components and bad ones, and none of them is imported with the package."""

import nnplug
from nnplug.core import Activation


class Half(Activation):
    """Says nothing of its derivative."""

    def forward(self, z):  # type: ignore[no-untyped-def]
        return z / 2


@nnplug.hookimpl
def nnplug_activations() -> dict[str, type[Activation] | str]:
    return {
        "half": Half,
        "softroot": "nnplug_mixed.late:Softroot",
        "unloadable": "nnplug_mixed.missing:Unloadable",
        "relu": "nnplug_mixed.late:Softroot",
    }


@nnplug.hookimpl
def nnplug_schedules() -> dict[str, str]:
    return {"misplaced": "nnplug_mixed.late:Softroot"}
