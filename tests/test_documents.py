"""The README and the docs say what is: their commands, their output, their tables."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from documents import ROOT, blocks, commands, documents, is_for_a_shell, matches
from nnplug.cli.main import run
from nnplug.engine.settings import Settings, settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Stand in an empty folder whose modules are forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None)).startswith(str(tmp_path)):
            del sys.modules[name]


@pytest.mark.parametrize(
    "document",
    [document for document in documents() if not is_for_a_shell(document)],
    ids=lambda p: str(p.relative_to(ROOT)),
)
def test_commands_and_code_of_a_document_run_as_shown(
    document: Path,
    folder: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    names: dict[str, Any] = {"__name__": "document"}
    for block in blocks(document):
        if block.language == "console":
            for command in commands(block):
                capsys.readouterr()
                code = run(command.words)
                out, err = capsys.readouterr()
                where = f"{document.name}, line {block.line}: {command.typed}"
                assert command.may_fail or code == 0, f"{where}\n{err}"
                if command.expected:
                    shown = f"{where}\n--- shown\n{command.expected}\n--- printed\n{out}{err}"
                    assert matches(command.expected, out + err), shown
        elif block.language == "python" and block.options.startswith("file="):
            (folder / block.options.removeprefix("file=")).write_text(block.text)
        elif block.language == "python":
            exec(compile(block.text, f"{document.name}:{block.line}", "exec"), names)


def test_the_readme_has_every_setting_with_its_default() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text.split("<!-- settings-table -->")[1].split("<!-- /settings-table -->")[0]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in table.split("\n")[3:-1]]
    expected = []
    for setting in settings().values():
        default = getattr(Settings, setting.name)
        shown = " ".join(map(str, default)) if isinstance(default, tuple) else default
        meaning = setting.doc.partition(": ")[2] if setting.type is Any else setting.doc
        expected.append(
            [
                f"`--{setting.name.replace('_', '-')}`",
                "none" if shown in (None, "") else f"`{shown}`",
                f"{meaning}; {setting.range_text}" if setting.range_text else meaning,
            ]
        )
    assert rows == expected


def test_links_and_pictures_of_documents_exist() -> None:
    import re

    for document in documents():
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+?)(?:#[^)]*)?\)", text):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
