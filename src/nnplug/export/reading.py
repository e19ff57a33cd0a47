"""The text of `read`: the rows of a file of text, as far as it can without more than Python."""

from nnplug.engine.result import Model
from nnplug.export.literals import literal
from nnplug.tables.options import Options

MARKS = ",;\t|"
"""What may stand between cells, beside what the settings say."""

ABSENT = ("NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "<NA>", "#N/A")
"""What stands for a missing value in a text, as `tables` reads it, beside what settings say."""

CELLS = '''def cells(lines):
    """Return the cells of text, row by row, and what stands between them."""
    lines, best, mark, found = list(lines), 0, None, []
    for each in {marks}:
        split = [row for row in csv.reader(lines, delimiter=each) if row]
        least = min(map(len, split), default=0)
        if least > best:
            best, mark, found = least, each, split
    rows = [[cell.strip() for cell in row] for row in found]
    if any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("the rows are not of one length")
    return rows, mark'''

READ = '''def read(lines):
    """Return the rows of text, of its columns those that are needed.

    The first line may have names; without them the columns stand in their order. There may be
    decimal commas, where others stand between the cells.
    """
    rows, mark = cells(lines)
    absent = [name for name in COLUMNS if name not in rows[0]] if rows else []
    if len(absent) < len(COLUMNS):
        if absent:
            raise ValueError(f"there is no column {{absent[0]!r}}")
        places = [rows[0].index(name) for name in COLUMNS] if rows else []
        rows = [[row[place] for place in places] for row in rows[1:]]
    elif len(rows[0]) != len(COLUMNS):
        raise ValueError(f"{{len(rows[0])}} cells in a row without names, for columns {{COLUMNS}}")
    rows = [["" if cell in MISSING else cell for cell in row] for row in rows]
    numbers = {numbers}
    if mark != "," and not any("." in row[j] for row in rows for j in numbers):
        for row in rows:
            for j in numbers:
                row[j] = row[j].replace(",", ".")
    return rows'''

READ_UNNAMED = '''def is_number(cell):
    try:
        return float(cell) is not None
    except ValueError:
        return False


def read(lines):
    """Return the rows of text; a first line with names is skipped."""
    rows, _ = cells(lines)
    if rows and not all(map(is_number, rows[0])):
        del rows[0]
    return {rows}'''


def read_text(model: Model) -> list[str]:
    """Return the definition of `read`, and before it of what it uses."""
    preparation = model.preparation
    mark = Options(delimiter=model.settings.get("delimiter")).character() or ""
    marks = CELLS.format(marks=literal(mark + MARKS.replace(mark, "") if mark else MARKS))
    if not preparation.columns:
        shape = ", ".join(map(str, preparation.shape))
        flat = len(preparation.shape) == 1
        rows = "rows" if flat else f"np.array(rows, np.float64).reshape(-1, {shape})"
        return [marks, READ_UNNAMED.format(rows=rows)]
    missing = (*ABSENT, *(model.settings.get("missing") or ()))
    numbers = "range(len(COLUMNS))"
    if preparation.categories:
        numbers = "[j for j, name in enumerate(COLUMNS) if name not in CATEGORIES]"
    absent = f"# Beside empty cells.\nMISSING = {literal(missing)}"
    return [absent, marks, READ.format(numbers=numbers)]
