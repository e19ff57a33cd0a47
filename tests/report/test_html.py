"""Reports as HTML: whole in one file, harmless, and what is said is what is read."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.report.document import (
    Block,
    Bullets,
    Code,
    Document,
    Heading,
    Picture,
    Table,
    Text,
    printable,
)
from nnplug.report.html import as_html

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + (400).to_bytes(4) + (300).to_bytes(4) + b"rest"

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style></title><svg/onload=alert(1)>",
    "&lt;b&gt; &amp;amp;",
    "</pre></td></table>",
    "\u202eevil\x00\x1b]0;owned\x07",
)


class Page(HTMLParser):
    """The elements of a page, with their attributes and their texts."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "img"):
            self.open.append(tag)
            self.texts.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts[self.open[-1]][-1] += data

    def attributes(self, name: str) -> list[str]:
        return [found[name] or "" for _, found in self.elements if name in found]


def page(*blocks: Block, **about: str) -> Page:
    document = Document(about.get("title", "Lab"), about.get("author", ""), "", list(blocks))
    return Page(as_html(document, {"figures/a.png": PNG}))


def everything(text: str) -> list[Block]:
    """Return every kind of block with this text wherever a text can stand."""
    return [
        *(Heading(text), Heading(text, 3), Text(text), Text(text, strong=True)),
        *(Bullets([text]), Code(text), Code(text, text, narrow=True)),
        Table([text], [[text]], [0]),
        Picture("figures/a.png", text, text),
    ]


def test_every_block_has_its_element() -> None:
    found = page(*everything("said"), author="Ada")
    for tag, count in {"h1": 1, "h2": 1, "h3": 1, "p": 3, "strong": 1, "li": 1, "pre": 2}.items():
        assert len(found.texts[tag]) == count, tag
    for tag in ("h2", "h3", "strong", "li", "th", "td", "figcaption"):
        assert found.texts[tag][0] == "said"
    assert found.texts["title"] == found.texts["h1"] == ["Lab"]
    assert found.attributes("alt") == ["said"]


def test_a_picture_is_within_and_shown_in_the_size_that_it_was_drawn_for() -> None:
    found = page(Picture("figures/a.png", "", "", 2))
    assert found.attributes("width") == ["200"]
    assert found.attributes("src")[0].startswith("data:image/png;base64,iVBORw0KGgo")


def test_nothing_is_asked_of_anybody() -> None:
    text = as_html(Document("Lab", blocks=everything("said")), {"figures/a.png": PNG})
    found = Page(text)
    assert all(
        link.startswith("data:") for name in ("src", "href") for link in found.attributes(name)
    )
    assert "srcset" not in text
    assert not {tag for tag, _ in found.elements} & {"script", "iframe", "object", "embed", "base"}
    style = "".join(found.texts["style"])
    assert "url(" not in style
    assert "@import" not in style
    policy = dict(part.strip().split(" ", 1) for part in found.attributes("content")[0].split(";"))
    assert policy == {
        "default-src": "'none'",
        "img-src": "data:",
        "style-src": "'unsafe-inline'",
    }


def test_it_is_readable_on_paper_and_in_the_dark() -> None:
    style = "".join(page().texts["style"])
    assert "@media print" in style
    assert "prefers-color-scheme: dark" in style


ALLOWED = {
    *("html", "head", "meta", "title", "link", "style", "body", "main", "header", "h1", "h2", "h3"),
    *("p", "strong", "ul", "li", "pre", "div", "table", "thead", "tbody", "tr", "th", "td"),
    *("figure", "img", "figcaption"),
}


def assert_harmless(text: str) -> None:
    found = page(*everything(text), title=text, author=text)
    assert {tag for tag, _ in found.elements} <= ALLOWED
    names = {name for _, attributes in found.elements for name in attributes}
    assert not [name for name in names if name.startswith("on")]
    # A parser folds line ends; all else is as it was, or replaced where it cannot be shown.
    shown = re.sub(r"\r\n?", "\n", printable(text))
    assert found.texts["td"] == [shown]
    assert found.texts["h1"] == [shown]
    assert found.attributes("alt") == [shown]
    assert found.texts["figcaption"] == [shown]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_shown_and_do_nothing(text: str) -> None:
    assert_harmless(text)


@given(st.text())
def test_any_text_is_shown_as_it_is(text: str) -> None:
    assert_harmless(text)


@given(st.text())
def test_what_is_printable_obeys_no_terminal(text: str) -> None:
    assert all(c.isprintable() or c in "\t\n" for c in printable(text))
