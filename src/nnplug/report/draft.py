"""A report while it is put together: what it says, and the files that go with it."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from nnplug.report.document import Block, Picture

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHARP = 2
"""How many points of a picture stand for one on the screen, so that paper shows it well."""


class Draft:
    """Collects blocks and files.

    blocks : what the report says;  files : contents by the path below the report's folder
    notes : what is to be told of characters that no font has
    """

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.files: dict[str, bytes] = {}
        self.notes: dict[str, None] = {}

    def add(self, *blocks: Block) -> None:
        """Say more."""
        self.blocks += blocks

    def draw(self, name: str, figure: "Figure", alt: str, caption: str) -> None:
        """Add a picture as a file and as a block."""
        from nnplug.figures.output import save_figure

        with TemporaryDirectory() as folder:
            path = Path(folder) / "picture.png"
            note = save_figure(figure, path, SHARP)
            self._keep(name, path, alt, caption, SHARP)
        if note is not None:
            self.notes[note] = None

    def take(self, name: str, path: Path, alt: str, caption: str) -> None:
        """Add a picture that there is already."""
        self._keep(name, path, alt, caption, 1)

    def _keep(self, name: str, path: Path, alt: str, caption: str, scale: int) -> None:
        file = f"figures/{name}.png"
        self.files[file] = path.read_bytes()
        self.add(Picture(file, alt, caption, scale))

    def keep(self, name: str, text: str) -> None:
        """Add a text as a file."""
        self.files[name] = text.encode()
