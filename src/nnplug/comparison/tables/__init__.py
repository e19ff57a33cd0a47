"""The table of a comparison, in the forms that people and programs read.

rows : the numbers, a row a setting
cells : the columns that a comparison calls for, as texts
text, markdown, latex : the table and the verdict for a terminal, a page and a report
csv_forms : the runs, the settings and the pairs for a spreadsheet
json_form : all of it
whole : any of these, with a part for each dataset
"""

from nnplug.comparison.tables.csv_forms import as_csv, pairs_csv, settings_csv
from nnplug.comparison.tables.json_form import as_json
from nnplug.comparison.tables.latex import as_latex
from nnplug.comparison.tables.markdown import as_markdown
from nnplug.comparison.tables.text import as_text
from nnplug.comparison.tables.whole import written

__all__ = [
    "as_csv",
    "as_json",
    "as_latex",
    "as_markdown",
    "as_text",
    "pairs_csv",
    "settings_csv",
    "written",
]
