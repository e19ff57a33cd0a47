"""A proxy that gives a server out below a path, as the front of a shared machine does."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _handle(client: socket.socket, to: tuple[str, int], path: str, off: bool) -> None:
    """Pass one request on without the path, and say that no other comes on this connection."""
    with client, socket.create_connection(to) as server:
        head = b""
        while b"\r\n\r\n" not in head:
            data = client.recv(65536)
            if not data:
                return
            head += data
        head, _, rest = head.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        method, target, version = first.split(b" ")
        if not target.startswith(path.encode()):
            client.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            return
        if off:
            target = b"/" + target[len(path) :]
        if not any(line.lower() == b"upgrade: websocket" for line in lines):
            lines = [line for line in lines if not line.lower().startswith(b"connection:")]
            lines.append(b"Connection: close")
        first = b" ".join((method, target, version))
        server.sendall(b"\r\n".join([first, *lines]) + b"\r\n\r\n" + rest)
        back = threading.Thread(target=_pass_on, args=(server, client), daemon=True)
        back.start()
        _pass_on(client, server)
        back.join(5)


@contextmanager
def proxy(address: str, path: str, *, off: bool = True) -> Iterator[str]:
    """Give a server out below a path; off: whether the path is taken off on the way."""
    found = urlsplit(address)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    client, _ = listening.accept()
                    target = (found.hostname, found.port)
                    threading.Thread(
                        target=_handle, args=(client, target, path, off), daemon=True
                    ).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}{path}"
        listening.shutdown(socket.SHUT_RDWR)
