"""A package with a working example of its kind, to be replaced by its author's formula."""

from importlib import import_module

from nnplug.core.component import Component
from nnplug.scaffold.fill import fill, template
from nnplug.scaffold.names import class_name, component_name, package_name, refuse_builtin
from nnplug.scaffold.package import Given, Package


def fresh(name: str, kind: str, author: str, year: int, component: str | None = None) -> Package:
    """Return a package with one component of a kind.

    name : the package's; the prefix nnplug- is added where it is missing
    kind : one of KINDS
    component : the component's name, or None for the package's own without the prefix
    Raises ScaffoldError for names that cannot be taken.
    """
    package = package_name(name)
    given_name = component_name(package, component)
    refuse_builtin(kind, given_name, "choose another name, for the package or by --name")
    source = template(f"{kind}.py")
    values = {"TheClass": class_name(given_name, kind, source), "the_name": given_name}
    example: type[Component] = import_module(f"nnplug.scaffold.templates.{kind}").TheClass
    doc = fill(example.__doc__ or "", values)
    return Package(
        package,
        fill(source, values).encode(),
        [Given.of(kind, given_name, example, doc)],
        author,
        year,
    )
