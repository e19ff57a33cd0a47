"""What the process behind a page does besides training: it tells what takes long, and ends."""

import asyncio
import io
import os
import threading

import pytest

from nnplug.play import process
from nnplug.play.messages import read_message, unpack, write_message
from nnplug.play.process import Sender, Watch
from nnplug.play.server import Server


@pytest.fixture
def told():
    return io.BytesIO()


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 100.0

    monkeypatch.setattr(process.time, "monotonic", lambda: Clock.now)
    return Clock


def messages(stream):
    stream.seek(0)
    return [unpack(message)[0] for message in iter(lambda: read_message(stream), None)]


def test_what_takes_long_is_told_once(told, clock):
    watch = Watch(Sender(told))
    watch.look()
    watch.busy()
    clock.now += 9.9
    watch.look()
    assert messages(told) == []
    clock.now += 0.2
    watch.look()
    watch.look()
    (message,) = messages(told)
    assert (message["type"], message["where"]) == ("error", "long")
    assert "10 s" in message["message"]
    watch.idle()
    clock.now += 100
    watch.look()
    watch.busy()
    clock.now += 10.1
    watch.look()
    assert len(messages(told)) == 2


def test_a_page_that_takes_no_messages_is_not_taken_for_a_component_that_hangs(clock):
    source, target = os.pipe()
    with os.fdopen(source, "rb") as reading, os.fdopen(target, "wb", buffering=0) as writing:
        send = Sender(writing)
        watch = Watch(send)
        watch.busy()
        thread = threading.Thread(target=send, args=(bytes(10**6),))
        thread.start()
        while not send._lock.locked():
            pass
        clock.now += 11
        watch.look()  # and does not wait
        assert read_message(reading) == bytes(10**6)
        thread.join(10)


def test_a_process_without_a_first_message_ends(told, tmp_path):
    process.serve(io.BytesIO(), told, tmp_path)
    assert messages(told) == []


def test_several_messages_are_answered_in_their_order(told, tmp_path, monkeypatch):
    monkeypatch.setattr(process, "set_default", lambda registry: None)
    ended = threading.Event()
    monkeypatch.setattr(process.os, "_exit", lambda code: ended.set())
    monkeypatch.setattr(process, "LAST", 0.0)
    source = io.BytesIO()
    for text in (b"{}", b"", b'{"do": "jump"}', b'{"do": "step"}'):
        write_message(source, text)
    source.seek(0)
    process.serve(source, told, tmp_path)
    assert ended.wait(10)  # a thread sees to that, whatever the others do
    first, *rest = messages(told)
    assert first["type"] == "catalogue"
    assert [one["where"] for one in rest] == ["message", "message", "step"]


class Socket:
    """A page that is open, and keeps what it is told."""

    def __init__(self):
        self.said, self.closed = [], False

    async def accept(self):
        pass

    async def send_bytes(self, message):
        self.said.append(unpack(message)[0])

    async def close(self):
        self.closed = True


def test_there_is_a_most_of_pages(monkeypatch):
    monkeypatch.setattr("nnplug.play.server.MOST", 0)
    page = Socket()
    asyncio.run(Server({}).page(page))
    assert page.closed
    assert page.said[0]["type"] == "lost"
    assert "pages train already" in page.said[0]["message"]


def test_a_process_that_cannot_be_started_is_told(monkeypatch):
    async def none(*words, **options):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("asyncio.create_subprocess_exec", none)
    page, server = Socket(), Server({})
    asyncio.run(server.page(page))
    assert "no process could be started to train" in page.said[0]["message"]
    assert server._pages == 0
