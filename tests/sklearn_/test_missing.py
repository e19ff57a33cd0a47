"""Without scikit-learn: one line on what to type."""

import subprocess
import sys

CODE = """
import sys

class Gone:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "sklearn":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name.partition(".")[0])

sys.meta_path.insert(0, Gone())
import nnplug
assert nnplug.train
from nnplug.sklearn import NNClassifier
"""


def test_one_line_says_what_to_install():
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 1
    said = done.stderr.split("MissingPackageError: ")[1].splitlines()
    assert said == [
        "nnplug.sklearn needs scikit-learn, which is not installed",
        "  type: pip install 'nnplug[sklearn]'",
    ]
    assert "During handling" not in done.stderr


def test_nnplug_itself_imports_no_scikit_learn():
    code = "import sys, nnplug; nnplug.train(epochs=1); assert 'sklearn' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
