from abc import ABC, abstractmethod
from dataclasses import FrozenInstanceError, replace
from functools import cached_property
from typing import Annotated, Any, ClassVar

import numpy as np
import pytest
from annotated_types import Ge, Gt, Lt

from nnplug.core import Activation, Array, Layer, Loss, Optimizer
from nnplug.core.component import contract_faults, facts, summary
from nnplug.core.errors import ContractError, SpecError
from nnplug.core.hyperparameter import hyperparameters


class Leaky(Activation):
    """max(z, 0) + slope * min(z, 0).

    More lines.
    """

    slope: Annotated[float, Ge(0), "the slope left of zero"] = 0.01

    kinks = (0.0,)

    def forward(self, z: Array) -> Array:
        return np.where(z > 0, z, self.slope * z)

    def derivative(self, z: Array, y: Array) -> Array:
        return np.where(z > 0, 1, self.slope).astype(z.dtype)


def test_fields_are_hyperparameters_and_facts_are_not() -> None:
    assert list(hyperparameters(Leaky)) == ["slope"]
    assert hyperparameters(Leaky)["slope"].doc == "the slope left of zero"
    assert {"kinks", "range", "monotonic", "initializer", "kind"} == facts(Leaky)


def test_components_are_equal_by_value_hashable_and_frozen() -> None:
    assert Leaky() == Leaky(0.01)
    assert Leaky() != Leaky(0.2)
    assert len({Leaky(), Leaky(0.01), Leaky(0.2)}) == 2
    with pytest.raises(FrozenInstanceError):
        Leaky().slope = 0.3  # type: ignore[misc]


def test_an_int_is_taken_where_a_float_is_declared() -> None:
    assert isinstance(Leaky(1).slope, float)
    assert isinstance(replace(Leaky(), slope=1).slope, float)
    assert isinstance(Leaky(np.float32(0.5)).slope, float)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [True, "0.5", None, float("nan"), float("inf"), [0.1]])
def test_a_wrong_type_is_refused_with_the_name(value: Any) -> None:
    with pytest.raises(SpecError, match="activation Leaky: slope takes a number"):
        Leaky(value)


def test_a_value_out_of_range_is_refused_with_the_range() -> None:
    with pytest.raises(SpecError, match="slope must be >= 0, not -1"):
        Leaky(-1)


def test_the_docstring_is_the_authors_or_none() -> None:
    assert summary(Leaky) == "max(z, 0) + slope * min(z, 0)."

    class Bare(Leaky):
        pass

    assert Bare.__doc__ is None
    assert summary(Bare) == ""


def test_validate_sees_all_hyperparameters_and_its_error_names_the_component() -> None:
    class Band(Activation):
        low: float = -1.0
        high: float = 1.0

        def validate(self) -> None:
            if self.low >= self.high:
                raise ValueError("low must be below high")

    assert Band(0, 1).high == 1
    with pytest.raises(SpecError, match="activation Band: low must be below high"):
        Band(2, 1)


def define(**members: Any) -> type[Activation]:
    return type("Wrong", (Activation,), members)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"slope": 0.1}, "has no annotation"),
        ({"__init__": lambda self: None}, "writes its own constructor"),
        ({"__post_init__": lambda self: None}, "writes its own constructor"),
        ({"table": cached_property(lambda self: 1)}, "cached_property"),
        ({"__annotations__": {"kinks": tuple[float, ...]}, "kinks": (0.0,)}, "declared fact"),
        ({"__annotations__": {"_slope": float}, "_slope": 0.1}, "public name"),
        ({"__annotations__": {"slope": dict}, "slope": None}, "is declared as dict"),
        ({"__annotations__": {"slope": Any}, "slope": None}, "declared as Any"),
        ({"__annotations__": {"slope": list}, "slope": []}, "mutable default"),
        ({"__annotations__": {"slope": "Missing"}, "slope": 1}, "cannot be read"),
        ({"__annotations__": {"slope": Annotated[float, Gt(0)]}, "slope": 0.0}, "own default"),
    ],
)
def test_what_components_are_not_is_refused_where_it_is_written(
    members: dict[str, Any], message: str
) -> None:
    with pytest.raises(ContractError, match=message) as caught:
        define(**members)
    assert "Wrong" in str(caught.value)


def test_constants_methods_and_private_names_are_welcome() -> None:
    class Fine(Activation):
        scale: ClassVar[float] = 2.0
        _table = (1, 2)

        @staticmethod
        def helper() -> int:
            return 1

        @property
        def twice(self) -> float:
            return 2 * self.scale

    assert Fine().twice == 4
    assert hyperparameters(Fine) == {}


def test_a_subclass_inherits_hyperparameters_and_may_change_a_default() -> None:
    class Steeper(Leaky):
        slope: Annotated[float, Ge(0), Lt(1)] = 0.3
        shift: float = 0.0

    assert Steeper() == Steeper(0.3, 0.0)
    assert list(hyperparameters(Steeper)) == ["slope", "shift"]


def test_contract_faults_name_what_is_missing() -> None:
    class NoDerivative(Activation):
        def forward(self, z: Array) -> Array:
            return z

    class NoBackward(Layer):
        def forward(self, x: Array, p: Any, ctx: Any) -> Any:
            return x, None

    assert contract_faults(Leaky) == []
    assert contract_faults(NoDerivative) == ["NoDerivative has no derivative or backward"]
    assert contract_faults(NoBackward) == ["NoBackward has no backward"]
    assert contract_faults(type("L", (Loss,), {})) == ["L has no value", "L has no gradient"]
    assert contract_faults(type("O", (Optimizer,), {})) == ["O has no update or step"]


def test_calling_what_is_not_written_says_so() -> None:
    with pytest.raises(ContractError, match="activation Wrong has no forward"):
        define()().forward(np.zeros(1))


def test_an_abstract_class_is_no_component() -> None:
    class Rectifier(Activation, ABC):
        @abstractmethod
        def slope(self) -> float: ...

        def forward(self, z: Array) -> Array:
            return z * self.slope()

        def derivative(self, z: Array, y: Array) -> Array:
            return z

    assert contract_faults(Rectifier) == ["Rectifier is abstract: it lacks slope"]

    class Whole(Rectifier):
        def slope(self) -> float:
            return 1.0

    assert contract_faults(Whole) == []
