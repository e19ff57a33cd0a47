"""What a check looks at: a component, with what it needs to know about it and its partners."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from nnplug.core.component import Component
from nnplug.core.errors import ContractError
from nnplug.core.registry import Registry, default_registry
from nnplug.testing.settings import example, unknowable, variants


@dataclass(frozen=True)
class Subject:
    """A component under check.

    component : an instance of cls, or None where `broken` says why none could be made, or `needs`
        names the hyperparameters for which the kit has no example
    default : whether its hyperparameters are as its author left them
    references : what the author knows from elsewhere, by check id: {"O9": Trajectory(...)}
    """

    cls: type[Component]
    component: Any
    registry: Registry
    default: bool = True
    references: Mapping[str, Any] = field(default_factory=dict)
    broken: str = ""
    needs: str = ""

    @property
    def kind(self) -> str:
        """The kind of component."""
        return self.cls.kind

    @property
    def name(self) -> str:
        """The name under which the class is known."""
        return self.registry.name(self.cls)

    @property
    def spec(self) -> str:
        """What to type for it."""
        return self.name if self.component is None else self.registry.spec(self.component)

    @property
    def is_registered(self) -> bool:
        """Whether a plugin gives the class, so that its name leads back to it."""
        return bool(self.registry.provider(self.cls).plugin)

    def partner(self, kind: str, thing: Any) -> Any:
        """Return another component that a check needs, by its name or spec."""
        return self.registry.build(kind, thing)


def subject_of(
    thing: Any, registry: Registry | None = None, references: Mapping[str, Any] | None = None
) -> Subject:
    """Return the subject for a component or a class; a class gets examples for what it requires.

    Raises ContractError for anything else.
    """
    registry, known = registry or default_registry(), dict(references or {})
    cls = thing if isinstance(thing, type) else type(thing)
    if not issubclass(cls, Component) or not cls.kind:
        raise ContractError(
            f"{thing!r} is no component", "give a class of some kind, or an instance"
        )
    if not isinstance(thing, type):
        return Subject(cls, thing, registry, references=known)
    needed = unknowable(cls)
    if needed:
        return Subject(cls, None, registry, references=known, needs=" and ".join(needed))
    try:
        return Subject(cls, example(cls, registry), registry, references=known)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        said = f"it cannot be made with its defaults: {type(error).__name__}: {error}"
        return Subject(cls, None, registry, references=known, broken=said)


def variants_of(subject: Subject) -> list[Subject]:
    """Return the subject, and others of its class with hyperparameters off their defaults."""
    others = variants(subject.component)
    return [subject, *(replace(subject, component=other, default=False) for other in others)]
