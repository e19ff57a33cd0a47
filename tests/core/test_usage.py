"""What to type to try a component."""

import pytest

from nnplug.core.registry import Registry
from nnplug.core.usage import trial


@pytest.mark.parametrize(
    ("kind", "name", "command"),
    [
        ("activation", "relu", "nnplug train --activation relu"),
        ("activation", "my-package:relu", "nnplug train --activation my-package:relu"),
        ("layer", "dropout", 'nnplug train --layers "linear:units=8 dropout relu"'),
        ("layer", "linear", 'nnplug train --layers "linear:units=8 linear:units=8 relu"'),
        (
            "layer",
            "residual",
            'nnplug train --layers "linear:units=8 residual[linear:units=8 tanh] relu"',
        ),
        ("loss", "bce", "nnplug train --loss bce"),
        ("loss", "poisson", "nnplug train --loss poisson --dataset bumps"),
        ("initializer", "he", "nnplug train --init he"),
    ],
)
def test_a_trial_names_what_is_required(kind: str, name: str, command: str) -> None:
    cls = Registry(only=()).get(kind, name.rpartition(":")[2])
    assert trial(kind, name, cls) == command
