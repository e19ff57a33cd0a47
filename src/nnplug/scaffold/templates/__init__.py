"""What a new package is made of.

One module a kind, a component that works and passes every check, and the files that all packages
share, which end in .txt so that no tool takes them for nnplug's own. `fill.py` says what the names
in them stand for.
"""
