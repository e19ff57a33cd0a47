"""The table as LaTeX."""

import os
import re
import shutil
import subprocess

import pytest

from made_comparisons import made, three
from nnplug.comparison.tables import as_latex
from nnplug.comparison.tables.latex import escape
from nnplug.comparison.verdict import judge

GOLDEN = r"""\begin{tabular}{lrrrrrrrrl}
\hline
setting & loss & quartiles & accuracy & quartiles & diverged & epochs to 95 \% & reached & seconds a run & verdict \\
\hline
adam & 0.01350 & 0.01175 -- 0.01525 & 97.14 \% & 97.14 -- 97.14 \% & 0 of 8 & 40 & 8 of 8 & 0.250 & best \\
sgd:momentum=0.9 & 0.2985 & 0.2792 -- diverged & 97.14 \% & diverged -- 97.14 \% & 2 of 8 & 400 & 4 of 8 & 0.250 & worse \\
gd & 0.5485 & 0.5292 -- 0.5678 & 97.14 \% & 97.14 -- 97.14 \% & 0 of 8 & -- & 0 of 8 & 0.250 & worse \\
\hline
\end{tabular}
"""  # noqa: E501  (a row of LaTeX is one line)

HOSTILE = [
    "a|b & c_d % # $ { } ~ ^ \\ < >",
    "\"q\" 'q' ``q'' -- --- ?` ,,",
    "[optional]",
    "* star",
    "\\end{tabular} \\undefined",
    "größe Ærø Łódź çédille ő ą ð ÷ µ 多層 \N{GRINNING FACE}",
    "two\nlines\x1b[0m",
    "100% sure",
]


def hostile():
    return made(
        {label: [i - 3e-7, i + 0.2] for i, label in enumerate(HOSTILE)},
        metric="r2",
        goal=("r2", 1e-5),
        reached={label: [None, None] for label in HOSTILE},
    )


def test_three_settings():
    comparison = three()
    verdict = judge(comparison)
    assert as_latex(comparison, verdict, words=False) == GOLDEN
    comments, table = as_latex(comparison, verdict).split("\\begin{tabular}")
    assert "\\begin{tabular}" + table == GOLDEN
    assert comments.startswith("% At this lr (0.1), adam is better than sgd:momentum=0.9 and gd.\n")
    assert all(line.startswith("% ") for line in comments.splitlines())


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("hidden_dims", r"hidden\_dims"),
        ("50 % & $1 #2", r"50 \% \& \$1 \#2"),
        (r"{a}\b", r"\{a\}\textbackslash{}b"),
        ("a~b^c", r"a\textasciitilde{}b\textasciicircum{}c"),
        ("a<b>c|d", r"a\textless{}b\textgreater{}c\textbar{}d"),
        ("a---b", "a-{}-{}-b"),
        ("[x]*", "{[}x{]}{*}"),
        ("größe", "größe"),
        ("多", "{[}U+591A{]}"),
        ("ą", "{[}U+0105{]}"),  # LaTeX's first font encoding has no such hook
    ],
)
def test_special_characters_are_escaped(text, escaped):
    assert escape(text) == escaped


def test_numbers_are_in_latexs_signs():
    comparison = made({"a": [-0.5, -3.0], "b": [1e-7, 2e-7]}, metric="r2")
    lines = as_latex(comparison, judge(comparison), words=False).splitlines()
    assert lines[4].startswith(
        r"b & $1.500\cdot 10^{-7}$ & $1.250\cdot 10^{-7}$ -- $1.750\cdot 10^{-7}$"
    )
    assert lines[5].startswith("a & $-1.750$ & $-2.375$ -- $-1.125$")


def test_every_row_has_as_many_cells():
    comparison = hostile()
    lines = as_latex(comparison, judge(comparison), words=False).splitlines()
    rows = [line for line in lines if line.endswith(r"\\")]
    assert len(rows) == 1 + len(HOSTILE)
    assert len({len(re.findall(r"(?<!\\)&", row)) for row in rows}) == 1


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_it_compiles_without_any_package(tmp_path):
    comparison = hostile()
    table = as_latex(comparison, judge(comparison))
    page = f"\\documentclass{{article}}\n\\begin{{document}}\n{table}\\end{{document}}\n"
    (tmp_path / "page.tex").write_text(page, encoding="utf-8")
    done = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex"],
        cwd=tmp_path,
        env={**os.environ, "TEXMFVAR": str(tmp_path / "var")},
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-2000:]
    assert (tmp_path / "page.pdf").exists()
