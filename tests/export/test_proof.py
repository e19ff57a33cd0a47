"""What is written is proved first: a file that predicts otherwise is never written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import nnplug
from nnplug.export import write
from nnplug.export.errors import ExportError
from nnplug.export.program import program

Trained = Callable[..., Any]


def written_as(monkeypatch: pytest.MonkeyPatch, change: Callable[[str], str]) -> None:
    """Let what is written be changed on its way."""
    monkeypatch.setattr(write, "program", lambda *given: change(program(*given)))


def test_a_program_that_predicts_otherwise_is_not_written(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_as(monkeypatch, lambda text: text.replace("return x @ W + b", "return x @ W - b"))
    path = tmp_path / "predict.py"
    with pytest.raises(ExportError, match="does not predict what the model does"):
        trained(epochs=30).export(path)
    assert not path.exists()


def test_a_program_that_does_not_run_is_not_written(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written_as(monkeypatch, lambda text: text.replace("np.tanh(z)", "np.thanh(z)"))
    with pytest.raises(ExportError, match="does not run: AttributeError"):
        trained().export(tmp_path / "predict.py")


def test_whose_formula_it_may_be_is_said(
    trained: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strangers = Path(__file__).parents[1] / "export_strangers.py"
    registry = nnplug.Registry(extra=[str(strangers)])
    written_as(monkeypatch, lambda text: text.replace("x.dot(W) + b", "x.dot(W) - 1"))
    with pytest.raises(ExportError) as error:
        trained("aliased tanh", registry=registry).export(tmp_path / "predict.py")
    assert "layer 'aliased' from" in (error.value.hint or "")


def test_export_and_evaluate_are_methods_of_a_model(trained: Trained, tmp_path: Path) -> None:
    model = trained()
    assert model.export(tmp_path / "predict.py") == tmp_path / "predict.py"
    with pytest.raises(ExportError, match="exists already"):
        model.export(tmp_path / "predict.py")
    model.export(str(tmp_path / "predict.py"), force=True)
