"""Environments of their own, made without a network: for what a user types after `pip install`.

The libraries of this environment are lent to them, so that pip finds those already installed.
nnplug itself is never lent: it has to be installed.
"""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

WORDS = ("SYSTEMROOT", "LD_LIBRARY_PATH", "OPENBLAS_NUM_THREADS", "TMPDIR")
"""What of the caller's environment may stay: what Python and NumPy need to start."""

BORROWED = ("hatchling", "editables", "pytest")
"""What is lent beside nnplug's own libraries: what packages are built and tested with."""

PYTEST_PROGRAM = """#!/bin/sh
exec python -P -c 'import sys, pytest; sys.argv[0] = "pytest"; sys.exit(pytest.console_main())' "$@"
"""
"""A lent library comes without its program; this one runs it with the shell's own Python."""


def needed_by(name: str) -> Iterator[str]:
    """Yield the distributions that one needs, and those that they need."""
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name
            yield from needed_by(requirement.name)


def lend(names: Iterable[str], folder: Path) -> None:
    """Make installed distributions importable from a folder that is put on PYTHONPATH."""
    folder.mkdir(parents=True)
    for name in set(names):
        for part in {file.parts[0] for file in distribution(name).files or ()}:
            if part not in ("..", "__pycache__"):
                (folder / part).symlink_to(Path(str(distribution(name).locate_file(part))))


def environment(home: Path) -> dict[str, str]:
    """Return the variables of a shell in which `python3` is this Python and pip is offline.

    home : an empty folder, to which lent libraries and the user's own files go
    """
    home.mkdir(exist_ok=True)
    lent = home / "lent"
    lend([*needed_by("nnplug"), *BORROWED, *(n for b in BORROWED for n in needed_by(b))], lent)
    programs = home / "programs"
    programs.mkdir()
    (programs / "python3").symlink_to(sys.executable)
    (programs / "pytest").write_text(PYTEST_PROGRAM)
    (programs / "pytest").chmod(0o755)
    return {
        **{name: os.environ[name] for name in WORDS if name in os.environ},
        "HOME": str(home),
        "PATH": os.pathsep.join([str(programs), "/usr/bin", "/bin"]),
        "PYTHONPATH": str(lent),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_NO_INDEX": "1",
        "PIP_NO_BUILD_ISOLATION": "0",  # pip reads it as the value of "build isolation"
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_CACHE_DIR": "1",
    }


@dataclass(frozen=True)
class Done:
    """A command that was run: what it printed, on stdout and stderr together, and its code."""

    printed: str
    code: int


def run_in_one_shell(
    commands: Iterable[str], folder: Path, variables: dict[str, str], timeout: float = 240
) -> list[Done]:
    """Run commands one after the other as a user types them, in one shell that remembers `cd`."""
    mark = f"--{uuid.uuid4().hex}--"
    script = "".join(f"{command}\nprintf '\\n%s%s\\n' {mark} $?\n" for command in commands)
    shell = subprocess.run(
        ["bash", "--noprofile", "--norc", "-c", f"exec 2>&1\n{script}"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=variables,
        timeout=timeout,
    )
    parts = shell.stdout.split(f"\n{mark}")
    codes = [part.partition("\n")[0] for part in parts[1:]]
    printed = [parts[0], *(part.partition("\n")[2] for part in parts[1:-1])]
    return [Done(text, int(code)) for text, code in zip(printed, codes, strict=True)]
