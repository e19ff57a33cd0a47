"""What stands above a picture of a run: its settings on one line, how it ended on the next."""

from collections.abc import Mapping
from typing import Any

from nnplug.engine.result import Result
from nnplug.figures.style import plain

LAYERS, DATASET = 70, 40
"""After how many columns a long text is cut, so that what follows it is seen too."""

SCORES = {"accuracy": "accuracy", "r2": "R²", "mae": "mean abs. error"}


def settings_line(settings: Mapping[str, Any]) -> str:
    """Return data, layers, loss, optimizer and what else is not usual, on one line."""
    parts = [plain(settings.get("dataset") or "data", DATASET), _layers(settings)]
    if settings.get("output"):
        parts.append(f"output {settings['output']}")
    parts.append(str(settings.get("loss", "")))
    optimizer, lr = str(settings.get("optimizer", "")), settings.get("lr")
    if lr is not None and "lr=" not in optimizer:
        optimizer += f" lr={lr:g}"
    parts.append(optimizer)
    if settings.get("schedule") not in (None, "constant"):
        parts.append(str(settings["schedule"]))
    if settings.get("init"):
        parts.append(f"init {settings['init']}")
    for key, said in (("batch_size", "batch"), ("weight_decay", "decay"), ("clip", "clip")):
        if settings.get(key):
            parts.append(f"{said} {settings[key]:g}")
    parts.append(f"seed {settings.get('seed', 0)}")
    return " · ".join(part for part in parts if part)


def _layers(settings: Mapping[str, Any]) -> str:
    if settings.get("layers") is not None:
        return plain(settings["layers"], LAYERS)
    dims = settings.get("hidden_dims") or ()
    if not dims:
        return "no hidden layer"
    return "-".join(map(str, dims)) + f" {settings.get('activation', '')}"


def result_line(result: Result) -> str:
    """Return why the run ended, and loss and scores on train and test points."""
    parts = [_ending(result)]
    for part, metrics in result.metrics.items():
        said = [f"loss {metrics['loss']:.4g}"] if "loss" in metrics else []
        for name, label in SCORES.items():
            if name == "accuracy" and name in metrics:
                said.append(f"{label} {percent(metrics[name])}")
            elif name in metrics:
                said.append(f"{label} {metrics[name]:.4g}")
        parts.append(f"{part}: {', '.join(said)}")
    return "; ".join(parts)


def _ending(result: Result) -> str:
    if result.reason == "diverged":
        return f"diverged at epoch {result.epochs:,}, best weights shown"
    if result.reason == "interrupted":
        return f"interrupted after {result.epochs:,} epochs"
    said = f"{result.epochs:,} epoch{'s' * (result.epochs != 1)}"
    return said if result.reason == "epochs" else f"{said}, stopped: {result.reason}"


def percent(share: float) -> str:
    """Return a share in percent, never rounded up to 100."""
    text = f"{100 * share:.2f}"
    return f"{'99.99' if share < 1 and text == '100.00' else text} %"
