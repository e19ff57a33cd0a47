"""The machine and the versions that runs were made with, kept beside them for a report.

Facts alone: no name of a host or a user, and no path.
"""

import ctypes
import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from nnplug import __version__
from nnplug.core.chain import as_named
from nnplug.core.component import Component
from nnplug.core.errors import RunFileError
from nnplug.core.hooks import PROJECT
from nnplug.core.hyperparameter import hyperparameters
from nnplug.core.registry import Registry
from nnplug.engine.blas import blas_name, blas_threads
from nnplug.engine.files import write_whole

MACHINE = "machine.json"

FORMAT = 1
"""Of the file; what reads it refuses a later one."""


def machine_facts(packages: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what runs on this machine now, as JSON holds it; None for what is not known.

    cpu : its model;  cores : those that this process may use;  memory : in bytes
    system, python, numpy, blas, nnplug : names and versions
    blas_threads : how many threads the BLAS of this process takes
    packages : versions of the packages, besides nnplug, that gave components
    """
    return {
        **_hardware(),
        "cores": _cores(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "numpy": np.__version__,
        "blas": blas_name(),
        "blas_threads": blas_threads(),
        "nnplug": __version__,
        "packages": dict(packages or {}),
    }


def packages_of(components: Iterable[Component], registry: Registry) -> dict[str, str]:
    """Return the version of every package that gave a component, those inside others too.

    nnplug itself is left out. A version is empty where nobody states one.
    """
    found: dict[str, str] = {}
    for component in components:
        for one in _with_inner(component):
            provider = registry.provider(one)
            if provider.package != PROJECT:
                found[provider.package] = provider.version
    return dict(sorted(found.items()))


def write_machine(folder: Path, facts: Mapping[str, Any], seconds: float = 0.0) -> None:
    """Add facts to those that a folder holds, unless they are there already.

    What is resumed may be made on several machines, one after the other.
    seconds : how long it trained there, added to those of before
    """
    machines, before = read_machine(folder)
    if facts not in machines:
        machines.append(dict(facts))
    saved = {"format": FORMAT, "machines": machines, "seconds": before + seconds}
    write_whole(folder / MACHINE, json.dumps(saved, indent=1) + "\n")


def read_machine(folder: Path) -> tuple[list[dict[str, Any]], float]:
    """Return the machines and the seconds that `write_machine` wrote; without a file, none.

    Raises RunFileError for a file that is something else.
    """
    path = folder / MACHINE
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        found = saved["format"]
        machines = [dict(machine) for machine in saved["machines"]]
        seconds = float(saved["seconds"])
    except FileNotFoundError:
        return [], 0.0
    except OSError as error:
        raise RunFileError(f"{path}: {error.strerror or error}") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise RunFileError(f"{path} says nothing of a machine", "remove it") from None
    if found != FORMAT:
        raise RunFileError(f"{path} has format {found}; this nnplug reads {FORMAT}")
    return machines, seconds


def _with_inner(component: Component) -> Iterable[Component]:
    """Yield a component, and those that are its hyperparameters."""
    component = as_named(component)
    yield component
    for name in hyperparameters(type(component)):
        value = getattr(component, name)
        for inner in value if isinstance(value, tuple) else (value,):
            if isinstance(inner, Component):
                yield from _with_inner(inner)


def _cores() -> int | None:
    if sys.platform == "linux":  # a container or `taskset` may grant fewer than there are
        return len(os.sched_getaffinity(0))
    return os.cpu_count()


@lru_cache(maxsize=1)
def _hardware() -> dict[str, Any]:
    if sys.platform == "win32":
        cpu, memory = _windows()
    elif sys.platform == "darwin":
        cpu, memory = _sysctl(b"machdep.cpu.brand_string"), _posix_memory()
    else:
        cpu, memory = _linux_cpu(), _posix_memory()
    return {"cpu": cpu or platform.machine() or None, "memory": memory, "system": _system()}


def _system() -> str:
    kernel = f"{platform.system()} {platform.release()}".strip()
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    try:
        return f"{platform.freedesktop_os_release()['PRETTY_NAME']}, {kernel}"
    except (OSError, KeyError):
        return kernel


def _linux_cpu() -> str | None:
    """Return what the kernel calls the processor; those of ARM have no such line."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    pairs = (line.partition(":") for line in lines)
    names = [value.strip() for key, _, value in pairs if key.strip() == "model name"]
    return next((name for name in names if name), None)


def _posix_memory() -> int | None:
    if sys.platform == "win32":
        return None
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _sysctl(name: bytes) -> str | None:
    """Return a text that macOS keeps under a name."""
    try:
        library = ctypes.CDLL(None)
        size = ctypes.c_size_t(256)
        buffer = ctypes.create_string_buffer(size.value)
        failed = library.sysctlbyname(name, buffer, ctypes.byref(size), None, 0)
    except (OSError, AttributeError):
        return None
    return None if failed else buffer.value.decode(errors="replace").strip()


def _windows() -> tuple[str | None, int | None]:
    """Return the processor's name from the registry, and the memory from the kernel."""
    if sys.platform != "win32":
        return None, None
    import winreg

    class Memory(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            ("total", ctypes.c_ulonglong),
            ("rest", ctypes.c_ulonglong * 6),
        )

    cpu = None
    try:
        where = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
        with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, where) as key:
            cpu = str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).strip()
    except OSError:
        pass
    memory = Memory(length=ctypes.sizeof(Memory))
    known = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(memory))
    return cpu, int(memory.total) if known else None
