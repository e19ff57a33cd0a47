"""Who may talk to the server, and what it gives out: asked in its own protocol, without a client
that would tidy up what is asked."""

import asyncio
import re
from pathlib import Path

import pytest

from nnplug.play.server import PAGE, application

HOST = "127.0.0.1:8765"
ROOT = Path(__file__).parents[2]


def ask(path="/", host=HOST, origin=None, behind="", method="GET", kind="http", raw=None):
    """Return the messages that the server answers a request with."""
    headers = [(b"host", host.encode("latin-1"))] if host is not None else []
    if origin is not None:
        headers.append((b"origin", origin.encode("latin-1")))
    scope = {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": raw or path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": headers,
        "server": ("127.0.0.1", 8765),
        "client": ("127.0.0.1", 50000),
    }
    said = []
    comes = iter([{"type": "http.request"} if kind == "http" else {"type": "websocket.connect"}])

    async def receive():
        return next(comes, None) or await asyncio.Event().wait()  # who asked waits for an answer

    async def send(message):
        said.append(message)

    asyncio.run(asyncio.wait_for(application({}, behind)(scope, receive, send), 10))
    return said


def answer(*arguments, **options):
    """Return status, headers and body of the answer to a request."""
    start, *parts = ask(*arguments, **options)
    headers = {name.decode().lower(): text.decode() for name, text in start["headers"]}
    return start["status"], headers, b"".join(part.get("body", b"") for part in parts)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        (HOST, None),
        (HOST, f"http://{HOST}"),
        ("127.0.0.1", None),
        ("localhost:8765", "http://localhost:8765"),
        ("LocalHost:8765", "http://localhost:8765"),
        ("[::1]:8765", "http://[::1]:8765"),
        ("localhost:9999", "http://localhost:9999"),  # a tunnel
    ],
)
def test_this_machines_own_page_is_let_in(host, origin):
    status, _, body = answer(host=host, origin=origin)
    assert status == 200
    assert body == (PAGE / "index.html").read_bytes()


STRANGERS = [
    # A name that was made to point to this machine keeps its name.
    ("evil.example:8765", None),
    ("evil.example:8765", "http://evil.example:8765"),
    ("127.0.0.1.evil.example", None),
    ("localhost.evil.example:8765", None),
    ("evil.example@127.0.0.1:8765", None),
    ("127.0.0.1/evil.example", None),
    ("192.168.0.7:8765", None),
    ("0.0.0.0:8765", None),
    ("169.254.169.254", None),
    ("", None),
    (None, None),
    ("[::1", None),
    # A page of another site, of another port, or of no site says so.
    (HOST, "http://evil.example"),
    (HOST, "https://evil.example:8765"),
    (HOST, "http://127.0.0.1:9999"),
    (HOST, "http://127.0.0.1"),
    (HOST, "http://localhost:8765"),
    (HOST, f"http://{HOST}.evil.example"),
    (HOST, f"http://evil.example@{HOST}"),
    (HOST, f"file://{HOST}"),
    (HOST, "null"),
    (HOST, ""),
    (HOST, "http://[::1"),
]


@pytest.mark.parametrize(("host", "origin"), STRANGERS)
@pytest.mark.parametrize("path", ["/", "/main.js"])
def test_strangers_are_refused_and_told_why(host, origin, path):
    status, headers, body = answer(path, host=host, origin=origin)
    assert status == 403
    assert re.match(rb"nnplug play: (Host|Origin) .* is not this (machine|page)\n$", body)
    assert headers["content-type"].startswith("text/plain")
    assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("host", "origin"), STRANGERS)
def test_strangers_get_no_socket(host, origin):
    said = ask("/ws", host=host, origin=origin, kind="websocket")
    assert [message["type"] for message in said] == ["websocket.close"]


BEHIND = "https://notebooks.example/user/me/proxy/8765/"
UNDER = "/user/me/proxy/8765"


@pytest.mark.parametrize("path", ["/", UNDER + "/", UNDER + "/main.js", "/main.js"])
@pytest.mark.parametrize("host", ["notebooks.example", "Notebooks.Example", HOST])
@pytest.mark.parametrize("origin", [None, "https://notebooks.example"])
def test_a_proxy_may_keep_its_path_and_its_host_or_not(path, host, origin):
    status, _, body = answer(path, host=host, origin=origin, behind=BEHIND)
    assert status == 200
    name = "main.js" if path.endswith(".js") else "index.html"
    assert body == (PAGE / name).read_bytes()


@pytest.mark.parametrize(
    ("path", "host", "origin", "status"),
    [
        ("/", "evil.example", None, 403),
        ("/", "notebooks.example", "https://evil.example", 403),
        ("/", "notebooks.example", "https://notebooks.example.evil.example", 403),
        ("/", "notebooks.example:8443", None, 403),
        (UNDER + "9/", HOST, None, 404),
        (UNDER + "main.js", HOST, None, 404),
        ("/user/you/proxy/8765/", HOST, None, 404),
        (UNDER + "/../../../../../../etc/passwd", HOST, None, 404),
    ],
)
def test_behind_a_proxy_strangers_are_strangers_still(path, host, origin, status):
    assert answer(path, host=host, origin=origin, behind=BEHIND)[0] == status


def test_a_path_without_its_last_slash_is_led_there():
    status, headers, _ = answer(UNDER, behind=BEHIND)
    assert (status, headers["location"]) == (307, UNDER + "/")
    assert headers["x-content-type-options"] == "nosniff"
    assert answer(UNDER, behind=BEHIND, origin="http://evil.example")[0] == 403


def test_without_a_proxy_its_host_is_a_strangers():
    assert answer(host="notebooks.example")[0] == 403


@pytest.mark.parametrize(
    "path", ["/", "/main.js", "/style.css", "/nothing.js", "/ws", "/../server.py"]
)
def test_every_answer_forbids_to_load_anything_from_elsewhere(path):
    _, headers, _ = answer(path)
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["base-uri"] == policy["form-action"] == "'none'"
    assert not re.search(r"unsafe|https?:|\*", headers["content-security-policy"])
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["cache-control"] == "no-cache"
    assert "access-control-allow-origin" not in headers


def test_each_file_is_given_out_as_what_it_is_whatever_the_system_thinks():
    types = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
    for path in PAGE.iterdir():
        status, headers, body = answer(f"/{path.name}")
        assert (status, body) == (200, path.read_bytes())
        assert headers["content-type"].startswith(types[path.suffix])


@pytest.mark.parametrize(
    "path",
    [
        "/../server.py",
        "/../../core/registry.py",
        "/" + "../" * 12 + "etc/passwd",
        "//etc/passwd",
        "///etc/passwd",
        "/./../server.py",
        "/x/../../server.py",
        "/..\\server.py",
        "/%2e%2e/server.py",
        "/\x00",
        "/main.js\x00.html",
        "/" + "x" * 5000,
        str(Path(__file__)),
        "/server.py",
    ],
)
def test_no_file_beside_the_page_can_be_reached(path):
    status, _, body = answer(path, raw=b"/whatever")
    assert status in (404, 405)
    assert b"import" not in body
    assert b"root:" not in body


def test_a_link_out_of_the_page_is_not_followed(tmp_path, monkeypatch):
    (tmp_path / "page").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "page" / "link.txt").symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr("nnplug.play.server.PAGE", tmp_path / "page")
    assert answer("/link.txt")[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_nothing_is_written_by_a_request(method):
    assert answer("/main.js", method=method)[0] == 405


def test_the_page_names_nothing_elsewhere():
    for path in PAGE.rglob("*"):
        if path.suffix in (".html", ".js", ".css"):
            text = path.read_text(encoding="utf-8")
            names = set(re.findall(r"https?://[^\"'\s)]*", text)) - {"http://www.w3.org/2000/svg"}
            assert not names, path
            assert not re.search(r"""(src|href|url|import|fetch)\W{1,3}//""", text), path
