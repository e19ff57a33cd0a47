"""The command line: parse, call, print.

Commands are imported when they are run, and NumPy when they compute: `nnplug --help` needs neither.
"""

from nnplug.cli.main import main

__all__ = ["main"]
