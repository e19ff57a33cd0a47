"""The picture of a run: truth beside prediction, and the learning curves."""

from dataclasses import replace
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.engine.plane import over_plane
from nnplug.engine.result import Result
from nnplug.engine.scores import classes
from nnplug.figures import agreement, curve, points, samples, surface
from nnplug.figures.fonts import fit_fonts
from nnplug.figures.headline import result_line, settings_line
from nnplug.figures.line import draw_line
from nnplug.figures.style import SMALL, add_axes, heading, look, new_figure, plain

WIDTH, HEIGHT = 1200, 400
LEFT, BOTTOM, SIDE = 64, 52, 276
"""The first panel's lower left corner, and the length of a square panel, in pixels."""

NEXT = SIDE + 24
"""From one panel to the next one that shares its y axis."""

MATRIX = 20_000
"""How many samples of a part are predicted at most for a confusion matrix."""

CHUNK = 4096
"""Samples that are predicted at once."""


def draw_summary(result: Result) -> Figure:
    """Draw what a run learnt and how: truth beside prediction, loss and score by epoch.

    Two features: points, and the prediction all over the plane. One feature: the curve through the
    points. Pictures: samples. Anything else: a confusion matrix, or predicted against true values.
    """
    with look():
        figure = new_figure(WIDTH, HEIGHT)
        heading(figure, settings_line(result.settings), result_line(result))
        right = _draw_prediction(figure, result)
        _draw_curves(figure, result, right)
        fit_fonts(figure)
    return figure


def _draw_prediction(figure: Figure, result: Result) -> int:
    """Draw the panels on the left and return where the curves may begin."""
    shape, task = result.train.x.shape[1:], result.train.task
    if task == "regression":
        if shape == (2,):
            return _draw_values(figure, result)
        if shape == (1,):
            return _draw_line(figure, result)
        return _draw_agreement(figure, result)
    if shape == (2,):
        return _draw_plane(figure, result)
    if shape == (1,) and task == "binary":
        return _draw_line(figure, result)
    return _draw_confusion(figure, result)


def _draw_plane(figure: Figure, result: Result) -> int:
    """Two features, classes: points beside the decision surface."""
    train, names = result.train, result.train.names
    plane = _whole(result)
    truth, guess = _pair(figure, plane)
    predicted, extent = over_plane(result.predict_points, plane), surface.extent_of(plane)
    image = None
    if train.task == "binary":
        threshold = _threshold(result)
        image = surface.draw_binary(guess, predicted[..., 0], extent, threshold)
    else:
        surface.draw_multiclass(guess, predicted, extent)
    wrong = total = 0
    for data in _parts(result):
        rows = points.some(data)
        x, label = data.x[rows], points.true_classes(data)[rows]
        found = _classes(result, x)
        size = points.size_for(len(train))
        held_out = data is not train
        points.draw_classes(truth, x, label, size=size, held_out=held_out)
        points.draw_classes(guess, x, found, size=size, held_out=held_out)
        points.mark_wrong(guess, x[found != label], size)
        wrong, total = wrong + int((found != label).sum()), total + len(x)
    truth.set_title("truth")
    shown = " shown" * (total < sum(map(len, _parts(result))))
    guess.set_title(f"prediction: {wrong:,} of {total:,}{shown} wrong" if wrong else "prediction")
    left = LEFT + NEXT + SIDE + 12
    points.name_classes(
        figure,
        names,
        points.class_count(train),
        (left / WIDTH, (BOTTOM + SIDE) / HEIGHT),
        held_out=result.test is not None,
        wrong=wrong > 0,
    )
    if image is not None:
        low, high = image.get_clim()
        one = plain(names[1] if len(names) > 1 else "1", 12)
        said = f"probability of {one}" if (low, high) == (0, 1) else f"output for {one}"
        _color_bar(figure, image, left, SIDE - 100, said)
    return left + 98


def _draw_values(figure: Figure, result: Result) -> int:
    """Two features, values: points in graded colour beside the predicted surface."""
    train = result.train
    plane = _whole(result)
    truth, guess = _pair(figure, plane)
    predicted = over_plane(result.predict_points, plane)
    low, high = float(train.y[:, 0].min()), float(train.y[:, 0].max())
    image = surface.draw_regression(guess, predicted[..., 0], surface.extent_of(plane), low, high)
    for data in _parts(result):
        rows = points.some(data)
        size = points.size_for(len(train))
        for axes in (truth, guess):
            points.draw_values(
                axes,
                data.x[rows],
                data.y[rows, 0],
                low,
                high,
                size=size,
                held_out=data is not train,
            )
    truth.set_title("truth")
    if result.test is not None:
        points.name_held_out(truth)
    guess.set_title("prediction, true points on it")
    left = LEFT + NEXT + SIDE + 12
    _color_bar(figure, image, left, SIDE, plain(train.names[0] if train.names else "y", 30))
    return left + 92


def _draw_line(figure: Figure, result: Result) -> int:
    """One feature: the predicted curve over the points."""
    width = NEXT + SIDE
    axes = add_axes(figure, LEFT, BOTTOM, width, SIDE)
    draw_line(axes, result.predict_points, _whole(result), _parts(result), _threshold(result))
    return LEFT + width + 24


def _draw_agreement(figure: Figure, result: Result) -> int:
    """Any features, values: predicted against true, train beside test."""
    left = LEFT
    for data in _parts(result):
        axes = add_axes(figure, left, BOTTOM, SIDE, SIDE)
        rows = points.some(data)
        predicted = np.asarray(result.predict_points(data.x[rows]), np.float64)
        agreement.draw_agreement(axes, data.y[rows], predicted, data.names)
        axes.set_title(_part_title(result, data, len(predicted)))
        left += SIDE + 70
    return left - 46


def _draw_confusion(figure: Figure, result: Result) -> int:
    """Any features, classes: confusion matrices of train and test; samples where x is pictures."""
    train = result.train
    count = points.class_count(train)
    parts = _parts(result)
    pictures = train.x.ndim in (3, 4)
    left = LEFT
    if pictures:
        parts = parts[-1:]  # held-out points if there are any
    for data in parts:
        rows = points.some(data, MATRIX)
        truth, x = points.true_classes(data)[rows], data.x[rows]
        found = _classes(result, x)
        if pictures:
            axes = add_axes(figure, 14, BOTTOM - 40, SIDE + 64, SIDE + 40)
            chosen = samples.choose(found != truth, 12)
            samples.draw_samples(
                axes, x[chosen], truth[chosen], found[chosen], train.names, rows=3, columns=4
            )
            axes.set_title("samples: truth → wrong prediction")
            left = 14 + SIDE + 64 + 66
        else:
            left += 36  # names of classes stand there
        axes = add_axes(figure, left, BOTTOM + 26, SIDE - 26, SIDE - 26)
        agreement.draw_confusion(axes, agreement.confusion(truth, found, count), train.names)
        axes.set_title(_part_title(result, data, len(x)))
        left += SIDE + 40
    return left - 40


def _draw_curves(figure: Figure, result: Result, right: int) -> None:
    left = right + 62
    width = WIDTH - 20 - left
    half = (SIDE - 22) // 2
    last = max(result.epochs, 1)
    above = add_axes(figure, left, BOTTOM + SIDE - half, width, half)
    curve.draw_loss(above, result.history)
    above.set_title("learning curve")
    drawn = [above]
    below = add_axes(figure, left, BOTTOM, width, half)
    if curve.draw_score(below, result.history):
        drawn.append(below)
    else:
        below.remove()
        above.set_position((left / WIDTH, BOTTOM / HEIGHT, width / WIDTH, SIDE / HEIGHT))
    for axes in drawn:
        curve.set_epochs(axes, last, labels=axes is drawn[-1])
        if result.reason in ("diverged", "interrupted"):
            curve.mark_end(axes, last, result.reason)


def _pair(figure: Figure, data: Data) -> tuple[Axes, Axes]:
    """Return two square panels of one plane; the second leaves out what the first one says."""
    pair = [add_axes(figure, LEFT + i * NEXT, BOTTOM, SIDE, SIDE) for i in range(2)]
    for axes in pair:
        points.set_plane(axes, data)
    pair[1].set_ylabel("")
    pair[1].tick_params(labelleft=False)
    return pair[0], pair[1]


def _color_bar(figure: Figure, image: Any, left: int, height: int, label: str) -> None:
    axes = add_axes(figure, left, BOTTOM, 13, height)
    bar = figure.colorbar(image, cax=axes)
    bar.outline.set_visible(False)
    bar.set_label(label, fontsize=SMALL)
    axes.locator_params(axis="y", nbins=5)


def _parts(result: Result) -> list[Data]:
    return [result.train] if result.test is None else [result.train, result.test]


def _whole(result: Result) -> Data:
    """Return train and test points as one, which says how far a picture reaches."""
    train, test = result.train, result.test
    if test is None:
        return train
    x, y = np.concatenate([train.x, test.x]), np.concatenate([train.y, test.y])
    return replace(train, x=x, y=y, weights=None)


def _part_title(result: Result, data: Data, shown: int) -> str:
    said = "all points" if result.test is None else "train" if data is result.train else "test"
    return said if shown == len(data) else f"{said}: {shown:,} of {len(data):,}"


def _threshold(result: Result) -> float:
    """Return where class 1 begins, in the terms of a prediction."""
    chosen = result.settings.get("threshold")
    if chosen == "median":
        return float(np.median(_predict(result, result.train.x[points.some(result.train)])))
    return 0.5 if chosen is None else float(chosen)


def _classes(result: Result, x: Array) -> Any:
    """Return predicted classes by number: (samples,)."""
    limit = _threshold(result) if result.train.task == "binary" else None
    return np.asarray(classes(_predict(result, x), result.train.task, limit))


def _predict(result: Result, x: Array) -> Array:
    found = [result.predict_points(x[a : a + CHUNK]) for a in range(0, len(x), CHUNK)]
    return np.concatenate(found).astype(np.float64)
