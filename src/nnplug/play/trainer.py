"""What trains behind one page: it answers messages, and trains in between."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nnplug.core.errors import NnplugError, SettingsError
from nnplug.core.loader.failure import one_line
from nnplug.core.registry import Registry
from nnplug.play.catalogue import catalogue
from nnplug.play.messages import pack
from nnplug.play.pace import SLICE, Pace, Speed
from nnplug.play.session import Session
from nnplug.play.uploads import Uploads

GAP = 1 / 40
"""The least time between two frames; the page asks for no more than it draws."""

RATE = 100.0
"""Epochs a second, until the page says otherwise."""

LONGEST = 2000
"""The most letters of what went wrong."""


class Trainer:
    """Answers a page's messages, and trains in between.

    send : takes each message to the page;  folder : where the contents of tables are put
    """

    def __init__(self, registry: Registry, send: Callable[[bytes], None], folder: Path) -> None:
        self.registry = registry
        self._send = send
        self._tables = Uploads(folder)
        self.session: Session | None = None
        self.playing = False
        self._drawn, self._news = True, False
        self._framed = time.perf_counter()
        self._pace, self._speed = Pace(RATE), Speed()

    def hello(self) -> None:
        """Tell the page what there is to choose."""
        self._send(pack(catalogue(self.registry)))

    def wait(self) -> float | None:
        """Return for how long nothing has to be done; None for until the next message."""
        if self.playing:
            return self._pace.wait()
        if self._news and self._drawn:
            return max(0.0, self._framed + GAP - time.perf_counter())
        return None

    def work(self) -> None:
        """Train for a while where that is asked, and send a frame where one is due."""
        if self.playing and self.session is not None:
            self._pace.tick()
            self._train(time.perf_counter() + SLICE)
        if self._news and self._drawn and time.perf_counter() >= self._framed + GAP:
            self._frame()

    def _train(self, until: float) -> None:
        session = self.session
        assert session is not None
        live = session.live
        while self.playing and self._pace.due:
            before = live.run.epoch
            live.step()
            self._news = True
            if live.run.epoch != before:
                self._pace.done()
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
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a component stumbles over the view, not over the points
            self.playing = False
            self.error("frame", error)
            self._drawn = True
            return
        self._send(pack(*message))

    def receive(self, text: bytes) -> None:
        """Do what a message asks that came as JSON."""
        try:
            message = json.loads(text)
        except (ValueError, RecursionError) as error:
            self.error("message", SettingsError(f"a message is no JSON: {one_line(error)}"))
            return
        self.answer(message)

    def answer(self, message: Any) -> None:
        """Do what a message asks; what is wrong with it is told to the page."""
        what = message.get("do") if isinstance(message, dict) else None
        if not isinstance(what, str) or what not in ASKED:
            named = f"there is no message {what!r:.60}" if what else "a message needs its do"
            self.error("message", SettingsError(named, f"there are {', '.join(ASKED)}"))
            return
        try:
            getattr(self, f"do_{what}")(message)
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
        text, hint = (self._tables.named(one)[:LONGEST] for one in (text, hint))
        self._send(pack({"type": "error", "where": where, "message": text, "hint": hint}))

    def do_setup(self, message: dict[str, Any]) -> None:
        """Build a setup anew."""
        number = int(_number(message, "id"))
        session = Session(message.get("setup"), number, self.registry, self._tables.path)
        self.session, self.playing, self._drawn = session, False, True
        self._send(pack(*session.built()))
        self._news = True

    def do_table(self, message: dict[str, Any]) -> None:
        """Keep the contents of a table, under a name that the page may use in a setup."""
        self._tables.keep(message.get("name"), message.get("data"))

    def do_play(self, message: dict[str, Any]) -> None:
        """Train on."""
        live = self._session().live
        self._extend()
        self.playing = live.state == "ready"
        self._pace.begin()
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
        if message.get("of", "batch") == "epoch" and not ended:
            live.finish_epoch()
        self._news = True

    def do_speed(self, message: dict[str, Any]) -> None:
        """Train so many epochs a second; 0 for as many as can be."""
        rate = _number(message, "rate")
        if not 0 <= rate < float("inf"):
            raise SettingsError(f"epochs a second are 0 or more, not {rate!r}")
        self._pace.set(rate)

    def do_drawn(self, message: dict[str, Any]) -> None:
        """Take note that the last frame is drawn."""
        self._drawn = True

    def do_lr(self, message: dict[str, Any]) -> None:
        """Take another learning rate."""
        self._change(lr=_number(message, "value"))

    def do_weight_decay(self, message: dict[str, Any]) -> None:
        """Take another weight decay."""
        self._change(weight_decay=_number(message, "value"))

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
        live.set_weight(str(message.get("path")), message.get("at"), _number(message, "value"))
        self._news = True

    def do_points(self, message: dict[str, Any]) -> None:
        """Train on with other edits of the points."""
        self._session().edit(message.get("points"))
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


ASKED = tuple(name.removeprefix("do_") for name in vars(Trainer) if name.startswith("do_"))
"""What a page may ask."""


def _number(message: dict[str, Any], name: str) -> float:
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise SettingsError(f"{message['do']} takes a number as its {name}, not {value!r:.60}")
    try:
        return float(value)
    except OverflowError:
        raise SettingsError(f"{message['do']}: {name} is too large") from None
