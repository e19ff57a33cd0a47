"""NumPy's own files and Parquet: columns, groups, images, and what is refused."""

import io
from typing import Any

import numpy as np
import pytest

from nnplug.core.errors import DataError

Read = Any
RNG = np.random.default_rng(0)
X = RNG.random((5, 3))
LABELS = np.array([0, 1, 0, 1, 1])


def npz(**arrays: Any) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def npy(array: Any) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def test_an_array_of_two_axes_is_columns(read: Read) -> None:
    data = read(npy(np.column_stack([X, LABELS])), "c4", "t.npy")
    assert data.columns == ("c1", "c2", "c3")
    assert data.task == "binary"
    np.testing.assert_array_equal(data.x, X)
    np.testing.assert_array_equal(data.y[:, 0], LABELS)


def test_a_table_of_no_rows_is_refused(read: Read) -> None:
    with pytest.raises(DataError, match=r"t\.npz has no rows"):
        read(npz(x=X[:0], y=LABELS[:0]), "y", "t.npz")


def test_an_array_of_named_fields_is_columns(read: Read) -> None:
    rows = np.array([(1, "u", 0), (2, "v", 1)], [("a", "i4"), ("b", "U3"), ("y", "i8")])
    data = read(npy(rows), "y", "t.npy")
    assert data.columns == ("a", "b")
    assert data.categories == ((), ("u", "v"))


def test_the_arrays_of_a_file_are_columns_and_groups_of_them(read: Read) -> None:
    content = npz(x=X, age=np.arange(5.0), y=np.array(["no", "yes", "no", "yes", "yes"]))
    data = read(content, "y", "t.npz")
    assert data.columns == ("x1", "x2", "x3", "age")
    np.testing.assert_array_equal(data.x, np.column_stack([X, np.arange(5)]))
    assert data.names == ("no", "yes")
    assert read(content, "y", "t.npz", features=("x",)).columns == ("x1", "x2", "x3")
    assert read(content, "y", "t.npz", ignore=("x2,age",)).columns == ("x1", "x3")


def test_one_hot_rows_are_one_target(read: Read) -> None:
    data = read(npz(x=X, y=np.eye(3)[[0, 1, 2, 1, 0]]), "y", "t.npz")
    assert (data.task, data.names, data.targets) == ("multiclass", *[("y1", "y2", "y3")] * 2)


def test_images_stay_whole(read: Read) -> None:
    images = RNG.integers(0, 255, (5, 4, 4, 1)).astype(np.uint8)
    data = read(npz(images=images, y=LABELS), "y", "t.npz")
    np.testing.assert_array_equal(data.x, images)
    assert data.x.dtype == np.float64
    assert data.columns == ()
    with pytest.raises(DataError, match="stands beside other features: age\n  --features images"):
        read(npz(images=images, age=LABELS, y=LABELS), "y", "t.npz")


def test_parquet_keeps_types(read: Read) -> None:
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    buffer = io.BytesIO()
    frame = pd.DataFrame(
        {
            "n": pd.array([1, None, 3], dtype="Int64"),
            "b": [True, False, True],
            "c": pd.Categorical(["u", "v", "u"]),
            "d": pd.to_datetime(["2026-01-01", "2026-01-02", "2026-01-03"]),
            "y": ["no", "yes", "no"],
        }
    )
    frame.to_parquet(buffer)
    with pytest.raises(DataError, match=r"column 'd' holds dates.*\n.*--ignore d"):
        read(buffer.getvalue(), name="t.parquet")
    data = read(buffer.getvalue(), name="t.anything", ignore=("d",))  # known by its first bytes
    np.testing.assert_array_equal(data.x, [[1, 1, 0], [np.nan, 0, 1], [3, 1, 0]])
    assert data.categories == ((), (), ("u", "v"))


def test_what_parquet_needs_is_said(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    pd = pytest.importorskip("pandas")

    def missing(path: Any) -> Any:
        raise ImportError("Unable to find a usable engine")

    monkeypatch.setattr(pd, "read_parquet", missing)
    with pytest.raises(
        DataError, match=r"and that is not installed\n  type: pip install 'nnplug\[parquet\]'"
    ):
        read(b"PAR1", name="t.parquet")
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(DataError, match=r"which pandas reads.*\n  type: pip install 'nnplug"):
        read(b"PAR1", name="t.parquet")


class Loud:
    """Says when it is unpickled."""

    def __reduce__(self) -> Any:
        return print, ("this ran",)


@pytest.mark.parametrize("make", [lambda a: npz(x=a, y=LABELS), npy], ids=["npz", "npy"])
def test_objects_are_refused_and_never_loaded(read: Read, make: Any, capsys: Any) -> None:
    content = make(np.array([Loud(), 1, 2, 3, 4], object))
    name = "t.npy" if make is npy else "t.npz"
    with pytest.raises(DataError, match="holds Python objects, whose loading may run code"):
        read(content, "y", name)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (npz(x=X, y=LABELS[:4]), "t.npz", r"arrays of different lengths: x \(5, 3\), y \(4,\)"),
        (npz(x=X, y=np.float64(3)), "t.npz", "arrays of different lengths"),
        (npz(x=X, x1=X[:, 0], y=LABELS), "t.npz", "several columns called 'x1'"),
        (npz(), "t.npz", "t.npz is empty"),
        (npz(x=X[:0], y=LABELS[:0]), "t.npz", "t.npz has no rows"),
        (npz(x=X, y=LABELS)[:300], "t.npz", "damaged, or no NPZ file"),
        (npz(x=X, y=LABELS), "t.npy", "NPZ file by its contents\n  call it .npz"),
        (npy(X), "t.npz", "a table is|has no column 'y'|NPY file"),
        (npy(X[:, 0]), "t.npy", r"has the shape \(5,\)"),
        (npy(X)[:150], "t.npy", "damaged"),
        (npy(X * 1j), "t.npy", "has no column 'y'"),
        (b"\x93NUMPY nothing", "t.npy", "damaged"),
        (b"PAR1 nothing PAR1", "t.parquet", "damaged, or no Parquet file"),
        (npz(x=X + 1j, y=LABELS), "t.npz", "x1 holds complex128, neither numbers nor texts"),
        (npz(i=np.full((5, 2, 2), np.nan), y=LABELS), "t.npz", "no finite number"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isprintable() else "content",
)
def test_what_is_no_table_is_refused(read: Read, content: bytes, name: str, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        read(content, "y", name)
    assert "\n" not in caught.value.message


def test_an_array_that_claims_to_be_huge_takes_no_memory(read: Read) -> None:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000, 10000), }"
    padded = header + b" " * (117 - len(header)) + b"\n"
    content = b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded
    with pytest.raises(DataError, match="damaged"):
        read(content, "c1", "t.npy")


@pytest.mark.parametrize("options", [{"delimiter": ";"}, {"header": True}, {"missing": ("?",)}])
def test_what_is_for_texts_is_refused(read: Read, options: dict[str, Any]) -> None:
    with pytest.raises(DataError, match=r"is for files of text; .* says it itself"):
        read(npz(x=X, y=LABELS), "y", "t.npz", **options)
