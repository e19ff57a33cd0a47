"""`nnplug play` as a process: its pages, their trainers, and how each of them ends."""

import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="tells processes by signals and /proc"),
]

GONE = """
import os
import time

import numpy as np
import nnplug


class Gone(nnplug.Activation):
    \"\"\"What ends its process, or never comes back.

    Formula: y = z
    \"\"\"

    hangs: bool = False

    def forward(self, z):
        if self.hangs:
            time.sleep(1000)
        os._exit(7)

    def derivative(self, z, y):
        return np.ones_like(z)


@nnplug.hookimpl
def nnplug_activations():
    return {"gone": Gone}
"""


class Page:
    """A page's connection."""

    def __init__(self, socket_):
        self.socket = socket_

    def ask(self, what, **more):
        self.socket.send(json.dumps({"do": what, **more}))

    def hear(self, kind, timeout=20):
        """Return the next message of this kind; frames are drawn at once."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            message = self.socket.recv(timeout=timeout)
            (length,) = struct.unpack("<I", message[:4])
            header = json.loads(message[4 : 4 + length])
            if header["type"] == "frame":
                self.ask("drawn")
            if header["type"] == kind:
                return header
        raise AssertionError(f"no {kind} within {timeout} s")

    def train(self):
        """Play without an end, as fast as it can; return once it does."""
        self.ask("setup", id=1, setup={"epochs": 10**9})
        self.hear("built")
        self.ask("speed", rate=0)
        self.ask("play")
        while self.hear("frame")["epoch"] == 0:
            pass


class Server:
    """A running `nnplug play`."""

    def __init__(self, process, port):
        self.process, self.port = process, port

    @contextmanager
    def page(self, **options):
        with connect(f"ws://127.0.0.1:{self.port}/ws", max_size=None, **options) as found:
            page = Page(found)
            page.hear("catalogue")
            yield page

    def trainers(self):
        """Return the ids of the processes that train."""
        listed = subprocess.run(
            ["ps", "-o", "pid=,args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        return [int(line.split()[0]) for line in listed.splitlines() if "play.trainer" in line]

    def until(self, count, seconds=5):
        """Wait until so many trainers are left."""
        end = time.monotonic() + seconds
        while (left := self.trainers()) and len(left) != count and time.monotonic() < end:
            time.sleep(0.05)
        assert len(left) == count


@contextmanager
def served(folder, *options):
    """Run a server on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "nnplug", "play", "--no-browser", "--port", str(port), *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with process:
        try:
            line = process.stdout.readline()
            assert line.startswith(f"nnplug play: http://127.0.0.1:{port}/"), process.stderr.read()
            yield Server(process, port)
        finally:
            process.kill()


@pytest.fixture
def server(tmp_path):
    with served(tmp_path) as found:
        yield found


def test_it_listens_on_this_machine_alone(server):
    table = Path("/proc/net/tcp").read_text()
    rows = [line.split()[1] for line in table.splitlines()[1:]]
    listening = [row for row in rows if row.endswith(f":{server.port:04X}")]
    assert listening
    assert {row.split(":")[0] for row in listening} <= {"0100007F"}


@pytest.mark.parametrize("origin", ["https://evil.test", "http://127.0.0.1:1", "null"])
def test_another_page_gets_no_connection(server, origin):
    with pytest.raises(InvalidStatus) as refused, server.page(origin=origin):
        pass
    assert refused.value.response.status_code == 403
    assert server.trainers() == []


def test_a_closed_page_ends_its_training(server):
    with server.page() as page, server.page() as other:
        page.train()
        other.train()
        assert len(server.trainers()) == 2
        page.socket.close()
        server.until(1)
        assert other.hear("frame")["state"] == "playing"
    server.until(0)


def test_pages_share_nothing(server):
    with server.page() as page, server.page() as other:
        page.ask("setup", id=1, setup={"dataset": {"name": "moons"}})
        other.ask("setup", id=1, setup={"dataset": {"name": "sine"}})
        assert page.hear("built")["task"] == "binary"
        assert other.hear("built")["task"] == "regression"


def test_a_trainer_that_is_killed_is_told_and_another_page_goes_on(server):
    with server.page() as page:
        (mine,) = server.trainers()
        with server.page() as other:
            other.train()
            page.train()
            os.kill(mine, signal.SIGKILL)
            assert "ended by signal 9" in page.hear("lost")["message"]
            assert other.hear("frame")["state"] == "playing"
    with server.page() as page:
        page.train()


@pytest.mark.parametrize("hangs", [False, True])
def test_a_component_that_ends_or_never_answers_harms_its_own_page_alone(tmp_path, hangs):
    (tmp_path / "gone_one.py").write_text(GONE)
    with served(tmp_path, "--plugin", str(tmp_path / "gone_one.py")) as server:
        with server.page() as page, server.page() as other:
            linear = {"name": "linear", "units": 3}
            gone = {"name": "gone", "hangs": hangs}
            page.ask("setup", id=1, setup={"hidden": [{"layer": linear, "activation": gone}]})
            if not hangs:
                assert "ended with code 7" in page.hear("lost")["message"]
            other.train()
            assert other.hear("frame")["state"] == "playing"
        server.until(0, 10)


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_its_end_is_the_end_of_all_trainers(server, name):
    with server.page() as page:
        page.train()
        trainers = server.trainers()
        assert trainers
        server.process.send_signal(getattr(signal, name))
        server.process.wait(10)
    end = time.monotonic() + 5
    while any(map(running, trainers)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(running, trainers))
    assert "Traceback" not in server.process.stderr.read()


def running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = play(tmp_path, "--port", str(port))
    assert done.returncode == 1
    assert done.stderr.startswith(f"nnplug: error: port {port}: ")
    assert "--port 0 takes any that is free" in done.stderr
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.parametrize("package", ["starlette", "uvicorn", "websockets"])
def test_a_package_that_is_missing_is_told_with_what_to_install(tmp_path, package):
    (tmp_path / package).mkdir()
    (tmp_path / package / "__init__.py").write_text(
        f"raise ModuleNotFoundError('No module named {package}', name='{package}')"
    )
    done = play(tmp_path, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert f"the playground needs {package}, which is not installed" in done.stderr
    assert "pip install 'nnplug[play]'" in done.stderr
    assert "Traceback" not in done.stderr


def play(folder, *options, **environment):
    return subprocess.run(
        [sys.executable, "-m", "nnplug", "play", "--no-browser", *options],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        env={**os.environ, **environment},
    )
