"""How often the playground's surface is drawn while it trains, and what ten tabs leave each other.

    python benchmarks/playground.py [--rounds 5] [--seconds 4] [--short] [--json]

The first table is measured in a headless Chromium that shows the whole page: how many surfaces it
drew in a second, of a trainer that trains as fast as it can. Each round shows every setup once.
The second has ten pages' connections train at the same time, and divides the slowest one's epochs
by the fastest one's. A missed target is printed and fails nothing.
"""

import argparse
import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median, quantiles
from time import perf_counter, sleep
from typing import Any

from playwright.sync_api import sync_playwright
from timing import versions
from websockets.sync.client import connect

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
TABS = 10
AT_LEAST = 15.0
"""Surfaces a second that are wanted on two cores."""


def layers(activation: str, *units: int) -> list[dict[str, Any]]:
    return [
        {"layer": {"name": "linear", "units": n}, "activation": {"name": activation}} for n in units
    ]


SETUPS: dict[str, dict[str, Any]] = {
    "xor 10-10": {"epochs": 10000000},
    "spirals 16-16, batches of 50": {
        "dataset": {"name": "spirals", "n": 400},
        "hidden": layers("tanh", 16, 16),
        "batch_size": 50,
        "epochs": 10000000,
    },
    "five classes 8": {
        "dataset": {"name": "blobs", "classes": 5},
        "hidden": layers("tanh", 8),
        "epochs": 10000000,
    },
    "circles, eight layers of 8": {
        "dataset": {"name": "circles", "n": 1000},
        "hidden": layers("relu", *[8] * 8),
        "epochs": 10000000,
    },
}


@contextmanager
def served() -> Iterator[str]:
    """Run `nnplug play` on a free port, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "nnplug", "play", "--no-browser", "--port", str(port)]
    with tempfile.TemporaryDirectory() as folder:
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        try:
            if not server.stdout.readline().startswith("nnplug play"):
                raise SystemExit("nnplug play did not start; pip install 'nnplug[play]'")
            yield f"http://127.0.0.1:{port}/"
        finally:
            server.terminate()
            server.wait(10)
            server.stdout.close()


def link(setup: dict[str, Any]) -> str:
    """Return the part of an address that opens a setup, as fast as it can."""
    state = json.dumps({"v": 1, "a": setup, "speed": 0}).encode()
    return "#" + base64.urlsafe_b64encode(state).decode().rstrip("=")


def drawn(address: str, program: str, rounds: int, seconds: float) -> dict[str, list[float]]:
    """Return surfaces drawn a second by setup, one for each round."""
    found: dict[str, list[float]] = {name: [] for name in SETUPS}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        for _ in range(rounds):
            for name, setup in SETUPS.items():
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                page.goto(address + link(setup))
                page.wait_for_function("() => window.nnplugStats?.surfaces > 0")
                page.get_by_test_id("play").click()
                sleep(1)
                counts, started = [], perf_counter()
                for wait in (0.0, seconds):
                    sleep(wait)
                    counts.append(page.evaluate("window.nnplugStats.surfaces"))
                found[name].append((counts[1] - counts[0]) / (perf_counter() - started))
                page.close()
        browser.close()
    return found


def train_one(address: str, ready: threading.Barrier, seconds: float, epochs: list[int]) -> None:
    """Be a page: train as fast as it can, draw nothing, and count the epochs."""
    with connect(f"{address.replace('http', 'ws')}ws", max_size=None) as page:

        def send(**message: Any) -> None:
            page.send(json.dumps(message))

        def until(kind: str) -> dict[str, Any]:
            while True:
                frame = page.recv()
                assert isinstance(frame, bytes)
                (length,) = struct.unpack("<I", frame[:4])
                header: dict[str, Any] = json.loads(frame[4 : 4 + length])
                if header["type"] == "frame":
                    send(do="drawn")
                if header["type"] == kind:
                    return header

        until("catalogue")
        send(do="setup", id=1, setup=SETUPS["spirals 16-16, batches of 50"])
        until("built")
        send(do="speed", rate=0)
        ready.wait()
        send(do="play")
        counts = []
        for wait in (1.0, seconds):
            end = perf_counter() + wait
            while perf_counter() < end:
                header = until("frame")
            counts.append(header["epoch"])
        epochs.append(counts[1] - counts[0])


def together(address: str, rounds: int, seconds: float) -> list[list[int]]:
    """Return the epochs of each of ten pages that train at the same time, round by round."""
    found = []
    for _ in range(rounds):
        ready, epochs = threading.Barrier(TABS), []
        pages = [
            threading.Thread(target=train_one, args=(address, ready, seconds, epochs))
            for _ in range(TABS)
        ]
        for page in pages:
            page.start()
        for page in pages:
            page.join()
        if len(epochs) < TABS:
            raise SystemExit("a page's connection has failed")
        found.append(epochs)
    return found


def spread(values: list[float]) -> str:
    if len(values) < 2:
        return f"{values[0]:8.1f}"
    low, _, high = quantiles(values, n=4, method="inclusive")
    return f"{median(values):8.1f}   ({low:.1f} to {high:.1f})"


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--short", action="store_true", help="one round of a second")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if options.short:
        options.rounds, options.seconds = 1, 1.0
    program = os.environ.get("NNPLUG_CHROMIUM") or next(
        filter(None, map(shutil.which, BROWSERS)), None
    )
    if program is None:
        print("no Chromium is installed; NNPLUG_CHROMIUM names its program", file=sys.stderr)
        return 1
    with served() as address:
        surfaces = drawn(address, program, options.rounds, options.seconds)
        shares = [
            min(epochs) / max(epochs)
            for epochs in together(address, options.rounds, options.seconds)
        ]
    if options.json:
        found = {"surfaces": surfaces, "ten tabs": shares}
        print(json.dumps(found | {"versions": versions(["nnplug", "numpy"])}))
        return 0
    print(f"surfaces drawn a second, median (and middle half) of {options.rounds}")
    for name, rates in surfaces.items():
        met = "met" if median(rates) >= AT_LEAST else "missed"
        print(f"  {name:30}{spread(rates)}   at least {AT_LEAST:g}: {met}")
    print(f"\n{TABS} pages that train at the same time, epochs of the slowest / of the fastest")
    print(f"  {'spirals 16-16, batches of 50':30}{100 * median(shares):7.0f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
