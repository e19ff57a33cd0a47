"""The version of the contract: of what nnplug promises to the packages that extend it.

The contract is the hooks, the eight kinds with their methods and declared facts, and what these are
handed. The first number rises when a package that keeps the contract may have to change, the second
when something is added that a package may use. `docs/plugins/changes.md` says what a package may
rely on, and `docs/plugins/contract-1.0.txt` is the contract of this version, line by line.
"""

CONTRACT = (1, 0)
