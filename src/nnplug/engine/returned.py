"""What messages call a thing that a component returned."""

from typing import Any

import numpy as np


def say(value: Any) -> str:
    """Return "float64[21, 10]" of an array, and of anything else what it is: "None", "a str"."""
    if isinstance(value, np.ndarray):
        return f"{value.dtype}{list(value.shape)}"
    if isinstance(value, tuple):
        return f"a tuple of {len(value)}"
    return "None" if value is None else f"a {type(value).__name__}"
