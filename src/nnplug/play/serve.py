"""Starting the server: a port on this machine, and the browser."""

import socket
import sys
import threading
import webbrowser
from collections.abc import Callable
from contextlib import closing
from typing import Any

from nnplug.core.errors import NnplugError, SettingsError
from nnplug.core.registry import Registry

PORT = 8765
HOST = "127.0.0.1"

LARGEST_MESSAGE = 96 * 2**20
"""The most bytes of one message of a page: a table, a third larger as text."""


def serve(
    registry: Registry,
    *,
    port: int | None = None,
    browser: bool = True,
    behind: str = "",
    say: Callable[[str], None] = print,
) -> None:
    """Give out the playground on this machine until it is interrupted.

    port : 0 for any; None for PORT, or the next one that is free
    behind : the address under which a proxy gives it out
    say : takes a line when it is ready
    Raises NnplugError where a package is missing or the port is taken.
    """
    uvicorn, application = _imported()
    listening = listen(port)
    with closing(listening):
        address = f"http://{HOST}:{listening.getsockname()[1]}/"
        config = uvicorn.Config(
            application(registry.settings(), behind),
            log_level="warning",
            lifespan="off",
            ws="websockets-sansio",
            ws_max_size=LARGEST_MESSAGE,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=4,
        )
        say(f"nnplug play: {behind or address}  (Ctrl-C ends it)")
        if browser:
            threading.Timer(0.3, webbrowser.open, [address]).start()
        uvicorn.Server(config).run(sockets=[listening])


def listen(port: int | None) -> socket.socket:
    """Return a socket that is bound to a port of this machine, of the loopback address alone."""
    reason = ""
    for one in [port] if port is not None else range(PORT, PORT + 20):
        found = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform != "win32":
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((HOST, one))
            found.listen(64)
            return found
        except (OSError, OverflowError) as error:
            found.close()
            reason = getattr(error, "strerror", None) or str(error)
    if port is None:
        raise SettingsError(f"ports {PORT} to {PORT + 19} are taken", "--port 0 takes any")
    raise SettingsError(f"port {port}: {reason}", "--port 0 takes any that is free")


def _imported() -> tuple[Any, Any]:
    try:
        import uvicorn
        import websockets  # noqa: F401 - uvicorn imports it at the first connection alone

        from nnplug.play.server import application
    except ImportError as error:
        package = (error.name or str(error)).partition(".")[0]
        raise NnplugError(
            f"the playground needs {package}, which is not installed",
            "type: pip install 'nnplug[play]'",
        ) from None
    return uvicorn, application
