"""Programs: they predict bit by bit what the model does, and need NumPy alone."""

import csv
import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplug.core.registry import Registry, default_registry
from nnplug.export.errors import ExportError
from nnplug.export.program import program

Trained = Callable[..., Any]
Run = Callable[[Any], dict[str, Any]]

STRANGERS = Path(__file__).parents[1] / "export_strangers.py"
ACTIVATIONS = default_registry().builtin_names("activation")
ROWS = np.random.default_rng(0).normal(0, 3, (40, 2))

ALONE = """
import sys
sys.modules["nnplug"] = None  # as if it were not installed
import runpy
sys.argv = ["predict.py", *sys.argv[1:]]
runpy.run_path("predict.py", run_name="__main__")
"""


@pytest.fixture
def strangers() -> Registry:
    return Registry(extra=[str(STRANGERS)])


def same(names: dict[str, Any], model: Any, rows: Any = ROWS) -> None:
    found, expected = names["predict"](rows), model.predict(rows)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", [*ACTIVATIONS, "gelu:approximate=true", "elu:alpha=0.3"])
def test_every_built_in_activation(
    trained: Trained, run_program: Run, activation: str, dtype: str
) -> None:
    model = trained(f"linear:units=4 {activation} linear:units=3 {activation}", dtype=dtype)
    same(run_program(model), model)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_built_in_layer_blocks_inside_of_blocks_too(
    trained: Trained, run_program: Run, dtype: str
) -> None:
    layers = (
        "flatten linear:units=4 batch_norm prelu residual[linear:units=4 tanh dropout residual["
        "layer_norm leaky_relu:slope=0.2] batch_norm:eps=0.1] dropout:p=0.2 prelu:shared=true relu"
    )
    registry = default_registry()
    assert {spec.partition(":")[0] for spec in re.split(r"[ \[\]]+", layers)} >= set(
        registry.builtin_names("layer")
    )
    model = trained(layers, dtype=dtype, batch_size=7)
    names = run_program(model)
    same(names, model)
    assert names["text"].count("def linear(") == 1
    assert names["text"].count("def batch_norm") == 2  # with another eps it is another function
    assert "momentum" not in names["text"]


@pytest.mark.parametrize(
    ("loss", "dataset"),
    [
        *((loss, "moons:n=40") for loss in ("bce", "cross_entropy", "hinge", "mse", "mae")),
        *((loss, "blobs:n=60,classes=3") for loss in ("cross_entropy", "mse")),
        *((loss, "bumps:n=60") for loss in ("huber", "log_cosh", "mse", "poisson")),
    ],
)
def test_every_loss_s_predictions(
    trained: Trained, run_program: Run, loss: str, dataset: str
) -> None:
    model = trained(hidden_dims=[3], loss=loss, dataset=dataset, test_split=0.2)
    same(run_program(model), model)


def test_what_changes_nothing_has_no_function(trained: Trained, run_program: Run) -> None:
    text = run_program(trained("linear:units=2 dropout none tanh", loss="mse", output="none"))[
        "text"
    ]
    functions = re.findall(r"^def (\w+)", text, re.M)
    assert functions == [
        *("linear", "tanh", "prepare", "network", "predict", "classify", "cells", "read", "main"),
    ]
    assert "# dropout returns what it is given when a network predicts" in text


def test_it_runs_where_nnplug_is_not_installed(trained: Trained, tmp_path: Path) -> None:
    model = trained("linear:units=3 gelu", dataset="blobs:n=60,classes=3")
    (tmp_path / "predict.py").write_text(program(model))
    (tmp_path / "new.csv").write_text("x2,other,x1\n0.5,a,-1.5\n\n2.25,b,1e-3\n")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", ALONE, "new.csv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    head, *rows = csv.reader(io.StringIO(done.stdout))
    assert head == ["class", "p_0", "p_1", "p_2"]
    expected = model.predict([[-1.5, 0.5], [1e-3, 2.25]])
    assert [[float(p) for p in row[1:]] for row in rows] == expected.tolist()
    assert [int(row[0]) for row in rows] == expected.argmax(axis=1).tolist()


def test_it_reads_standard_input_with_names_or_without(trained: Trained, tmp_path: Path) -> None:
    model = trained(hidden_dims=[3], dataset="sine:n=30")
    (tmp_path / "predict.py").write_text(program(model))
    expected = model.predict([[0.5], [1.5]]).ravel().tolist()
    for text in ("0.5\n1.5\n", "x\n0.5\n1.5\n"):
        done = subprocess.run(
            [sys.executable, "-c", ALONE],
            cwd=tmp_path,
            input=text,
            capture_output=True,
            text=True,
            check=True,
        )
        assert [float(line) for line in done.stdout.splitlines()[1:]] == expected


def test_a_column_that_is_not_there_is_named(trained: Trained, run_program: Run) -> None:
    names = run_program(trained())
    assert names["read"](["x1,x2", "1,2"]) == [["1", "2"]]
    assert names["read"](["1,2"]) == [["1", "2"]]
    assert names["read"]([]) == []
    with pytest.raises(ValueError, match="there is no column 'x2'"):
        names["read"](["x1,y", "1,2"])


@pytest.mark.parametrize("threshold", [None, 0.25, "median"])
def test_classes_begin_where_the_model_s_do(
    trained: Trained, run_program: Run, threshold: Any
) -> None:
    model = trained(hidden_dims=[3], threshold=threshold)
    likely = model.predict(ROWS)[:, 0]
    limit = {None: 0.5, "median": np.median(likely)}.get(threshold, threshold)
    assert run_program(model)["classify"](ROWS) == [str(int(p >= limit)) for p in likely]


def test_many_weights_are_packed_and_few_can_be_read(trained: Trained, run_program: Run) -> None:
    for dtype in ("float64", "float32"):
        model = trained("linear:units=300 tanh linear:units=200", epochs=1, dtype=dtype)
        names = run_program(model)
        same(names, model)
        assert names["W2"].dtype == dtype
        assert "base64" in names["text"]
        assert max(map(len, names["text"].splitlines())) <= 120
        few = run_program(trained(dtype=dtype))
        assert "base64" not in few["text"]


def test_every_stranger_s_formula_as_they_wrote_it(
    trained: Trained, run_program: Run, strangers: Registry
) -> None:
    layers = (
        "aliased mish:beta=-1.5 twice:units=4 louder renamed renamed:mode=mean nested mish "
        "nested:activation=tanh nested:activation=identity highway[aliased:units=4 mish:beta=2] "
        "highway:share=0.25[linear:units=4]"
    )
    model = trained(layers, registry=strangers, loss="odd", epochs=2, lr=1e-3)
    names = run_program(model)
    same(names, model)
    text = names["text"]
    assert "from math import tau as whole_turn" in text
    assert "# Comments go along." in text
    assert (
        f"activation 'mish' from {STRANGERS.name}, beta = -1.5" in text
    )  # whose formula it is, and with which hyperparameters
    assert "Cache" not in text
    assert "return (out, cache)" not in text
    assert "training" not in text.replace("training = needs_input_grad = False", "")
    for name in ("def aliased(x, W, b):", "def renamed(inputs, params):", "def mish_turn(z, k=1):"):
        assert name in text


@pytest.mark.parametrize(
    ("layers", "shape"),
    [
        ("convolution tanh convolution:channels=3 flatten", (4, 5, 1)),
        ("elman:activation=tanh linear:units=2", (4, 3)),
        ("embedding elman:units=2", (6,)),
    ],
)
def test_images_sequences_and_indices(
    trained: Trained,
    run_program: Run,
    strangers: Registry,
    tmp_path: Path,
    layers: str,
    shape: tuple[int, ...],
) -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 5, (20, *shape)).astype(float)
    given = {"x": x, "y": rng.integers(0, 2, 20), "dataset": None, "registry": strangers}
    model = trained(layers, **given, epochs=2)
    names = run_program(model)
    same(names, model, x)
    rows = [",".join(map(str, row)) for row in x.reshape(20, -1).tolist()]
    same(names, model, np.array(names["read"](rows), float))
    model.export(tmp_path / "predict.py")


@pytest.mark.parametrize(
    ("layers", "said", "hint"),
    [
        ("linear:units=3 whole", "activation 'whole' from", "one by one"),
        ("linear:units=3 object", "uses THING, and Thing cannot be written out", "numbers"),
        ("linear:units=3 kept", "uses self._thing, and Thing cannot be written out", "arrays"),
        ("linear:units=3 lambda", "is not written as a function", "def"),
        ("looped[linear:units=2]", "uses self.layers, the components inside it", "nnplug.Chain"),
    ],
)
def test_what_cannot_stand_by_itself_is_refused_by_name(
    trained: Trained, strangers: Registry, layers: str, said: str, hint: str
) -> None:
    model = trained(layers, registry=strangers, epochs=1)
    with pytest.raises(ExportError) as error:
        program(model)
    assert said in error.value.message
    assert hint in (error.value.hint or "")


def test_it_needs_what_a_formula_imports(
    trained: Trained, run_program: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "packed"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "tools.py").write_text(
        "import statistics\nimport xml.dom\nLIMIT = 4\n\n\n"
        "def cut(z):\n    return z.clip(-LIMIT, statistics.mean([LIMIT, 2]))\n"
    )
    (folder / "parts.py").write_text(
        "import numpy as np\nimport nnplug\nfrom . import tools\n"
        "from .tools import LIMIT as most\nfrom packed.tools import cut as shorten\n"
        "import packed.tools\nimport hypothesis as helper\nimport xml.dom\n\n\n"
        "class Cut(nnplug.Activation):\n"
        "    def forward(self, z):\n"
        "        assert helper.__name__ and xml.dom.Node\n"
        "        return tools.cut(z) + shorten(z) + packed.tools.cut(z) + most + tools.LIMIT\n"
        "    def derivative(self, z, y):\n        return np.ones_like(z)\n\n\n"
        "@nnplug.hookimpl\ndef nnplug_activations():\n    return {'cut': Cut}\n"
    )
    sys.path.insert(0, str(tmp_path))
    try:
        model = trained("linear:units=3 cut", registry=Registry(extra=["packed.parts"]))
        names = run_program(model)
    finally:
        sys.path.remove(str(tmp_path))
    same(names, model)
    assert "It needs NumPy and hypothesis.\n" in names["text"]
    assert names["text"].count("def cut(") == 1  # the activation gets another name
    assert "import xml.dom\n" in names["text"]
