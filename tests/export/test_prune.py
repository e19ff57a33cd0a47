"""Pruning: what predicting does not need goes, and the rest stays as it was written."""

import textwrap

import pytest

from nnplug.export.prune import prune
from nnplug.export.source import ABSENT

KNOWN = {("ctx", "training"): False, ("self", "mode"): "mean", ("self", "size"): 3}


def pruned(body: str, *, layer: bool = True) -> str:
    text = f"def forward(self, x: Array, p: Views, ctx) -> Array:\n{textwrap.indent(body, '    ')}"
    text = prune(text, lambda *name: KNOWN.get(name, ABSENT), layer=layer)
    header, _, rest = text.partition("\n")
    assert header == "def forward(self, x, p, ctx):"
    return textwrap.dedent(rest).rstrip()


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("return x, None", "return x"),
        ("return (x + 1, (x, p))", "return x + 1"),
        ("return (x + 1) * 2, x", "return (x + 1) * 2"),
        ("return (\n    x\n    + 1,\n    None,\n)", "return (x\n    + 1)"),
        ("out = x, None\nreturn out", "out = x, None\nreturn (out)[0]"),
        ("return go(x,\n          p)", "return (go(x,\n          p))[0]"),
        ('"""What it does."""\nreturn x, x', "return x"),
        ("y: Array = x\nreturn y, x", "y = x\nreturn y"),
        ("y: Array\ny = x\nreturn y, x", "y = x\nreturn y"),
        ("def f(a: int, *, b: int = 2) -> float:\n    return a, b\nreturn f(x), x",
         "def f(a, *, b = 2):\n    return a, b\nreturn f(x)"),
        ("def f(a: int) -> float:\n    return a, b\nreturn f(x), x",
         "def f(a):\n    return a, b\nreturn f(x)"),
        ("# so\ny = 2 * x  # twice\nreturn y, x", "# so\ny = 2 * x  # twice\nreturn y"),
    ],
)  # fmt: skip
def test_the_cache_the_docstring_and_annotations_go(body: str, kept: str) -> None:
    assert pruned(body) == kept


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("if ctx.training:\n    x = drop(x)\nreturn x, None", "return x"),
        ("if not ctx.training:\n    return x, None\nreturn drop(x), None", "return x"),
        ("if ctx.training:\n    y = 1\nelse:\n    # here\n    y = x\nreturn y, None",
         "y = x\nreturn y"),
        ("if ctx.training and x.any():\n    y = 1\nelif self.size > 2:\n    y = x\nelse:\n"
         "    y = 3\nreturn y, 0", "y = x\nreturn y"),
        ("if ctx.training:\n    y = 1\nelif x.any():\n    y = x\nelse:\n    y = 3\nreturn y, 0",
         "if x.any():\n    y = x\nelse:\n    y = 3\nreturn y"),
        ("if x.any():\n    y = 1\nelif ctx.training:\n    y = 2\nelse:\n    y = 3\nreturn y, 0",
         "if x.any():\n    y = 1\nelse:\n    y = 3\nreturn y"),
        ("if x.any():\n    y = 1\nelif self.size == 3:\n    y = 2\nelse:\n    y = 3\nreturn y, 0",
         "if x.any():\n    y = 1\nelse:\n    y = 2\nreturn y"),
        ("if x.any():\n    y = 1\nelif ctx.training:\n    y = 2\nelif x.all():\n    y = 3\n"
         "return y, 0",
         "if x.any():\n    y = 1\nelif x.all():\n    y = 3\nreturn y"),
        ("if x.any():\n    return 1, 2\nelif ctx.training:\n    return 2, 2\nreturn x, 0",
         "if x.any():\n    return 1\nreturn x"),
        ("if x.any():\n    return 1, 2\nelif not ctx.training:\n    return x, 2\nreturn 3, 0",
         "if x.any():\n    return 1\nelse:\n    return x"),
        ("if self.mode == 'mean':\n    if ctx.training:\n        y = 1\n    else:\n        y = x\n"
         "return y, 0", "y = x\nreturn y"),
        ("if self.mode != 'mean' or ctx.training:\n    return 1, 2\nreturn x, 0", "return x"),
        ("if 1 < self.size <= 3:\n    return x, 0\nreturn 2, 0", "return x"),
        ("if self.other:\n    return x, 0\nreturn 2 * x, 0",
         "if self.other:\n    return x\nreturn 2 * x"),
        ("s = (1 if ctx.training else x) * 2\nreturn s, 1", "s = (x) * 2\nreturn s"),
        ("for i in p:\n    if ctx.training:\n        continue\n    x = x + i\nreturn x, None",
         "for i in p:\n    x = x + i\nreturn x"),
        ("if ctx.training: x = 1\nreturn x, 2", "if ctx.training: x = 1\nreturn x"),
        ('if not ctx.training:\n    y = """a\n      b"""\n    x = x + len(y)\nreturn x, 0',
         'if True:\n    y = """a\n      b"""\n    x = x + len(y)\nreturn x'),
    ],
)  # fmt: skip
def test_what_is_decided_beforehand_is_decided(body: str, kept: str) -> None:
    assert pruned(body) == kept


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("cache = (x, p)\nreturn x, cache", "return x"),
        ("# for backward\ncache = Cache(x)\ny = 2 * x\nreturn y, cache", "y = 2 * x\nreturn y"),
        ("a = x.mean()\nb = a + 1\nreturn x, b", "return x"),
        ("a = 1; b = 2  # so\nreturn x + b, 0", "pass; b = 2  # so\nreturn x + b"),
        ("m, v, n = 1, 2, 3\nreturn x * m, n", "m, v, n = 1, 2, 3\nreturn x * m"),
        ("x += 1\nreturn x, 0", "x += 1\nreturn x"),
        ("y = np.empty(3)\ny[0] = 2\nreturn y, 0", "y = np.empty(3)\ny[0] = 2\nreturn y"),
    ],
)  # fmt: skip
def test_what_nobody_reads_is_not_computed(body: str, kept: str) -> None:
    assert pruned(body) == kept


def test_headers_of_any_form_become_one_line() -> None:
    text = """\
@np.errstate(over="ignore")
def forward(
    self, x: "dict[str, int]", *,
    k: Callable[[int], str] = lambda a: a,  # as it was
) -> tuple[A, B]:  # a comment
    return x
"""
    assert prune(text, lambda *_: ABSENT, layer=False) == (
        "def forward(self, x, *, k=lambda a: a):\n    return x\n"
    )
    assert prune("def f(x): return x + 1\n", lambda *_: ABSENT, layer=False) == (
        "def f(x):\n    return x + 1\n"
    )


def test_text_that_is_not_ascii_keeps_its_places() -> None:
    body = "β: Array = 'ü' * len(x); ψ = β\nreturn (ψ if self.size else β), x  # ε"
    assert pruned(body) == "β = 'ü' * len(x); ψ = β\nreturn ψ  # ε"
