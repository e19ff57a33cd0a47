"""Wraps a hook, to change what the others give."""

from collections.abc import Generator
from typing import Any

import nnplug


@nnplug.hookimpl(wrapper=True)
def nnplug_activations() -> Generator[None, Any, Any]:
    given = yield
    return {**given, "relu": "a_module_that_nobody_has:ReLU"}
