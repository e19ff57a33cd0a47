"""Must not be imported by this nnplug."""

raise AssertionError("imported, although its package refuses this nnplug")
