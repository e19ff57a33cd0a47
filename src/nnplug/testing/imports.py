"""How long the import of a component takes: measured in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable

LONGEST_IMPORT = 1.0
"""Seconds that the import of a component may take, NumPy's and nnplug's own not counted."""

PATIENCE = 60
"""Seconds after which an import is given up, and taken to last that long."""

_MEASURE = """
import json, os, signal, sys, time
from importlib.util import module_from_spec, spec_from_file_location

modules, patience, sys.path[:] = json.loads(sys.argv[1])
import numpy, nnplug.core
for name in nnplug.core.PUBLIC:
    getattr(nnplug.core, name)

def seconds(name, file):
    started = time.perf_counter()
    try:
        if file is None:
            __import__(name)
        else:
            spec = spec_from_file_location(name, file)
            sys.modules[name] = module_from_spec(spec)
            spec.loader.exec_module(sys.modules[name])
    except BaseException:
        return None
    return time.perf_counter() - started

def apart(name, file):
    ours, theirs = os.pipe()
    started, child = time.perf_counter(), os.fork()
    if not child:
        signal.alarm(patience)
        os.write(theirs, json.dumps(seconds(name, file)).encode())
        os._exit(0)
    os.close(theirs)
    with open(ours) as said:
        text = said.read()
    os.waitpid(child, 0)
    passed = time.perf_counter() - started
    return json.loads(text) if text else passed if passed >= patience else None

# Forked, none of them finds imported already what another one needs as well.
measure = apart if sys.platform == "linux" else seconds
found = {name: measure(name, file) for name, file in modules}
print()
print(json.dumps(found))
"""

_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""A process with several threads is not to be forked, and BLAS is not used."""

_measured: dict[str, float | None] = {}


def import_seconds(module: str, together_with: Iterable[str] = ()) -> float | None:
    """Return how long a module's first import takes; None if another process cannot import it.

    together_with : modules to measure in the same process, which saves time. On Linux each of them
        starts afresh; elsewhere, what several of them import is charged to the first of them.
    """
    if module not in _measured:
        # Who asks for the first time may look at one component; who asks again, looks at all.
        others = {*together_with} - _measured.keys() if _measured else set()
        _measured.update(_measure(sorted({module, *others})))
    return _measured[module]


def _measure(modules: list[str]) -> dict[str, float | None]:
    told = [[(name, _file(name)) for name in modules], PATIENCE, sys.path]
    try:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", _MEASURE, json.dumps(told)],
            capture_output=True,
            text=True,
            timeout=PATIENCE * (len(modules) + 1),
            stdin=subprocess.DEVNULL,
            env={**os.environ, **_ONE_THREAD},
        )
    except subprocess.TimeoutExpired:
        return dict.fromkeys(modules, float(PATIENCE))
    if done.returncode:
        return dict.fromkeys(modules)
    found: dict[str, float | None] = json.loads(done.stdout.splitlines()[-1])
    return found


def _file(module: str) -> str | None:
    """Return the file of a module that `--plugin FILE` loaded: no path leads to its name."""
    by_hand = module.startswith("nnplug_file_")
    return getattr(sys.modules.get(module), "__file__", None) if by_hand else None
