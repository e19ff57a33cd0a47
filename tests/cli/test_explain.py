"""`nnplug explain`: numbered samples, three formats, fresh and trained weights."""

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nnplug.cli.render_math import escape
from nnplug.cli.render_steps import number, render
from nnplug.engine.step import Step

FULL = (
    ["explain", "--sample", "3", "--training", "--optimizer", "adam", "--layers"],
    "linear:units=3 leaky_relu residual[linear:units=3 tanh] dropout:p=0.5",
)


def full(nnplug: Any, *more: str) -> Any:
    return nnplug(*FULL[0], FULL[1], *more)


def rows(text: str, heading: str, entry: str) -> list[str]:
    """Return the lines of one entry under a heading, without its name and shape."""
    block = text.split(f"\n{heading}\n", 1)[1].split("\n\n", 1)[0].splitlines()
    start = next(i for i, line in enumerate(block) if line.startswith(f"  {entry} "))
    end = next(
        (i for i in range(start + 1, len(block)) if not block[i].startswith("   ")), len(block)
    )
    return [line[line.index("[") :] for line in block[start:end] if "[" in line]


def test_it_names_the_sample_as_the_table_of_predictions_does(nnplug: Any) -> None:
    table = nnplug("train --show-predictions --no-save --quiet --epochs 1").lines
    for sample in (1, 4):
        lines = nnplug(f"explain --sample {sample}").lines
        assert lines[0] == f"Iter{sample}: sample {sample} of the 21 of xor"
        assert "numbered from 1, as in the table of --show-predictions" in lines[1]
        (row,) = [line for line in table if line.startswith(f"Iter{sample}\t")]
        truth = re.search(r"Ground truth: (\d)", row)
        assert truth is not None
        assert rows("\n".join(lines), "sample", "t") == [f"[  {truth[1]} ]"]


@pytest.mark.parametrize("sample", [0, -2, 22])
def test_a_sample_out_of_range_is_refused_with_the_range(nnplug: Any, sample: int) -> None:
    outcome = nnplug(f"explain --sample {sample}")
    assert outcome.code == 1
    assert outcome.out == ""
    assert f"there is no sample {sample}" in outcome.err
    assert "from 1 to 21" in outcome.err


def test_samples_held_out_follow_and_are_said_to_be(nnplug: Any) -> None:
    line = "--test-split 0.3 --seed 4"
    table = nnplug(f"train --show-predictions --no-save --quiet --epochs 1 {line}").lines
    held_out = [row for row in table if row.endswith("(test)")]
    first = 21 - len(held_out) + 1
    assert "held out" not in nnplug(f"explain --sample {first - 1} {line}").lines[0]
    said = nnplug(f"explain --sample {first} {line}").out
    assert said.splitlines()[0].endswith("held out from training")
    truth = held_out[0].split("Ground truth: ")[1][0]
    assert rows(said, "sample", "t") == [f"[  {truth} ]"]


def test_text_has_headings_formulas_shapes_and_aligned_numbers(nnplug: Any) -> None:
    out = full(nnplug).out
    for part in ("INPUT", "FORWARD", "LOSS", "BACKWARD", "UPDATE"):
        assert out.count(f"\n{part}\n") == 1
    assert "\nlayer 0: linear:units=3\n  y = x W + b\n" in out
    assert "\nlayer 2.1: tanh\n" in out
    assert re.search(r"^  W  2 x 3  \[", out, re.M)
    lines = rows(out, "layer 0: linear:units=3", "W")
    assert len(lines) == 2
    assert len({len(line) for line in lines}) == 1, "numbers stand below each other"
    assert all(re.fullmatch(r"\[(  +-?[\d.e-]+){3} \]", line) for line in lines)
    assert max(map(len, out.splitlines())) <= 120


def test_wide_matrices_are_cut_into_columns(nnplug: Any) -> None:
    out = nnplug("explain --hidden-dims 40").out
    assert max(map(len, out.splitlines())) <= 120
    pieces = [(int(a), int(b)) for a, b in re.findall(r"columns (\d+) to (\d+):", out)]
    assert pieces[0][0] == 1
    for (_, stop), (start, _) in pairwise(pieces):
        assert start == (1 if stop == 40 else stop + 1)


def test_digits_are_significant_ones(nnplug: Any) -> None:
    few = rows(nnplug("explain --digits 2").out, "layer 0: linear:units=10", "W")
    many = rows(nnplug("explain --digits 12").out, "layer 0: linear:units=10", "W")
    assert all(len(n.strip("-").lstrip("0.")) <= 2 for n in re.findall(r"[-\d.]+", few[0]))
    assert any(len(n) > 12 for n in re.findall(r"[-\d.]+", many[0]))
    assert [number(value, 4) for value in (-0.0, 1.0, 1e-5, 123456.0)] == [
        "0",
        "1",
        "1e-05",
        "1.235e+05",
    ]
    assert number(np.int64(123456), 2) == "123456"


def test_a_trained_run_is_explained_with_its_own_settings(nnplug: Any, tmp_path: Path) -> None:
    nnplug("train --epochs 30 --save run --hidden-dims 2 --seed 3")
    outcome = nnplug("explain --run run --sample 2")
    assert "trained weights of run" in outcome.out
    fresh = nnplug("explain --sample 2 --hidden-dims 2 --seed 3").out
    heading = "layer 0: linear:units=2"
    assert rows(outcome.out, heading, "x") == rows(fresh, heading, "x")
    assert rows(outcome.out, heading, "W") != rows(fresh, heading, "W")
    assert re.search(r"^  t +31$", outcome.out, re.M), "the step after the 30 that it took"
    refused = nnplug("explain --run run --lr 0.1")
    assert refused.code == 1
    assert "leave --lr out" in refused.err
    assert nnplug("explain --run missing").code == 1
    assert {path.name for path in tmp_path.iterdir()} == {"run"}


def test_a_run_on_arrays_says_what_to_do_instead(nnplug: Any) -> None:
    import nnplug as package

    package.train(x=[[0.0], [1.0]], y=[0, 1], epochs=1, save="run")
    outcome = nnplug("explain --run run")
    assert outcome.code == 1
    assert "arrays" in outcome.err
    assert "nnplug.engine.explain" in outcome.err


def test_it_is_written_to_a_file(nnplug: Any, tmp_path: Path) -> None:
    printed = nnplug("explain --sample 5").out
    outcome = nnplug("explain --sample 5 --output-file five.txt")
    assert outcome.out == "written to five.txt\n"
    assert (tmp_path / "five.txt").read_text(encoding="utf-8") == printed
    failed = nnplug("explain --output-file missing/five.txt")
    assert failed.code == 1
    assert "cannot write missing/five.txt" in failed.err


def test_a_config_gives_the_settings(nnplug: Any, tmp_path: Path) -> None:
    (tmp_path / "run.toml").write_text('hidden_dims = [3]\nactivation = "relu"\n')
    assert "layer 1: relu" in nnplug("explain --config run.toml").out


def test_markdown_has_headings_code_spans_and_matrices(nnplug: Any) -> None:
    out = full(nnplug, "--format", "markdown").out
    assert out.startswith("# Iter3: sample 3 of the 21 of xor\n")
    assert "\n### layer 0: `linear:units=3`\n" in out
    assert "\n`y = x W + b`\n" in out
    assert "`` y = x + f(x), where f is the chain of its `layers` ``" in out
    assert out.count("$$") % 2 == 0
    assert out.count(r"\begin{bmatrix}") == out.count(r"\end{bmatrix}") > 20
    assert re.search(
        r"\$\$\nx = \\begin\{bmatrix\}\n0\.1 & 0\.1\n\\end\{bmatrix\} \\quad \(1 \\times 2\)\n\$\$",
        out,
    )
    assert r"\frac{\partial L}{\partial W}" in out
    assert r"w_{\mathrm{after}}" in out


def assert_balanced(text: str) -> None:
    """Every brace and environment that LaTeX opens is closed."""
    bare = re.sub(r"\\[{}\\]", "", text)
    depth = 0
    for character in bare:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0
    assert text.count(r"\[") == text.count(r"\]")
    opened = re.findall(r"\\begin\{(\w+)\}", text)
    assert sorted(opened) == sorted(re.findall(r"\\end\{(\w+)\}", text))


NASTY = [
    Step(
        "forward",
        "layer 0",
        r"my_layer:a=1%,b=\x{1}",
        r"y = #1 & $2 ~ x^2 < 3 > {σ} √ ½ é č 数 `code` |z|",
        {
            "x_1 hat": np.array([[np.nan, -np.inf, np.inf, -0.0, 1e-300]]),
            "β": np.zeros((2, 3, 4, 1)),
            "权": np.zeros((1, 0)),
            "wide": np.full((31, 23), -1.2345678e-100),
            "hits": np.array([[True, False]]),
        },
        r"100 % of \emph{it}_",
    )
]


@pytest.mark.parametrize("digits", [1, 4, 17])
def test_latex_is_escaped_and_balanced(digits: int) -> None:
    text = render("latex", "数_据.csv & co", ["#1"], NASTY, digits)
    assert_balanced(text)
    assert text.isascii()
    for matrix in re.findall(r"\\begin\{bmatrix\}\n(.*?)\n\\end", text, re.S):
        assert all(row.count("&") <= 9 for row in matrix.split("\\\\\n"))
    body = text.split(r"\begin{document}")[1]
    assert not re.search(r"(?<!\\)[#%$]", body)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a_b", r"a\_b"),
        ("\\", r"\textbackslash{}"),
        ("é", r"\'{e}"),
        ("λ", r"\ensuremath{\lambda}"),
        ("数", "U+6570"),
        ("x^T", r"x\textasciicircum{}T"),
    ],
)
def test_what_latex_does_not_take_is_written_otherwise(text: str, expected: str) -> None:
    assert escape(text) == expected


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="needs pdflatex")
@pytest.mark.parametrize("which", ["a network", "nasty"])
def test_latex_compiles(nnplug: Any, tmp_path: Path, which: str) -> None:
    if which == "nasty":
        text = render("latex", "数_据.csv & co", ["#1"], NASTY, 17)
    else:
        text = full(nnplug, "--format", "latex").out
    (tmp_path / "steps.tex").write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "steps.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "steps.pdf").stat().st_size > 1000


@pytest.mark.parametrize("style", ["text", "markdown", "latex"])
def test_odd_arrays_are_rendered(style: str) -> None:
    text = render(style, "title", [], NASTY, 4)
    assert text.endswith("\n")
    assert "nan" in text
    assert "1" in text


def test_a_strangers_component_is_explained(nnplug: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import nnplug\n"
        "class Cube(nnplug.Activation):\n"
        '    """y = z^3  (me, 2024)."""\n'
        "    def forward(self, z):\n"
        "        return z**3\n"
        "    def derivative(self, z, y):\n"
        "        return 3 * z**2\n"
        "@nnplug.hookimpl\n"
        "def nnplug_activations():\n"
        '    return {"cube": Cube}\n'
    )
    out = nnplug("explain --plugin ./mine.py --activation cube --hidden-dims 2").out
    assert "\nlayer 1: cube\n  y = z^3  (me, 2024)\n" in out
