"""Small trained models, and what is written of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import nnplug
from nnplug.engine.result import Model
from nnplug.export.program import program

Trained = Callable[..., Model]


@pytest.fixture
def trained(tmp_path: Path) -> Trained:
    """Train for a few epochs, save, load."""

    def train(layers: Any = "linear:units=3 tanh", **settings: Any) -> Model:
        settings = {"epochs": 5, "dataset": "moons:n=40", **settings}
        if "hidden_dims" not in settings:
            settings["layers"] = layers
        folder = tmp_path / f"run{len(list(tmp_path.iterdir()))}"
        settings = {name: value for name, value in settings.items() if value is not None}
        registry = settings.get("registry")
        nnplug.train(**settings, save=folder)
        return nnplug.load(folder, registry)

    return train


@pytest.fixture
def run_program() -> Callable[[Model], dict[str, Any]]:
    """Write a model as a program, and return the names that the program defines."""

    def run(model: Model) -> dict[str, Any]:
        names: dict[str, Any] = {"__name__": "predict"}
        text = program(model)
        exec(compile(text, "predict.py", "exec"), names)
        names["text"] = text
        return names

    return run
