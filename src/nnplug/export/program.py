"""A trained model as one file of Python: its formulas, its weights, and a way to run it."""

import math
import sys
from itertools import pairwise

from nnplug import __version__
from nnplug.engine.names import class_names, target_names
from nnplug.engine.result import Model
from nnplug.export import preparing
from nnplug.export.definitions import Definitions
from nnplug.export.functions import Functions
from nnplug.export.literals import literal
from nnplug.export.method import Place
from nnplug.export.reading import read_text
from nnplug.export.weights import Weights

OWN = (
    *("np", "x", "rows", "prepare", "network", "predict", "classify", "read", "main", "unpack"),
    *("cells", "is_missing", "is_number", "as_text", "csv", "sys", "base64", "Context"),
    *("COLUMNS", "CATEGORIES", "FILL", "CENTER", "WIDTH", "CLASSES", "TARGETS", "MISSING"),
)
"""The names that the program itself uses, which no function of a component may have."""

STANDARD = sys.stdlib_module_names

NETWORK = '''def network(x):
    """Return the raw outputs of the last layer.

    x : ({given});  returned : ({returned})
    """
{lines}
    return x'''

PREDICT = '''def predict(rows):
    """Return {what}: (samples, {outputs}).

    rows : as `prepare` takes them
    """
    return {call}'''

BINARY = '''def classify(rows):
    """Return the class of each row."""
    likely = predict(rows)[:, 0]
    return [CLASSES[int(class_1)] for class_1 in likely >= {threshold}]'''

MULTICLASS = '''def classify(rows):
    """Return the class of each row."""
    return [CLASSES[place] for place in predict(rows).argmax(axis=-1)]'''

MAIN = '''def main(names):
    """Print predictions for the rows of a file, or of standard input."""
    try:
        if names:
            with open(names[0], encoding="utf-8-sig", newline="") as file:
                rows = read(file)
        else:
            rows = read(sys.stdin)
        if not len(rows):
            raise ValueError("there are no rows")
        found = {found}
    except (OSError, ValueError, csv.Error) as error:
        sys.exit(f"{{sys.argv[0]}}: {{error}}")
    table = csv.writer(sys.stdout, lineterminator="\\n")
    table.writerow({heads})
    table.writerows(found)'''

LAST = """if __name__ == "__main__":
    main(sys.argv[1:])"""


def program(model: Model, module: str = "predict") -> str:
    """Return the text of a program that predicts as a model does.

    module : the name of the file, without .py
    Raises ExportError for a component whose source cannot be read, or not stand by itself.
    """
    definitions = Definitions({"np": "import numpy as np"}, reserved=set(OWN))
    functions = Functions(model.network.registry, definitions)
    weights = Weights(model.network, definitions)
    whole = Place("", model.network.in_shape, weights.names())
    steps = functions.steps(model.network.chain, whole)
    link = None if model.network.loss is None else functions.link(model.network.loss)
    numbers = weights.texts()
    definitions.imports |= {"csv": "import csv", "sys": "import sys"}
    parts = [
        _head(model, module, definitions),
        _imports(definitions),
        "\n".join([*preparing.constants(model.preparation), *_names(model)]),
        *definitions.texts.values(),
        *preparing.functions(model.preparation, str(model.network.dtype)),
        _network(model, steps),
        *_predict(model, None if link is None or link.passes else link.name),
        *_commands(model),
        *numbers,
        LAST,
    ]
    return _joined(parts)


def _head(model: Model, module: str, definitions: Definitions) -> str:
    returned = {
        "binary": "how likely class 1 is: (samples, 1)",
        "multiclass": "how likely each class is: (samples, classes)",
        "regression": "values: (samples, outputs)",
    }[model.task]
    needed = sorted({_package(one) for one in definitions.imports.values()} - STANDARD)
    others = [name for name in needed if name != "numpy"]
    needs = " and ".join(["NumPy", *others]) + (" alone" if not others else "")
    lines = [f'"""A network that nnplug {__version__} trained: its formulas and its weights.', ""]
    lines += [
        f"    from {module} import predict",
        f"    predict(rows)  # {returned}",
        "",
        f"    python {module}.py new.csv  # prints predictions; without a file it reads from stdin",
        "",
        f"It needs {needs}.",
        '"""',
    ]
    return "\n".join(lines)


def _package(statement: str) -> str:
    return statement.split()[1].partition(".")[0]


def _in_order(statement: str) -> tuple[bool, str]:
    return statement.startswith("from"), statement


def _imports(definitions: Definitions) -> str:
    """Return the imports: those of Python itself, then the others."""
    groups: tuple[list[str], list[str]] = ([], [])
    for statement in sorted(set(definitions.imports.values()), key=_in_order):
        groups[_package(statement) not in STANDARD].append(statement)
    return "\n\n".join("\n".join(group) for group in groups if group)


def _names(model: Model) -> list[str]:
    if model.task == "regression":
        return [f"TARGETS = {literal(target_names(model))}"]
    return [f"CLASSES = {literal(class_names(model))}"]


def _network(model: Model, steps: list[str]) -> str:
    network = model.network
    given, returned = (
        ", ".join(["samples", *map(str, shape)]) for shape in (network.in_shape, network.out_shape)
    )
    lines = "\n".join(f"    {line}" for line in steps)
    return NETWORK.format(given=given, returned=returned, lines=lines)


def _predict(model: Model, link: str | None) -> list[str]:
    call = "network(prepare(rows))"
    call = call if link is None else f"{link}({call})"
    outputs = math.prod(model.network.out_shape)
    if model.task == "binary":
        if outputs == 2:
            call, outputs = f"{call}[:, 1:]", 1
        threshold = 0.5 if model.threshold is None else model.threshold
        limit = "np.median(likely)" if threshold == "median" else literal(threshold)
        what = f"how likely class {class_names(model)[1]!r} is"
        classify = [BINARY.format(threshold=limit)]
    elif model.task == "multiclass":
        what, classify = "how likely each of CLASSES is", [MULTICLASS]
    else:
        what, classify = "the values of TARGETS", []
    return [PREDICT.format(what=what, outputs=outputs, call=call), *classify]


def _commands(model: Model) -> list[str]:
    if model.task == "regression":
        heads, found = "TARGETS", "predict(rows).tolist()"
    else:
        heads = '["class", *(f"p_{name}" for name in CLASSES)]'
        likely, each = ("[:, 0]", "1 - p, p") if model.task == "binary" else ("", "*p")
        found = f"zip(classify(rows), predict(rows){likely}.tolist(), strict=True)"
        found = f"[[name, {each}] for name, p in {found}]"
    return [*read_text(model), MAIN.format(heads=heads, found=found)]


def _joined(parts: list[str]) -> str:
    """Return parts one after the other, two empty lines around functions and classes."""
    text = parts[0] + "\n"
    for before, part in pairwise(parts):
        wide = any(one.startswith(("def ", "class ", "if __name__")) for one in (before, part))
        text += "\n" * (2 if wide else 1) + part + "\n"
    return text
