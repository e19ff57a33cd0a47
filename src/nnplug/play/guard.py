"""Who may talk to the server: pages that it gave out itself, and nobody else's."""

from typing import Any
from urllib.parse import urlsplit

HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}
"""Sent with every answer: the page may load nothing from elsewhere."""

HERE = ("127.0.0.1", "localhost", "::1")


class Guard:
    """An ASGI application that lets only requests through that are from this machine's own page.

    app : what answers them
    behind : the address under which a proxy gives the page out, or empty
    """

    def __init__(self, app: Any, behind: str = "") -> None:
        self.app = app
        self.behind = urlsplit(behind)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request, or refuse it with 403."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        pairs = [(key.decode("latin-1"), text.decode("latin-1")) for key, text in scope["headers"]]
        headers = dict(pairs)
        reason = self.refused(headers.get("host", ""), headers.get("origin"))
        if reason:
            await _refuse(scope, receive, send, reason)
            return
        if scope["type"] == "http" and scope["path"] == self.behind.path.rstrip("/") != "":
            await _lead(
                f"{scope['path']}/", _with_headers(send)
            )  # the page's own addresses begin there
            return
        await self.app(self._inside(scope), receive, _with_headers(send))

    def refused(self, host: str, origin: str | None) -> str:
        """Return why a request with these headers is refused, or nothing.

        A page of another site has another Origin; a name that was made to point here, another Host.
        """
        if not self._is_own(host):
            return f"Host {host!r} is not this machine"
        if origin is not None:
            scheme, _, site = origin.lower().partition("://")
            own = {host.lower(), self.behind.netloc.lower() or host.lower()}
            if scheme not in ("http", "https") or site not in own:
                return f"Origin {origin!r} is not this page"
        return ""

    def _is_own(self, host: str) -> bool:
        if self.behind.netloc and host.lower() == self.behind.netloc.lower():
            return True
        try:
            name = urlsplit(f"//{host}").hostname
        except ValueError:
            return False
        return name in HERE and "@" not in host and "/" not in host

    def _inside(self, scope: Any) -> Any:
        """Return a request without the path of a proxy that leaves it there."""
        prefix = self.behind.path.rstrip("/")
        path = scope["path"]
        if prefix and path.startswith(prefix + "/"):
            return {**scope, "path": path[len(prefix) :], "root_path": ""}
        return scope


def _with_headers(send: Any) -> Any:
    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            more = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await send(message)

    return sending


async def _lead(path: str, send: Any) -> None:
    headers = [(b"location", path.encode())]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _refuse(scope: Any, receive: Any, send: Any, reason: str) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 4403, "reason": reason[:100]})
        return
    body = f"nnplug play: {reason}\n".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    send = _with_headers(send)
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": body})
