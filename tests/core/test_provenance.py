"""Whose formula an exception came from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnplug
from nnplug.core import Activation, Chain, Context, Layer
from nnplug.core.chain import ActivationLayer
from nnplug.core.errors import ComponentError, SpecError
from nnplug.core.loader.plugin import Found
from nnplug.core.provenance import blame, blamed, failing_component
from nnplug.core.registry import Registry

REGISTRY = Registry(discover=list)


class Bad(Activation):
    """Fails in a helper, and so not in a frame of its own."""

    def forward(self, z: Any) -> Any:
        return helper(z)

    def derivative(self, z: Any, y: Any) -> Any:
        return z


class Short(Layer):
    """Returns y alone, where (y, cache) is due."""

    def forward(self, x: Any, p: Any, ctx: Any) -> Any:
        return x[:, 0]

    def backward(self, dy: Any, cache: Any, p: Any, g: Any, ctx: Any) -> Any:
        return dy


def helper(z: Any) -> Any:
    return z @ np.zeros(7)


def caught(function: Callable[[], Any]) -> BaseException:
    with pytest.raises(Exception) as info, blamed(REGISTRY):  # noqa: PT011 - which one is not the point
        function()
    return info.value


def run(*layers: Any) -> Any:
    chain = Chain(tuple(layers))
    nothing: Any = {str(i): {} for i in range(len(layers))}
    return chain.forward(np.zeros((3, 2)), nothing, Context("", (2,)))


def test_an_exception_names_the_component_that_it_came_from() -> None:
    error = caught(lambda: Bad().forward(np.zeros(3)))
    assert error.__notes__ == [f"in activation 'Bad' from {__name__}"]


def test_the_innermost_component_is_named() -> None:
    error = caught(lambda: run(ActivationLayer(Bad())))
    assert error.__notes__ == [f"in activation 'Bad' from {__name__}"]


def test_what_only_the_chain_noticed_is_blamed_on_the_layer() -> None:
    error = caught(lambda: run(Short()))
    assert error.__notes__ == [f"in layer 'Short' from {__name__}"]


def test_a_package_and_its_version_are_named(package: Callable[[str], list[Found]]) -> None:
    registry = Registry(discover=lambda: package("nnplug-mish"))
    mish = registry.build("activation", "mish")
    with pytest.raises(TypeError) as info, blamed(registry):
        mish.forward("no numbers")
    assert info.value.__notes__ == ["in activation 'mish' from nnplug-mish 0.2"]


def test_the_note_is_added_once() -> None:
    def twice() -> None:
        with blamed(REGISTRY), blamed(REGISTRY):
            Bad().forward(np.zeros(3))

    assert len(caught(twice).__notes__) == 1


def test_an_exception_from_elsewhere_has_no_note() -> None:
    assert not hasattr(caught(lambda: helper(np.zeros(3))), "__notes__")


def test_a_cause_is_asked_where_the_error_passed_through_no_component() -> None:
    def wrapped() -> None:
        try:
            Bad().forward(np.zeros(3))
        except ValueError as error:
            raise RuntimeError("the run failed") from error

    assert caught(wrapped).__notes__ == [f"in activation 'Bad' from {__name__}"]


def test_a_spec_error_names_its_component_itself() -> None:
    error = caught(lambda: REGISTRY.build("activation", "leaky_relu:slope=-1"))
    assert isinstance(error, SpecError)
    assert not hasattr(error, "__notes__")


def test_no_exception_no_note() -> None:
    with blamed(REGISTRY):
        pass
    assert failing_component(ValueError()) is None
    error = ValueError()
    blame(error, REGISTRY)
    assert not hasattr(error, "__notes__")


class Gone(BaseException):
    """What `except Exception` does not see."""


class Ends(Activation):
    """Ends the program, or would."""

    how: str = "exit"

    def forward(self, z: Any) -> Any:
        raise {"exit": SystemExit(0), "gone": Gone("for good"), "user": KeyboardInterrupt}[self.how]

    def derivative(self, z: Any, y: Any) -> Any:
        return z


@pytest.mark.parametrize(
    ("how", "said"), [("exit", "it exits Python (SystemExit: 0)"), ("gone", "Gone: for good")]
)
def test_what_would_end_the_program_becomes_an_error(how: str, said: str) -> None:
    error = caught(lambda: Ends(how).forward(np.zeros(3)))
    assert isinstance(error, ComponentError)
    assert error.message == f"activation 'Ends' from {__name__}: {said}"
    assert error.__cause__ is not None
    assert not hasattr(error, "__notes__")


def test_ctrl_c_and_what_no_component_raised_pass_as_they_are() -> None:
    with pytest.raises(KeyboardInterrupt), blamed(REGISTRY):
        Ends("user").forward(np.zeros(3))
    with pytest.raises(SystemExit), blamed(REGISTRY):
        raise SystemExit(2)


def test_a_method_that_takes_too_little_is_named(tmp_path: Path) -> None:
    path = tmp_path / "short.py"
    path.write_text(SHORT)
    registry = Registry(extra=[str(path)], discover=lambda: ())
    with pytest.raises(TypeError) as raised:
        nnplug.train(activation="short", epochs=1, registry=registry)
    assert "activation 'short' from short.py" in " ".join(raised.value.__notes__)


SHORT = """
import numpy as np
import nnplug


class Short(nnplug.Activation):
    def forward(self, z):
        return z.copy()

    def derivative(self, z):
        return np.ones_like(z)


@nnplug.hookimpl
def nnplug_activations():
    return {"short": Short}
"""
