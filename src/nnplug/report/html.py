"""A report as one HTML file that needs nothing else: no script, no request, pictures within."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files

from nnplug import __version__
from nnplug.report.document import Block, Bullets, Code, Document, Heading, Table, Text, printable

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""What a browser is told to load: the pictures and the style that are in the file, nothing else."""


def as_html(document: Document, pictures: Mapping[str, bytes]) -> str:
    """Return the whole document.

    pictures : PNG by the file that a picture names
    """
    style = files("nnplug.report").joinpath("report.css").read_text(encoding="utf-8")
    title = _text(document.title)
    about = [_text(text) for text in (document.author, document.made) if text]
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta name="generator" content="nnplug {__version__}">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{title}</title>",
        '<link rel="icon" href="data:,">',
        f"<style>\n{style}</style>",
        "</head>",
        "<body>",
        "<main>",
        "<header>",
        f"<h1>{title}</h1>",
        *([f"<p>{', '.join(about)}</p>"] if about else []),
        "</header>",
        *(_block(block, pictures) for block in document.blocks),
        "</main>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    return escape(printable(text))


def _block(block: Block, pictures: Mapping[str, bytes]) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_text(block.text)}</h{block.level}>"
    if isinstance(block, Text):
        text = _text(block.text)
        return f"<p><strong>{text}</strong></p>" if block.strong else f"<p>{text}</p>"
    if isinstance(block, Bullets):
        return "<ul>" + "".join(f"<li>{_text(item)}</li>" for item in block.items) + "</ul>"
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Code):
        kind = ' class="narrow"' if block.narrow else ""
        return f'<pre{kind} tabindex="0">{_text(block.text)}</pre>'
    png = pictures[block.file]
    data = b64encode(png).decode("ascii")
    width = int.from_bytes(png[16:20]) // block.scale  # where every PNG says it
    return (
        f'<figure><img src="data:image/png;base64,{data}" width="{width}" alt="{_text(block.alt)}">'
        f"<figcaption>{_text(block.caption)}</figcaption></figure>"
    )


def _table(table: Table) -> str:
    def cells(row: Sequence[str], tag: str) -> str:
        found = []
        for i, cell in enumerate(row):
            kind = ' class="number"' if i in table.numbers else ""
            found.append(f"<{tag}{kind}>{_text(cell)}</{tag}>")
        return "<tr>" + "".join(found) + "</tr>"

    body = "\n".join(cells(row, "td") for row in table.rows)
    return (
        f'<div class="wide" tabindex="0"><table>\n<thead>{cells(table.head, "th")}</thead>\n'
        f"<tbody>\n{body}\n</tbody></table></div>"
    )
