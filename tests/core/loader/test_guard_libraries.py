"""What the guard does about libraries that are not imported yet; in processes of their own."""

import subprocess
import sys

LATE = """
import sys
from nnplug.core.loader.guard import guarded

def plugin():
    import logging, random, matplotlib, numpy.random
    logging.basicConfig(level="DEBUG")
    random.seed(1)
    numpy.random.seed(1)
    matplotlib.use("svg")
    matplotlib.rcParams["lines.linewidth"] = 17
    numpy.seterr(all="raise")

for name in ("numpy", "matplotlib", "logging", "random"):
    sys.modules.pop(name, None)
guarded(plugin)

import logging, random, numpy, matplotlib
assert not logging.root.handlers and logging.root.level == logging.WARNING
assert random.random() != random.Random(1).random()
assert numpy.random.random() != numpy.random.RandomState(1).random()
assert matplotlib.rcParams["lines.linewidth"] == matplotlib.rcParamsDefault["lines.linewidth"]
assert matplotlib.rcParams._get("backend") == matplotlib.rcParamsOrig._get("backend")
assert numpy.geterr()["over"] == "warn"
print("as after a fresh import")
"""


def test_a_library_that_a_plugin_is_the_first_to_import_is_as_after_a_fresh_import() -> None:
    done = subprocess.run([sys.executable, "-c", LATE], capture_output=True, text=True, check=False)
    assert done.stdout == "as after a fresh import\n", done.stderr


def test_the_guard_imports_neither_numpy_nor_matplotlib() -> None:
    code = (
        "import sys; from nnplug.core.loader.guard import guarded; guarded(int); "
        "print({'numpy', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "set()\n", done.stderr
