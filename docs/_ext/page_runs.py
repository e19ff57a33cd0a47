"""Runs a page's own commands and code while the docs are built.

So a picture cannot be older than the command above it, and what a page shows as the output of its
code is what the code prints:

    ```python
    print(1 + 1)
    ```

    ```text output
    2
    ```
"""

import contextlib
import io
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
from cycler import cycler

from documents import Block, blocks, commands, matches
from nnplug.cli.main import run
from nnplug.figures.style import COLOURS

LOOK = {"axes.prop_cycle": cycler(color=COLOURS), "font.size": 9, "legend.fontsize": 8}
"""How the figures look that pages draw themselves: in the colours of nnplug's own."""

OUTPUT = ("text", "output")
"""The language and option of a block that shows what the code above it prints."""


class PageError(Exception):
    """A block of a page fails, or prints something else than the page says."""


def has_output(page: Path) -> bool:
    """Say whether a page shows what its code prints."""
    return any((block.language, block.options) == OUTPUT for block in blocks(page))


def run_page(page: Path, folder: Path) -> None:
    """Run a page's blocks in a folder that is emptied before, as its test does.

    Raises PageError for what fails, and for output that is not what the page shows.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    names: dict[str, Any] = {"__name__": "document"}
    printed = ""
    with _inside(folder):
        for block in blocks(page):
            where = f"{page.name}, line {block.line}"
            if block.language == "console":
                _run_commands(block, where)
            elif block.language == "python" and block.options.startswith("file="):
                Path(block.options.removeprefix("file=")).write_text(block.text, encoding="utf-8")
            elif block.language == "python":
                printed = _execute(block.text, where, names)
            elif (block.language, block.options) == OUTPUT:
                _compare(where, block.text.strip("\n"), printed)


def _run_commands(block: Block, where: str) -> None:
    for command in commands(block):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = run(command.words)
        if code and not command.may_fail:
            raise PageError(f"{where}: {command.typed}\n{said.getvalue()}")
        if command.expected:
            _compare(where, command.expected, said.getvalue())


def _execute(code: str, where: str, names: dict[str, Any]) -> str:
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said), matplotlib.rc_context(LOOK):
            exec(compile(code, where, "exec"), names)
    except Exception as error:
        raise PageError(f"{where}: {type(error).__name__}: {error}") from error
    return said.getvalue()


def _compare(where: str, shown: str, printed: str) -> None:
    if not matches(shown, printed):
        raise PageError(f"{where}\n--- shown\n{shown}\n--- printed\n{printed}")


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    """Stand in a folder whose modules are forgotten afterwards."""
    sys.path.insert(0, str(folder))
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        sys.path.remove(str(folder))
        for name, module in list(sys.modules.items()):
            if str(getattr(module, "__file__", None)).startswith(str(folder)):
                del sys.modules[name]
