"""Tables of text: delimiters, headers, encodings, compression, and what is refused."""

import bz2
import gzip
import io
import lzma
import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, SettingsError
from nnplug.tables import lines, text
from nnplug.tables.dataset import TableFile
from nnplug.tables.options import Options
from nnplug.tables.sniff import sniff

Read = Any

PLAIN = "a,b,y\n1.5,2,no\n3,-4e2,yes\n"
X = [[1.5, 2], [3, -400]]


def check(data: Data, x: Any = X, columns: tuple[str, ...] = ("a", "b")) -> None:
    np.testing.assert_array_equal(data.x, x)
    assert data.columns == columns
    assert (data.task, data.names, data.targets) == ("binary", ("no", "yes"), ("y",))
    np.testing.assert_array_equal(data.y, [[0], [1]])


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (PLAIN, {}, "read with commas between cells, names in the first line"),
        (PLAIN.replace(",", "\t"), {}, "read with tabs between cells"),
        (PLAIN.replace(",", ";"), {}, "read with semicolons between cells"),
        (PLAIN.replace(",", "|"), {}, "read with bars between cells"),
        (PLAIN.replace(",", "  ").replace("\n", " \n "), {}, "read with spaces between cells"),
        (PLAIN.replace(",", ":"), {"delimiter": ":"}, "read with colons between cells"),
        (PLAIN.replace(",", "\t"), {"delimiter": "tab"}, "read with tabs between cells"),
        (PLAIN.replace(",", ", "), {}, "read with commas"),
        (PLAIN.replace("\n", "\r\n"), {}, "read with commas"),
        (PLAIN.replace("\n", "\r"), {}, "read with commas"),
        ("\n\n" + PLAIN.replace("\n", "\n\n"), {}, "read with commas"),
        (PLAIN.rstrip("\n"), {}, "read with commas"),
        (PLAIN.replace("no", '"no"').replace("a", '"a"', 1), {}, "read with commas"),
        ("a;b;y\n1,5;2;no\n3;-4,0e2;yes\n", {}, "decimal commas"),
        ("\ufeff" + PLAIN, {}, "names in the first line"),
        (PLAIN.encode("utf-16"), {}, "utf-16"),
        (PLAIN.encode("utf-16-le"), {"encoding": "utf-16-le"}, "utf-16-le"),
        (PLAIN.encode("latin-1"), {"encoding": "latin-1"}, "latin-1"),
        (PLAIN, {"header": True}, "names in the first line"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isprintable() else "content",
)
def test_every_way_to_write_the_same_table(
    read: Read, content: str | bytes, options: dict[str, Any], said: str
) -> None:
    data = read(content, **options)
    check(data)
    assert said in data.notes[0]


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "packed",
    [gzip.compress, bz2.compress, lzma.compress, lambda content: zipped(table=content)],
)
@pytest.mark.parametrize("name", ["t.csv.packed", "t.csv"])
def test_compressed_files_are_known_by_their_first_bytes(
    read: Read, packed: Any, name: str
) -> None:
    check(read(packed(PLAIN.encode()), name=name))


def test_zstd_is_read_where_a_library_can(read: Read) -> None:
    zstd = pytest.importorskip("zstandard")
    check(read(zstd.compress(PLAIN.encode()), name="t.csv.zst"))


def test_what_zstd_needs_is_said(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    monkeypatch.setitem(__import__("sys").modules, "compression.zstd", None)
    with pytest.raises(DataError, match=r"compressed with zstd\n  type: pip install zstandard"):
        read(b"\x28\xb5\x2f\xfd" + bytes(20), name="t.csv.zst")


def test_what_pandas_is_for_is_said_in_one_line(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(DataError) as caught:
        read(PLAIN)
    assert "a file of text, which pandas reads, and it is not installed" in caught.value.message
    assert caught.value.hint == "type: pip install 'nnplug[data]'"


@pytest.mark.parametrize("absent", ["pandas", "pyarrow"])
def test_what_parquet_needs_is_said_at_once(
    absent: str, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, absent, None)
    with pytest.raises(DataError, match="which pandas reads with pyarrow") as caught:
        read(b"PAR1", name="t.parquet")
    assert caught.value.hint == "type: pip install 'nnplug[parquet]'"


@pytest.mark.parametrize(
    ("content", "target", "options", "columns"),
    [
        ("1.5,2,no\n3,-4e2,yes\n", "c3", {}, ("c1", "c2")),
        ("1.5,2,no\n3,-4e2,yes\n", "c3", {"header": False}, ("c1", "c2")),
        ("1.5,2,no\n3,-4e2,yes\n", "c3", {"ignore": ("c1",)}, ("c2",)),
        # A column that is asked for by name is in the first line: years as names are no data.
        ("2019,2020,y\n1.5,2,no\n3,-4e2,yes\n", "y", {}, ("2019", "2020")),
        ("c1,2020,y\n1.5,2,no\n3,-4e2,yes\n", "y", {"ignore": ("c1",)}, ("2020",)),
    ],
)
def test_whether_the_first_line_has_names(
    read: Read, content: str, target: str, options: dict[str, Any], columns: tuple[str, ...]
) -> None:
    data = read(content, target, **options)
    assert data.columns == columns
    assert len(data) == 2
    said = "no names in the first line, columns c1 to c3"
    assert (said in data.notes[0]) == (target == "c3")


def test_an_index_without_a_name_is_left_out(read: Read) -> None:
    data = read(",a,y\n0,2.5,no\n1,4,yes\n")
    assert data.columns == ("a",)
    assert "column c1 has no name, and counts rows or is empty: left out" in data.notes
    # Named, or with other numbers, it is a column like any other.
    assert read("n,a,y\n0,2.5,no\n1,4,yes\n").columns == ("n", "a")
    assert read(",a,y\n0,2.5,no\n5,4,yes\n").columns == ("c1", "a")
    assert read(",a,y\n0,2.5,no\n1,4,yes\n", features=("c1", "a")).columns == ("c1", "a")
    assert read("a,y,\n2.5,no,\n4,yes,\n").columns == ("a",)


def test_cells_in_quotes_hold_anything(read: Read) -> None:
    data = read('a,b,y\n1,"x, ""q""\n z",no\n2,plain,yes\n')
    assert data.categories == ((), ("plain", 'x, "q"\n z'))
    np.testing.assert_array_equal(data.x, [[1, 1], [2, 0]])


@pytest.mark.parametrize("cell", ["", "NA", "nan", "NULL", "#N/A", "  "])
def test_missing_values(read: Read, cell: str) -> None:
    data = read(f"a,b,y\n1,{cell},no\n2,3,yes\n5,{cell},yes\n")
    assert data.missing
    np.testing.assert_array_equal(data.x, [[1, np.nan], [2, 3], [5, np.nan]])
    named = read("a,b,y\n1,-999,no\n2,?,yes\n5,6,yes\n", missing=("?", "-999"))
    np.testing.assert_array_equal(named.x, [[1, np.nan], [2, np.nan], [5, 6]])


def test_booleans_are_0_and_1(read: Read) -> None:
    data = read("a,y\nTrue,no\nfalse,yes\n,yes\n")
    np.testing.assert_array_equal(data.x, [[1], [0], [np.nan]])
    assert data.categories == ()


def test_whole_numbers_of_any_size(read: Read) -> None:
    data = read("a,b,y\n9223372036854775808,1,no\n1,99999999999999999999,yes\n")
    np.testing.assert_array_equal(data.x, [[2.0**63, 1], [1, 1e20]])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "t.csv is empty"),
        ("\n \n", "t.csv is empty"),
        ("a,b,y\n", "t.csv has no rows"),
        ("y\n1\n2\n", "has no column left to predict y from"),
        ("a,a,y\n1,2,no\n", "several columns called 'a'"),
        ("a,b,z\n1,2,no\n", r"has no column 'y' \(target\)"),
        ("1,2,no\n3,4,yes\n", r"its columns: c1, c2, c3; .*--header, if it has names"),
        ("a,b,y\n1,2,no\n3,4\n5,6,no\n", "line 3 has 2 cells, and the first one 3"),
        ("a,b,y\n1,2,no\n3,4,5,6\n", "line 3 has 4 cells, and the first one 3"),
        ("a b y\n1 2 no\n3 4 5 6\n", "line 3 has 4 cells, and the first one 3"),
        ("a b y\n1 2 no\n3 4\n", "line 3 has 2 cells, and the first one 3"),
        ("a,b,y\n1,2,no\n3,4,5,6,7\n", "line 3 has 5 cells, and the first one 3"),
        ("a,b,y\n1,2,no,\n3,4,5,\n", "3 names in its first line and 4 cells in the others"),
        ('a,b,y\n1,"2,no\n3,4,yes\n', "a quote is opened and not closed"),
        (b"a,b,y\n1,caf\xe9,no\n", "not written in utf-8.*\n  try --encoding cp1252"),
        ("a,b,y\n1,2,no\n".encode("utf-16-le"), "zero bytes"),
        (b"x" * 200_000 + b",y\n1,2\n", "t.csv is no table: a cell of its first line is too long"),
        (b"\x89PNG\r\n\x1a\n\xff\xd8 and so on", "t.csv is no text: it holds control characters"),
        (gzip.compress(PLAIN.encode() * 99)[:-20], "damaged, or no gzip"),
        (bz2.compress(PLAIN.encode() * 99)[:-20], "damaged, or no bz2"),
        (lzma.compress(PLAIN.encode() * 99)[:-20], "damaged, or no xz"),
        (zipped(a=b"a", b=b"b"), "holds 2 files"),
        (zipped(**{"xl/workbook.xml": b""}), "is a spreadsheet"),
        (b"PK\x03\x04 and nothing", "damaged, or no zip"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.isprintable() else "content",
)
def test_what_is_no_table_is_refused(read: Read, content: str | bytes, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        read(content)
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"delimiter": "ab"}, "--delimiter 'ab' is no delimiter"),
        ({"delimiter": '"'}, "is no delimiter"),
        ({"delimiter": ";"}, "has no column 'y'"),
        ({"encoding": "klingon"}, "there is no encoding 'klingon'"),
        ({"header": False}, "its columns: c1, c2, c3"),
    ],
)
def test_what_contradicts_the_file_is_refused(
    read: Read, options: dict[str, Any], said: str
) -> None:
    with pytest.raises((DataError, SettingsError), match=said):
        read(PLAIN, **options)


@pytest.mark.parametrize("name", ["", "missing.csv"])
def test_a_folder_and_a_file_that_is_not_there(tmp_path: Any, name: str) -> None:
    with pytest.raises(DataError, match=r"is a folder|missing.csv: No such file"):
        TableFile(path=str(tmp_path / name), target=("y",)).load(None)


@pytest.mark.parametrize("name", ["t.xlsx", "t.json", "t.pkl", "t.feather"])
def test_what_is_not_read_says_what_to_do_instead(read: Read, name: str) -> None:
    with pytest.raises(DataError, match=r"save it as CSV|make a data frame of it"):
        read("anything", name=name)


class TestChunks:
    """A file is read in chunks; whatever they hold, the columns are those of the whole."""

    @pytest.fixture(autouse=True)
    def small(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(text, "CELLS", 6)  # two rows of three cells

    def test_numbers_that_are_whole_and_then_are_not(self, read: Read) -> None:
        data = read("a,b,y\n1,1,no\n2,2,yes\n2.5,,no\n4,4,yes\n")
        np.testing.assert_array_equal(data.x, [[1, 1], [2, 2], [2.5, np.nan], [4, 4]])

    def test_texts_are_numbered_over_all_of_them(self, read: Read) -> None:
        data = read("a,b,y\n1,u,no\n2,v,yes\n3,,no\n4,,yes\n5,a,no\n6,v,yes\n")
        assert data.categories == ((), ("a", "u", "v"))
        np.testing.assert_array_equal(data.x[:, 1], [1, 2, np.nan, np.nan, 0, 2])

    def test_codes_of_which_only_some_are_numbers_stay_as_they_are_written(
        self, read: Read
    ) -> None:
        data = read("a,b,y\n1,01,no\n2,1,yes\n3,x,no\n4,y,yes\n5,z,no\n")
        assert data.categories == ((), ("01", "1", "x", "y", "z"))

    def test_a_text_among_numbers_is_refused_wherever_it_stands(self, read: Read) -> None:
        with pytest.raises(DataError, match=r"in 1 of 5 rows texts: '\?' in 1\n  --missing '\?'"):
            read("a,b,y\n1,1,no\n2,2,yes\n3,3,no\n4,4,yes\n5,?,no\n")

    @pytest.mark.parametrize("line", ["5,6", "5,6,7,8", '5,"6,7'])
    def test_a_line_that_is_wrong_is_found_in_a_later_one(self, read: Read, line: str) -> None:
        with pytest.raises(DataError, match=r"line 6 has|a quote is opened"):
            read(f"a,b,y\n1,1,no\n2,2,yes\n3,3,no\n4,4,yes\n{line}\n")

    def test_a_character_that_is_wrong_is_found_in_a_later_one(
        self, read: Read, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(lines, "SAMPLE", 16)
        with pytest.raises(DataError, match="not written in utf-8"):
            read(b"a,b,y\n1,1,no\n2,2,yes\n3,3,no\n4,4,yes\n5,5,\xff\n")


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(st.tuples(finite, finite), min_size=2, max_size=20))
def test_every_float_is_read_to_the_last_bit(tmp_path_factory: Any, rows: Any) -> None:
    path = tmp_path_factory.mktemp("floats") / "t.csv"
    lines = [f"{a!r};{b!r};{i % 2}" for i, (a, b) in enumerate(rows)]
    path.write_text("a;b;y\n" + "\n".join(lines) + "\n")
    data = TableFile(path=str(path), target=("y",)).load(None)
    np.testing.assert_array_equal(data.x, rows)


cells = st.text(st.characters(codec="utf-8", exclude_categories=["C"]) | st.sampled_from('\r\t"'))


@given(st.binary(max_size=300) | st.lists(cells, max_size=8).map(lambda c: "\n".join(c).encode()))
def test_whatever_a_file_begins_with_is_described_or_refused(sample: bytes) -> None:
    try:
        form = sniff(sample, "t", ("y",), Options())
    except DataError:
        return
    assert form.names
    assert len(form.delimiter) == 1


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    """It gives its bytes once, and a file is opened to look at it and again to read it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(DataError, match="pipe is a pipe"):
        TableFile(path=str(pipe), target=("y",)).load(None)
