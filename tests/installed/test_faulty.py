"""What a stranger's component raises or returns ends the run with one line, and keeps its work.

nnplug-faulty fails on demand: `where` in which method, `how`, and `at` which call. Before a run's
first step each method was called once or twice already, so the 9th call is in the middle of it.
"""

import shutil
from pathlib import Path

import pytest
from tests.installed.conftest import Completed, Run

FLAGS = {
    "activation": "--activation",
    "layer": "--layers",
    "loss": "--loss",
    "optimizer": "--optimizer",
    "initializer": "--init",
    "schedule": "--schedule",
    "callback": "--callback",
    "dataset": "--dataset",
}
NAMES = {("optimizer", "step"): "faulty_step"}
"""The component of a kind and method, where it is not called faulty."""

MIDWAY = [
    ("activation", "forward"),
    ("activation", "derivative"),
    ("layer", "forward"),
    ("layer", "backward"),
    ("layer", "gradient"),
    ("layer", "predicting"),
    ("loss", "value"),
    ("loss", "gradient"),
    ("loss", "predict"),
    ("optimizer", "update"),
    ("optimizer", "step"),
    ("schedule", "factor"),
    ("callback", "on_epoch"),
]
"""What is called again and again."""

BEFORE = [
    ("layer", "parameters"),
    ("layer", "output_shape"),
    ("loss", "encode"),
    ("loss", "outputs"),
    ("initializer", "sample"),
    ("dataset", "load"),
]
"""What is called before anything was measured."""


@pytest.fixture
def fail(run: Run, tmp_path: Path) -> Run:
    """Return a function that trains with a component that fails; `run` is the run's folder."""

    def train(kind: str, where: str, how: str, at: int = 1, save: str = "--save=run") -> Completed:
        name = NAMES.get((kind, where), "faulty_layer" if kind == "layer" else "faulty")
        spec = f"{name}:where={where},how={how},at={at}"
        if kind == "layer" and where not in ("parameters", "output_shape"):
            spec = f"linear:units=4 {spec}"  # the first layer need not return dL/dx
        shutil.rmtree(tmp_path / "run", ignore_errors=True)
        words = ("train", "--epochs", "12", "--quiet", save, "--callback", "ends")
        return run(*words, FLAGS[kind], spec, plugins="faulty", code=1, cwd=tmp_path)

    return train


def named(kind: str, where: str) -> str:
    name = NAMES.get((kind, where), "faulty_layer" if kind == "layer" else "faulty")
    return f"{kind} {name!r} from nnplug-faulty 0.3"


def last_error(done: Completed) -> str:
    """Return the error, which is one line and perhaps a hint."""
    lines = done.stderr.splitlines()
    (at,) = (i for i, line in enumerate(lines) if line.startswith("nnplug: error: "))
    assert len(lines) - at <= 2
    return lines[at]


@pytest.mark.parametrize(("kind", "where"), MIDWAY)
def test_an_exception_midway_names_the_component_and_keeps_the_run(
    fail: Run, tmp_path: Path, kind: str, where: str
) -> None:
    done = fail(kind, where, "raise", 9)
    whose = named(kind, where)
    said = f"nnplug: error: RuntimeError: the licence server is down (in {whose})"
    assert last_error(done) == said
    assert "on_end was called after " in done.stderr
    assert "saved in run, as far as it went" in done.stdout
    assert {"config.toml", "history.csv", "model.npz"} <= {
        p.name for p in Path(tmp_path, "run").iterdir()
    }
    assert (tmp_path / "run" / "history.csv").read_text().startswith("epoch,loss,accuracy\n0,")


@pytest.mark.parametrize(("kind", "where"), BEFORE)
def test_an_exception_before_the_run_names_the_component(
    fail: Run, tmp_path: Path, kind: str, where: str
) -> None:
    done = fail(kind, where, "raise")
    whose = named(kind, where)
    said = f"nnplug: error: RuntimeError: the licence server is down (in {whose})"
    assert last_error(done) == said
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("where", ["on_start", "on_end"])
def test_an_exception_at_the_start_or_the_end_keeps_the_run(
    fail: Run, tmp_path: Path, where: str
) -> None:
    done = fail("callback", where, "raise")
    assert last_error(done).endswith(f"is down (in {named('callback', where)})")
    rows = (tmp_path / "run" / "history.csv").read_text().splitlines()
    assert len(rows) == (2 if where == "on_start" else 14)


@pytest.mark.parametrize(
    ("kind", "where"), [("activation", "forward"), ("optimizer", "update"), ("callback", "on_end")]
)
@pytest.mark.parametrize(
    ("how", "said"), [("exit", "it exits Python (SystemExit: 0)"), ("base", "Gone: for good")]
)
def test_what_would_end_the_program_is_an_error(
    fail: Run, tmp_path: Path, kind: str, where: str, how: str, said: str
) -> None:
    done = fail(kind, where, how, 1 if where == "on_end" else 9)
    assert last_error(done) == f"nnplug: error: {named(kind, where)}: {said}"
    assert (tmp_path / "run" / "model.npz").exists()


def test_a_dataset_that_exits_is_an_error(fail: Run) -> None:
    said = "it exits Python (SystemExit: 0)"
    assert last_error(fail("dataset", "load", "exit")).endswith(f"nnplug-faulty 0.3: {said}")


PROMISES = [
    ("activation", "forward", "none", "forward returned None; float64[21, 10] is expected"),
    ("activation", "derivative", "shape", "derivative returned float64[21, 9]; float64[21, 10] is"),
    ("layer", "backward", "none", "backward returned None although ctx.needs_input_grad is true"),
    ("layer", "predicting", "text", "forward returned a str; float64[21, 4] is expected"),
    ("loss", "value", "none", "value returned None; float64[21] is expected"),
    ("loss", "gradient", "text", "gradient returned a str; float64[21, 1] is expected"),
    ("loss", "predict", "shape", "predict returned float64[21, 0]; float64[21, 1] is expected"),
    ("loss", "predict", "nan", "predict returned NaN for finite outputs"),
    ("optimizer", "update", "none", "update returned w as None"),
    ("optimizer", "update", "shape", "update returned w as float64[150]"),
    ("optimizer", "step", "dtype", "step returned w as float16[151]"),
    ("schedule", "factor", "none", "factor returned None for step "),
    ("schedule", "factor", "nan", "factor returned nan for step "),
]


@pytest.mark.parametrize(("kind", "where", "how", "said"), PROMISES)
def test_a_wrong_return_midway_is_named_and_keeps_the_run(
    fail: Run, tmp_path: Path, kind: str, where: str, how: str, said: str
) -> None:
    done = fail(kind, where, how, 9)
    assert last_error(done).startswith(f"nnplug: error: {named(kind, where)}: {said}")
    assert (tmp_path / "run" / "model.npz").exists()


@pytest.mark.parametrize(
    ("kind", "where", "how", "said"),
    [
        # Midway, a dtype that does no harm by itself is not looked at.
        (
            "layer",
            "forward",
            "dtype",
            "forward returned float16[21, 4]; float64[21, 4] is expected",
        ),
        ("layer", "gradient", "shape", "the gradient of 'a' is float64[1, 3]; the parameter is "),
        ("layer", "parameters", "none", "parameters returned None"),
        ("layer", "output_shape", "text", "output_shape returned 'a text'"),
        ("loss", "encode", "none", "encode returned None for targets float64[21, 1]"),
        ("loss", "outputs", "none", "outputs returned None, and encode float64[21, 1]"),
        ("dataset", "load", "none", "load returned None"),
        ("dataset", "x", "nan", "data with values that are not finite"),
        ("initializer", "sample", "none", "sample returned None for a parameter [2, 10]"),
        ("initializer", "sample", "nan", "sample returned values that are not finite"),
        ("initializer", "sample", "shape", "sample returned float64[2, 9] for a parameter [2, 10]"),
        ("callback", "on_epoch", "flag", "on_epoch returned a bool"),
    ],
)
def test_a_wrong_return_is_named_at_once(
    fail: Run, kind: str, where: str, how: str, said: str
) -> None:
    error = last_error(fail(kind, where, how))
    assert said in error
    assert " from nnplug-faulty 0.3" in error


@pytest.mark.parametrize(
    ("kind", "where", "origin"),
    [
        ("activation", "forward", "the output of layer 1 ({spec})"),
        ("activation", "derivative", "the gradient of layer 3 ({spec})"),
        ("layer", "backward", "the gradient of layer 1 ({spec})"),
        ("layer", "predicting", "the output of layer 1 ({spec})"),
        ("loss", "value", "the loss {spec} on the output of layer 5 (sigmoid)"),
        ("loss", "gradient", "the loss {spec} on the output of layer 5 (sigmoid)"),
        ("optimizer", "update", "what optimizer {spec} made of the weights"),
        ("optimizer", "step", "what optimizer {spec} made of the weights"),
    ],
)
def test_nothing_but_nan_is_a_divergence_that_names_the_component(
    fail: Run, kind: str, where: str, origin: str
) -> None:
    done = fail(kind, where, "nan", 9, "--no-save")
    name = NAMES.get((kind, where), "faulty_layer" if kind == "layer" else "faulty")
    # A spec leaves out what is the default.
    first = "" if where in ("forward", "value", "update", "step") else f"where={where},"
    spec = f"{name}:{first}how=nan,at=9 from nnplug-faulty 0.3"
    assert f": {origin.format(spec=spec)} is not finite " in last_error(done)
    assert done.stderr.endswith(f"; nnplug check {name} tests its formulas\n")


def test_a_run_that_is_nan_from_the_start_ends_in_order(fail: Run, tmp_path: Path) -> None:
    done = fail("activation", "forward", "nan")
    assert "error: diverged at epoch 0 of 12: the output of layer 1 " in last_error(done)
    assert (tmp_path / "run" / "picture.png").exists()


def test_debug_shows_the_traceback(run: Run, tmp_path: Path) -> None:
    for how, shown in (("raise", "RuntimeError: the licence"), ("exit", "SystemExit: 0")):
        spec = f"faulty:how={how}"
        words = ("--debug", "train", "--activation", spec, "--no-save")
        done = run(*words, plugins="faulty", code=1, traceback=True, cwd=tmp_path)
        assert "Traceback (most recent call last):" in done.stderr
        assert "nnplug_faulty.py" in done.stderr
        assert shown in done.stderr
