"""What the tests of the built-in components share."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from nnplug.core import Context, Optimizer


class Gradients(dict[str, Any]):
    """Copies what a layer writes, and refuses another shape or dtype, as the engine does."""

    def __setitem__(self, name: str, value: Any) -> None:
        target = self[name]
        assert value.shape == target.shape
        assert value.dtype == target.dtype
        target[...] = value


@pytest.fixture
def gradients() -> Callable[..., Any]:
    def make(p: dict[str, Any]) -> Any:
        return Gradients(
            {k: make(v) if isinstance(v, dict) else np.full_like(v, np.nan) for k, v in p.items()}
        )

    return make


@pytest.fixture
def context() -> Callable[..., Context]:
    def make(in_shape: tuple[int, ...], *, seed: int = 0, **options: Any) -> Context:
        return Context("0", in_shape, rng=np.random.default_rng(seed), **options)

    return make


@pytest.fixture(scope="session")
def update() -> Callable[..., Any]:
    def step(optimizer: Optimizer, w: Any, g: Any, lr: Any, t: int, slots: list[Any]) -> Any:
        """Return the new w; the list of slots is changed in place."""
        result = optimizer.update(w, g, lr, t, *slots)
        new, *kept = result if isinstance(result, tuple) else (result,)
        assert len(kept) == len(optimizer.slots)
        slots[:] = kept
        return new

    return step
