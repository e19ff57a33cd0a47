"""`nnplug play` as a process: its port, its pages, and how they end."""

import base64
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from nnplug.play.server import PAGE
from play_served import LONG, MINE, of, running, serving, within

pytestmark = pytest.mark.skipif(
    not Path("/proc").is_dir(), reason="processes are looked at in /proc"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("served")
    (made / "mine.py").write_text(MINE)
    return made


@pytest.fixture(scope="module")
def served(folder):
    with serving(folder, "--plugin", "./mine.py") as server:
        yield server
        assert within(5, lambda: not any(server.temporary.iterdir()))
        assert "Traceback" not in (folder / "errors.txt").read_text()


@pytest.fixture
def now(folder):
    """Let the plugins misbehave from the moment that this is called on."""
    (folder / "now").unlink(missing_ok=True)
    yield (folder / "now").touch
    (folder / "now").unlink(missing_ok=True)


def test_it_listens_to_this_machine_alone(served):
    found = []
    for name in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            address, _, port = local.partition(":")
            if int(port, 16) == served.port and state == "0A":
                found.append(address)
    assert found == [f"{int.from_bytes(socket.inet_aton('127.0.0.1'), sys.byteorder):08X}"]


def test_it_gives_out_the_page(served):
    with urllib.request.urlopen(f"http://127.0.0.1:{served.port}/") as answer:
        assert answer.read() == (PAGE / "index.html").read_bytes()
        assert "default-src 'none'" in answer.headers["content-security-policy"]


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:1", "null"])
def test_a_page_of_another_site_gets_no_connection_and_no_process(served, origin):
    with pytest.raises(InvalidStatus, match="403"), served.page(origin):
        pass
    assert served.trainers == set()


def test_a_closed_page_ends_its_training_and_leaves_no_table(served):
    with served.page() as page:
        data = base64.b64encode(b"a,b\n1,2\n").decode()
        page.send("table", name="mine.csv", data=data)
        page.build(**LONG)
        assert [path.name for path in served.temporary.rglob("*.csv")] == ["mine.csv"]
        page.play()
        page.until("frame")
        (trainer,) = served.trainers
    assert within(2, lambda: not running(trainer))
    assert within(2, lambda: not any(served.temporary.iterdir()))


def test_a_connection_that_breaks_while_frames_come_ends_its_training(served):
    with served.page() as page:
        page.build(**LONG)
        page.play()
        (trainer,) = served.trainers
        for _ in range(5):
            page.until("frame")
        page.socket.socket.shutdown(socket.SHUT_RDWR)
        assert within(4, lambda: not running(trainer))


def test_what_is_no_message_ends_nothing(served):
    with served.page() as page:
        for text in ("", "no json", "[]", b"\x00\x01", "\ud800".encode("utf-8", "surrogatepass")):
            page.socket.send(text)
            assert page.next()["where"] == "message"
        assert page.build()["epoch"] == 0


def test_two_pages_share_nothing(served):
    with served.page() as one, served.page() as other:
        first = one.build(dataset={"name": "circles"}, **LONG)
        second = other.build(dataset={"name": "moons"}, lr=0.5)
        assert first["metrics"] != second["metrics"]
        one.send("step", of="epoch")
        assert one.until("frame")["epoch"] == 1
        data = base64.b64encode(b"a,b\n1,2\n").decode()
        one.send("table", name="mine.csv", data=data)
        other.send("setup", setup={"dataset": {"table": "mine.csv", "target": "b"}}, id=2)
        assert "'mine.csv' is not here" in other.until("error")["message"]
        other.send("step", of="epoch")
        frame = other.until("frame")
        assert (frame["epoch"], frame["lr"]) == (1, 0.5)
        assert len(served.trainers) == 2


def test_a_killed_trainer_is_told_and_the_others_live_on(served):
    with served.page() as other:
        other.build(**LONG)
        before = served.trainers
        with served.page() as page:
            page.build(**LONG)
            page.play()
            (trainer,) = served.trainers - before
            os.kill(trainer, signal.SIGKILL)
            assert "ended by signal 9" in page.until("lost")["message"]
        other.send("step", of="epoch")
        assert other.until("frame")["epoch"] == 1
    with served.page() as page:
        assert page.build()["epoch"] == 0


def test_a_component_that_ends_its_process_takes_no_other_page_along(served, now):
    with served.page() as other, served.page() as page:
        other.build(**LONG)
        page.build(**of("ends"))
        now()
        page.play()
        assert "ended with code 7; a component may" in page.until("lost")["message"]
        other.send("step", of="epoch")
        assert other.until("frame")["epoch"] == 1


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["sleeps", "holds"])
def test_a_component_that_hangs_ends_with_its_page_and_holds_no_other_one_up(
    served, now, activation
):
    with served.page() as other:
        other.build(**LONG)
        before = served.trainers
        with served.page() as page:
            page.build(**of(activation))
            (trainer,) = served.trainers - before
            now()
            page.play()
            page.send("table", name="x.csv", data="A" * 2**20)  # more than a pipe holds
            other.send("step", of="epoch")
            assert other.until("frame")["epoch"] == 1
        assert within(6, lambda: not running(trainer))


@pytest.mark.slow
def test_a_component_that_hangs_is_told(served, now):
    with served.page() as page:
        page.build(**of("sleeps"))
        now()
        page.send("step")
        told = page.until("error", 30)
        assert told["where"] == "long"
        assert "a component may hang" in told["message"]


@pytest.mark.slow
def test_ten_pages_do_not_starve_each_other(served):
    with ExitStack() as stack:
        pages = [stack.enter_context(served.page()) for _ in range(10)]
        for page in pages:
            page.build(**LONG)
        for page in pages:
            page.play()
        for _ in range(20):
            for page in pages:
                page.until("frame")
        epochs = [page.until("frame")["epoch"] for page in pages]
    assert min(epochs) > 0.25 * max(epochs)


def test_a_port_that_is_taken_is_one_line(served):
    done = subprocess.run(
        [sys.executable, "-m", "nnplug", "play", "--no-browser", "--port", str(served.port)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.splitlines() == [
        f"nnplug: error: port {served.port}: Address already in use",
        "  --port 0 takes any that is free",
    ]
