"""The page on the labs' results says what its script measured, and that is as good as reported."""

import importlib.util
import json
import sys
from pathlib import Path
from statistics import median
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "theory" / "lab-results.md"
MEASURED = ROOT / "benchmarks" / "lab_results.json"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    path = ROOT / "benchmarks" / "lab_results.py"
    spec = importlib.util.spec_from_file_location("lab_results", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["lab_results"] = module
    spec.loader.exec_module(module)
    return module


def measured() -> dict[tuple[str, str], dict[str, list[float]]]:
    scores = json.loads(MEASURED.read_text(encoding="utf-8"))
    return {(cell.split()[0], cell.split()[1]): values for cell, values in scores.items()}


def test_the_page_shows_the_measured_table(script: ModuleType) -> None:
    table = "\n".join(script.grid_table(measured()))
    assert table in PAGE.read_text(encoding="utf-8")


def test_every_cell_is_at_least_as_good_as_report_b(script: ModuleType) -> None:
    found = measured()
    assert found.keys() == script.REPORT_B.keys()
    for cell, reported in script.REPORT_B.items():
        assert len(found[cell]["train"]) == 8
        assert median(found[cell]["train"]) >= reported, cell


def test_the_recipe_of_the_page_is_the_scripts(script: ModuleType) -> None:
    text = PAGE.read_text(encoding="utf-8")
    recipe = script.RECIPE
    dims = " ".join(map(str, recipe["hidden_dims"]))
    for flag in (
        f"--hidden-dims {dims}",
        f"--optimizer {recipe['optimizer']}",
        f"--schedule {recipe['schedule']}",
        f"--batch-size {recipe['batch_size']}",
        f"--epochs {script.EPOCHS}",
    ):
        assert flag in text


def test_one_cell_is_measured_again(script: ModuleType) -> None:
    # silu on the chessboard is the cell that report B could not learn: 0.5150
    *_, train, held = script.train_one(("chessboard", "silu", 0, 200))
    assert train > 0.9
    assert held > 0.9


@pytest.mark.parametrize(
    ("lab", "least"),
    [("A, xor, bce", 1.0), ("C, linear, mse", 1.0), ("no activation, xor", 11 / 21)],
)
def test_the_small_networks_are_measured_again(
    script: ModuleType, lab: str, least: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    accuracy = script.accuracy(script.SMALL[lab], 0)
    assert accuracy >= least
    if lab.startswith("no activation"):
        assert accuracy == pytest.approx(least)
