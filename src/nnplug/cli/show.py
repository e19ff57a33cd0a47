"""`nnplug show`: one component, or a network."""

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nnplug.cli.plugin_options import plugin_options
from nnplug.core.errors import NnplugError, SpecError
from nnplug.core.hyperparameter import hyperparameters
from nnplug.core.kinds import article
from nnplug.core.spec import read_spec
from nnplug.core.usage import trial

if TYPE_CHECKING:
    from nnplug.core.component import Component
    from nnplug.core.registry import Registry

DRAWN = ("activation", "schedule", "dataset")
"""The kinds that `--plot` draws."""


@click.command()
@click.argument("name", required=False)
@click.option("--source", is_flag=True, help="Print its code.")
@click.option("--plot", metavar="FILE", help="Draw it: png, svg or pdf.")
@click.option("--network", metavar="CHAIN", help="Show a network instead of a component.")
@click.option(
    "--inputs", metavar="N", default=2, show_default=True, help="Features that the network takes."
)
@plugin_options
def show(
    name: str | None, source: bool, plot: str | None, network: str | None, inputs: int
) -> None:
    """Show a component: its formula, hyperparameters, source, and who provides it.

    NAME may be a spec: `nnplug show leaky_relu:slope=0.2 --plot leaky.png`.
    """
    if (name is None) is (network is None):
        raise click.UsageError("give a NAME, or --network CHAIN")
    if plot:
        from nnplug.figures.output import check_suffix

        check_suffix(Path(plot))
    from nnplug.core.registry import default_registry

    registry = default_registry()
    if network is not None:
        _show_network(registry, network, inputs, plot)
        return
    assert name is not None
    found = registry.everywhere(read_spec(name).full_name)
    if plot:
        _refuse_without_picture([kind for kind, _ in found])
    for i, (kind, cls) in enumerate(found):
        if i:
            click.echo()
        click.echo(_source(cls) if source else describe(registry, kind, name, cls))
    if plot:
        _plot(registry, name, [kind for kind, _ in found], Path(plot))


def describe(registry: "Registry", kind: str, name: str, cls: "type[Component]") -> str:
    """Say what a component is: docstring, hyperparameters, provider, an example."""
    spec = read_spec(name)
    lines = [f"{spec.name}, {article(kind)} from {registry.provider(cls).text}", ""]
    lines += inspect.cleandoc(cls.__doc__ or "(without a docstring)").splitlines()
    known = hyperparameters(cls)
    if known:
        lines += ["", "Hyperparameters:"]
        width = max(map(len, known))
        for key, parameter in known.items():
            default = "required" if parameter.required else f"default {_say(parameter.default)}"
            parts = [parameter.type_text, parameter.range_text, default]
            said = ", ".join(part for part in parts if part)
            lines.append(f"  {key:<{width}}  {said}" + (f": {parameter.doc}" * bool(parameter.doc)))
    lines += ["", f"Try: {trial(kind, spec.full_name, cls)}"]
    return "\n".join(lines)


def _source(cls: "type[Component]") -> str:
    try:
        module = inspect.getmodule(cls)
        return inspect.getsource(module if module is not None else cls).rstrip()
    except (OSError, TypeError):
        raise NnplugError(f"the source of {cls.__name__} is not there to read") from None


def _plot(registry: "Registry", name: str, kinds: list[str], path: Path) -> None:
    from nnplug.core.provenance import blamed
    from nnplug.engine.chance import stream
    from nnplug.figures import component
    from nnplug.figures.output import save_figure

    for kind in kinds:
        if kind not in DRAWN:
            continue
        built: Any = registry.build(kind, name)
        with blamed(registry):
            if kind == "activation":
                figure = component.draw_activation(built, name)
            elif kind == "schedule":
                figure = component.draw_schedule(built, name)
            else:
                figure = component.draw_dataset(built.load(stream(0, "data")), name)
        save_figure(figure, path)
        click.echo(f"\npicture in {path}")
        return


def _refuse_without_picture(kinds: list[str]) -> None:
    if not set(DRAWN) & set(kinds):
        raise NnplugError(
            f"{article(kinds[0])} has no picture", "activations, schedules and datasets have"
        )


def _show_network(registry: "Registry", chain: str, inputs: int, plot: str | None) -> None:
    from nnplug.engine.network import Network
    from nnplug.report.lines import say_layers

    if inputs < 1:
        raise SpecError(f"--inputs must be >= 1, not {inputs}")
    network = Network(chain, inputs, registry=registry)
    click.echo("\n".join(say_layers(network)))
    if plot:
        from nnplug.figures.network import draw_network
        from nnplug.figures.output import save_figure

        save_figure(draw_network(network), Path(plot))
        click.echo(f"picture in {plot}")


def _say(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) or value is None else repr(value)
