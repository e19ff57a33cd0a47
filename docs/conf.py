"""How the documentation is built: `sphinx-build -W --keep-going -n docs docs/_build`.

It needs no network: no inventories of other projects, and nothing on a page that is loaded from
elsewhere. What pages show of components, commands and pictures is made by the build itself, see
`_ext/written.py`.
"""

import os
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "tests")]
os.environ["NNPLUG_PLUGINS"] = ""  # the built-ins alone, whatever else is installed

from nnplug import __version__  # noqa: E402 - the environment decides what it loads

project = "nnplug"
author = "The nnplug developers"
copyright = f"2026, {author}"
version = release = __version__

extensions = ["myst_parser", "svgmath", "written"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_dmath_double_inline = False
myst_heading_anchors = 3

html_math_renderer = "svg"
html_theme = "furo"
html_title = f"nnplug {__version__}"
html_static_path = ["_static"]
html_css_files = ["nnplug.css"]
html_copy_source = False
html_show_sourcelink = False
