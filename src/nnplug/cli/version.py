"""The versions of what computes."""

import platform

import numpy as np

import nnplug


def version_text() -> str:
    """Return the versions of nnplug, Python, NumPy and its BLAS, a line each."""
    return "\n".join(f"{name} {version}" for name, version in versions().items())


def versions() -> dict[str, str]:
    """Return the versions by name."""
    return {
        "nnplug": nnplug.__version__,
        "Python": platform.python_version(),
        "NumPy": np.__version__,
        "BLAS": _blas(),
    }


def _blas() -> str:
    config = np.show_config(mode="dicts")
    blas = (config or {}).get("Build Dependencies", {}).get("blas", {})
    return " ".join(str(blas.get(key, "unknown")) for key in ("name", "version"))
