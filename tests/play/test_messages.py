import io
import json
import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from nnplug.play.messages import pack, read_message, unpack, write_message


def test_the_bytes_are_as_the_page_reads_them():
    message = pack({"type": "x"}, {"a": np.array([1, 255], np.uint8), "b": np.array([[1.5]])})
    (length,) = struct.unpack("<I", message[:4])
    header = json.loads(message[4 : 4 + length])
    assert header == {
        "type": "x",
        "arrays": [
            {"name": "a", "dtype": "u1", "shape": [2]},
            {"name": "b", "dtype": "f4", "shape": [1, 1]},
        ],
    }
    start = 4 + length + -(4 + length) % 4
    assert message[start : start + 4] == b"\x01\xff\x00\x00"
    assert message[start + 4 :] == struct.pack("<f", 1.5)


@given(
    st.text(),
    hnp.arrays(np.uint8, hnp.array_shapes(max_dims=3, min_side=0)),
    hnp.arrays(np.float32, hnp.array_shapes(max_dims=3, min_side=0)),
)
def test_what_is_packed_is_unpacked(text, small, floats):
    header, arrays = unpack(pack({"said": text}, {"small": small, "floats": floats}))
    assert header == {"said": text}
    np.testing.assert_array_equal(arrays["small"], small)
    np.testing.assert_array_equal(arrays["floats"], floats)


def test_what_json_does_not_have_is_null():
    header, _ = unpack(pack({"loss": float("nan"), "all": [float("inf"), (1.0,)], "k": {1: -0.5}}))
    assert header == {"loss": None, "all": [None, [1.0]], "k": {"1": -0.5}}


@pytest.mark.parametrize("cut", [0, 3, 4, 9])
def test_a_pipe_that_ends_gives_none(cut):
    pipe = io.BytesIO()
    write_message(pipe, b"hello")
    assert read_message(io.BytesIO(pipe.getvalue())) == b"hello"
    whole = pipe.getvalue()
    assert len(whole) == 9
    found = read_message(io.BytesIO(whole[:cut]))
    assert found == (b"hello" if cut == 9 else None)
