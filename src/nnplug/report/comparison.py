"""What a report says of one comparison."""

from collections.abc import Sequence

from nnplug.comparison.outcomes import Settled
from nnplug.comparison.plan import Prepared
from nnplug.comparison.spelling import counted
from nnplug.comparison.tables.cells import columns
from nnplug.comparison.verdict import judge
from nnplug.comparison.words import say
from nnplug.engine.network import Network
from nnplug.figures.comparison import pictures_of
from nnplug.figures.network import draw_network, drawn_shapes
from nnplug.report.commands import experiment, plugin_flags
from nnplug.report.document import Bullets, Code, Heading, Table, Text
from nnplug.report.draft import Draft
from nnplug.report.lines import say_data, say_layers
from nnplug.report.sources import ComparisonSource

MOST_NETWORKS = 4
"""How many structures are printed and drawn; what differs more is in the table of settings."""

HOW = (
    "Held: the runs show it, for every setting or pair that it is about. Not held: they show the "
    "contrary for one of these or more. Undecided: they show neither. The tests are exact, at the "
    "level 0.05: of runs paired by seed where one setting is to be better than another, else of "
    "the share of runs that do what is claimed, which is to be more than a half unless it says "
    "otherwise."
)

ORDER = {"not held": 0, "undecided": 1, "held": 2}

CAPTIONS = {
    "curves": "Learning curves: medians over the seeds, with the band between the quartiles.",
    "sweep": "What was varied, and what came of it: medians with quartiles.",
    "heat_map": "The median over two things that were varied.",
    "surfaces": "What the network of the first seed says all over the plane.",
}


def add_comparison(
    draft: Draft, source: ComparisonSource, settled: Sequence[Settled], prefix: str
) -> None:
    """Add the section of a comparison.

    settled : its claims with what became of them;  prefix : begins the names of its files
    """
    loaded = source.loaded
    comparison, prepared = loaded.comparison, loaded.prepared
    verdict = judge(comparison)
    draft.add(Heading(f"Comparison {source.name}"))
    if loaded.missing:
        draft.add(
            Text(
                f"It is not complete: {counted(loaded.missing, 'run')} missing. "
                "nnplug compare --resume goes on with it.",
                strong=True,
            )
        )
    headline, *rest = say(comparison, verdict)
    draft.add(Heading("Verdict", 3), Text(headline, strong=True))
    if rest:
        draft.add(Bullets(rest))
    _claims(draft, settled)
    table = columns(comparison, verdict)
    rows = list(zip(*(column.cells for column in table), strict=True))
    right = [i for i, column in enumerate(table) if column.align == "right"]
    draft.add(Heading("Results", 3), Table([one.heading for one in table], rows, right))
    for name, figure in pictures_of(comparison):
        caption = CAPTIONS.get(name, name.replace("_", " "))
        draft.draw(f"{prefix}{name}", figure, f"{caption} {headline}", caption)
    _networks(draft, prepared, prefix)
    file = f"{prefix}experiment.toml"
    text = experiment(loaded)
    draft.keep(file, text)
    draft.add(
        Heading("To repeat it", 3),
        Text(f"With {file}, which is beside this report:"),
        Code(f"nnplug compare {file}{plugin_flags(source.machines)}", "sh"),
        Text(f"{file} says:"),
        Code(text.strip(), "toml"),
    )


def _claims(draft: Draft, settled: Sequence[Settled]) -> None:
    """Add what became of the claims, and below it the figures of each."""
    if not settled:
        return
    rows = [[one.outcome, one.claim.says, one.summary] for one in settled]
    draft.add(Heading("Claims", 3), Text(HOW), Table(["outcome", "claim", "seeds"], rows))
    for one in settled:
        worst_first = sorted(one.findings, key=lambda finding: ORDER[finding.outcome])
        found = [[finding.outcome, finding.about, finding.figures] for finding in worst_first]
        if found:
            draft.add(Text(f"{one.claim.says}:"), Table(["outcome", "of what", "figures"], found))


def _networks(draft: Draft, prepared: Prepared, prefix: str) -> None:
    """Add data and structures, each once."""
    draft.add(Heading("Data and networks", 3))
    data = list(dict.fromkeys(map(say_data, prepared.assemblies)))
    draft.add(Bullets([f"{said} (first seed)" for said in data]))
    networks: list[Network] = []
    for network in (assembly.network for assembly in prepared.assemblies):
        shape = network.in_shape
        if not any(one.layers == network.layers and one.in_shape == shape for one in networks):
            networks.append(network)
    drawn: list[str] = []
    for network in networks[:MOST_NETWORKS]:
        shapes = drawn_shapes(network)
        draft.add(Code("\n".join(say_layers(network))))
        if shapes in drawn:  # it differs in activations, which the lines above tell
            continue
        drawn.append(shapes)
        draft.draw(
            f"{prefix}network" + (f"-{len(drawn)}" if len(networks) > 1 else ""),
            draw_network(network),
            f"The network's neurons and edges, column by column: {shapes}",
            f"{network.layout.size:,} parameters.",
        )
    if len(networks) > MOST_NETWORKS:
        draft.add(Text(f"{len(networks) - MOST_NETWORKS} more structures were compared."))
