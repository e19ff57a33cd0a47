"""The templates, and what stands in them for what only the package knows."""

import re
from collections.abc import Mapping
from importlib.resources import files

SHARED = {
    "pyproject.toml": "pyproject.toml.txt",
    "README.md": "README.md.txt",
    "LICENSE": "LICENSE.txt",
    ".gitignore": "gitignore.txt",
    ".github/workflows/tests.yml": "workflow.yml.txt",
    "tests/test_conformance.py": "test_conformance.py.txt",
}
"""The files of every package beside its module, and the template of each."""


def template(name: str) -> str:
    """Return the text of a template."""
    return files("nnplug.scaffold.templates").joinpath(name).read_text(encoding="utf-8")


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return the text with each key of `values` replaced, what is put in being left alone.

    The keys are names that can stand in code, so that the templates can be checked as they are:
    TheClass, the_name, the_module, the-package, the-plugin, THE_AUTHOR and its like.
    """
    longest_first = sorted(values, key=len, reverse=True)
    keys = re.compile("|".join(map(re.escape, longest_first)))
    return keys.sub(lambda match: values[match[0]], text)
