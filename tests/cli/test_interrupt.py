"""Ctrl-C and the terminal, through the installed command in a process of its own."""

import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import nnplug

LONG = [sys.executable, "-m", "nnplug", "train", "--epochs", "100000000", "--save", "run"]


def start(words: list[str], cwd: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        words, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def wait_for_the_first_epoch(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("epoch"):
            time.sleep(0.3)  # well inside the loop
            return
    raise AssertionError("the run ended before its first epoch")


def test_ctrl_c_once_stops_saves_and_says_so(tmp_path: Path) -> None:
    process = start(LONG, tmp_path)
    wait_for_the_first_epoch(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert "stopping after this step; Ctrl-C again ends at once" in err
    epochs = re.search(r"interrupted after (\d+) epochs", out)
    assert epochs is not None
    assert "saved in run" in out
    assert "Traceback" not in err
    model = nnplug.load(tmp_path / "run")
    assert model.epoch == int(epochs[1]) > 0
    assert model.predict([[0.0, 1.0]]).shape == (1, 1)


def test_ctrl_c_twice_ends_at_once(tmp_path: Path) -> None:
    # A callback that never comes back: the first Ctrl-C waits for it, the second does not.
    (tmp_path / "slow.py").write_text(
        "import time, nnplug\n"
        "class Slow(nnplug.Callback):\n"
        '    """Waits."""\n'
        "    def on_epoch(self, run):\n"
        "        time.sleep(60)\n"
        "@nnplug.hookimpl\n"
        "def nnplug_callbacks():\n"
        '    return {"slow": Slow}\n'
    )
    process = start([*LONG, "--plugin", "./slow.py", "--callback", "slow"], tmp_path)
    wait_for_the_first_epoch(process)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    sent = time.monotonic()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert time.monotonic() - sent < 5
    assert process.returncode == 130
    assert "Traceback" not in err
    assert {path.name for path in (tmp_path / "run").iterdir()} == {"config.toml", "machine.json"}


def test_a_terminal_gets_a_bar_and_no_lines(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "nnplug", "train", "--epochs", "20000", "--no-save"],
        cwd=tmp_path,
        stdout=slave,
        stderr=slave,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    )
    os.close(slave)
    seen = b""
    while True:
        try:
            chunk = os.read(master, 4096)
        except OSError:  # the other side is closed
            break
        if not chunk:
            break
        seen += chunk
    os.close(master)
    assert process.wait(timeout=20) == 0
    text = seen.decode()
    assert "training" in text
    assert "100%" in text
    assert "loss" in text
    assert not re.search(r"^epoch ", text, re.M)
    assert "done after 20000 epochs" in text
