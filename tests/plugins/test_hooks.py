"""The hooks of the built-ins, and what holds for every component that they give."""

import inspect
import re
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest

from nnplug import plugins
from nnplug.core.component import contract_faults, summary
from nnplug.core.kinds import KINDS

ENTRIES = [
    (kind.name, name, target)
    for kind in KINDS.values()
    for name, target in getattr(plugins, kind.hook)().items()
]
FOLDER = Path(plugins.__file__).parent
MODULES = [
    ".".join(("nnplug.plugins", *path.relative_to(FOLDER).with_suffix("").parts)).removesuffix(
        ".__init__"
    )
    for path in sorted(FOLDER.rglob("*.py"))
]
NAMES = {
    "layer": "linear dropout flatten residual prelu batch_norm layer_norm",
    "activation": "sigmoid tanh relu leaky_relu silu gelu elu selu softplus softsign hard_tanh exp "
    "softmax identity",
    "loss": "mse mae huber log_cosh poisson hinge bce cross_entropy",
    "optimizer": "gd sgd momentum nesterov adagrad adadelta rmsprop adam adamw nadam muon l_bfgs",
    "initializer": "he xavier lecun orthogonal normal uniform constant zeros",
    "schedule": "constant cosine warmup_cosine one_cycle step exponential",
    "callback": "early_stopping jsonl stop_at tensorboard",
    "dataset": "linear xor chessboard quadrants circles moons spirals blobs sine plane bumps table",
}
OUTSIDE = {"table": "nnplug.tables.dataset"}
"""The built-in that stands elsewhere, for `--data` reads tables too."""

LONGER = {"gelu": 70, "jsonl": 90, "l_bfgs": 100, "table": 80, "tensorboard": 140}
"""The files of more than 60 lines: what NumPy lacks, a line search, reading and writing files."""

ALIASES = {("activation", "none"): "identity", ("loss", "cross"): "cross_entropy"}

entry = pytest.mark.parametrize(("kind", "name", "target"), ENTRIES)


def load(target: str) -> type:
    module, name = target.split(":")
    found = getattr(import_module(module), name)
    assert isinstance(found, type)
    return found


def test_every_component_is_given() -> None:
    given: dict[str, set[str]] = {}
    for kind, name, _ in ENTRIES:
        given.setdefault(kind, set()).add(name)
    for kind, name in ALIASES:
        given[kind].remove(name)
    assert given == {kind: set(names.split()) for kind, names in NAMES.items()}


def test_an_alias_stands_after_its_name_and_means_the_same_class() -> None:
    for (kind, alias), name in ALIASES.items():
        hook: Mapping[str, str] = getattr(plugins, KINDS[kind].hook)()
        assert hook[alias] == hook[name]
        assert list(hook).index(alias) > list(hook).index(name)


@entry
def test_a_target_is_a_whole_component_of_its_kind(kind: str, name: str, target: str) -> None:
    cls = load(target)
    assert issubclass(cls, KINDS[kind].contract)
    assert contract_faults(cls) == []


@entry
def test_a_component_stands_in_the_file_of_its_name(kind: str, name: str, target: str) -> None:
    module = target.partition(":")[0]
    inside = f"nnplug.plugins.{KINDS[kind].plural}.{ALIASES.get((kind, name), name)}"
    assert module == OUTSIDE.get(name, inside)
    assert load(target).__module__ == module


@entry
def test_a_file_is_short_enough_to_copy(kind: str, name: str, target: str) -> None:
    path = Path(inspect.getfile(load(target)))
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGER.get(name, 60)


@entry
def test_a_docstring_says_formula_shapes_and_source(kind: str, name: str, target: str) -> None:
    cls = load(target)
    assert summary(cls).endswith(".")
    sections = re.findall(r"^    ([A-Z][a-z]+): \S", cls.__doc__ or "", re.MULTILINE)
    assert sections[0] == "Formula"
    assert sections[-2:] == ["Shapes", "Source"]
    second = {
        "layer": ["Gradient"],
        "activation": ["Derivative"],
        "loss": ["Gradient"],
        "optimizer": ["Update"],
        "initializer": ["Distribution"],
        "schedule": [],
        "callback": ["Rule"],
        "dataset": ["Rule"] if name in ("xor", "table") else ["Distribution"],
    }
    assert sections[1:-2] == second[kind]


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_hooks_import_neither_numpy_nor_a_component() -> None:
    code = (
        "import sys\n"
        "from nnplug import plugins\n"
        "from nnplug.core.kinds import KINDS\n"
        "[getattr(plugins, kind.hook)() for kind in KINDS.values()]\n"
        "print([m for m in sys.modules if m == 'numpy' or m.startswith('nnplug.plugins.')])\n"
    )
    assert run(code) == "[]"


def test_every_module_imports_with_nothing_but_core_importable() -> None:
    code = (
        "import sys\n"
        "from importlib import import_module\n"
        "class Wall:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        own = ('nnplug', 'nnplug.core', 'nnplug.plugins')\n"
        "        if name.startswith('nnplug.') and not (\n"
        "            name in own or name.startswith(('nnplug.core.', 'nnplug.plugins.'))\n"
        "        ):\n"
        "            raise ImportError(f'{name} is behind the wall')\n"
        "sys.meta_path.insert(0, Wall())\n"
        f"for name in {MODULES!r}:\n"
        "    import_module(name)\n"
        "try:\n"
        "    import nnplug.engine\n"
        "except ImportError as error:\n"
        "    print(error)\n"
    )
    assert run(code) == "nnplug.engine is behind the wall"
