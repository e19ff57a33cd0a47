"""`nnplug play` as a process, and pages that talk to it over a real socket, for tests."""

import json
import os
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

from websockets.sync.client import connect

from nnplug.play.messages import unpack

MINE = """
import os, re, time
import numpy as np
import nnplug

class Ends(nnplug.Activation):
    "y = z, until it ends the process."
    def forward(self, z):
        if os.path.exists("now"):
            os._exit(7)
        return z
    def derivative(self, z, y):
        return np.ones_like(z)

class Sleeps(Ends):
    "y = z, until it sleeps for ever."
    def forward(self, z):
        if os.path.exists("now"):
            open("asleep", "w").close()
            time.sleep(1e6)
        return z

class Holds(Ends):
    "y = z, until it holds the interpreter for ever, so that no other thread runs."
    def forward(self, z):
        if os.path.exists("now"):
            re.match("(a+)+$", "a" * 60 + "b")
        return z

@nnplug.hookimpl
def nnplug_activations():
    return {"ends": Ends, "sleeps": Sleeps, "holds": Holds}
"""

LONG = {"epochs": 10**6}


def of(activation):
    return {"hidden": [{"activation": {"name": activation}}], **LONG}


class Served:
    """A server that runs.

    process : it;  port : it listens at;  temporary : where its trainers' tables lie
    """

    def __init__(self, process, port, temporary):
        self.process = process
        self.port = port
        self.temporary = temporary

    @contextmanager
    def page(self, origin=None):
        """Open a page, and take the catalogue."""
        own = f"http://127.0.0.1:{self.port}"
        uri = f"ws://127.0.0.1:{self.port}/ws"
        with connect(uri, origin=origin or own, max_size=None, compression=None) as socket:
            page = Page(socket)
            assert page.next()["type"] == "catalogue"
            yield page

    @property
    def trainers(self):
        """The processes that train now, by their ids."""
        pid = self.process.pid
        listed = [path.read_text() for path in Path(f"/proc/{pid}/task").glob("*/children")]
        return {int(one) for text in listed for one in text.split() if running(int(one))}


class Page:
    """A page at the other end of a socket."""

    def __init__(self, socket):
        self.socket = socket

    def send(self, do, **more):
        self.socket.send(json.dumps({"do": do, **more}))

    def next(self, seconds=20):
        """Return the header of the next message."""
        return unpack(self.socket.recv(timeout=seconds))[0]

    def until(self, kind, seconds=20):
        """Return the first message of a kind; the pictures of those before are drawn."""
        end = time.monotonic() + seconds
        while True:
            message = self.next(max(0.01, end - time.monotonic()))
            if message["type"] == "frame":
                self.send("drawn")
            if message["type"] == kind:
                return message

    def build(self, **setup):
        """Build a setup, and return its first frame."""
        self.send("setup", setup=setup, id=1)
        self.until("built")
        return self.until("frame")

    def play(self):
        """Train as fast as it can."""
        self.send("speed", rate=0)
        self.send("play")


@contextmanager
def serving(folder, *options, alone=False):
    """Run `nnplug play` in a folder, at a port that is free.

    alone : in a group of processes of its own, as a terminal starts it
    """
    temporary = folder / "temporary"
    temporary.mkdir()
    with (folder / "errors.txt").open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "nnplug", "play", "--no-browser", "--port", "0", *options],
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=alone,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "TMPDIR": str(temporary)},
        )
    try:
        line = process.stdout.readline()
        found = re.fullmatch(r"nnplug play: http://127\.0\.0\.1:(\d+)/  \(Ctrl-C ends it\)\n", line)
        assert found, line + (folder / "errors.txt").read_text()
        yield Served(process, int(found[1]), temporary)
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def running(pid):
    """Say whether a process runs; one that has ended and waits to be asked does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def within(seconds, so):
    """Say whether something becomes so within some seconds."""
    end = time.monotonic() + seconds
    while not so():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True
