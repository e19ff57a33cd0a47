"""Samples that are pictures themselves, with what they are and what they are taken for."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes

from nnplug.core.array import Array
from nnplug.figures.style import SMALL, VERMILION, class_names, plain


def choose(wrong: Any, tiles: int) -> Any:
    """Return the rows of up to so many samples: wrong ones for up to half of them, others first."""
    bad, good = np.flatnonzero(wrong), np.flatnonzero(~np.asarray(wrong, bool))
    from_bad = min(len(bad), max(tiles // 2, tiles - len(good)))
    return np.concatenate([good[: tiles - from_bad], bad[:from_bad]]).astype(int)


def draw_samples(
    axes: Axes,
    images: Array,
    truth: Any,
    predicted: Any,
    names: Any,
    *,
    rows: int,
    columns: int,
) -> None:
    """Draw images in rows; a wrong one says what it was taken for.

    images : (samples, height, width) or (samples, height, width, channels)
    truth, predicted : classes by number, (samples,); predicted may be None
    """
    tiles = _tiles(images)
    count, height, width = tiles.shape[:3]
    # Room for a line of text above each tile, whatever its size in pixels.
    gap, room = 0.12 * width, 0.34 * height
    labels = class_names(
        names, int(max(truth.max(), 0 if predicted is None else predicted.max())) + 1
    )
    for i in range(count):
        left = (i % columns) * (width + gap)
        top = (i // columns) * (height + room) + room
        axes.imshow(
            tiles[i],
            cmap="gray",
            vmin=0,
            vmax=1,
            extent=(left, left + width, top + height, top),
            interpolation="nearest",
            aspect="equal",
        )
        wrong = predicted is not None and predicted[i] != truth[i]
        said = plain(labels[truth[i]], 5 if wrong else 10)
        if wrong and predicted is not None:
            said += " → " + plain(labels[predicted[i]], 5)
        axes.text(
            left + width / 2,
            top - 0.06 * height,
            said,
            ha="center",
            va="bottom",
            fontsize=SMALL,
            color=VERMILION if wrong else "black",
        )
    axes.set_xlim(-gap, columns * (width + gap))
    axes.set_ylim(rows * (height + room) + 0.1 * height, 0)
    axes.set_anchor("NW")
    axes.axis("off")


def _tiles(images: Array) -> Array:
    """Return images between 0 and 1 with 1 or 3 channels, which is what can be drawn."""
    pixels = np.asarray(images, np.float64)
    if pixels.ndim > 4:
        pixels = pixels.reshape(*pixels.shape[:3], -1)
    if pixels.ndim == 4 and pixels.shape[-1] != 3:
        pixels = pixels[..., 0]
    low, high = pixels.min(), pixels.max()
    scaled: Array = (pixels - low) / (high - low or 1.0)
    return scaled
