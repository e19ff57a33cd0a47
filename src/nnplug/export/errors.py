"""What exporting raises."""

from nnplug.core.errors import NnplugError


class ExportError(NnplugError):
    """A model that cannot be written in the form that was asked for."""
