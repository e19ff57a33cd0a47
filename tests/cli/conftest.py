"""The command line, run in this process: fast, and with its output in hand."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from nnplug.cli.main import run


@dataclass
class Outcome:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


Nnplug = Callable[..., Outcome]


@pytest.fixture
def nnplug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Nnplug:
    """Run `nnplug` with words or one line of them, in an empty directory."""
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Outcome:
        line = words[0].split() if len(words) == 1 else list(words)
        capsys.readouterr()
        code = run(line)
        out, err = capsys.readouterr()
        return Outcome(code, out, err)

    return call
