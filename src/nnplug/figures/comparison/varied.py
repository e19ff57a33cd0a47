"""What is varied, and the order of its values: numbers by size, anything else as it came."""

import math
from collections.abc import Sequence

from nnplug.comparison.records import Setting


def varied_names(settings: Sequence[Setting]) -> list[str]:
    """Return the names under which settings differ."""
    names = list(settings[0].varied) if settings else []
    return [name for name in names if len({one.varied[name] for one in settings}) > 1]


def values_of(settings: Sequence[Setting], name: str) -> list[str]:
    """Return the values under a name, in order: of numbers their own, of units their sum's."""
    found = list(dict.fromkeys(one.varied[name] for one in settings))
    numbers = {text: _numbers(text) for text in found}
    if all(given is not None for given in numbers.values()):
        return sorted(found, key=lambda text: (sum(numbers[text] or ()), numbers[text] or ()))
    return found


def short_values(values: Sequence[str]) -> list[str]:
    """Return values as ticks name them: numbers in three digits, where that leaves them apart."""
    numbers = [number(text) for text in values]
    short = [
        min(text, f"{value:.3g}", key=len) if value is not None else text
        for text, value in zip(values, numbers, strict=True)
    ]
    return short if len(set(short)) == len(set(values)) else list(values)


def number(text: str) -> float | None:
    """Return the finite number that a value is, or None."""
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def are_numbers(settings: Sequence[Setting], name: str) -> bool:
    """Say whether every value under a name is one number."""
    return all(number(one.varied[name]) is not None for one in settings)


def are_ordered(settings: Sequence[Setting], name: str) -> bool:
    """Say whether the values under a name are numbers, or rows of numbers like 16,16 and none."""
    values = values_of(settings, name)
    return sum(text != "none" for text in values) > 1 and all(
        _numbers(text) is not None for text in values
    )


def rest_label(setting: Setting, without: Sequence[str]) -> str:
    """Return the label of a setting without some of what is varied."""
    kept = {name: value for name, value in setting.varied.items() if name not in without}
    return Setting(setting.index, kept, {}).label if kept else ""


def _numbers(text: str) -> tuple[float, ...] | None:
    """Return the numbers that a value is made of, () for "none", None for anything else."""
    if text == "none":
        return ()
    found = [number(part) for part in text.split(",")]
    kept = tuple(value for value in found if value is not None)
    return kept if len(kept) == len(found) else None
