"""What is written into pages before Sphinx reads them: components, commands, and pictures.

    {components} activation     the sections of all activations, from the registry
    {commands}                  the reference of the commands, from the commands
    {picture} relu.svg          a figure, made by running this page's own blocks (`page_runs.py`)

Each stands on its page as a fenced block. Pictures go to the build's own folder, never into the
sources.
"""

import os
import re
from functools import partial
from pathlib import Path

import command_pages
import component_pages
from page_runs import PageError, has_output, run_page
from sphinx.application import Sphinx
from sphinx.util.logging import getLogger

from nnplug.core.component import Component
from nnplug.core.registry import Entry, default_registry

logger = getLogger(__name__)

COMPONENTS = re.compile(r"^```\{components\} (\w+)\n```$", re.M)
COMMANDS = re.compile(r"^```\{commands\}\n```$", re.M)
PICTURE = re.compile(r"^```\{picture\} (\S+)$", re.M)


def write(app: Sphinx, docname: str, source: list[str]) -> None:
    """Put what the page asks for in the place of each block that asks."""
    text = source[0]
    pictures = Path(app.doctreedir) / "pictures" / docname
    page = Path(app.env.doc2path(docname))
    beside = Path(os.path.relpath(pictures, page.parent)).as_posix()
    draw = partial(_draw, app, pictures, beside)
    registry = default_registry()
    text = COMPONENTS.sub(lambda m: component_pages.page(registry, m[1], draw), text)
    text = COMMANDS.sub(lambda m: command_pages.page(), text)
    wanted = PICTURE.findall(text)
    if wanted or has_output(page):
        try:
            run_page(page, pictures)
        except PageError as error:
            logger.warning("%s", error, location=docname)
        for name in wanted:
            if not (pictures / name).is_file():
                logger.warning("no block of the page writes %s", name, location=docname)
        text = PICTURE.sub(rf"```{{figure}} {beside}/\1", text)
    source[0] = text


def _draw(app: Sphinx, folder: Path, beside: str, entry: Entry, component: Component) -> str:
    """Draw one component into the page's folder and return the path that the page writes."""
    from drawings import draw

    from nnplug.figures.output import save_figure

    folder.mkdir(parents=True, exist_ok=True)
    save_figure(draw(component, entry.name), folder / f"{entry.name}.svg")
    return f"{beside}/{entry.name}.svg"


def setup(app: Sphinx) -> dict[str, bool]:
    """Write into each page when its source is read."""
    app.connect("source-read", write)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
