"""The pages of the docs: pictures, outputs and components are where they should be."""

import re
from fnmatch import fnmatch
from pathlib import Path
from types import ModuleType

import pytest

from documents import ROOT, blocks, documents
from nnplug.core.kinds import KINDS
from nnplug.core.registry import Registry

DOCS = ROOT / "docs"
PAGES = [page for page in documents() if page.is_relative_to(DOCS)]
PICTURE = re.compile(r"^```\{picture\} (\S+)\n(.*?)^```$", re.M | re.S)
ALL = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))


@pytest.fixture
def page_runs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(DOCS / "_ext")
    import page_runs

    return page_runs


@ALL
def test_every_picture_is_made_by_the_page_and_described(page: Path) -> None:
    made = "".join(block.text for block in blocks(page) if block.language in ("console", "python"))
    for name, options in PICTURE.findall(page.read_text(encoding="utf-8")):
        assert Path(name).parts[0] in made  # the file, or the run's folder that it is in
        assert options.startswith(":alt: ")
        assert options.partition("\n")[2].strip(), f"{name} has no caption"


@ALL
def test_every_shown_output_follows_code(page: Path) -> None:
    before = None
    for block in blocks(page):
        if (block.language, block.options) == ("text", "output"):
            assert before is not None
            assert before.language == "python"
            assert "print(" in before.text, f"line {block.line}"
        before = block


def test_every_page_is_in_the_contents() -> None:
    listed = re.findall(r"^([\w/*-]+)$", (DOCS / "index.md").read_text(encoding="utf-8"), re.M)
    pages = {page.relative_to(DOCS).with_suffix("").as_posix() for page in PAGES} - {"index"}
    assert not [page for page in pages if not any(fnmatch(page, entry) for entry in listed)]
    assert not [entry for entry in listed if not any(fnmatch(page, entry) for page in pages)]


def test_every_kind_has_a_page() -> None:
    for kind in KINDS.values():
        page = DOCS / "components" / f"{kind.plural}.md"
        assert f"```{{components}} {kind.name}\n```" in page.read_text(encoding="utf-8")


def test_the_page_of_a_kind_has_all_its_built_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(DOCS / "_ext")
    import component_pages

    registry = Registry(only=())
    for kind in KINDS:
        drawn = []

        def draw(entry, component, drawn=drawn):
            drawn.append(entry.name)
            return f"pictures/{entry.name}.svg"

        text = component_pages.page(registry, kind, draw)
        names = [entry.name for entry in registry.entries(kind)]
        assert names
        assert re.findall(r"^## (.*)$", text, re.M) == names
        assert re.findall(r"^!\[(.*)\]", text, re.M) == drawn
        assert text.count("nnplug train ") >= len(names)


def test_the_reference_has_every_command_and_option(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(DOCS / "_ext")
    import command_pages

    from nnplug.cli.main import COMMANDS
    from nnplug.engine.settings import settings

    text = command_pages.page()
    for name in COMMANDS:
        assert f"\n## nnplug {name}\n" in text
    for name in settings():
        assert f"| `--{name.replace('_', '-')}" in text


def test_a_docstring_is_taken_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(DOCS / "_ext")
    from docstrings import read

    doc = read(
        """What it is, y = f(z).

        Formula: y = a
            + b
        Source: Somebody, 1999: a title.

        Prose that
        goes on.
        """
    )
    assert doc.summary == "What it is, y = f(z)."
    assert doc.labelled == (("Formula", "y = a + b"), ("Source", "Somebody, 1999: a title."))
    assert doc.prose == ("Prose that goes on.",)
    assert read(None).summary == ""


def test_a_page_is_run_and_compared(page_runs: ModuleType, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    text = (
        "```python file=mine.py\nTWO = 2\n```\n"
        "```python\nfrom mine import TWO\nopen('made', 'w').close()\nprint(TWO + 1)\n```\n"
        "```text output\n3\n```\n"
        "```console\n$ nnplug list nothing\nnnplug: error: there is no kind ...\n```\n"
    )
    page.write_text(text)
    assert page_runs.has_output(page)
    page_runs.run_page(page, tmp_path / "run")
    assert (tmp_path / "run" / "made").is_file()
    page_runs.run_page(page, tmp_path / "run")  # what an earlier run left is in nobody's way


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("```python\nprint(1)\n```\n```text output\n2\n```\n", "line 4\n--- shown\n2\n--- printed"),
        ("```python\n1 / 0\n```\n", "line 1: ZeroDivisionError"),
        ("```console\n$ nnplug list nothing\n```\n", "there is no kind"),
        ("```console\n$ nnplug list\nnothing\n```\n", "--- shown\nnothing\n--- printed"),
    ],
)
def test_a_page_that_is_wrong_is_refused(
    text: str, said: str, page_runs: ModuleType, tmp_path: Path
) -> None:
    page = tmp_path / "page.md"
    page.write_text(text)
    with pytest.raises(page_runs.PageError, match=re.escape(said)):
        page_runs.run_page(page, tmp_path / "run")


def test_a_formula_becomes_a_picture_in_the_colour_of_the_text(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("ziamath")
    monkeypatch.syspath_prepend(DOCS / "_ext")
    from svgmath import to_svg

    drawn = to_svg(r"\frac{a}{b} < 1", inline=True)
    assert drawn.startswith('<svg class="math" role="img" aria-label="\\frac{a}{b} &lt; 1"')
    assert drawn.endswith("</svg>")
    assert "vertical-align:-" in drawn
    assert "currentColor" in drawn
    assert "vertical-align" not in to_svg("x", inline=False)
    assert " id=" not in drawn
