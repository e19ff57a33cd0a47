"""Wrong components, each with the check that must catch it and the words that must name it.

    for mistake in all_mistakes():
        result = mistake.run()

One or a few files a kind; `common` holds what may be wrong in any of them. Each file also lists the
right components from which wrong ones derive: these must pass every check.
"""

from importlib import import_module

from mistakes.mistake import Mistake as Mistake
from nnplug.core.component import Component

FILES = (
    "common",
    "kept_between_calls",
    "activations",
    "activations_backward",
    "activations_claims",
    "layers",
    "layers_inputs",
    "layers_calls",
    "layers_chance",
    "layers_normalization",
    "losses",
    "losses_values",
    "losses_course",
    "optimizers",
    "optimizers_first",
    "optimizers_decay",
    "optimizers_paper",
    "initializers",
    "schedules",
    "callbacks",
    "datasets",
)


def all_mistakes() -> list[Mistake]:
    """Return the whole corpus; a component may be wrong in the eyes of several checks."""
    return [one for name in FILES for one in import_module(f"mistakes.{name}").MISTAKES]


def all_right() -> list[type[Component]]:
    """Return the right components from which the wrong ones derive."""
    return [cls for name in FILES for cls in import_module(f"mistakes.{name}").RIGHT]
