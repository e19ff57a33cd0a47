"""nnplug: neural networks in NumPy where every component is a plugin.

    result = nnplug.train(dataset="xor", activation="relu", optimizer="adam:lr=0.01")

Importing nnplug imports no NumPy; each name below is imported at first use.
"""

from typing import TYPE_CHECKING

from nnplug.core import PUBLIC as _CORE
from nnplug.core.lazy import lazily as _lazily

if TYPE_CHECKING:
    from nnplug.comparison.api import compare as compare
    from nnplug.comparison.records import Comparison as Comparison
    from nnplug.core import CONTRACT as CONTRACT
    from nnplug.core import Activation as Activation
    from nnplug.core import Array as Array
    from nnplug.core import Callback as Callback
    from nnplug.core import Chain as Chain
    from nnplug.core import Context as Context
    from nnplug.core import Data as Data
    from nnplug.core import Dataset as Dataset
    from nnplug.core import Evaluate as Evaluate
    from nnplug.core import Gradients as Gradients
    from nnplug.core import Initializer as Initializer
    from nnplug.core import Layer as Layer
    from nnplug.core import Loss as Loss
    from nnplug.core import Optimizer as Optimizer
    from nnplug.core import Parameter as Parameter
    from nnplug.core import Parameters as Parameters
    from nnplug.core import RunView as RunView
    from nnplug.core import Schedule as Schedule
    from nnplug.core import SettingsError as SettingsError
    from nnplug.core import Shape as Shape
    from nnplug.core import Views as Views
    from nnplug.core import hookimpl as hookimpl
    from nnplug.core.errors import DivergedError as DivergedError
    from nnplug.core.errors import NnplugError as NnplugError
    from nnplug.core.registry import Registry as Registry
    from nnplug.engine.network import Network as Network
    from nnplug.engine.rerun import rerun as rerun
    from nnplug.engine.result import Model as Model
    from nnplug.engine.result import Result as Result
    from nnplug.engine.resume import resume as resume
    from nnplug.engine.train import load as load
    from nnplug.engine.train import train as train

__version__ = "0.1.0"

PUBLIC = {
    **_CORE,
    "Comparison": "nnplug.comparison.records",
    "DivergedError": "nnplug.core.errors",
    "Model": "nnplug.engine.result",
    "Network": "nnplug.engine.network",
    "NnplugError": "nnplug.core.errors",
    "Registry": "nnplug.core.registry",
    "Result": "nnplug.engine.result",
    "compare": "nnplug.comparison.api",
    "load": "nnplug.engine.train",
    "rerun": "nnplug.engine.rerun",
    "resume": "nnplug.engine.resume",
    "train": "nnplug.engine.train",
}
"""The public names, and the module of each."""

__all__ = [*PUBLIC]

__getattr__, __dir__ = _lazily(__name__, PUBLIC)
