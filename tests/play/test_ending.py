"""How `nnplug play` ends, with all that trains; and where it does not begin."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from websockets.sync.client import connect

from nnplug.cli.main import run
from play_served import LONG, MINE, of, running, serving, within

pytestmark = pytest.mark.skipif(
    not Path("/proc").is_dir(), reason="processes are looked at in /proc"
)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_the_server_and_all_that_trains(tmp_path, stop):
    with serving(tmp_path) as server, server.page() as one, server.page() as other:
        for page in (one, other):
            page.build(**LONG)
            page.play()
            page.until("frame")
        trainers = server.trainers
        assert len(trainers) == 2
        server.process.send_signal(stop)
        code = server.process.wait(10)
        assert within(4, lambda: not any(map(running, trainers)))
    assert code in (0, 130, -stop)
    said = "\nnnplug: ended\n" if stop == signal.SIGINT else ""
    assert (tmp_path / "errors.txt").read_text() == said
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_killed_server_leaves_no_trainer(tmp_path):
    with serving(tmp_path) as server, server.page() as page:
        page.build(**LONG)
        page.play()
        trainers = server.trainers
        server.process.kill()
        assert within(4, lambda: not any(map(running, trainers)))
    assert (tmp_path / "errors.txt").read_text() == ""


@pytest.mark.slow
def test_a_killed_server_leaves_no_trainer_that_hangs(tmp_path):
    (tmp_path / "mine.py").write_text(MINE)
    with serving(tmp_path, "--plugin", "./mine.py") as server, server.page() as page:
        page.build(**of("sleeps"))
        (tmp_path / "now").touch()
        page.send("step")
        assert within(10, (tmp_path / "asleep").exists)
        trainers = server.trainers
        server.process.kill()
        assert within(5, lambda: not any(map(running, trainers)))


def test_ctrl_c_while_a_trainer_starts_is_quiet(tmp_path):
    with serving(tmp_path, alone=True) as server:
        own = f"127.0.0.1:{server.port}"
        with connect(f"ws://{own}/ws", origin=f"http://{own}", max_size=None):
            assert within(10, lambda: server.trainers)
            trainers = server.trainers
            time.sleep(0.2)  # it imports
            os.killpg(server.process.pid, signal.SIGINT)  # as a terminal sends it: to all
            server.process.wait(10)
        assert within(4, lambda: not any(map(running, trainers)))
    assert (tmp_path / "errors.txt").read_text() == "\nnnplug: ended\n"


@pytest.mark.parametrize("package", ["starlette", "uvicorn", "websockets"])
def test_a_missing_package_is_one_line_with_what_to_install(monkeypatch, capsys, package):
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delitem(sys.modules, "nnplug.play.server")
    monkeypatch.setitem(sys.modules, package, None)
    assert run(["play", "--no-browser", "--port", "0"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        f"nnplug: error: the playground needs {package}, which is not installed",
        "  type: pip install 'nnplug[play]'",
    ]
