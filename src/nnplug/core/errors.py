"""What nnplug raises: one clear line each, and what to type instead."""

from typing import Any


class NnplugError(Exception):
    """The base of every error that a user can provoke.

    message : what was wrong, and in which component of which package
    hint : what to do or to type, if that is known; printed on a line of its own
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n  {self.hint}"


class ContractError(NnplugError, TypeError):
    """A class does not keep the contract of its kind."""


class SpecError(NnplugError, ValueError):
    """A spec such as "adam:lr=0.01" cannot be read, or a hyperparameter is wrong."""


class UnknownNameError(NnplugError, LookupError):
    """No loaded plugin gives a component of this name."""


class AmbiguousNameError(NnplugError, LookupError):
    """Several packages give this name; `package:name` says which is meant."""


class PluginError(NnplugError):
    """A plugin that was named, or any plugin if strictness was asked for, is broken."""


class ComponentError(NnplugError):
    """A component exits Python, or raises what is no Exception."""


class ShapeError(NnplugError, ValueError):
    """Shapes that do not fit together."""


class DataError(NnplugError, ValueError):
    """Data or targets that a network or a loss cannot take."""


class SettingsError(NnplugError, ValueError):
    """Settings that are out of range or contradict each other."""


class RunFileError(NnplugError, OSError):
    """A run folder or model file that cannot be written or read.

    result : what a run reached that could not be saved, or None
    """

    result: Any = None


class MissingPackageError(NnplugError, ImportError):
    """A package is not installed that an extra of nnplug brings; the hint says what to type."""


class DivergedError(NnplugError, ArithmeticError):
    """Training met the first loss or gradient that is not finite.

    result : the run as far as it went, with the best weights that were measured
    """

    result: Any = None
