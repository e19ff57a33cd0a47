"""Whose formula an exception came from."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Protocol

from nnplug.core.component import Component
from nnplug.core.errors import ComponentError, SpecError
from nnplug.core.loader.failure import one_line


class Describes(Protocol):
    """A registry, as far as it is needed here."""

    def describe(self, component: Component) -> str:
        """Return "activation 'mish' from nnplug-mish 0.2"."""
        ...


@contextmanager
def blamed(registry: Describes) -> Iterator[None]:
    """Add to an exception that passes through here a note which component it came from.

    What would end the program, such as SystemExit, becomes a ComponentError where a component
    raised it; KeyboardInterrupt is the user's.
    """
    try:
        yield
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except Exception as error:
        blame(error, registry)
        raise
    except BaseException as error:
        component = failing_component(error)
        if component is None:
            raise
        told = f"{registry.describe(component)}: {one_line(error)}"
        raise ComponentError(told, "--debug shows the traceback") from error


def blame(error: BaseException, registry: Describes) -> None:
    """Add the note "in activation 'mish' from nnplug-mish 0.2", once; none if no component ran."""
    if isinstance(error, (SpecError, ComponentError)):
        return  # its message names the component
    component = failing_component(error)
    if component is None:
        return
    note = f"in {registry.describe(component)}"
    if note not in getattr(error, "__notes__", ()):
        error.add_note(note)


def failing_component(error: BaseException) -> Component | None:
    """Return the innermost component whose method the exception passed through, if any.

    Where it passed through none, the exception that caused it is asked.
    """
    innermost, last = None, None
    trace = error.__traceback__
    while trace is not None:
        innermost, last = _component_of(trace.tb_frame) or innermost, trace.tb_frame
        trace = trace.tb_next
    if innermost is None and last is not None and isinstance(error, TypeError):
        innermost = _not_entered(last, str(error))
    if innermost is None and error.__cause__ is not None:
        return failing_component(error.__cause__)
    return innermost


def _not_entered(frame: FrameType, text: str) -> Component | None:
    """Return the component of a layer whose method a call did not fit: "Mish.derivative() ..."."""
    layer = frame.f_locals.get("layer")
    if not isinstance(layer, Component):
        return None
    from nnplug.core.chain import as_named

    component = as_named(layer)
    return component if text.startswith(f"{type(component).__qualname__}.") else None


def _component_of(frame: FrameType) -> Component | None:
    component = frame.f_locals.get("self")
    if not isinstance(component, Component):
        return None
    from nnplug.core.chain import Chain, as_named  # NumPy only where numbers were near

    if isinstance(component, Chain):
        # What its layer returned was wrong, and only the chain noticed.
        component = frame.f_locals.get("layer")
    return as_named(component) if isinstance(component, Component) else None
