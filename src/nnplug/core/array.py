"""The array types that contracts speak of.

Every array has the shape `(*runs, samples, *features)`. `runs` is `()` for one network and `(R,)`
for R networks that train as one, so a formula that indexes its axes from the end serves both.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
"""Floating-point numbers; a component returns the dtype that it was given."""

Shape = tuple[int, ...]
"""The sizes of the feature axes, without runs and samples."""

Views = Mapping[str, Any]
"""A layer's own parameters by name, each a view into the network's flat vector."""

Gradients = MutableMapping[str, Any]
"""Where a layer writes its gradients: `g["W"] = a` copies `a` into the flat vector."""
