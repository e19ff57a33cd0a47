"""The process behind one page: it reads what the page asks, trains, and sends what is to be drawn.

    python -m nnplug.play.trainer

The server starts it and talks to it by its standard input and output, in messages with their
length before them. The first one holds the settings of the registry.
"""

import base64
import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO

from nnplug.core.errors import NnplugError, SettingsError
from nnplug.core.loader.failure import one_line
from nnplug.core.registry import Registry, set_default
from nnplug.play.catalogue import catalogue
from nnplug.play.messages import pack, read_message, write_message
from nnplug.play.session import Session

GAP = 1 / 40
"""The least time between two frames; the page asks for no more than it draws."""

SLICE = 0.02
"""So long it trains before it looks for messages, in seconds."""

BREATH = 0.0005
"""So long it lets go of the interpreter between two slices, for the thread that reads messages.

Small products let go of it often, for too short a time for another thread to take it, and each time
put off the moment when that thread may insist: without this, it starves.
"""

MOST_DUE = 0.25
"""Epochs that were not trained in so many seconds are given up, and not made up for."""

RATE = 100.0
"""Epochs a second, until the page says otherwise."""

LARGEST = 64 * 2**20
"""The most bytes of a table."""

SUFFIXES = (
    ".csv",
    ".tsv",
    ".txt",
    ".npz",
    ".npy",
    ".parquet",
    ".gz",
    ".bz2",
    ".xz",
    ".zst",
    ".zip",
)
"""Of tables that the page may send."""


class Trainer:
    """Answers a page's messages, and trains in between.

    send : takes each message to the page;  folder : where the contents of tables are put
    """

    def __init__(self, registry: Registry, send: Callable[[bytes], None], folder: Path) -> None:
        self.registry = registry
        self._send = send
        self._folder = folder
        self._tables: dict[str, Path] = {}
        self.session: Session | None = None
        self.playing = False
        self.rate = RATE
        self._drawn, self._news = True, False
        self._due = 0.0
        self._then = self._framed = time.perf_counter()
        self._speed = Speed()

    def hello(self) -> None:
        """Tell the page what there is to choose."""
        self._send(pack(catalogue(self.registry)))

    def wait(self) -> float | None:
        """Return for how long nothing has to be done; None for until the next message."""
        if self.playing:
            return self._pause()
        if self._news and self._drawn:
            return max(0.0, self._framed + GAP - time.perf_counter())
        return None

    def _pause(self) -> float:
        """Return how long to wait while it trains fewer epochs than it could."""
        if self.rate == 0 or self._due >= 1:
            return BREATH
        return min(SLICE, (1 - self._due) / self.rate)

    def work(self) -> None:
        """Train for a while where that is asked, and send a frame where one is due."""
        now = time.perf_counter()
        if self.playing and self.session is not None:
            passed = min(now - self._then, MOST_DUE)
            self._due = min(self._due + passed * self.rate, max(1.0, self.rate * MOST_DUE))
            self._train(now + SLICE)
        self._then = now
        if self._news and self._drawn and time.perf_counter() >= self._framed + GAP:
            self._frame()

    def _train(self, until: float) -> None:
        session = self.session
        assert session is not None
        live = session.live
        while self.playing and (self.rate == 0 or self._due >= 1):
            before = live.run.epoch
            live.step()
            self._news = True
            if live.run.epoch != before:
                self._due -= 1
                self._speed.count()
            if live.state != "ready":
                self.playing = False
            if time.perf_counter() >= until:
                break

    def _frame(self) -> None:
        assert self.session is not None
        self._framed = time.perf_counter()
        self._drawn = self._news = False
        speed = self._speed.value() if self.playing else 0.0
        try:
            message = self.session.frame(self.playing, speed)
        except Exception as error:  # a component stumbles over the view, not over the points
            self.playing = False
            self.error("frame", error)
            self._drawn = True
            return
        self._send(pack(*message))

    def answer(self, message: dict[str, Any]) -> None:
        """Do what a message asks; what is wrong with it is told to the page."""
        what = str(message.get("do"))
        try:
            method = getattr(self, f"do_{what}", None)
            if method is None:
                raise SettingsError(f"there is no message {what!r}")
            method(message)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a plugin may exit Python
            self.error(what, error)

    def error(self, where: str, error: BaseException) -> None:
        """Tell the page what went wrong, and what to do about it."""
        text, hint = one_line(error), ""
        if isinstance(error, NnplugError):
            notes = "; ".join(getattr(error, "__notes__", ()))
            text, hint = error.message + (f" ({notes})" if notes else ""), error.hint or ""
        elif isinstance(error, (KeyError, TypeError, AttributeError)) and where != "setup":
            text = f"the message {where!r} is damaged: {text}"
        self._send(pack({"type": "error", "where": where, "message": text, "hint": hint}))

    def do_setup(self, message: dict[str, Any]) -> None:
        """Build a setup anew."""
        number = int(message.get("id", 0))
        session = Session(message["setup"], number, self.registry, self._table)
        self.session, self.playing = session, False
        self._due, self._drawn = 0.0, True
        self._send(pack(*session.built()))
        self._news = True

    def do_table(self, message: dict[str, Any]) -> None:
        """Keep the contents of a table, under a name that the page may use in a setup."""
        name, text = str(message["name"]), message["data"]
        if len(text) > LARGEST * 4 / 3:
            raise SettingsError(
                f"{name} is larger than {LARGEST // 2**20} MiB", "nnplug train --data reads it"
            )
        plain = "".join(c if c.isalnum() or c in "-_." else "_" for c in name).lstrip(".")
        if not plain.lower().endswith(SUFFIXES):
            raise SettingsError(f"{name!r} is no table", f"its name ends in {', '.join(SUFFIXES)}")
        path = self._folder / plain
        path.write_bytes(base64.b64decode(text, validate=True))
        self._tables[name] = path

    def _table(self, name: str) -> Path:
        if name not in self._tables:
            raise SettingsError(f"the table {name!r} is not here", "open the file once more")
        return self._tables[name]

    def do_play(self, message: dict[str, Any]) -> None:
        """Train on."""
        live = self._session().live
        self._extend()
        self.playing = live.state == "ready"
        self._due, self._then = 1.0, time.perf_counter()
        self._speed = Speed()
        self._news = True

    def do_pause(self, message: dict[str, Any]) -> None:
        """Stop training."""
        self.playing, self._news = False, self.session is not None

    def do_step(self, message: dict[str, Any]) -> None:
        """Take one step, or those that are left of an epoch."""
        live = self._session().live
        self.playing = False
        self._extend()
        ended = live.step()
        if message.get("of") == "epoch" and not ended:
            live.finish_epoch()
        self._news = True

    def do_speed(self, message: dict[str, Any]) -> None:
        """Train so many epochs a second; 0 for as many as can be."""
        rate = float(message["rate"])
        if not 0 <= rate < float("inf"):
            raise SettingsError(f"epochs a second are 0 or more, not {rate!r}")
        self.rate, self._due = rate, min(self._due, 1.0)

    def do_drawn(self, message: dict[str, Any]) -> None:
        """Take note that the last frame is drawn."""
        self._drawn = True

    def do_lr(self, message: dict[str, Any]) -> None:
        """Take another learning rate."""
        self._change(lr=float(message["value"]))

    def do_weight_decay(self, message: dict[str, Any]) -> None:
        """Take another weight decay."""
        self._change(weight_decay=float(message["value"]))

    def _change(self, **changes: float) -> None:
        self._session().change(**changes)
        self._tell_elsewhere()
        self._news = True

    def _tell_elsewhere(self) -> None:
        self._send(pack({"type": "elsewhere", **self._session().elsewhere()}))

    def _extend(self) -> None:
        """Go on where all epochs are done, for as many again."""
        live = self._session().live
        if live.state == "done":
            live.extend()
            self._tell_elsewhere()

    def do_weight(self, message: dict[str, Any]) -> None:
        """Set one number of the network."""
        live = self._session().live
        live.set_weight(str(message["path"]), message["at"], float(message["value"]))
        self._news = True

    def do_points(self, message: dict[str, Any]) -> None:
        """Train on with other edits of the points."""
        self._session().edit(message["points"])
        self._send(pack(*self._session().built()))
        self._news = True

    def do_look(self, message: dict[str, Any]) -> None:
        """Show another plane of many features."""
        self._session().look(message.get("plane"))
        self._send(pack(*self._session().built()))
        self._news = True

    def do_save(self, message: dict[str, Any]) -> None:
        """Write a run folder."""
        folder = self._session().save()
        self._news = True
        self._send(pack({"type": "saved", "folder": str(folder)}))

    def do_export(self, message: dict[str, Any]) -> None:
        """Give the points as CSV."""
        self._send(pack({"type": "files", "files": self._session().files()}))

    def _session(self) -> Session:
        if self.session is None:
            raise SettingsError("nothing is built yet", "choose a setup that can be built")
        return self.session


class Speed:
    """Epochs a second, over the last second or so."""

    def __init__(self) -> None:
        self._began, self._count, self._last = time.perf_counter(), 0, 0.0

    def count(self) -> None:
        """Count an epoch."""
        self._count += 1

    def value(self) -> float:
        """Return how many there were in a second."""
        passed = time.perf_counter() - self._began
        if passed < 0.2:
            return self._last or self._count / max(passed, 1e-3)
        self._last = self._count / passed
        if passed > 1:
            self._began, self._count = time.perf_counter(), 0
        return self._last


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer the messages of one page, until it is closed."""
    first = read_message(source)
    if first is None:
        return
    registry = Registry(**json.loads(first), warn=lambda line: None)  # the catalogue tells them
    set_default(registry)
    inbox: SimpleQueue[bytes | None] = SimpleQueue()

    def listen() -> None:
        message: bytes | None = b""
        while message is not None:
            message = read_message(source)
            inbox.put(message)
        # A step that takes minutes, or for ever, ends with its page too.
        time.sleep(2)
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    with tempfile.TemporaryDirectory(prefix="nnplug-play-") as folder:
        trainer = Trainer(registry, lambda message: write_message(target, message), Path(folder))
        trainer.hello()
        while True:
            try:
                message = inbox.get(timeout=trainer.wait())
            except Empty:
                message = b""
            while message:
                trainer.answer(json.loads(message))
                message = b"" if inbox.empty() else inbox.get()
            if message is None:
                return
            trainer.work()


def main() -> None:
    """Talk by standard input and output; what plugins print goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server ends it
    source = os.fdopen(os.dup(0), "rb")
    target = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    sys.stdout = sys.stderr
    if hasattr(os, "nice"):
        os.nice(5)  # the browser and the server go first
    serve(source, target)


if __name__ == "__main__":
    main()
