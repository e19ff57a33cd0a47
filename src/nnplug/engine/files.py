"""Files of arrays and JSON: data, never code; whole or refused.

A file is a zip of `.npy` members, `meta.json`, and the SHA-256 of all of them. It is written under
a temporary name and renamed, so that there is never half a file under the real one.
"""

import hashlib
import io
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplug.core.errors import RunFileError

META = "meta.json"
DIGEST = "sha256"
FORMAT = 1


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
    """Write arrays and JSON under `path`; raises RunFileError that names it."""
    members = {f"{name}.npy": _npy(array) for name, array in arrays.items()}
    members[META] = json.dumps({"format": FORMAT, **meta}, indent=1).encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        archive.writestr(DIGEST, _digest(members))
    write_whole(path, buffer.getvalue())


def read_arrays(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read what `write_arrays` wrote; raises RunFileError for a file that is not exactly that."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except OSError as error:
        raise RunFileError(f"{path}: {error.strerror or error}") from None
    except Exception as error:  # a damaged zip raises seven kinds of error
        raise RunFileError(f"{path} is damaged or no nnplug file: {error}") from None
    digest = members.pop(DIGEST, b"")
    if META not in members or digest != _digest(members):
        raise RunFileError(
            f"{path} is damaged: its contents do not have the SHA-256 that it states"
        )
    meta: dict[str, Any] = json.loads(members.pop(META))
    if meta.get("format") != FORMAT:
        raise RunFileError(
            f"{path} has format {meta.get('format')!r}; this nnplug reads {FORMAT}",
            "install the nnplug that wrote it",
        )
    arrays = {
        name.removesuffix(".npy"): np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)
        for name, content in members.items()
    }
    return arrays, meta


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that it is there whole or not at all; raises RunFileError."""
    data = content.encode() if isinstance(content, str) else content
    temporary = ""
    try:
        with tempfile.NamedTemporaryFile(
            dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = file.name
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        # A temporary file is private; what replaces a file is as readable as any new one.
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise RunFileError(f"cannot write {path}: {error.strerror or error}") from None


def _npy(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def _digest(members: Mapping[str, bytes]) -> bytes:
    whole = hashlib.sha256()
    for name in sorted(members):
        whole.update(f"{name}\0{len(members[name])}\0".encode())
        whole.update(members[name])
    return whole.hexdigest().encode()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
