"""The server between pages and trainers: it gives out the page and passes messages on."""

import asyncio
import json
import mimetypes
import os
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from starlette.applications import Starlette
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket, WebSocketDisconnect

from nnplug.play.guard import Guard
from nnplug.play.messages import LENGTH, pack

PAGE = Path(__file__).parent / "page"

MOST = 40
"""The most pages at a time."""

MOST_WAITING = 128 * 2**20
"""The most bytes that wait for a trainer that takes none."""

PATIENCE = 3.0
"""So many seconds a trainer has to end after its page; it takes two at most by itself."""

ONE_THREAD = dict.fromkeys(
    (
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "BLIS_NUM_THREADS",
    ),
    "1",
)
"""For small matrices a second BLAS thread costs more than it brings."""


class Server:
    """Starts a trainer for each page that connects.

    registry : the settings of the registry, as `Registry.settings` returns them
    """

    def __init__(self, registry: dict[str, Any]) -> None:
        self.registry = registry
        self._pages = 0

    async def page(self, socket: WebSocket) -> None:
        """Serve one page from its first message to its last."""
        await socket.accept()
        if self._pages >= MOST:
            await _tell_end(socket, f"{MOST} pages train already; close one and load this again")
            return
        self._pages += 1
        try:
            # Removed by the server, since a component may end the trainer at any time.
            with TemporaryDirectory(prefix="nnplug-play-", ignore_cleanup_errors=True) as folder:
                await self._pass_on(socket, folder)
        except OSError as error:  # too many processes or files, or a full disk
            await _tell_end(socket, f"no process could be started to train: {error}")
        finally:
            self._pages -= 1

    async def _pass_on(self, socket: WebSocket, folder: str) -> None:
        """Pass messages on between a page and a trainer until one of them ends."""
        trainer = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "nnplug.play.process", folder),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
            start_new_session=True,  # Ctrl-C is for the server, which ends its trainers
        )
        try:
            _write(trainer, json.dumps(self.registry))
            down = asyncio.create_task(_down(socket, trainer))
            up = asyncio.create_task(_up(socket, trainer))
            done, waiting = await asyncio.wait({down, up}, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()
            if waiting:
                await asyncio.wait(waiting)
        finally:
            await _end(trainer)
        if down in done and down.result():
            await _tell_end(socket, _how(await trainer.wait()))


async def _down(socket: WebSocket, trainer: asyncio.subprocess.Process) -> bool:
    """Pass on what the trainer sends; say whether it was the trainer that ended."""
    assert trainer.stdout is not None
    while True:
        try:
            (length,) = LENGTH.unpack(await trainer.stdout.readexactly(LENGTH.size))
            message = await trainer.stdout.readexactly(length)
        except asyncio.IncompleteReadError:
            return True
        try:
            await socket.send_bytes(message)
        except (WebSocketDisconnect, RuntimeError):  # the page is closed, or is being
            return False


async def _up(socket: WebSocket, trainer: asyncio.subprocess.Process) -> None:
    """Pass on what the page sends, until it is closed."""
    while True:
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            return
        _write(trainer, message.get("text") or "")


def _write(trainer: asyncio.subprocess.Process, text: str) -> None:
    """Hand a message to a trainer, and do not wait: the page's end must be heard meanwhile.

    A trainer takes what is sent at once, whatever it does. One that does not hangs for good, with
    all its threads; then no more than a few messages are kept for it.
    """
    pipe, message = trainer.stdin, text.encode("utf-8", "replace")
    assert pipe is not None
    if not pipe.is_closing() and pipe.transport.get_write_buffer_size() < MOST_WAITING:
        pipe.write(LENGTH.pack(len(message)) + message)


def _how(code: int) -> str:
    how = f"by signal {-code}" if code < 0 else f"with code {code}"
    return f"the process that trains ended {how}; a component may have ended it"


async def _tell_end(socket: WebSocket, text: str) -> None:
    """Tell a page that nothing trains for it any more."""
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.send_bytes(pack({"type": "lost", "message": text}))
        await socket.close()


async def _end(trainer: asyncio.subprocess.Process) -> None:
    """End a trainer: it does so when its input ends, and is killed if not."""
    if trainer.stdin is not None:
        trainer.stdin.close()
    try:
        with suppress(TimeoutError):
            await asyncio.wait_for(trainer.wait(), PATIENCE)
    finally:  # also when the server ends meanwhile
        with suppress(ProcessLookupError):
            trainer.kill()


def application(registry: dict[str, Any], behind: str = "") -> Guard:
    """Return the whole server as an ASGI application.

    registry : the settings of the registry;  behind : the address that a proxy gives it
    """
    mimetypes.add_type("text/javascript", ".js")
    server = Server(registry)
    routes = [
        WebSocketRoute("/ws", server.page),
        Mount("/", StaticFiles(directory=PAGE, html=True)),
    ]
    return Guard(Starlette(routes=routes), behind)
