"""How the documentation is built: `sphinx-build -W --keep-going -n docs docs/_build`.

It needs no network: no inventories of other projects, and nothing on a page that is loaded from
elsewhere.
"""

from nnplug import __version__

project = "nnplug"
author = "The nnplug developers"
copyright = f"2026, {author}"
version = release = __version__

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build"]
nitpicky = True

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"nnplug {__version__}"
html_copy_source = False
html_show_sourcelink = False
