"""The colours of a heat map, and of the letters on them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_rgb

from nnplug.figures.style import INK

GOOD = LinearSegmentedColormap.from_list("nnplug_good", ("#F1F5F9", "#8FBBDD", "#0B4F86"))
"""From the worst to the best: nearly white to dark blue."""


def ink_on(shade: Any) -> str:
    """Return the colour of letters that stands out more from a colour (red, green, blue, ...)."""
    luminance = _luminance(to_rgb(shade[:3]))
    on_dark, on_light = (
        1.05 / (luminance + 0.05),
        (luminance + 0.05) / (_luminance(to_rgb(INK)) + 0.05),
    )
    return "white" if on_dark > on_light else INK


def _luminance(rgb: Sequence[float]) -> float:
    """Return the relative luminance of an sRGB colour, as WCAG 2.2 defines it."""
    c = np.asarray(rgb)
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))
