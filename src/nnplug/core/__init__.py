"""What a component is and how it is found: all that a plugin may use.

Names are imported at first use: the command line reads errors and kinds without NumPy.
"""

from typing import TYPE_CHECKING

from nnplug.core.lazy import lazily

if TYPE_CHECKING:
    from nnplug.core.activation import Activation as Activation
    from nnplug.core.array import Array as Array
    from nnplug.core.array import Gradients as Gradients
    from nnplug.core.array import Shape as Shape
    from nnplug.core.array import Views as Views
    from nnplug.core.callback import Callback as Callback
    from nnplug.core.callback import RunView as RunView
    from nnplug.core.chain import Chain as Chain
    from nnplug.core.contract import CONTRACT as CONTRACT
    from nnplug.core.dataset import Data as Data
    from nnplug.core.dataset import Dataset as Dataset
    from nnplug.core.errors import SettingsError as SettingsError
    from nnplug.core.hooks import hookimpl as hookimpl
    from nnplug.core.initializer import Initializer as Initializer
    from nnplug.core.layer import Context as Context
    from nnplug.core.layer import Layer as Layer
    from nnplug.core.layer import Parameter as Parameter
    from nnplug.core.layer import Parameters as Parameters
    from nnplug.core.loss import Loss as Loss
    from nnplug.core.optimizer import Evaluate as Evaluate
    from nnplug.core.optimizer import Optimizer as Optimizer
    from nnplug.core.schedule import Schedule as Schedule

PUBLIC = {
    "Activation": "nnplug.core.activation",
    "Array": "nnplug.core.array",
    "CONTRACT": "nnplug.core.contract",
    "Callback": "nnplug.core.callback",
    "Chain": "nnplug.core.chain",
    "Context": "nnplug.core.layer",
    "Data": "nnplug.core.dataset",
    "Dataset": "nnplug.core.dataset",
    "Evaluate": "nnplug.core.optimizer",
    "Gradients": "nnplug.core.array",
    "Initializer": "nnplug.core.initializer",
    "Layer": "nnplug.core.layer",
    "Loss": "nnplug.core.loss",
    "Optimizer": "nnplug.core.optimizer",
    "Parameter": "nnplug.core.layer",
    "Parameters": "nnplug.core.layer",
    "RunView": "nnplug.core.callback",
    "Schedule": "nnplug.core.schedule",
    "SettingsError": "nnplug.core.errors",
    "Shape": "nnplug.core.array",
    "Views": "nnplug.core.array",
    "hookimpl": "nnplug.core.hooks",
}
"""The public names of a plugin author, and the module of each."""

__getattr__, __dir__ = lazily(__name__, PUBLIC)
