"""What the tests of `nnplug check` share: a file and packages with right and wrong components."""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

from nnplug.core.loader import discovery
from nnplug.core.registry import set_default

Nnplug = Callable[..., Any]

MINE = '''
import time
from typing import Annotated

import nnplug
import numpy as np
from annotated_types import Ge


class Right(nnplug.Activation):
    """y = a z  (1960)."""

    a: Annotated[float, Ge(0)] = 1.0

    def forward(self, z):
        return self.a * z

    def derivative(self, z, y):
        return np.full_like(z, self.a)


class Half(nnplug.Activation):
    """y = tanh(z), with half its derivative  (1998)."""

    def forward(self, z):
        return np.tanh(z)

    def derivative(self, z, y):
        return 0.5 * (1 - y * y)


class Hangs(Right):
    """y = a z, and no end far out  (1960)."""

    def forward(self, z):
        while np.any(z > 25):
            time.sleep(0.01)
        return self.a * z


class Bare(Right):
    """y = a z, or nothing  (1960)."""

    def forward(self, z):
        print("a word from forward")
        raise BaseException("out of order")


@nnplug.hookimpl
def nnplug_activations():
    return {"right": Right, "half": Half, "hangs": Hangs, "bare": Bare}
'''

LATE = """
import nnplug


@nnplug.hookimpl
def nnplug_losses():
    return {"late": "a_module_that_nobody_has:Late"}
"""

BROKEN = "import a_module_that_nobody_has"


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process that has loaded nothing, and nothing in its environment."""
    for name in ("NNPLUG_PLUGINS", "NNPLUG_STRICT", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    before = set_default(None)
    yield
    set_default(before)


@pytest.fixture
def mine(tmp_path: Path) -> str:
    for name, text in {"mine": MINE, "late": LATE, "broken": BROKEN}.items():
        (tmp_path / f"{name}.py").write_text(text)
    return "--plugin ./mine.py"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A good package, and one whose import fails, beside this environment's others."""
    (tmp_path / "nnplug_right.py").write_text(MINE)
    (tmp_path / "nnplug_gone.py").write_text(BROKEN)
    monkeypatch.syspath_prepend(tmp_path)
    for name, version in (("right", "0.2"), ("gone", "3.1")):
        folder = tmp_path / "site" / f"nnplug_{name}-{version}.dist-info"
        folder.mkdir(parents=True)
        (folder / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: nnplug-{name}\nVersion: {version}\n"
        )
        (folder / "entry_points.txt").write_text(f"[nnplug]\n{name} = nnplug_{name}\n")
    found = partial(distributions, path=[str(tmp_path / "site")])
    monkeypatch.setattr(discovery, "distributions", found)
