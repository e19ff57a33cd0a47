"""A report's files: texts, and pictures that are sharp on paper."""

from pathlib import Path

from nnplug.figures.output import save_figure
from nnplug.figures.style import new_figure
from nnplug.report.document import Picture
from nnplug.report.draft import Draft


def size(png: bytes) -> tuple[int, int]:
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def test_a_picture_has_twice_the_pixels_that_it_is_shown_with() -> None:
    draft = Draft()
    draft.draw("curve", new_figure(300, 200), "it falls", "The curve.")
    assert draft.blocks == [Picture("figures/curve.png", "it falls", "The curve.", 2)]
    assert size(draft.files["figures/curve.png"]) == (600, 400)
    assert not draft.notes


def test_a_picture_that_there_is_already_is_taken_as_it_is(tmp_path: Path) -> None:
    save_figure(new_figure(300, 200), tmp_path / "track.png")
    draft = Draft()
    draft.take("1-track", tmp_path / "track.png", "layers", "Layers.")
    assert draft.blocks == [Picture("figures/1-track.png", "layers", "Layers.", 1)]
    assert draft.files["figures/1-track.png"] == (tmp_path / "track.png").read_bytes()
    assert size(draft.files["figures/1-track.png"]) == (300, 200)


def test_what_no_font_has_is_noted_once() -> None:
    draft = Draft()
    for name in ("a", "b"):
        figure = new_figure(300, 200)
        figure.text(0.5, 0.5, "\U00012000")  # a sign of cuneiform
        draft.draw(name, figure, "", "")
    assert len(draft.notes) <= 1


def test_texts_are_kept_as_utf_8() -> None:
    draft = Draft()
    draft.keep("run.toml", "dataset = 'ä'\n")
    assert draft.files == {"run.toml": "dataset = 'ä'\n".encode()}
