"""Files of arrays and JSON: data, never code; whole or refused.

A file is a zip of `.npy` members and `meta.json`, whose last 64 bytes, the zip's comment, are the
SHA-256 of all bytes before them. It is written under a temporary name and renamed, so that there is
never half a file under the real one. Equal contents give equal bytes.
"""

import hashlib
import io
import json
import os
import secrets
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nnplug.core.errors import RunFileError

META = "meta.json"
FORMAT = 1
DIGEST = 64
"""How many bytes the SHA-256 takes, in hexadecimal digits."""


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], meta: Mapping[str, Any]) -> None:
    """Write arrays and JSON under `path`; raises RunFileError that names it."""
    try:
        text = json.dumps({"format": FORMAT, **meta}, indent=1, default=_plain)
    except (TypeError, ValueError) as error:
        raise RunFileError(f"cannot write {path}: {error}") from None
    members = {f"{name}.npy": _npy(array) for name, array in arrays.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = b"0" * DIGEST
        for name, content in {**members, META: text.encode()}.items():
            member = zipfile.ZipInfo(name)  # of a fixed date
            member.external_attr = 0o644 << 16
            archive.writestr(member, content)
    content = buffer.getvalue()[:-DIGEST]
    write_whole(path, content + _digest(content))


def read_arrays(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Read what `write_arrays` wrote; raises RunFileError for a file that is not exactly that."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise RunFileError(f"{path}: {error.strerror or error}") from None
    if content[-DIGEST:] != _digest(content[:-DIGEST]):
        raise RunFileError(
            f"{path} is damaged, or no nnplug file: its last bytes are not the SHA-256 of the rest"
        )
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    meta: dict[str, Any] = json.loads(members.pop(META))
    if meta.get("format") != FORMAT:
        raise RunFileError(
            f"{path} has format {meta.get('format')!r}; this nnplug reads {FORMAT}",
            "install the nnplug that wrote it",
        )
    arrays = {
        name.removesuffix(".npy"): np.lib.format.read_array(io.BytesIO(member), allow_pickle=False)
        for name, member in members.items()
    }
    return arrays, meta


def write_whole(path: Path, content: bytes | str) -> None:
    """Write a file so that it is there whole or not at all; raises RunFileError."""
    data = content.encode() if isinstance(content, str) else content
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise RunFileError(f"cannot write {path}: {error.strerror or error}") from None
        raise


def _npy(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.asarray(array, order="C"), allow_pickle=False)
    return buffer.getvalue()


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _plain(value: Any) -> Any:
    """Return what JSON takes for NumPy's numbers and arrays, which callbacks like to note."""
    if isinstance(value, (np.generic, np.ndarray)):
        return value.tolist()
    raise TypeError(f"{value!r} in it is nothing that JSON holds")
