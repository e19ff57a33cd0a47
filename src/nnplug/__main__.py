"""`python -m nnplug` is `nnplug`."""

from nnplug.cli import main

main()
