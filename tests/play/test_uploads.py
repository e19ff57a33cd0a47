"""Tables that a page sends: what is taken, where it lies, and what is refused."""

import base64

import pytest

from nnplug.play import uploads

CSV = "a,b,kind\n" + "".join(f"{i % 7},{i % 5},{'uv'[i % 2]}\n" for i in range(20))


def of_table(name):
    return {"dataset": {"table": name, "target": "kind"}, "epochs": 5}


@pytest.mark.parametrize("name", ["a.csv", "my flowers.csv", "../../etc/x.csv", "/x.csv", "ä|.csv"])
def test_a_table_lies_in_the_folder_whatever_it_is_called(page, tmp_path, name):
    assert page.upload(name, CSV) == []
    (built,) = page.ask("setup", setup=of_table(name), id=1)
    assert built["type"] == "built"
    assert built["files"] == [name]
    assert built["counts"]["train"] == 20
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert file.read_text() == CSV
    assert file.resolve().is_relative_to(tmp_path.resolve())


def test_names_that_are_alike_are_two_tables_and_a_newer_one_takes_a_names_place(page):
    other = CSV + "9,9,u\n"
    page.upload("a b.csv", CSV)
    page.upload("a_b.csv", other)
    counts = [
        page.ask("setup", setup=of_table(name), id=1)[0]["counts"]["train"]
        for name in ("a b.csv", "a_b.csv")
    ]
    assert counts == [20, 21]
    page.upload("a b.csv", other)
    (built,) = page.ask("setup", setup=of_table("a b.csv"), id=1)
    assert built["counts"]["train"] == 21


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.py", "", "'x.py' is no table"),
        ("..", "", "is no table"),
        ("", "", "is no table"),
        ("x.csv/", "", "is no table"),
        ("a" * 300 + ".csv", "", "too long"),
        (None, "", "a table has a name"),
        ("x.csv", 5, "a table has a name"),
        ("x.csv", None, "a table has a name"),
        ("x.csv", "?!", "the contents of x.csv are damaged"),
        ("x.csv", "ä", "the contents of x.csv are damaged"),
    ],
)
def test_what_is_no_table_is_refused(page, tmp_path, name, data, words):
    assert words in page.refused("table", name=name, data=data)
    assert list(tmp_path.iterdir()) == []


def test_tables_have_a_largest_size_alone_and_together(page, tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST", 1000)
    monkeypatch.setattr(uploads, "ALL", 2500)
    assert page.upload("a.csv", "x" * 1000) == []
    for size in (1001, 1100, 10**5):
        (answer,) = page.upload("b.csv", "x" * size)
        assert answer["message"].startswith("b.csv is larger than")
    assert page.upload("b.csv", "x" * 1000) == []
    (answer,) = page.upload("b.csv", "x" * 501)
    assert "together" in answer["message"]
    assert page.upload("c.csv", "x" * 500) == []


def test_a_table_is_called_by_its_name_and_the_folder_is_not_told(page, tmp_path):
    page.upload("mine.csv", CSV)
    setup = {"dataset": {"table": "mine.csv", "target": "sort"}}
    told = page.refused("setup", setup=setup, id=1)
    assert "mine.csv has no column 'sort'" in told
    assert str(tmp_path) not in told
    setup["dataset"]["table"] = "/etc/passwd"
    assert page.refused("setup", setup=setup, id=1) == "the table '/etc/passwd' is not here"


def test_a_table_of_python_objects_is_not_loaded(page):
    array = b"\x93NUMPY\x01\x00v\x00{'descr': '|O', 'fortran_order': False, 'shape': (1, 2), }"
    array = array.ljust(127) + b"\n" + b"cos\nsystem\n(S'echo'\ntR."
    data = base64.b64encode(array).decode()
    assert page.ask("table", name="x.npy", data=data) == []
    told = page.refused("setup", setup={"dataset": {"table": "x.npy", "target": "0"}}, id=1)
    assert "x.npy holds Python objects" in told
