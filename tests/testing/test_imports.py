"""How long an import takes: each module by itself, whatever its neighbours do."""

import sys
import time
from pathlib import Path

import pytest

from nnplug.core.registry import Registry
from nnplug.testing import imports, run_checks

FILES = {
    "shared_and_slow": "import time\ntime.sleep(0.4)",
    "first": "import shared_and_slow",
    "second": "import shared_and_slow",
    "quick": "print('a word')",
    "leaves": "raise SystemExit(3)",
    "fails": "raise ImportError('not here')",
    "dies": "import os\nos._exit(7)",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(imports, "_measured", {"something": 0.0})
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="modules are measured in one process there")
def test_what_two_modules_share_is_charged_to_both(folder: Path) -> None:
    imports.import_seconds("second", ["first", "quick"])
    known = {name: seconds or 0.0 for name, seconds in imports._measured.items()}
    assert known["first"] >= 0.4
    assert known["second"] >= 0.4
    assert known["quick"] < 0.4
    # None of them was imported here.
    assert not FILES.keys() & sys.modules.keys()


@pytest.mark.skipif(sys.platform != "linux", reason="modules are measured in one process there")
def test_a_module_that_ends_the_process_hides_no_other(folder: Path) -> None:
    assert imports.import_seconds("quick", ["dies", "fails", "leaves"]) is not None
    assert [imports.import_seconds(name) for name in ("dies", "fails", "leaves")] == [None] * 3


@pytest.mark.skipif(sys.platform != "linux", reason="modules are measured in one process there")
def test_an_import_without_end_is_given_up(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "endless.py").write_text("while True:\n    pass")
    monkeypatch.setattr(imports, "PATIENCE", 1)
    started = time.perf_counter()
    seconds = imports.import_seconds("endless")
    assert seconds is not None
    assert 1 <= seconds <= time.perf_counter() - started < 30


def test_the_first_question_is_about_one_module(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "_measured", {})
    imports.import_seconds("quick", ["first", "second"])
    assert imports._measured.keys() == {"quick"}


SLOW = '''
import time

import nnplug

time.sleep(1.1)


class Same(nnplug.Activation):
    """y = z  (1960)."""

    def forward(self, z):
        return z

    def derivative(self, z, y):
        return 0 * z + 1


@nnplug.hookimpl
def nnplug_activations():
    return {"same": Same}
'''


def test_a_slow_file_fails_C1(folder: Path) -> None:  # noqa: N802 - C1 is the check's name
    path = folder / "mine.py"
    path.write_text(SLOW)
    registry = Registry(extra=[str(path)], only=(), warn=lambda line: None)
    (slow,) = run_checks(registry.get("activation", "same"), "C1", registry=registry)
    assert slow.failed
    assert "takes 1." in slow.reason
    path.write_text(SLOW.replace("1.1", "0.0"))
    imports._measured.clear()
    registry = Registry(extra=[str(path)], only=(), warn=lambda line: None)
    (quick,) = run_checks(registry.get("activation", "same"), "C1", registry=registry)
    assert quick.status == "passed"
    assert quick.detail.startswith("imported in ")
