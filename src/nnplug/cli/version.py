"""The versions of what computes, and of the contract with plugins."""

import platform

import numpy as np

import nnplug
from nnplug.engine.blas import blas_name


def version_text() -> str:
    """Return the versions of nnplug and its contract, Python, NumPy and its BLAS, in four lines."""
    known = versions()
    known["nnplug"] += f", contract {known.pop('contract')}"
    return "\n".join(f"{name} {version}" for name, version in known.items())


def versions() -> dict[str, str]:
    """Return the versions by name."""
    return {
        "nnplug": nnplug.__version__,
        "contract": ".".join(map(str, nnplug.CONTRACT)),
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "BLAS": blas_name(),
    }
