"""The page's modules that touch no page, run by Node's own test runner."""

import shutil
import subprocess
from pathlib import Path

import pytest

from nnplug.play.server import PAGE

TESTS = sorted((Path(__file__).parent / "js").glob("*.test.mjs"))


def node_program():
    """Return Node as it is installed, or the one that Playwright brings."""
    from playwright._impl._driver import compute_driver_executable

    found = shutil.which("node")
    return found or str(compute_driver_executable()[0])


@pytest.mark.parametrize("test", TESTS, ids=lambda path: path.name.partition(".")[0])
def test_modules(tmp_path, test):
    # Beside the modules lies what tells Node that they are modules; a browser knows it.
    shutil.copytree(PAGE, tmp_path / "page")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "js").mkdir()
    shutil.copy(test, tmp_path / "js")
    done = subprocess.run(
        [node_program(), "--test", f"js/{test.name}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "# fail 0" in done.stdout or "fail 0" in done.stdout


def test_each_module_is_short_and_says_what_it_is():
    for path in PAGE.glob("*.js"):
        text = path.read_text("utf-8")
        assert text.startswith("// "), path.name
        assert len(text.splitlines()) <= 250, path.name
