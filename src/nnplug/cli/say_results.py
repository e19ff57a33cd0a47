"""What `nnplug train` prints before and after training."""

from typing import Any

from nnplug.cli.watch import say_metric
from nnplug.engine.assemble import Assembly
from nnplug.engine.result import Result
from nnplug.report.lines import say_data, say_layers


def say_before(assembly: Assembly) -> str:
    """Say the data, the layers and the settings."""
    lines = [f"data      {say_data(assembly)}"]
    lines += [f"          {line}" for line in assembly.points.notes]
    lines += [
        f"layers    {line}" if i == 0 else f"          {line}"
        for i, line in enumerate(say_layers(assembly.network))
    ]
    lines += [
        f"settings  {line}" if i == 0 else f"          {line}"
        for i, line in enumerate(_settings(assembly))
    ]
    lines += [f"          {line}" for line in assembly.said]
    return "\n".join(lines)


def _settings(assembly: Assembly) -> list[str]:
    resolved = assembly.resolved
    first = [
        f"{key} {resolved[key]}"
        for key in ("loss", "output", "optimizer", "schedule", "init")
        if resolved.get(key) is not None
    ]
    if assembly.callbacks:
        first.append("callback " + " ".join(resolved["callback"]))
    lr = assembly.optimizer.lr
    second = [
        f"lr {lr:g}",
        f"epochs {resolved['epochs']}",
        f"batch size {resolved['batch_size'] or 'all'}",
    ]
    second += [
        f"{key.replace('_', ' ')} {resolved[key]}"
        for key in ("weight_decay", "clip", "test_split", "threshold", "impute", "class_weight")
        if resolved[key]
    ]
    second += [f"scale {resolved['scale']}"] * (resolved["scale"] != "none")
    second += [f"seed {resolved['seed']}", str(resolved["dtype"])]
    return [", ".join(first), ", ".join(second)]


def say_after(result: Result) -> str:
    """Say why the run ended, and its scores beside a constant's and a linear model's."""
    ended = {"epochs": "done", "interrupted": "interrupted", "diverged": "diverged"}
    why = ended.get(result.reason, f"stopped: {result.reason}")
    lines = [f"{why} after {result.epochs} epochs in {result.seconds:.2f} s", ""]
    columns = [(part, name) for part, metrics in result.metrics.items() for name in metrics]
    baselines = result.baselines
    rows = {"this run": [say_metric(name, result.metrics[part][name]) for part, name in columns]}
    for model in ("constant", "linear"):
        rows[model] = [
            say_metric(name, baselines[part][model][name]) if name != "loss" else ""
            for part, name in columns
        ]
    heads = [f"{part} {name}" for part, name in columns]
    width = max(len(head) for head in heads)
    lines.append(" " * 10 + "  ".join(f"{head:>{width}}" for head in heads))
    lines += [
        f"{label:<10}" + "  ".join(f"{cell:>{width}}" for cell in cells)
        for label, cells in rows.items()
    ]
    return "\n".join(line.rstrip() for line in lines)


def result_json(result: Result) -> dict[str, Any]:
    """Return the last line of --json."""
    row: dict[str, Any] = {"event": "result", **result.metrics["train"]}
    row |= {f"test_{name}": v for name, v in result.metrics.get("test", {}).items()}
    return {
        **row,
        "epochs": result.epochs,
        "seconds": result.seconds,
        "reason": result.reason,
        "baselines": result.baselines,
        "folder": None if result.folder is None else str(result.folder),
    }
