"""Needs a library that is not there."""

import a_library_that_nobody_has  # type: ignore[import-not-found]

print(a_library_that_nobody_has)
