"""Writing a model into a file, in the form that the file's name asks for."""

from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from nnplug.core.array import Array
from nnplug.engine.files import write_whole
from nnplug.engine.result import Model
from nnplug.export.errors import ExportError
from nnplug.export.program import program
from nnplug.export.proof import prove

SUFFIXES = (".py", ".onnx")

ROUNDING = {"float64": 1e-12, "float32": 1e-5}
"""By how much a form may differ from the model; float32 has 7 digits, and sums lose one."""


def export(model: Model, path: str | Path, *, force: bool = False) -> Path:
    """Write a model as a program in NumPy (predict.py) or as ONNX (model.onnx); return the path.

    What is written is run first, and its predictions are compared with the model's.
    force : write over a file that is there
    Raises ExportError for a component that cannot be written in this form.
    """
    path = Path(path)
    check_name(path, force=force)
    if path.suffix == ".onnx":
        from nnplug.export.onnx.model import onnx_model

        made = onnx_model(model)
        rounding = ROUNDING[str(model.network.dtype)]
        prove(model, lambda rows: _evaluated(made, model, rows), rounding, "the ONNX graph")
        write_whole(path, made.SerializeToString())
        return path
    text = program(model, path.stem)
    prove(model, lambda rows: _run(text, path)(rows), ROUNDING["float64"], "the program")
    write_whole(path, text)
    return path


def check_name(path: Path, *, force: bool = False) -> None:
    """Raise ExportError for a name that asks for no form, or for one that is taken."""
    if path.suffix not in SUFFIXES:
        raise ExportError(
            f"{path} is neither a program nor ONNX by its name", "call it predict.py or model.onnx"
        )
    if path.suffix == ".py" and not path.stem.isidentifier():
        raise ExportError(
            f"{path.name} could not be imported", "take letters, digits and _ alone for its name"
        )
    if path.exists() and not force:
        raise ExportError(f"{path} exists already", "--force writes over it")


def _run(text: str, path: Path) -> Any:
    """Return the `predict` of a program."""
    names: dict[str, Any] = {"__name__": path.stem}
    exec(compile(text, str(path), "exec"), names)
    return names["predict"]


def _evaluated(made: Any, model: Model, rows: Any) -> Array:
    """Return what the graph gives, by the evaluator that comes with onnx."""
    reference: Any = import_module("onnx.reference")
    return np.asarray(reference.ReferenceEvaluator(made).run(None, feeds(model, rows))[0])


def feeds(model: Model, rows: Any) -> dict[str, Any]:
    """Return the inputs of a model's ONNX graph for rows as the model takes them."""
    preparation = model.preparation
    if not preparation.categories:
        dtype = model.network.dtype if preparation.is_idle else np.float64
        return {"x": np.asarray(rows, dtype)}
    columns = {}
    for j, (name, texts) in enumerate(
        zip(preparation.named(), preparation.categories, strict=True)
    ):
        column = [row[j] for row in rows]
        if texts:
            columns[name] = np.array([["" if text is None else text] for text in column], object)
        else:
            columns[name] = np.array([[np.nan if n is None else n] for n in column], np.float64)
    return columns
