"""`nnplug export`: files that predict without nnplug."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug as library


@pytest.fixture
def run(nnplug: Any) -> Any:
    assert nnplug("train --epochs 20 --save run --quiet").code == 0
    return nnplug


def test_a_program_predicts_what_the_model_does(run: Any) -> None:
    assert run("export run predict.py").out == "written to predict.py\n"
    done = subprocess.run(
        [sys.executable, "predict.py"], input="0.1,0.9\n0.8,0.8\n", capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    likely = [float(line.split(",")[2]) for line in done.stdout.splitlines()[1:]]
    assert likely == library.load("run").predict([[0.1, 0.9], [0.8, 0.8]])[:, 0].tolist()


def test_onnx_predicts_what_the_model_does(run: Any) -> None:
    pytest.importorskip("onnx", reason="onnx is not installed: pip install 'nnplug[onnx]'")
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime reads what is written")
    assert run("export run model.onnx").out == "written to model.onnx\n"
    x = np.array([[0.1, 0.9], [0.8, 0.8]])
    (found,) = runtime.InferenceSession("model.onnx").run(None, {"x": x})
    np.testing.assert_allclose(found, library.load("run").predict(x), 1e-12, 1e-12)


def test_the_best_weights_can_be_written(run: Any) -> None:
    assert run("export run predict.py --best").code == 0


@pytest.mark.parametrize(
    ("words", "said", "hint"),
    [
        ("export run model.txt", "neither a program nor ONNX", "predict.py or model.onnx"),
        ("export run my-model.py", "my-model.py could not be imported", "letters"),
        ("export run there.py", "there.py exists already", "--force"),
        ("export nowhere predict.py", "nowhere", ""),
        ("export run no/such/predict.py", "no/such/predict.py", ""),
    ],
)
def test_what_cannot_be_written_is_said(run: Any, words: str, said: str, hint: str) -> None:
    Path("there.py").write_text("mine")
    done = run(words)
    assert done.code == 1
    assert said in done.err
    assert hint in done.err
    assert Path("there.py").read_text() == "mine"


def test_a_file_is_written_over_where_that_is_asked_for(run: Any) -> None:
    Path("there.py").write_text("mine")
    assert run("export run there.py --force").code == 0
    assert "def predict(" in Path("there.py").read_text()


def test_without_onnx_it_says_what_to_install(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    done = run("export run model.onnx")
    assert done.code == 1
    assert "pip install 'nnplug[onnx]'" in done.err
    assert not Path("model.onnx").exists()
