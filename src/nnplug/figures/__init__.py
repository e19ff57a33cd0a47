"""Pictures: learning curves, decision surfaces, truth beside prediction, components, networks.

Every `draw_...` returns a matplotlib Figure and leaves matplotlib's settings as they were; pyplot
is imported for a window alone. Nothing here is imported before a picture is wanted.
"""
