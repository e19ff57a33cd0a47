"""`nnplug report`: what a student hands in, made from folders."""

import getpass
import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug as package
from nnplug.engine.machine import MACHINE

QUICK = "train --epochs 40 --quiet --save"


def text_of(folder: str) -> str:
    """Return report.md without the escapes of its signs."""
    return re.sub(r"\\([^\w\s])", r"\1", (Path(folder) / "report.md").read_text(encoding="utf-8"))


def test_a_run_is_reported_with_all_that_a_lab_hands_in(nnplug: Any) -> None:
    line = "train --epochs 300 --seed 3 --test-split 0.2 --save run --show-predictions"
    trained = nnplug(line)
    assert trained.code == 0, trained.err
    done = nnplug("report", "run", "-o", "out", "--title", "Lab 1", "--author", "Ada")
    assert done.code == 0, done.err
    assert done.lines[-2:] == [
        "written: out/report.html",
        "         report.md, run.toml and 3 figures beside it",
    ]
    said = text_of("out")
    assert said.startswith("# Lab 1\n\nAda, made with nnplug on ")
    for section in ("Setup", "Data and network", "Settings", "Results", "Loss by epoch", "Figures",
                    "Truth and prediction", "To repeat it"):  # fmt: skip
        assert re.search(f"^##+ {section}$", said, re.M), section
    # What train printed stands in it word for word: layers, predictions.
    for printed in trained.lines:
        if re.match(r"Iter\d+\t|.* parameters$", printed):
            assert printed.removeprefix("layers").strip() in said
    assert (
        len(re.findall(r"^Iter\d+\tGround truth: \d\tprediction: \d\.\d{5}  \(", said, re.M)) == 21
    )
    metrics = package.load("run").history
    assert f"| 300 | {metrics.last('loss'):.4g}" in said
    assert re.search(r"^loss=\d\.\d{5} accuracy=\d+\.\d\d%  \(train\)$", said, re.M)
    assert Path("run/config.toml").read_text().strip() in said
    for name in ("network", "curve", "summary"):
        assert f"](figures/{name}.png)" in said
        assert (Path("out/figures") / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_its_page_holds_what_its_text_says(nnplug: Any) -> None:
    nnplug(f"{QUICK} run")
    nnplug("report run -o out")
    page = Path("out/report.html").read_text(encoding="utf-8")
    assert "<h1>A network for xor</h1>" in page
    assert page.count('src="data:image/png;base64,') == 3
    assert "Iter21\tGround truth: 1" in page
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="(?!data:)', page) == []


def test_the_commands_of_a_report_make_the_run_again(nnplug: Any) -> None:
    nnplug(f"{QUICK} run --optimizer momentum --lr 0.3 --seed 7 --callback early_stopping")
    nnplug("report run -o out")
    commands = re.findall(r"^nnplug (train .*)$", text_of("out"), re.M)
    assert len(commands) == 2
    os.chdir("out")
    for i, command in enumerate(commands):
        assert nnplug(f"{command} --save again{i} --quiet").code == 0
        again = package.load(f"again{i}")
        assert again.network.w.tobytes() == package.load("../run").network.w.tobytes()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("--dataset sine --hidden-dims 4", "| this run |"),
        ("--dataset blobs:classes=3 --test-split 0.3 --layers relu", "linear:units=3  2 -> 3"),
        ("--dataset moons:n=300 --hidden-dims none", "... 100 more rows; --all prints them"),
        ("--callback stop_at:accuracy=0.1 --track", "](figures/track.png)"),
    ],
)
def test_every_kind_of_run_can_be_reported(nnplug: Any, line: str, says: str) -> None:
    assert nnplug(f"{QUICK} run {line}").code == 0
    done = nnplug("report run -o out")
    assert done.code == 0, done.err
    assert says in text_of("out")
    assert ("It was stopped (" in text_of("out")) == ("stop_at" in line)


def test_a_run_that_diverged_is_reported_with_its_best_weights(nnplug: Any) -> None:
    line = "--hidden-dims 9,4 --activation none --output none --loss mse --optimizer gd --lr 0.2"
    assert nnplug(f"train --quiet --save run --init normal {line}").code == 1
    assert nnplug("report run -o out").code == 0
    assert "It diverged; what follows is of the best weights." in text_of("out")


def test_arrays_are_not_kept_and_the_rest_is_reported(nnplug: Any) -> None:
    x = np.random.default_rng(0).random((30, 2))
    package.train(x=x, y=(x[:, 0] > 0.5).astype(int), epochs=20, save="run")
    done = nnplug("report run -o out")
    assert done.code == 0, done.err
    said = text_of("out")
    assert "Truth and prediction are not shown" in said
    assert "linear:units=10" in said
    assert "xavier" not in said  # a file does not know where its weights began
    assert "](figures/curve.png)" in said
    assert re.search(r"\| this run \| 0\.\d+ \|", said)


def test_points_that_are_no_more_what_they_were_are_not_shown(nnplug: Any) -> None:
    source = (
        "import numpy as np, nnplug\n"
        "class Mine(nnplug.Dataset):\n    'Mine.'\n    def load(self, rng):\n"
        "        x = np.linspace(0, 1, 12).reshape(6, 2)\n"
        "        return nnplug.Data(x, np.array([[0.0, 1, 0, 1, 0, FLIP]]).T, task='binary')\n"
        "@nnplug.hookimpl\ndef nnplug_datasets():\n    return {'mine': Mine}\n"
    )
    Path("mine.py").write_text(source.replace("FLIP", "1"))
    assert nnplug(f"{QUICK} run --plugin ./mine.py --dataset mine").code == 0
    assert nnplug("report run -o one --plugin ./mine.py").code == 0
    said = text_of("one")
    assert "Truth and prediction are not shown" not in said
    assert "| packages | mine.py |" in said
    assert "nnplug train --config run.toml --plugin mine.py" in said
    Path("mine.py").write_text(source.replace("FLIP", "0"))
    os.utime("mine.py", (1, 1))
    assert nnplug("report run -o two --plugin ./mine.py").code == 0
    assert "its settings give other train points today" in text_of("two")
    without = nnplug("report run -o three")
    assert "are not to be had here" in text_of("three")
    assert without.code == 0


def test_the_machine_is_that_of_the_run(nnplug: Any) -> None:
    nnplug(f"{QUICK} run")
    path = Path("run") / MACHINE
    saved = json.loads(path.read_text())
    saved["machines"][0]["cpu"] = "Abacus 3000"
    path.write_text(json.dumps(saved))
    nnplug("report run -o one")
    assert "| CPU | Abacus 3000 |" in text_of("one")
    assert "where this report was written" not in text_of("one")
    path.unlink()
    nnplug("report run -o two")
    assert "Abacus" not in text_of("two")
    assert "the one where this report was written" in text_of("two")


def test_a_report_names_nobody_and_no_place(nnplug: Any, tmp_path: Path) -> None:
    nnplug(f"{QUICK} run")
    nnplug("report run -o out")
    for name in ("report.md", "report.html", "run.toml"):
        said = (tmp_path / "out" / name).read_text()
        assert str(tmp_path) not in said
        for person in (socket.gethostname(), getpass.getuser()):
            assert len(person) < 5 or person not in said


def test_hostile_names_are_shown_and_do_nothing(nnplug: Any) -> None:
    hostile = '<img src=x onerror=alert(1)>","</pre><script>alert(2)</script>'
    Path("mine.py").write_text(
        "import numpy as np, nnplug\n"
        "class Mine(nnplug.Dataset):\n    'Mine.'\n    def load(self, rng):\n"
        "        x = rng.random((20, 2))\n"
        "        return nnplug.Data(x, np.where(x[:, :1] > 0.5, 1.0, 0.0), task='binary',\n"
        f"            names=({hostile.join(chr(34) * 2)}), columns=('a</td>', 'b\\x1b[2J'))\n"
        "@nnplug.hookimpl\ndef nnplug_datasets():\n    return {'mine': Mine}\n"
    )
    folder = "<svg onload=alert(3)>"
    trained = nnplug(
        *("train", "--epochs", "5", "--quiet", "--save", folder),
        *("--plugin", "./mine.py", "--dataset", "mine"),
    )
    assert trained.code == 0, trained.err
    done = nnplug("report", folder, "-o", "out", "--plugin", "./mine.py", "--title", folder)
    assert done.code == 0, done.err
    page = Path("out/report.html").read_text()
    assert not re.search(r"<(script|svg|img src=x)", page)
    assert "&lt;svg onload=alert(3)&gt;" in page
    assert "&lt;/pre&gt;&lt;script&gt;" in page


EXPERIMENT = """
epochs = 60
activation = "sigmoid"

[compare]
seeds = 8

[compare.vary]
optimizer = ["gd", "adam"]

[[claims]]
says = "adam is better"
better = {optimizer = "adam"}
than = {optimizer = "gd"}

[[claims]]
says = "both reach 100 %"
metric = "accuracy"
at_least = 1.0
"""


@pytest.fixture
def compared(nnplug: Any) -> Any:
    """Return what `nnplug compare` printed of the experiment, saved in `comparison`."""
    Path("experiment.toml").write_text(EXPERIMENT)
    return nnplug("compare experiment.toml --save comparison --quiet")


def test_a_comparison_is_reported_with_verdict_table_claims_and_pictures(
    nnplug: Any, compared: Any
) -> None:
    assert compared.code == 0, compared.err
    done = nnplug("report comparison")
    assert done.code == 0, done.err
    claims = done.out[: done.out.index("written:")].strip()
    assert claims in compared.out
    assert claims.splitlines()[0] == "held       adam is better (8 seeds)"
    assert re.search(r"^not held   both reach 100 % \(8 seeds; shown for 0 of 2", claims, re.M)
    said = text_of("comparison/report")
    assert "**At these lrs (gd 0.1 and adam 0.01), adam is better than gd" in said
    assert "| held | adam is better | 8 seeds |" in said
    row = next(line for line in compared.lines if line.startswith("adam "))
    for cell in row.split()[1:3]:
        assert cell in said
    for name in ("curves", "surfaces", "network"):
        assert f"](figures/{name}.png)" in said
        assert (Path("comparison/report/figures") / f"{name}.png").exists()
    assert "nnplug compare experiment.toml" in said
    assert Path("comparison/report/experiment.toml").exists()


def test_the_command_of_a_comparison_makes_it_again(nnplug: Any, compared: Any) -> None:
    nnplug("report comparison -o out")
    os.chdir("out")
    (command,) = re.findall(r"^nnplug (compare .*)$", text_of("."), re.M)
    again = nnplug(f"{command} --save again --quiet")
    times = re.compile(r" *\S+ +(?=best|worse)|saved in .*")
    assert times.sub(" ", again.out) == times.sub(" ", compared.out)


def test_what_a_comparison_lacks_is_said(nnplug: Any, compared: Any) -> None:
    path = Path("comparison/runs.jsonl")
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:7]))
    done = nnplug("report comparison -o out")
    assert done.code == 0
    assert "note: comparison lacks 9 of its runs; nnplug compare --resume" in done.err
    assert "It is not complete: 9 runs missing." in text_of("out")


def test_claims_are_looked_at_before_anything_is_trained(nnplug: Any) -> None:
    Path("experiment.toml").write_text(EXPERIMENT.replace('"gd"}', '"sgd"}'))
    done = nnplug("compare experiment.toml --save comparison")
    assert done.code == 1
    assert "claim 'adam is better': no setting has optimizer sgd" in done.err
    assert "it is gd, adam" in done.err
    assert not Path("comparison").exists()


def test_claims_about_other_settings_are_left_out_and_that_is_said(nnplug: Any) -> None:
    Path("experiment.toml").write_text(EXPERIMENT)
    line = "compare experiment.toml --vary lr=0.1..1:2 --seeds 2 --epochs 3 --save comparison"
    done = nnplug(line)
    assert done.code == 0, done.err
    assert "the claims of experiment.toml are left out" in done.err
    assert "adam is better" not in done.out + nnplug("report comparison").out


def test_several_folders_make_one_report(nnplug: Any, compared: Any) -> None:
    nnplug(f"{QUICK} run")
    done = nnplug("report comparison run")
    assert done.code == 0, done.err
    said = text_of("report")
    assert said.startswith("# Report on 2 experiments")
    assert "## Comparison comparison" in said
    assert "## Run run" in said
    assert said.count("## Setup") == 1
    files = {path.name for path in Path("report").rglob("*") if path.is_file()}
    assert {"1-experiment.toml", "2-run.toml", "1-curves.png", "2-curve.png"} <= files


def test_nothing_is_overwritten(nnplug: Any) -> None:
    nnplug(f"{QUICK} run")
    for name in ("report", "report-2"):
        assert nnplug("report run").code == 0
        assert (Path("run") / name / "report.html").exists()
    refused = nnplug("report run -o run/report")
    assert refused.code == 1
    assert "run/report exists already" in refused.err


@pytest.mark.parametrize(
    ("line", "code", "says"),
    [
        ("report", 2, "Missing argument 'FOLDER...'"),
        ("report nowhere", 1, "nowhere is no folder"),
        ("report .", 1, ". is no folder of a run or a comparison"),
        ("report run -o --title", 2, "-o needs a name; --title is an option"),
    ],
)
def test_what_cannot_be_reported_is_told(nnplug: Any, line: str, code: int, says: str) -> None:
    done = nnplug(line)
    assert done.code == code
    assert says in done.err


def test_the_installed_command_reports(tmp_path: Path) -> None:
    def call(*words: str) -> str:
        command = [sys.executable, "-m", "nnplug", *words]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    call("train", "--epochs", "5", "--quiet", "--save", "run")
    assert "written: run/report/report.html" in call("report", "run").replace("\\", "/")
