"""How plugins are found and loaded, as a pipeline of plain values.

discovery, requested : what is installed, and what --plugin names, as `Found`
choice : which of these shall load, decided before anything is imported
loading, offers : a `Found` becomes a `Plugin`: loaded, broken, disabled or incompatible
answer, guard, printing : a plugin's code is called, and the process left as it was
catalogue : the plugins loaded so far, and their warnings
names, search : from a name to the one component that it means
"""
