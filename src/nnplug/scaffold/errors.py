"""What is raised where a package cannot be written."""

from nnplug.core.errors import NnplugError


class ScaffoldError(NnplugError, ValueError):
    """A package cannot be written as it was asked for; nothing was written."""
