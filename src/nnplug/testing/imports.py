"""How long the import of a component takes: measured in a process of its own."""

import json
import subprocess
import sys
from collections.abc import Iterable
from functools import cache

LONGEST_IMPORT = 1.0
"""Seconds that the import of a component may take, NumPy's and nnplug's own not counted."""

_PATIENCE = 60.0

_MEASURE = """
import json, sys, time
modules, sys.path[:] = json.loads(sys.argv[1])
import numpy, nnplug.core
for name in nnplug.core.PUBLIC:
    getattr(nnplug.core, name)
found = {}
for module in modules:
    started = time.perf_counter()
    try:
        __import__(module)
    except Exception:
        found[module] = None
    else:
        found[module] = time.perf_counter() - started
print()
print(json.dumps(found))
"""


def import_seconds(module: str, together_with: Iterable[str] = ()) -> float | None:
    """Return how long a module's first import takes; None if another process cannot import it.

    together_with : modules to measure in the same process, one after the other, which saves time;
        what several of them import is charged to the first in the alphabet
    """
    return _measured(tuple(sorted({module, *together_with})))[module]


@cache
def _measured(modules: tuple[str, ...]) -> dict[str, float | None]:
    try:
        done = subprocess.run(
            [sys.executable, "-c", _MEASURE, json.dumps([modules, sys.path])],
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        return dict.fromkeys(modules, _PATIENCE)
    if done.returncode:
        return dict.fromkeys(modules)
    found: dict[str, float | None] = json.loads(done.stdout.splitlines()[-1])
    return found
