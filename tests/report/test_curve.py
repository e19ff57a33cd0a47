"""The learning curve as a picture of its own."""

import pytest

from nnplug.engine.history import History
from nnplug.report.curve import draw_curve


def history(*series: str) -> History:
    made = History()
    for epoch in range(0, 101, 10):
        made.record("epoch", epoch, epoch)
        for name in series:
            made.record(name, epoch, 1 / (1 + epoch))
    return made


def test_loss_stands_above_the_score() -> None:
    figure = draw_curve(history("loss", "accuracy", "test_loss"), 100, "epochs")
    assert [axes.get_ylabel() for axes in figure.axes] == ["loss", "accuracy"]
    above, below = (axes.get_position() for axes in figure.axes)
    assert above.y0 > below.y1
    assert [axes.get_xlabel() for axes in figure.axes] == ["", "epoch"]


def test_a_loss_alone_has_the_picture_for_itself() -> None:
    figure = draw_curve(history("loss"), 100, "epochs")
    assert [axes.get_xlabel() for axes in figure.axes] == ["epoch"]


@pytest.mark.parametrize("reason", ["diverged", "interrupted", "epochs"])
def test_how_it_ended_is_marked_where_that_was_early(reason: str) -> None:
    figure = draw_curve(history("loss"), 100, reason)
    said = [text.get_text() for text in figure.axes[0].texts]
    assert said == ([] if reason == "epochs" else [reason])
