"""What is varied, as it is typed: "optimizer=gd adam:lr=0.01", "lr=0.001..1:log7"."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from nnplug.core.errors import NnplugError, SettingsError, SpecError
from nnplug.core.spec import split_words
from nnplug.engine.settings import read_text, settings

_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_RANGE = re.compile(
    rf"(?P<low>{_NUMBER})\.\.(?P<high>{_NUMBER})(?::(?P<scale>log|lin)?(?P<count>\d+)?)?"
)

PARTS = ("dataset", "activation", "output", "loss", "optimizer", "init", "schedule")
"""The settings that hold one component, whose hyperparameters can be varied: optimizer.beta1."""

MOST = 1000
"""The most values of one range: a slip of the finger should not fill the memory."""

ALREADY = {"seed": "the seeds of a comparison are --seeds N, from --seed on"}
"""Settings that no axis may have."""


@dataclass(frozen=True)
class Axis:
    """One thing that is varied.

    name : a setting ("optimizer"), or a hyperparameter of one ("optimizer.beta1")
    labels : the values as they are typed;  values : as `apply` takes them, texts where they are
        hyperparameters
    """

    name: str
    labels: tuple[str, ...]
    values: tuple[Any, ...]

    def apply(self, config: Mapping[str, Any], i: int) -> dict[str, Any]:
        """Return settings with this axis at its i-th value."""
        part, dot, hyperparameter = self.name.partition(".")
        if not dot:
            return {**config, self.name: self.values[i]}
        spec = config.get(part) or getattr(_defaults(), part)
        return {**config, part: _with(spec, part, hyperparameter, self.values[i])}


def read_axis(text: str) -> Axis:
    """Read an axis: NAME=VALUE VALUE ..., or NAME=LOW..HIGH:log7.

    Raises SettingsError that says what to write.
    """
    name, equals, rest = text.partition("=")
    name = name.strip().replace("-", "_")
    if not equals or not name or not rest.strip():
        raise SettingsError(
            f"--vary {text!r} is not NAME=VALUES", 'write --vary "optimizer=gd momentum adam"'
        )
    return axis(name, rest)


def axis(name: str, given: Any) -> Axis:
    """Return an axis from a text of values, or from a list of values of any type."""
    _refuse(name)
    if isinstance(given, str):
        labels = _values(name, given)
        return _distinct(Axis(name, labels, tuple(_typed(name, label) for label in labels)))
    if not isinstance(given, (list, tuple)) or not given:
        raise SettingsError(f"vary {name}: {given!r} is no list of values", "give a text or a list")
    said = tuple(value if isinstance(value, str) else _say(value) for value in given)
    values = tuple(_typed(name, one) if isinstance(one, str) else one for one in given)
    return _distinct(Axis(name, said, values))


def _refuse(name: str) -> None:
    part, dot, hyperparameter = name.partition(".")
    if name in ALREADY:
        raise SettingsError(f"--vary {name} is not possible", ALREADY[name])
    if part not in settings():
        near = get_close_matches(part, settings(), 1)
        raise SettingsError(
            f"--vary {name}: there is no setting {part!r}"
            + (f"; did you mean {near[0]!r}?" if near else ""),
            f"the settings: {', '.join(settings())}",
        )
    if dot and (part not in PARTS or not hyperparameter):
        raise SettingsError(
            f"--vary {name}: {part} has no hyperparameters to vary",
            f"those of one component can be: {', '.join(f'{one}.NAME' for one in PARTS)}",
        )


def _values(name: str, text: str) -> tuple[str, ...]:
    """Return the values of an axis as texts: those between spaces, ranges written out."""
    found: list[str] = []
    try:
        words = split_words(text)
    except SpecError as error:
        raise SettingsError(f"--vary {name}={text}: {error.message}", error.hint) from None
    for word in words:
        is_range = _RANGE.fullmatch(word)
        if is_range:
            found += _range(name, word, is_range)
        elif len(word) > 1 and word[0] + word[-1] in ('""', "[]"):
            found.append(word[1:-1])
        else:
            found.append(word)
    return tuple(found)


def _range(name: str, word: str, match: re.Match[str]) -> list[str]:
    low, high = float(match["low"]), float(match["high"])
    whole = _is_whole(name) and low.is_integer() and high.is_integer()
    if match["count"] is None and (not whole or match["scale"]):
        raise SettingsError(
            f"--vary {name}={word} does not say how many values",
            f"write {word.partition(':')[0]}:5, or :log5 for equal factors",
        )
    count = int(high - low) + 1 if match["count"] is None else int(match["count"])
    if count > MOST:
        raise SettingsError(f"--vary {name}={word} has {count} values; {MOST} are the most")
    if count < 2 or not low < high or (match["scale"] == "log" and low <= 0):
        raise SettingsError(
            f"--vary {name}={word} is no range",
            "it goes from low to high in at least 2 values; a log range begins above 0",
        )
    steps = [i / (count - 1) for i in range(count)]
    if match["scale"] == "log":
        numbers = [low * (high / low) ** step for step in steps]
    else:
        numbers = [low + (high - low) * step for step in steps]
    if whole:
        return list(dict.fromkeys(str(round(n)) for n in numbers))
    return [f"{n:.6g}" for n in numbers]


def _typed(name: str, text: str) -> Any:
    part, dot, _ = name.partition(".")
    spec = not dot and settings()[part].type is Any and part != "layers"
    if spec and "," in text and ":" not in text.partition("[")[0]:
        raise SettingsError(
            f"--vary {name}={text} is one setting, for commas separate parts of one",
            f'spaces separate settings: --vary "{name}={text.replace(",", " ")}"',
        )
    if dot:
        return text
    try:
        value = read_text(name, text)
    except NnplugError as error:
        hint = error.hint
        if "," in text and name != "hidden_dims":
            hint = f'spaces separate settings: --vary "{name}={text.replace(",", " ")}"'
        raise SettingsError(f"--vary {name}={text}: {error.message}", hint) from None
    if name == "callback":
        return [] if text == "none" else [text]
    if name == "init" and text == "none":
        return None  # which is what each activation prefers
    return list(value) if isinstance(value, tuple) else value


def _with(spec: Any, part: str, hyperparameter: str, value: Any) -> Any:
    """Return a spec with one more hyperparameter."""
    if isinstance(spec, Mapping):
        return {**spec, hyperparameter: value}
    if not isinstance(spec, str):
        raise SettingsError(
            f"vary {part}.{hyperparameter}: {part} is {_say(spec)}",
            "give it by its spec, whose hyperparameters can be varied",
        )
    between = "," if ":" in spec and "=" in spec.rpartition(":")[2] else ":"
    return f"{spec}{between}{hyperparameter}={value}"


def _distinct(axis: Axis) -> Axis:
    for i, label in enumerate(axis.labels):
        if label in axis.labels[:i]:
            raise SettingsError(f"--vary {axis.name}: {label} stands there twice", "once is enough")
        if not label:
            raise SettingsError(f"--vary {axis.name}: an empty value", "write none for nothing")
        plain = isinstance(axis.values[i], (int, float, str, list))
        if plain and axis.values[i] in axis.values[:i]:
            other = axis.labels[axis.values.index(axis.values[i])]
            raise SettingsError(
                f"--vary {axis.name}: {label} and {other} are the same", "once is enough"
            )
    return axis


def _is_whole(name: str) -> bool:
    if "." in name:
        return False
    kind = settings()[name].type
    return kind is int or int in getattr(kind, "__args__", ())


def _say(value: Any) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return ",".join(map(_say, value)) or "none"
    if isinstance(value, type):
        return value.__name__
    return "none" if value is None else str(value)


def _defaults() -> Any:
    from nnplug.engine.settings import Settings

    return Settings()
