"""What stands in for a page of the playground in tests: it asks a trainer in this process."""

import base64
import json
import time

from nnplug.play.messages import unpack
from nnplug.play.trainer import Trainer


class Page:
    """Asks a trainer in this process, and keeps what it says."""

    def __init__(self, registry, folder):
        self.said = []
        self.trainer = Trainer(registry, lambda message: self.said.append(unpack(message)), folder)

    def ask(self, do, **more):
        """Ask, and return the headers of what is said to it."""
        before = len(self.said)
        self.trainer.receive(json.dumps({"do": do, **more}).encode())
        return [header for header, _ in self.said[before:]]

    def refused(self, do, **more):
        (answer,) = self.ask(do, **more)
        assert answer["type"] == "error"
        assert answer["where"] == do
        return answer["message"]

    def frame(self):
        """Let it draw the next frame, and return it."""
        self.ask("drawn")
        until = time.perf_counter() + 10
        while time.perf_counter() < until:
            before = len(self.said)
            self.trainer.work()
            if len(self.said) > before:
                self.ask("drawn")
                return self.said[-1][0]
        raise AssertionError("no frame came")

    def play(self, seconds):
        """Play for a time as the process does, drawing each frame; return the last one."""
        self.ask("play")
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            time.sleep(self.trainer.wait() or 0.001)
            self.trainer.work()
            self.ask("drawn")
        return next((one for one, _ in reversed(self.said) if one["type"] == "frame"), None)

    def upload(self, name, text):
        """Send a table, and return what is said to it."""
        return self.ask("table", name=name, data=base64.b64encode(text.encode()).decode())
