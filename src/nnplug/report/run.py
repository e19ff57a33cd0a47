"""What a report says of one run."""

import math
from collections.abc import Mapping

from nnplug.comparison.spelling import metric_value, number, percent
from nnplug.report.commands import plugin_flags, train_command
from nnplug.report.document import Code, Heading, Table, Text
from nnplug.report.draft import Draft
from nnplug.report.lines import say_layers, say_predictions, say_scores
from nnplug.report.sources import TRACK, RunSource

ROWS = 12
"""About how many epochs the table of the loss has."""

SCORES = {"accuracy": "accuracy", "r2": "R²", "mae": "mean abs. error"}

ENDINGS = {
    "": "It has not ended yet",
    "epochs": "It ended",
    "interrupted": "It was interrupted",
    "failed": "It was ended by an error",
    "diverged": "It diverged; what follows is of the best weights. That was",
}


def add_run(draft: Draft, source: RunSource, prefix: str) -> None:
    """Add the section of a run.

    prefix : begins the names of its files
    """
    draft.add(Heading(f"Run {source.name}"))
    draft.add(*(Text(note, strong=True) for note in source.notes))
    _structure(draft, source, prefix)
    draft.add(Heading("Settings", 3), Code(source.config.strip(), "toml"))
    _results(draft, source)
    _pictures(draft, source, prefix)
    _predictions(draft, source)
    _repeat(draft, source, prefix)


def _structure(draft: Draft, source: RunSource, prefix: str) -> None:
    from nnplug.figures.network import draw_network, drawn_shapes

    draft.add(Heading("Data and network", 3))
    if source.data:
        draft.add(Text(source.data))
    network = source.network
    shapes = drawn_shapes(network)
    draft.add(Code("\n".join(say_layers(network, init=source.result is not None))))
    draft.draw(
        f"{prefix}network",
        draw_network(network),
        f"The network's neurons and edges, column by column: {shapes}",
        f"The network, {network.layout.size:,} parameters.",
    )


def _results(draft: Draft, source: RunSource) -> None:
    ended = ENDINGS.get(source.reason, f"It was stopped ({source.reason})")
    time = f" in {number(source.seconds)} s" if source.seconds else ""
    draft.add(Heading("Results", 3), Text(f"{ended} after {source.epochs:,} epochs{time}."))
    metrics = source.metrics
    columns = [(part, name) for part in metrics for name in metrics[part]]
    rows = [["this run", *(_value(name, metrics[part][name]) for part, name in columns)]]
    if source.result is not None:
        known = source.result.baselines
        for model, said in (("constant", "a constant"), ("linear", "a linear model")):
            rows.append([said, *(_baseline(known[part][model], name) for part, name in columns)])
    heads = [f"{part} {SCORES.get(name, name)}" for part, name in columns]
    draft.add(Table(["", *heads], rows, range(1, len(heads) + 1)))
    if "loss" in source.history:
        draft.add(Heading("Loss by epoch", 3), _loss_by_epoch(source))


def _value(name: str, value: float) -> str:
    return metric_value(name, value) if math.isfinite(value) else str(value)


def _baseline(scores: Mapping[str, float], name: str) -> str:
    return _value(name, scores[name]) if name in scores else ""


def _loss_by_epoch(source: RunSource) -> Table:
    """Return the table of the history at a few epochs, the first and the last among them."""
    history = source.history
    names = [
        name
        for plain in ("loss", *SCORES)
        for name in (plain, f"test_{plain}")
        if name in history and len(history[name]) == len(history["epoch"])
    ]
    epochs = history["epoch"].astype(int).tolist()
    step = max(1, -(-(len(epochs) - 1) // (ROWS - 1)))
    shown = sorted({*range(0, len(epochs), step), len(epochs) - 1})
    rows = [[f"{epochs[i]:,}", *(_value(name, history[name][i]) for name in names)] for i in shown]
    heads = ["epoch", *(name.replace("test_", "test ").replace("r2", "R²") for name in names)]
    return Table(heads, rows, range(len(heads)))


def _pictures(draft: Draft, source: RunSource, prefix: str) -> None:
    from nnplug.report.curve import draw_curve

    draft.add(Heading("Figures", 3))
    if "loss" in source.history:
        loss = source.history["loss"].tolist()
        draft.draw(
            f"{prefix}curve",
            draw_curve(source.history, source.epochs, source.reason),
            f"Loss and score by epoch; the loss goes from {number(loss[0])} to {number(loss[-1])}",
            "The learning curve.",
        )
    if source.result is not None:
        from nnplug.figures.summary import draw_summary

        said = ", ".join(
            f"{name} {percent(value) if name == 'accuracy' else number(value)}"
            for name, value in source.result.metrics["train"].items()
        )
        draft.draw(
            f"{prefix}summary",
            draw_summary(source.result),
            f"The points as they are, beside what the network says of them: {said}",
            "Truth beside prediction.",
        )
    for path in source.pictures:
        what = "What happened in the layers." if path.name == TRACK else "The picture of the run."
        draft.take(f"{prefix}{path.stem}", path, what, what)


def _predictions(draft: Draft, source: RunSource) -> None:
    if source.result is None:
        return
    lines = [say_predictions(source.result), *say_scores(source.result)]
    draft.add(Heading("Truth and prediction", 3), Code("\n".join(lines), narrow=True))


def _repeat(draft: Draft, source: RunSource, prefix: str) -> None:
    draft.add(Heading("To repeat it", 3))
    if source.settings.get("dataset") == "data" and not source.settings.get("data"):
        draft.add(Text("In Python, with the arrays that it was trained on: nnplug.train(x=, y=)."))
        return
    file = f"{prefix}run.toml"
    draft.keep(file, source.config)
    plugins = plugin_flags(source.machines)
    draft.add(
        Text(f"With {file}, which is beside this report:"),
        Code(f"nnplug train --config {file}{plugins}", "sh"),
        Text("The same without it:"),
        Code(train_command(source.settings) + plugins, "sh"),
        Text("On the same machine with the same versions that gives the same numbers to the bit."),
    )
