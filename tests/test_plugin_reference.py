"""The reference for plugin authors has every hook, method and fact as the code has them."""

import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

import nnplug
from contract_text import (
    declared_facts,
    declared_fields,
    hook_signatures,
    lines,
    methods,
    needs,
    next_version,
)
from documents import ROOT
from nnplug.core.contract import CONTRACT
from nnplug.core.kinds import KINDS
from nnplug.core.registry import default_registry
from nnplug.testing import all_checks, checks_for, run_checks

PLUGINS = ROOT / "docs" / "plugins"
CONTRACTS = sorted(PLUGINS.glob("contract-*.txt"))
EVERY_KIND = pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
FACT = re.compile(r"^\| `(\w+)` \| `(.+?)` \| (.+) \| ([A-Z]\d+) \|$", re.M)


def read(page: str) -> str:
    return (PLUGINS / page).read_text(encoding="utf-8")


def section(kind: Any) -> str:
    """Return what the contracts' page says of a kind."""
    after = read("contracts.md").split(f"\n## {kind.contract_name}\n")[1]
    return after.split("\n## ")[0]


def test_every_hook_has_a_heading_with_its_signature() -> None:
    headings = re.findall(r"^### `(nnplug_.+)`$", read("hooks.md"), re.M)
    assert headings == [f"{name}{text}" for name, text in hook_signatures().items()]


@EVERY_KIND
def test_every_method_has_a_heading_with_its_signature(kind: Any) -> None:
    headings = re.findall(r"^### `(.+)`$", section(kind), re.M)
    assert headings == [f"{name}{text}" for name, text in methods(kind.contract)]


@EVERY_KIND
def test_every_fact_has_a_row_with_its_type_and_default(kind: Any) -> None:
    rows = [(name, text.replace("\\|", "|")) for name, text, _, _ in FACT.findall(section(kind))]
    assert rows == declared_facts(kind.contract)


@EVERY_KIND
def test_every_field_of_a_contract_stands_there(kind: Any) -> None:
    for name, text in declared_fields(kind.contract):
        assert f"the field `{name}: {text}`" in section(kind)


@EVERY_KIND
def test_every_check_of_a_kind_is_named_and_no_other(kind: Any) -> None:
    own = {check.id for check in checks_for(kind.name) if check.kinds == (kind.name,)}
    text = section(kind)
    named = set(re.findall(r"\b[A-Z]\d+\b", text))
    assert own <= named
    assert named <= {check.id for check in checks_for(kind.name)}


def test_the_checks_of_every_kind_are_named() -> None:
    text = read("contracts.md").split("## Every component")[1].split("\n## ")[0]
    every = {check.id for check in all_checks() if check.id.startswith("C")}
    assert every - set(re.findall(r"\bC\d\b", text)) == {"C1"}  # it looks at the package


@EVERY_KIND
def test_the_overview_says_what_a_kind_must_write_and_may_declare(kind: Any) -> None:
    (row,) = re.findall(rf"^\| \[{kind.name}\].*$", read("contracts.md"), re.M)
    _, must, may, facts = [cell.split("`")[1::2] for cell in row.split("|")[1:-1]]
    assert must == re.findall(r"\w+", re.sub(r"\bor\b", "", needs(kind.contract)))
    assert facts == [name for name, _ in declared_facts(kind.contract)]
    derived = {"backward"} if kind.name == "activation" else set()  # it has it for nothing
    assert {*must, *may} == {name for name, _ in methods(kind.contract)} | derived


LIES: dict[str, tuple[str, str, Any]] = {
    "differentiable_input": ("layer", "indices", True),
    "independent_rows": ("layer", "batch_norm", True),
    "kinks": ("activation", "relu", ()),
    "range": ("activation", "tanh", (0.0, 1.0)),
    "monotonic": ("activation", "silu", True),
    "initializer": ("activation", "tanh", "nowhere"),
    "tasks": ("loss", "mse", ("regression", "nothing")),
    "link": ("loss", "bce", "tanh"),
    "target_range": ("loss", "bce", None),
    "zero_at_target": ("loss", "bce", True),
    "slots": ("optimizer", "adam", ("m",)),
    "scope": ("optimizer", "muon", "element"),
    "own_decay": ("optimizer", "adamw", False),
    "fixed": ("dataset", "xor", False),
}
"""For each fact a component that does not keep it."""


def test_every_fact_has_a_lie() -> None:
    assert list(LIES) == [
        name for kind in KINDS.values() for name, *_ in FACT.findall(section(kind))
    ]


@pytest.mark.parametrize("fact", LIES)
def test_a_false_claim_fails_the_check_that_the_reference_names(fact: str) -> None:
    kind, name, value = LIES[fact]
    (check,) = [id for one, _, _, id in FACT.findall(section(KINDS[kind])) if one == fact]
    honest: Any = Indices if name == "indices" else default_registry().get(kind, name)
    liar = type("Liar", (honest,), {fact: value, "__module__": __name__})
    honest_results, results = (run_checks(one, only=check) for one in (honest, liar))
    assert not [result.text for result in honest_results if result.failed]
    assert [result.id for result in results if result.failed] == [check]


class Indices(nnplug.Layer):
    """Rows of a table, y = W[x], for whole numbers x: a small embedding."""

    differentiable_input = False

    def parameters(self, in_shape: nnplug.Shape) -> nnplug.Parameters:
        (n,) = in_shape
        return {"W": nnplug.Parameter((4, n), init="normal")}

    def forward(self, x: Any, p: Any, ctx: Any) -> tuple[Any, Any]:
        index = x.astype(int)
        return np.take_along_axis(p["W"], index, axis=-2), index

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Any) -> Any:
        one_hot = cache[..., None, :] == np.arange(4)[:, None]
        g["W"] = (one_hot * dy[..., None, :]).sum(axis=-3)
        return np.zeros_like(dy)

    def sample_input(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Any:
        return rng.integers(0, 4, shape).astype(float)


def test_the_contract_is_that_of_its_version() -> None:
    page = PLUGINS / f"contract-{'.'.join(map(str, CONTRACT))}.txt"
    written = page.read_text(encoding="utf-8").splitlines()
    wanted = next_version(written, lines())
    assert lines() == written, (
        f"the contract has changed, and is now {wanted[0]}.{wanted[1]}: say so in "
        "nnplug/core/contract.py and docs/plugins/changes.md, and write the file of that version "
        "with tests/contract_text.py; only the file of a version that is not released yet may be "
        "written again"
    )


def test_each_version_of_the_contract_follows_from_the_one_before() -> None:
    versions = {
        tuple(map(int, path.stem.removeprefix("contract-").split("."))): path for path in CONTRACTS
    }
    ordered = sorted(versions)
    assert ordered[-1] == CONTRACT
    for old, new in pairwise(ordered):
        before, after = (versions[v].read_text(encoding="utf-8").splitlines() for v in (old, new))
        assert new == next_version(before, after, old)


def test_what_is_added_raises_the_second_number_and_what_is_taken_away_the_first() -> None:
    now = lines()
    assert next_version(now, now, (1, 4)) == (1, 4)
    assert next_version(now, list(reversed(now)), (1, 4)) == (1, 4)
    assert next_version(now, [*now, "hook nnplug_metrics()"], (1, 4)) == (1, 5)
    assert next_version(now, now[1:], (1, 4)) == (2, 0)
    changed = [line.replace("z: Array", "x: Array") for line in now]
    assert next_version(now, changed, (1, 4)) == (2, 0)


def test_the_contract_says_what_the_public_classes_have() -> None:
    found = set(lines())
    assert "hook nnplug_losses() -> Mapping[str, type[Loss] | str]" in found
    assert "Activation must write forward; derivative or backward" in found
    assert 'Optimizer.scope: Literal["element", "parameter", "network"] = "element"' in found
    assert "Data.weights: Array | None = None" in found
    assert "Context.needs_input_grad" in found
    assert 'RunView.metrics(self, part: str = "train") -> dict[str, float]' in found
    assert len(found) == len(lines())


def test_the_page_of_changes_has_every_version() -> None:
    rows = re.findall(r"^\| (\d+\.\d+) \| (\S+) \|", read("changes.md"), re.M)
    assert [version for version, _ in rows] == [p.stem.removeprefix("contract-") for p in CONTRACTS]
