import subprocess
import sys
import types
from pathlib import Path

import pytest

from nnplug.core.errors import NnplugError, RunFileError, SettingsError
from nnplug.figures.component import draw_activation
from nnplug.figures.output import check_suffix, save_figure, show_figure
from nnplug.figures.style import heading, new_figure

MAGIC = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<?xml", "pdf": b"%PDF-"}


@pytest.fixture
def figure(made):
    from nnplug.core.registry import default_registry

    return draw_activation(default_registry().build("activation", "relu"), "relu")


@pytest.mark.parametrize("suffix", MAGIC)
def test_a_picture_is_what_its_suffix_says(figure, tmp_path, suffix):
    path = tmp_path / f"relu.{suffix.upper()}"
    assert save_figure(figure, path) is None
    content = path.read_bytes()
    assert content.startswith(MAGIC[suffix])
    assert len(content) > 2000
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize("suffix", MAGIC)
def test_the_same_picture_is_the_same_bytes(made, tmp_path, suffix):
    from nnplug.core.registry import default_registry

    relu = default_registry().build("activation", "relu")
    for name in "ab":
        save_figure(draw_activation(relu, "relu"), tmp_path / f"{name}.{suffix}")
    assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


@pytest.mark.parametrize("name", ["a.jpg", "a.txt", "a", ".png", "a.png.gz"])
def test_another_suffix_is_refused_and_the_allowed_ones_are_named(figure, tmp_path, name):
    with pytest.raises(SettingsError, match=r"\.png, \.svg or \.pdf"):
        save_figure(figure, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_asking_about_a_suffix_imports_no_matplotlib():
    code = (
        "import sys; from pathlib import Path\n"
        "from nnplug.figures.output import check_suffix; check_suffix(Path('a.png'))\n"
        "assert not {'numpy', 'matplotlib'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_cannot_be_written_is_named(figure, tmp_path):
    with pytest.raises(RunFileError, match=r"nowhere.a\.png: No such file"):
        save_figure(figure, tmp_path / "nowhere" / "a.png")


def test_a_failed_write_leaves_the_earlier_picture(figure, tmp_path, monkeypatch):
    path = tmp_path / "a.png"
    path.write_text("before")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RunFileError, match="No space left on device"):
        save_figure(figure, path)
    assert path.read_text() == "before"
    assert [p.name for p in tmp_path.iterdir()] == ["a.png"]


def test_check_suffix_returns_the_format():
    assert check_suffix(Path("x/y.SVG")) == "svg"


def test_characters_without_a_font_are_noted_and_warn_of_nothing(tmp_path):
    figure = new_figure(300, 100)
    heading(figure, "no font has \U000f1234 and 中")
    note = save_figure(figure, tmp_path / "a.png")
    assert note is not None
    assert "\U000f1234" in note
    assert "install" in note


def test_without_a_display_a_window_is_refused(figure, monkeypatch):
    monkeypatch.setattr("matplotlib.pyplot.get_backend", lambda: "agg")
    with pytest.raises(NnplugError, match="no display") as caught:
        show_figure(figure)
    assert "--plot" in str(caught.value.hint)


@pytest.fixture
def windows(monkeypatch):
    """Make matplotlib open its windows in a list."""
    import matplotlib.pyplot as plt
    from matplotlib.backend_bases import FigureManagerBase
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    shown = []

    class Manager(FigureManagerBase):
        @classmethod
        def pyplot_show(cls, *, block=None):
            from matplotlib._pylab_helpers import Gcf

            assert block
            shown.extend(manager.canvas.figure for manager in Gcf.get_all_fig_managers())
            for manager in Gcf.get_all_fig_managers():
                manager.canvas.draw()

    class Canvas(FigureCanvasAgg):
        manager_class = Manager

    backend = types.ModuleType("nnplug_windows")
    backend.FigureCanvas = Canvas
    backend.FigureManager = Manager
    monkeypatch.setitem(sys.modules, "nnplug_windows", backend)
    before = plt.get_backend()
    plt.switch_backend("module://nnplug_windows")
    yield shown
    plt.switch_backend(before)


def test_a_window_shows_this_figure_and_leaves_none_behind(figure, windows):
    import matplotlib.pyplot as plt

    other = plt.figure()
    assert show_figure(figure) is None
    assert figure in windows
    assert plt.get_fignums() == [other.number]
    plt.close(other)


def test_a_window_that_cannot_be_opened_is_an_error(figure, windows, monkeypatch):
    def fails(*_, **__):
        raise RuntimeError("couldn't connect to display")

    monkeypatch.setattr("matplotlib.pyplot.figure", fails)
    with pytest.raises(NnplugError, match="couldn't connect to display"):
        show_figure(figure)
