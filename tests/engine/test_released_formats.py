"""Run folders of every released format: loaded, predicted with, trained on, and listed."""

import json
import shutil
import sys
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core.errors import RunFileError
from nnplug.engine.files import FORMAT
from nnplug.engine.runs import details, look
from nnplug.engine.saved import read_saved

DATA = Path(__file__).parents[1] / "data"
FOLDERS = sorted(path for path in DATA.glob("format-*/*") if path.is_dir())
NEAR = {"float64": 1e-6, "float32": 1e-3}
"""How near the numbers must be: the last digits are those of a library that adds in its order."""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = spec_from_file_location("make_run_folders", DATA / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["make_run_folders"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(params=FOLDERS, ids=lambda path: f"{path.parent.name}-{path.name}")
def folder(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand beside a copy of a folder."""
    source: Path = request.param
    shutil.copytree(source, tmp_path / source.name)
    shutil.copy(source.parent / "table.csv", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path / source.name


def expected(folder: Path, script: ModuleType) -> Any:
    source = next(path for path in FOLDERS if path.name == folder.name)
    return json.loads((source.parent / "expected.json").read_text())[folder.name]


def near(found: Any, wanted: Any, dtype: str) -> None:
    np.testing.assert_allclose(found, wanted, rtol=NEAR[dtype], atol=NEAR[dtype])


def test_there_are_folders_of_every_format() -> None:
    formats = {path.parent.name for path in FOLDERS}
    assert formats == {f"format-{number}" for number in range(1, FORMAT + 1)}


def test_it_predicts_what_it_predicted(folder: Path, script: ModuleType) -> None:
    wanted = expected(folder, script)
    model = nnplug.load(folder, script.registry())
    assert model.epoch == wanted["epoch"]
    assert model.notes == ()
    near(model.predict(script.inputs(folder.name)), wanted["predicted"], str(model.network.dtype))


def test_it_is_trained_to_its_end(folder: Path, script: ModuleType) -> None:
    wanted = expected(folder, script)
    result = nnplug.resume(folder, registry=script.registry())
    assert result.epochs == script.RUNS[folder.name][0]["epochs"]
    near(result.predict(script.inputs(folder.name)), wanted["finally"], str(result.network.dtype))


def test_it_is_done_again(folder: Path, script: ModuleType) -> None:
    again = nnplug.rerun(folder, registry=script.registry())
    assert again.epochs == expected(folder, script)["epoch"]
    for apart in again.curves.values():
        assert apart.missing == 0


def test_it_is_listed_without_its_plugins(folder: Path, script: ModuleType) -> None:
    alone = nnplug.Registry(discover=lambda: ())
    assert look(folder).is_run
    found = details(folder, alone)
    size = read_saved(folder / "model.npz").arrays["w"].size
    assert sum(layer["size"] for layer in found["layers"]) == size
    missing = {one["hint"] for one in found["missing"]}
    hints = {f"type: pip install {name}=={version}" for name, version in script.PACKAGES.items()}
    assert missing == (hints if folder.name == "plugins" else set())
    if missing:
        with pytest.raises(RunFileError, match=r"needs activation 'mish' of nnplug-mish 0.2"):
            nnplug.load(folder, alone)


def test_what_is_to_be_installed_before_it_is_trained_on_is_said(
    folder: Path, script: ModuleType
) -> None:
    if folder.name != "plugins":
        return
    for function in (nnplug.resume, nnplug.rerun):
        with pytest.raises(RunFileError, match="plugins: no activation is called 'mish'") as caught:
            function(folder, registry=nnplug.Registry(discover=lambda: ()))
        names = " ".join(f"{name}=={version}" for name, version in script.PACKAGES.items())
        assert caught.value.hint == f"type: pip install {names}"


def test_packages_of_other_versions_are_noted(folder: Path, script: ModuleType) -> None:
    newer = dict.fromkeys(script.PACKAGES, "9.9")
    model = nnplug.load(folder, script.registry(newer))
    if folder.name != "plugins":
        assert model.notes == ()
        return
    assert "activation 'mish' was that of nnplug-mish 0.2, and is that of 9.9 here" in model.notes
    assert len(model.notes) == 3


def _keys(value: Any, where: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from _keys(one, f"{where}.{key}")
    elif isinstance(value, list) and value:
        yield from _keys(value[0], f"{where}[]")
    else:
        yield where


def test_what_is_written_today_is_of_the_last_format(script: ModuleType, tmp_path: Path) -> None:
    # Where this fails, the format has changed: a released one needs a new number then.
    (tmp_path / "table.csv").write_text(script.TABLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        script.make(tmp_path / "now", {})
    for name in script.RUNS:
        one, other = (
            read_saved(parent / name / "model.npz")
            for parent in (tmp_path / "now", DATA / f"format-{FORMAT}")
        )
        assert set(_keys(one.meta)) == set(_keys(other.meta)), name
        assert set(one.arrays) == set(other.arrays), name
