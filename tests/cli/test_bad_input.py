"""Whatever is typed wrong: one clear line, a non-zero exit, no traceback, nothing left behind."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("train --optimizer adagard", "no optimizer is called 'adagard'; did you mean 'adagrad'?"),
        ("train --activation mse", "'mse' is a loss, not an activation"),
        ("train --dataset xr", "no dataset is called 'xr'; did you mean 'xor'?"),
        ("train --optimizer adam:lrr=1", "has no hyperparameter 'lrr'; did you mean 'lr'?"),
        ("train --optimizer adam:lr=0", "lr must be > 0, not 0"),
        ("train --optimizer adam:lr=x", "lr takes a number, not 'x'"),
        ("train --optimizer adam:lr=0.1 --lr 0.2", "contradicts"),
        ("train --optimizer adam --momentum 0.9", "has no momentum"),
        ("train --optimizer :lr=1", "is no spec"),
        ("train --hidden-dims a b", "--hidden-dims takes whole numbers, not 'a b'"),
        ("train --hidden-dims 0", "--hidden-dims must be >= 1"),
        ("train --hidden-dims 10 -3", "No such option '-3'"),
        ("train --epochs 0", "--epochs must be >= 1, not 0"),
        ("train --epochs -5", "--epochs must be >= 1, not -5"),
        ("train --epochs 2.5", "--epochs takes a whole number, not '2.5'"),
        ("train --lr nan", "--lr takes a number"),
        ("train --batch-size 0", "--batch-size must be >= 1"),
        ("train --test-split 1", "--test-split must be >= 0, < 1"),
        ("train --test-split 0.01", "leaves 21 of 21 points to train on and 0 to test on"),
        ("train --seed -1", "--seed must be >= 0"),
        ("train --dtype float16", "--dtype takes one of float64, float32"),
        ("train --threshold mean", "--threshold takes"),
        ("train --clip 0", "--clip must be > 0"),
        ("train --layers linear", "needs units"),
        ("train --layers residual[linear:units=8]", "cannot take features of shape (2,)"),
        ("train --layers [relu", "a bracket is not closed"),
        ("train --output tanh", "bce, which brings its own sigmoid"),
        ("train --output softmax --loss mse", "softmax"),
        ("train --config missing.toml", "missing.toml: No such file"),
        ("train --plot picture.gif", ".png, .svg or .pdf"),
        ("train --save /proc/nothing/here", "cannot write"),
        ("train --save full --no-save", "contradict"),
        ("train --save --quiet", "--quiet is an option"),
        ("train --layers relu --activation tanh", "--layers names every hidden layer"),
        ("train --nonsense", "No such option '--nonsense'"),
        ("train extra", "unexpected extra argument"),
        ("trian", "There is no command 'trian'. Did you mean 'train'?"),
        ("list vegetables", "there is no kind 'vegetables'"),
        ("show", "give a NAME"),
        ("show adagard", "did you mean the optimizer 'adagrad'?"),
        ("show mse --plot x.png", "has no picture"),
        ("show --network linear", "needs units"),
        ("show --network relu --inputs 0", "--inputs must be >= 1"),
        ("train --plugin ./missing.py", "missing.py"),
        ("train -p relu", "no:NAME"),
    ],
)
def test_one_line_and_a_non_zero_exit(nnplug: Any, tmp_path: Path, line: str, message: str) -> None:
    outcome = nnplug(line)
    assert outcome.code in (1, 2)
    error = outcome.err.splitlines()
    assert error[0].startswith("nnplug: error: ")
    assert len(error) <= 2, "one line, and one that says what to type"
    assert message in outcome.err
    assert outcome.out == ""
    assert [
        path for path in tmp_path.rglob("*") if path.is_file() and path.name != ".gitignore"
    ] == []


def test_a_wrong_config_names_its_file(nnplug: Any, tmp_path: Path) -> None:
    for text, message in (
        ("epochs = ", "run.toml is no TOML"),
        ("epoch = 3", "run.toml: there is no setting 'epoch'; did you mean 'epochs'?"),
        ("epochs = 0", "epochs must be >= 1, not 0"),
        ('epochs = "3"', "epochs takes a whole number, not '3'"),
        ("optimizer = 3", "3 is no component"),
    ):
        (tmp_path / "run.toml").write_text(text)
        outcome = nnplug("train --config run.toml --no-save")
        assert outcome.code == 1
        assert message in outcome.err


def test_an_earlier_run_is_never_overwritten(nnplug: Any, tmp_path: Path) -> None:
    assert nnplug("train --epochs 2 --save kept").code == 0
    before = {path: path.read_bytes() for path in (tmp_path / "kept").iterdir()}
    outcome = nnplug("train --epochs 3 --save kept")
    assert outcome.code == 1
    assert "kept exists already" in outcome.err
    assert {path: path.read_bytes() for path in (tmp_path / "kept").iterdir()} == before


def test_a_full_disk_loses_nothing_that_was_printed(
    nnplug: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    outcome = nnplug("train --epochs 5 --save run")
    assert outcome.code == 1
    assert "this run" in outcome.out
    assert "No space left on device" in outcome.err
    assert len(outcome.err.splitlines()) <= 2
    assert not (tmp_path / "run").exists()


def test_debug_shows_the_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    from nnplug.cli.main import run
    from nnplug.core.errors import NnplugError

    with pytest.raises(NnplugError, match="adm"):
        run(["train", "--optimizer", "adm"], debug=True)


def test_an_exception_in_a_strangers_component_names_it(nnplug: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(
        "import nnplug\n"
        "class Bad(nnplug.Activation):\n"
        '    """Raises."""\n'
        "    def forward(self, z):\n"
        "        return z[0, 0, 0]\n"
        "    def derivative(self, z, y):\n"
        "        return z\n"
        "@nnplug.hookimpl\n"
        "def nnplug_activations():\n"
        '    return {"bad": Bad}\n'
    )
    outcome = nnplug("train --plugin ./bad.py --activation bad --no-save")
    assert outcome.code == 1
    assert "IndexError" in outcome.err
    assert "activation 'bad' from" in outcome.err
    assert "--debug shows the traceback" in outcome.err


def test_a_strangers_component_cannot_end_the_program(nnplug: Any, tmp_path: Path) -> None:
    # Outside of training, too: `explain` calls it by itself.
    (tmp_path / "bad.py").write_text(
        "import nnplug, sys\n"
        "class Bad(nnplug.Activation):\n"
        '    """Exits."""\n'
        "    def forward(self, z):\n"
        "        sys.exit(0)\n"
        "    def derivative(self, z, y):\n"
        "        return z\n"
        "@nnplug.hookimpl\n"
        "def nnplug_activations():\n"
        '    return {"bad": Bad}\n'
    )
    for words in ("train --no-save", "explain"):
        outcome = nnplug(f"{words} --plugin ./bad.py --activation bad")
        assert outcome.code == 1
        error, hint = outcome.err.splitlines()
        assert "it exits Python (SystemExit: 0)" in error
        assert "activation 'bad' from bad.py" in error
        assert hint == "  --debug shows the traceback"


def test_a_strangers_component_is_blamed_once(nnplug: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.py").write_text(
        "import nnplug\n"
        "class Bad(nnplug.Activation):\n"
        '    """Raises."""\n'
        "    def forward(self, z):\n"
        "        raise RuntimeError('not yet')\n"
        "    def derivative(self, z, y):\n"
        "        return z\n"
        "@nnplug.hookimpl\n"
        "def nnplug_activations():\n"
        '    return {"bad": Bad}\n'
    )
    for words in ("train --no-save", "explain"):
        outcome = nnplug(f"{words} --plugin ./bad.py --activation bad")
        assert outcome.code == 1
        assert outcome.err.splitlines()[-2:] == [
            "nnplug: error: RuntimeError: not yet (in activation 'bad' from bad.py)",
            "  --debug shows the traceback",
        ]


def test_a_broken_file_is_told_with_the_command_that_shows_more(
    nnplug: Any, tmp_path: Path
) -> None:
    (tmp_path / "broken.py").write_text("import a_module_that_nobody_has")
    outcome = nnplug("train --plugin ./broken.py --activation nobodys --no-save")
    assert outcome.code == 1
    file = (tmp_path / "broken.py").resolve()
    assert f"nnplug plugins --plugin {file} shows its traceback" in outcome.err


@pytest.mark.parametrize("line", ["list", "train --dataset xor --epochs 2 --json --no-save"])
def test_a_reader_who_leaves_ends_it_quietly(line: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = subprocess.run(
            [sys.executable, "-m", "nnplug", *line.split()],
            check=False,
            stdout=writing,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    finally:
        os.close(writing)
    assert ended.returncode == 1
    assert ended.stderr == b""
