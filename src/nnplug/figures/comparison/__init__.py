"""Pictures of a comparison: learning curves, sweeps, heat maps, decision surfaces.

Readable with three settings and with thirty: a few share axes, many get a panel each. Matplotlib is
imported when the first picture is drawn.
"""

from nnplug.figures.comparison.save import pictures_of, save_pictures

__all__ = ["pictures_of", "save_pictures"]
