"""Tables in files, and what comes of reading them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nnplug.core.dataset import Data
from nnplug.tables.dataset import TableFile

Read = Callable[..., Data]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write content into a file, and return the points that are read from it."""

    def call(content: str | bytes, target: str = "y", name: str = "t.csv", **options: Any) -> Data:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        targets = tuple(target.split("&")) if target else ()
        return TableFile(path=str(path), target=targets, **options).load(None)

    return call
