"""The learning curve of a run as a picture of its own, larger than beside the surface."""

from matplotlib.figure import Figure

from nnplug.engine.history import History
from nnplug.figures import curve
from nnplug.figures.fonts import fit_fonts
from nnplug.figures.style import add_axes, heading, look, new_figure

WIDTH, LEFT, RIGHT = 820, 64, 20
LOSS, SCORE, GAP = 220, 150, 24
BELOW, ABOVE = 48, 44


def draw_curve(history: History, epochs: int, reason: str) -> Figure:
    """Draw loss and score by epoch, one above the other.

    epochs : how many were done;  reason : why it ended
    """
    has_score = any(name in history for name in curve.SCORES)
    below = BELOW + (SCORE + GAP) * has_score
    with look():
        figure = new_figure(WIDTH, below + LOSS + ABOVE)
        heading(figure, "learning curve")
        width = WIDTH - LEFT - RIGHT
        drawn = [add_axes(figure, LEFT, below, width, LOSS)]
        curve.draw_loss(drawn[0], history)
        if has_score:
            drawn.append(add_axes(figure, LEFT, BELOW, width, SCORE))
            curve.draw_score(drawn[1], history)
        last = max(epochs, 1)
        for axes in drawn:
            curve.set_epochs(axes, last, labels=axes is drawn[-1])
            if reason in ("diverged", "interrupted"):
                curve.mark_end(axes, last, reason)
        fit_fonts(figure)
    return figure
