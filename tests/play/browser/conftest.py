"""The playground as its users have it: `nnplug play` as a process, and a headless Chromium."""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
"""For containers, where tests run as root with little shared memory."""

MINE = Path(__file__).with_name("bent.py")


def chromium_program() -> str:
    """Return the browser's program; its absence is a failure, since these tests are asked for."""
    named = os.environ.get("NNPLUG_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "these tests need Chromium: install it, or set NNPLUG_CHROMIUM to its program"
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests; each has pages of its own."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_program(), args=[*FLAGS])
        yield started
        started.close()


@contextmanager
def serving(folder: Path, *options: str, **environment: str) -> Iterator[str]:
    """Run `nnplug play` in a folder on a free port, and give its address on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "nnplug", "play", "--no-browser", "--port", str(port), *options],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("nnplug play: http"), line + process.stdout.read()
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server is started: runs are saved below."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[str]:
    """The address of a server that knows the built-in components and one plugin file."""
    with serving(folder, "--plugin", str(MINE)) as address:
        yield address


class Playground:
    """A page of the playground, by what stands on it."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def at(self, name: str, pane: str = "A"):
        """Return what has this data-testid, in a pane or outside of both."""
        inside = self.page.get_by_test_id(f"pane-{pane}").get_by_test_id(name)
        outside = self.page.locator("header").get_by_test_id(name)
        return inside.or_(outside)

    def open(self, address: str) -> "Playground":
        self.page.goto(address)
        return self.ready()

    def ready(self, pane: str = "A") -> "Playground":
        """Wait until a setup is built and drawn."""
        expect(self.at("epoch", pane)).to_have_text("0")
        expect(self.at("command", pane)).to_have_value(re.compile("^nnplug train"))
        return self

    def train(self, epochs: int, pane: str = "A") -> None:
        """Play as fast as it can until so many epochs are done, and pause there or later."""
        self.at("play").click()
        self.until(epochs, pane)
        if self.playing:
            self.at("play").click()

    def until(self, epochs: int, pane: str = "A") -> None:
        self.page.wait_for_function(
            "([id, n]) => Number(document.querySelector(id).textContent) >= n",
            arg=[f'[data-testid="pane-{pane}"] [data-testid="epoch"]', epochs],
        )

    @property
    def playing(self) -> bool:
        return self.at("play").get_attribute("aria-pressed") == "true"

    def epoch(self, pane: str = "A") -> int:
        return int(self.at("epoch", pane).inner_text())

    def pixels(self, name: str = "surface", pane: str = "A") -> str:
        """Return a canvas's picture as text, to compare."""
        return self.at(name, pane).evaluate("canvas => canvas.toDataURL()")

    def surfaces(self) -> int:
        return self.page.evaluate("window.nnplugStats.surfaces")


Open = Callable[..., Playground]


@pytest.fixture
def play(browser: Browser) -> Iterator[Open]:
    """Open pages; none may log an error, or ask for anything that is not the server's."""
    contexts, strange = [], []

    def start(address: str, **options) -> Playground:
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: strange.append(f"error: {error}"))
        page.on(
            "console",
            lambda said: said.type in ("error", "warning") and strange.append(said.text),
        )
        own = address.split("#")[0]
        page.on(
            "request",
            lambda asked: (
                asked.url.startswith((own, "data:", "blob:"))
                or strange.append(f"request to {asked.url}")
            ),
        )
        return Playground(page).open(address)

    yield start
    for context in contexts:
        context.close()
    assert not strange
