"""Has a hook that raises."""

from typing import Any

import nnplug


@nnplug.hookimpl
def nnplug_activations() -> Any:
    return {"cube": {}["the class that was to be here"]}
