"""A whole comparison in one form: where its datasets differ, a table and a verdict for each."""

import json
from typing import Any, Literal

from nnplug.comparison.parts import parts
from nnplug.comparison.records import Comparison
from nnplug.comparison.tables.csv_forms import as_csv
from nnplug.comparison.tables.json_form import as_json
from nnplug.comparison.tables.latex import as_latex
from nnplug.comparison.tables.markdown import as_markdown, escape
from nnplug.comparison.tables.text import as_text
from nnplug.comparison.verdict import judge

Form = Literal["text", "json", "csv", "markdown", "latex"]


def written(comparison: Comparison, form: Form = "text") -> str:
    """Return a comparison as it is printed or saved."""
    if form == "csv":
        return as_csv(comparison)
    if form == "json":
        return json.dumps(_data(comparison), indent=1) + "\n"
    found = []
    for title, part in parts(comparison):
        verdict = judge(part)
        if form == "text":
            found.append(f"{title}\n\n" * bool(title) + as_text(part, verdict))
        elif form == "markdown":
            found.append(f"## {escape(title)}\n\n" * bool(title) + as_markdown(part, verdict))
        else:
            found.append(f"% {title}\n" * bool(title) + as_latex(part, verdict))
    return "\n".join(found)


def _data(comparison: Comparison) -> dict[str, Any]:
    found = {title: as_json(part, judge(part)) for title, part in parts(comparison)}
    return found.get("", {"datasets": found})
