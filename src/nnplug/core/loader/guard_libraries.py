"""What libraries keep for the whole process, and what a plugin's import may change of it.

Of a library that the plugin is the first to import, the state of a fresh import is set.
"""

import sys
from collections.abc import Callable
from typing import Any

Back = Callable[[], object]


def keep_chance() -> Back:
    """Keep the global generators of `random` and of `numpy.random`."""
    plain, numeric = _loaded("random"), _loaded("numpy.random")
    state = plain and plain.getstate()
    generator = numeric and numeric.get_bit_generator()
    drawn = generator and generator.state

    def back() -> None:
        if plain is not None:
            plain.setstate(state)
        elif (late := _loaded("random")) is not None:
            late.seed()
        if numeric is not None:
            numeric.set_bit_generator(generator)
            generator.state = drawn
        elif (late := _loaded("numpy.random")) is not None:
            late.set_bit_generator(late.MT19937())

    return back


def keep_printing() -> Back:
    """Keep NumPy's print options, which belong to the process before NumPy 2.2."""
    numpy = _loaded("numpy")
    if numpy is None:
        return lambda: None
    before = numpy.get_printoptions()

    def back() -> None:
        if numpy.get_printoptions() != before:
            numpy.set_printoptions(**before)

    return back


def keep_logging() -> Back:
    """Keep level, handlers and filters of the root logger."""
    logging = _loaded("logging")
    before: tuple[Any, ...] = (30, [], [], False, 0)
    if logging is not None:
        root = logging.root
        before = (
            root.level,
            root.handlers[:],
            root.filters[:],
            root.disabled,
            root.manager.disable,
        )

    def back() -> None:
        logging = _loaded("logging")
        if logging is None:
            return
        root = logging.root
        level, root.handlers[:], root.filters[:], root.disabled, disable = before
        if (root.level, root.manager.disable) != (level, disable):
            root.setLevel(level)
            logging.disable(disable)

    return back


def keep_figures() -> Back:
    """Keep matplotlib's rcParams and its backend."""
    matplotlib = _loaded("matplotlib")
    if matplotlib is None:
        return _fresh_figures
    # _get and _set are what matplotlib's documentation names for this: asked in the ordinary way
    # for a backend that nobody has chosen yet, it chooses one.
    backend = matplotlib.rcParams._get("backend")
    context = matplotlib.rc_context()
    context.__enter__()

    def back() -> None:
        context.__exit__(None, None, None)
        matplotlib.rcParams._set("backend", backend)

    return back


def _fresh_figures() -> None:
    matplotlib = _loaded("matplotlib")
    if matplotlib is not None:
        for name in matplotlib.rcParamsOrig:
            matplotlib.rcParams._set(name, matplotlib.rcParamsOrig._get(name))


def _loaded(name: str) -> Any:
    """Return a module if it is imported; of one that failed half-way, Python keeps none."""
    return sys.modules.get(name)
