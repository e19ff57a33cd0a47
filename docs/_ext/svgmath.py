"""Math as SVG, drawn when the docs are built: no script, no fonts and no network for readers.

Browsers set MathML with whatever math font the reader has, and stretch no brace without one. Here
every formula is outlines in the page, in the colour of the text, with its TeX as the text that
screen readers read.
"""

from html import escape

import ziamath
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

SIZE = 17.0
"""Of the letters, in pixels where the text has 16: then both look alike."""

TEXT = 16.0

# Without <use> and ids: two formulas on one page must not share glyphs of different sizes.
ziamath.config.svg2 = False
ziamath.config.precision = 2


def to_svg(tex: str, *, inline: bool) -> str:
    """Return a formula as one `<svg>`, sized and raised in ems of the text around it."""
    try:
        formula = ziamath.Latex(tex, size=SIZE, color="currentColor", inline=inline)
        width, height = formula.getsize()
        drawn = formula.svg()
    except Exception as error:  # whatever its parser stumbles over
        raise SphinxError(f"cannot draw the formula {tex!r}: {error}") from error
    _, _, body = drawn.partition('viewBox="')
    box, _, body = body.partition('"')
    # The box of the drawing is what it says, and a little more than getsize().
    width, height = (float(number) for number in box.split()[2:])
    sink = f"vertical-align:{formula.getyofst() / TEXT:.3f}em;" if inline else ""
    return (
        f'<svg class="math" role="img" aria-label="{escape(tex)}" viewBox="{box}" '
        f'style="width:{width / TEXT:.3f}em;height:{height / TEXT:.3f}em;{sink}"{body}'
    )


def _inline(writer: nodes.NodeVisitor, node: nodes.math) -> None:
    writer.body.append(to_svg(node.astext(), inline=True))
    raise nodes.SkipNode


def _block(writer: nodes.NodeVisitor, node: nodes.math_block) -> None:
    writer.body.append(f'<div class="math">{to_svg(node.astext(), inline=False)}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Offer Sphinx this way to write math: `html_math_renderer = "svg"`."""
    app.add_html_math_renderer("svg", (_inline, None), (_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
