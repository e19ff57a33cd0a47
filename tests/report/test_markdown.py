"""Reports as Markdown: what is said is what is read."""

import pytest

from nnplug.report.document import Bullets, Code, Document, Heading, Picture, Table, Text
from nnplug.report.markdown import as_markdown, escape


def lines(*blocks: object) -> list[str]:
    document = Document("Lab 1", blocks=list(blocks))  # type: ignore[arg-type] - blocks all the same
    return as_markdown(document).splitlines()[2:]


def test_a_document_begins_with_its_title_and_who_made_it() -> None:
    document = Document("Lab 1", "Ada", "made today", [Text("Yes.")])
    assert as_markdown(document).splitlines() == ["# Lab 1", "", "Ada, made today", "", "Yes."]


def test_every_block_has_its_form() -> None:
    assert lines(Heading("Setup"), Heading("CPU", 3)) == ["## Setup", "", "### CPU"]
    assert lines(Text("No."), Text("Look!", strong=True)) == ["No.", "", "**Look!**"]
    assert lines(Bullets(["a", "b"])) == ["- a", "- b"]
    assert lines(Table(["", "loss"], [["gd", "0.5"], ["a|b", "-1"]], [1])) == [
        "|  | loss |",
        "| :--- | ---: |",
        "| gd | 0.5 |",
        r"| a\|b | -1 |",
    ]
    assert lines(Code("nnplug train", "sh")) == ["```sh", "nnplug train", "```"]
    assert lines(Picture("figures/curve.png", "falls", "The curve.")) == [
        "![falls](figures/curve.png)",
        "",
        "*The curve.*",
    ]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("0.70 of 1.5", "0.70 of 1.5"),
        ("test_loss, hidden-dims 4,4", "test_loss, hidden-dims 4,4"),
        ("__init__ *bold* `code`", r"\_\_init\_\_ \*bold\* \`code\`"),
        ("<script>alert(1)</script>", r"\<script\>alert(1)\</script\>"),
        ("[a](http://b)", r"\[a\](http://b)"),
        ("&amp; $x$ ~y~", r"\&amp; \$x\$ \~y\~"),
        ("1. first", r"1\. first"),
        ("12) twelfth", r"12\) twelfth"),
        ("- item", r"\- item"),
        ("# heading", r"\# heading"),
        ("---", r"\---"),
        ("two\nlines", "two lines"),
        ("\x1b[31mred\u202e", "\ufffd\\[31mred\ufffd"),
    ],
)
def test_signs_of_markdown_are_read_as_they_are(text: str, written: str) -> None:
    assert escape(text) == written


def test_code_is_fenced_by_more_ticks_than_it_holds() -> None:
    assert lines(Code("a\n````\nb")) == ["`````text", "a", "````", "b", "`````"]
    assert lines(Code("\x1b[2J"))[1] == "\ufffd[2J"
