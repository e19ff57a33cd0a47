"""The five pages for plugin authors, typed from the first command to the last.

They are one session in an environment that is empty at the beginning, offline: what the pages save
is saved, what they type is typed, and what they show is what comes.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from documents import ROOT, Command, blocks, documents, is_for_a_shell, matches, typed
from scratch import environment, run_in_one_shell

LADDER = ["use.md", "write.md", "package.md", "check.md", "publish.md"]
PAGES = [ROOT / "docs" / "plugins" / name for name in LADDER]


class Step(NamedTuple):
    """A command of a page; or a file that the page saves, as the command that does so."""

    page: Path
    command: Command
    is_file: bool = False


def steps(page: Path, folder: Path) -> Iterator[Step]:
    """Yield what a reader of a page does, from top to bottom; files go to the folder."""
    for number, block in enumerate(blocks(page)):
        name = block.options.removeprefix("file=")
        if block.language == "console":
            for command in typed(block):
                yield Step(page, command)
        elif name != block.options:
            end = f"end-of-block-{number}"
            save = f"cat > '{folder / name}' <<'{end}'\n{block.text}{end}"
            yield Step(page, Command(save, "", block.line), is_file=True)


def test_pages_for_a_shell_are_run_somewhere() -> None:
    assert {page for page in documents() if is_for_a_shell(page)} <= set(PAGES)


def test_no_code_on_them_stands_for_itself() -> None:
    assert not [
        f"{page.name}, line {block.line}"
        for page in PAGES
        if is_for_a_shell(page)
        for block in blocks(page)
        if block.language == "python" and not block.options.startswith("file=")
    ]


@pytest.mark.slow
def test_everything_on_the_ladder_happens_as_it_says(tmp_path: Path) -> None:
    variables = environment(tmp_path / "home")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "nnplug").symlink_to(ROOT)
    done = [step for page in PAGES for step in steps(page, folder)]
    results = run_in_one_shell((step.command.typed for step in done), folder, variables)
    for step, result in zip(done, results, strict=True):
        command = step.command
        where = f"{step.page.name}, line {command.line}: {command.typed}"
        said = f"{where}\n--- shown\n{command.expected}\n--- printed\n{result.printed}"
        assert (result.code == 0) is not command.may_fail, said
        if command.expected or step.is_file:
            assert matches(command.expected, result.printed), said


@pytest.mark.slow
def test_types_of_plugins_on_pages_are_strict(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    files = []
    for page in documents():
        for block in blocks(page):
            if block.options.endswith("broken.py"):
                continue  # mypy would find what the page lets nnplug find
            if block.options.endswith(".py") and "@nnplug.hookimpl" in block.text:
                files.append(tmp_path / f"{page.stem}_{block.line}.py")
                files[-1].write_text(block.text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", *map(str, files)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(files) > 7
