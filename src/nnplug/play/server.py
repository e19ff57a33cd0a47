"""The server between pages and trainers: it gives out the page and passes messages on."""

import asyncio
import json
import mimetypes
import os
import sys
from contextlib import suppress
from pathlib import Path
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
    trainers : those that run now
    """

    def __init__(self, registry: dict[str, Any]) -> None:
        self.registry = registry
        self.trainers: set[asyncio.subprocess.Process] = set()

    async def page(self, socket: WebSocket) -> None:
        """Serve one page from its first message to its last."""
        await socket.accept()
        if len(self.trainers) >= MOST:
            text = f"{MOST} pages train already; close one and load this page again"
            await socket.send_bytes(pack({"type": "lost", "message": text}))
            await socket.close()
            return
        trainer = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "nnplug.play.trainer"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **ONE_THREAD},
        )
        self.trainers.add(trainer)
        try:
            await _write(trainer, json.dumps(self.registry))
            down = asyncio.create_task(_down(socket, trainer))
            up = asyncio.create_task(_up(socket, trainer))
            done, waiting = await asyncio.wait({down, up}, return_when=asyncio.FIRST_COMPLETED)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*done, *waiting, return_exceptions=True)
            if down in done:
                await _tell_end(socket, await trainer.wait())
        finally:
            self.trainers.discard(trainer)
            await _end(trainer)


async def _down(socket: WebSocket, trainer: asyncio.subprocess.Process) -> None:
    """Pass on what the trainer sends."""
    assert trainer.stdout is not None
    with suppress(asyncio.IncompleteReadError, WebSocketDisconnect):
        while True:
            (length,) = LENGTH.unpack(await trainer.stdout.readexactly(LENGTH.size))
            await socket.send_bytes(await trainer.stdout.readexactly(length))


async def _up(socket: WebSocket, trainer: asyncio.subprocess.Process) -> None:
    """Pass on what the page sends."""
    with suppress(WebSocketDisconnect, ConnectionError):
        while True:
            await _write(trainer, await socket.receive_text())


async def _write(trainer: asyncio.subprocess.Process, text: str) -> None:
    assert trainer.stdin is not None
    message = text.encode()
    trainer.stdin.write(LENGTH.pack(len(message)) + message)
    await trainer.stdin.drain()


async def _tell_end(socket: WebSocket, code: int) -> None:
    how = f"by signal {-code}" if code < 0 else f"with code {code}"
    text = f"the process that trains ended {how}; a component may have ended it"
    with suppress(RuntimeError, WebSocketDisconnect):
        await socket.send_bytes(pack({"type": "lost", "message": text}))
        await socket.close()


async def _end(trainer: asyncio.subprocess.Process) -> None:
    """End a trainer; one that does not end by itself is killed."""
    if trainer.stdin is not None:
        trainer.stdin.close()
    with suppress(ProcessLookupError):
        trainer.terminate()
    try:
        await asyncio.wait_for(trainer.wait(), 2)
    except TimeoutError:
        with suppress(ProcessLookupError):
            trainer.kill()
        await trainer.wait()


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
