"""What the trainer sends to the page: a header of JSON, then arrays as they lie in memory."""

import json
import math
import struct
from collections.abc import Mapping
from typing import Any, BinaryIO

import numpy as np

LENGTH = struct.Struct("<I")
"""How a header's length is written, and a message's between trainer and server."""

DTYPES = {"u1": np.uint8, "f4": np.float32}


def pack(header: Mapping[str, Any], arrays: Mapping[str, Any] | None = None) -> bytes:
    """Return one message; the page reads it in connection.js.

    arrays : by name: bytes as they are, any other numbers as float32
    """
    listed, parts = [], []
    for name, values in (arrays or {}).items():
        code = "u1" if getattr(values, "dtype", None) == np.uint8 else "f4"
        array = np.ascontiguousarray(values, DTYPES[code])
        listed.append({"name": name, "dtype": code, "shape": list(np.shape(values))})
        parts.append(_padded(array.tobytes()))
    text = json.dumps(_finite({**header, "arrays": listed}), allow_nan=False).encode()
    return b"".join((_padded(LENGTH.pack(len(text)) + text), *parts))


def unpack(message: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the header and the arrays of a message, as the page reads them."""
    (length,) = LENGTH.unpack_from(message)
    start = LENGTH.size + length
    header: dict[str, Any] = json.loads(message[LENGTH.size : start])
    arrays, place = {}, start + -start % 4
    for one in header.pop("arrays"):
        size = math.prod(one["shape"])
        array = np.frombuffer(message, DTYPES[one["dtype"]], size, place)
        arrays[one["name"]] = array.reshape(one["shape"])
        place += array.nbytes + -array.nbytes % 4
    return header, arrays


def write_message(stream: BinaryIO, message: bytes) -> None:
    """Write a message with its length before it, for the other end of a pipe."""
    stream.write(LENGTH.pack(len(message)) + message)
    stream.flush()


def read_message(stream: BinaryIO) -> bytes | None:
    """Read what `write_message` wrote; None at the end of the pipe."""
    start = stream.read(LENGTH.size)
    if len(start) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(start)
    message = stream.read(length)
    return message if len(message) == length else None


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)


def _finite(value: Any) -> Any:
    """Return a value with null where a number is not finite, which JSON does not have."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _finite(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(one) for one in value]
    return value
