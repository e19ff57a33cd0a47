"""Who may talk to the server, and what it gives out."""

import asyncio
from dataclasses import dataclass
from urllib.parse import unquote

import pytest

from nnplug.play.guard import Guard
from nnplug.play.server import PAGE, application


@dataclass
class Answer:
    """What came back for one request."""

    status_code: int
    headers: dict[str, str]
    text: str


async def answered(app, path, headers):
    """Hand an application one request as it came over the wire, with nothing made neat before."""
    sent, asked = [], iter([True])

    async def receive():
        if not next(asked, False):
            await asyncio.Event().wait()  # it stays connected
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote(path),
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(name.encode(), text.encode()) for name, text in headers.items()],
        "client": ("127.0.0.1", 50000),
        "server": ("127.0.0.1", 8765),
    }
    await app(scope, receive, send)
    found = {name.decode().lower(): text.decode() for name, text in sent[0]["headers"]}
    body = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(sent[0]["status"], found, body.decode())


@pytest.fixture
def ask():
    """Ask for a path with these headers; behind: as `--behind`."""

    def answer(path="/", behind="", **headers):
        given = {"host": "127.0.0.1:8765", **headers}
        return asyncio.run(answered(application({}, behind), path, given))

    return answer


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765", "127.0.0.1"]
)
def test_this_machine_may(ask, host):
    assert ask(host=host).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        *["evil.test", "evil.test:8765", "127.0.0.1.evil.test", "localhost.evil.test:8765", ""],
        *["127.0.0.1@evil.test", "evil.test/127.0.0.1", "192.168.0.7:8765", "[::1", "0.0.0.0:8765"],
    ],
)
def test_a_name_that_was_made_to_point_here_may_not(ask, host):
    answer = ask(host=host)
    assert answer.status_code == 403
    assert "is not this machine" in answer.text


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://127.0.0.1:8765", 200),
        ("http://127.0.0.1:9999", 403),
        ("https://evil.test", 403),
        ("null", 403),
        ("file://", 403),
        ("http://localhost:8765", 403),
    ],
)
def test_only_a_page_of_the_same_origin_may(ask, origin, status):
    assert ask(origin=origin).status_code == status


@pytest.mark.parametrize(
    ("host", "origin", "refused"),
    [
        ("127.0.0.1:8765", None, False),
        ("hub.test", "https://hub.test", False),
        ("127.0.0.1:8765", "https://hub.test", False),
        ("hub.test", "https://evil.test", True),
        ("evil.test", "https://hub.test", True),
    ],
)
def test_a_proxy_that_was_named_may(host, origin, refused):
    guard = Guard(None, "https://hub.test/lab/play/")
    assert bool(guard.refused(host, origin)) is refused


def test_a_path_that_a_proxy_leaves_on_is_taken_off(ask):
    behind = "https://hub.test/lab/play/"
    page = ask("/lab/play/", behind)
    assert page.status_code == 200
    assert "<title>nnplug playground</title>" in page.text
    assert ask("/lab/play/main.js", behind).status_code == 200
    assert ask("/main.js", behind).status_code == 200
    assert ask("/other/main.js", behind).status_code == 404


def test_a_path_without_its_last_slash_is_led_there(ask):
    answer = ask("/lab/play", "https://hub.test/lab/play/")
    assert answer.status_code == 307
    assert answer.headers["location"] == "/lab/play/"


def test_the_page_may_load_nothing_from_elsewhere(ask):
    policy = dict(
        part.strip().split(" ", 1) for part in ask().headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert ask().headers["x-content-type-options"] == "nosniff"


def test_each_file_of_the_page_is_given_out_with_its_type(ask):
    types = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
    for path in PAGE.iterdir():
        answer = ask(f"/{path.name}")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(types[path.suffix])


@pytest.mark.parametrize(
    "path",
    [
        *[
            "/../server.py",
            "/%2e%2e/server.py",
            "/..%2fserver.py",
            "//etc/passwd",
            "/%2fetc/passwd",
        ],
        *["/page/../../server.py", "/....//server.py", "/..\\server.py", "/main.js%00.css"],
    ],
)
def test_no_other_file_of_the_machine_is_given_out(ask, path):
    assert ask(path).status_code in (400, 404)


def test_no_module_of_the_page_names_another_machine():
    for path in PAGE.iterdir():
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http://" not in text
        assert "https://" not in text.replace('"https:"', "")
