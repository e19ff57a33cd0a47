"""The options of `nnplug train`, made from the settings: one declaration serves both."""

from collections.abc import Callable
from typing import Any

import click

from nnplug.core.errors import NnplugError
from nnplug.core.hyperparameter import Hyperparameter
from nnplug.engine.settings import Names, Settings, read_text, settings

METAVARS = {
    "hidden_dims": "N [N ...]",
    "layers": "CHAIN",
    "threshold": "VALUE|median",
    "dtype": "float64|float32",
    "data": "FILE",
    "test_data": "FILE",
    "target": "NAME",
    "features": "NAMES",
    "ignore": "NAMES",
    "categorical": "NAMES",
    "weight_column": "NAME",
    "missing": "TEXT",
    "delimiter": "CHARACTER",
    "encoding": "NAME",
    "task": "binary|multiclass|regression",
    "scale": "standard|minmax|none",
    "impute": "mean|median|most_frequent",
    "class_weight": "balanced",
}


class SettingType(click.ParamType[Any]):
    """What a setting takes, read from its annotation."""

    name = "value"

    def __init__(self, setting: Hyperparameter) -> None:
        self.setting = setting

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the value in the setting's type, or fail with what it takes."""
        if not isinstance(value, str):
            return value
        try:
            return read_text(self.setting.name, value)
        except NnplugError as error:
            flag = f"--{self.setting.name.replace('_', '-')}"
            text = error.message.removeprefix(f"{self.setting.name} ")
            raise click.ClickException(f"{flag} {text}") from None


def settings_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for every setting; what is not typed arrives as None."""
    for setting in reversed(settings().values()):
        name = setting.name
        flag = f"--{name.replace('_', '-')}"
        if setting.type in (bool, bool | None):
            both = f"{flag}/--no-{flag[2:]}"
            command = click.option(both, name, default=None, help=_help(setting))(command)
            continue
        several = name == "callback" or setting.type == Names
        command = click.option(
            flag,
            name,
            type=str if _is_spec(setting) else SettingType(setting),
            metavar=METAVARS.get(name, "SPEC" if _is_spec(setting) else _metavar(setting)),
            multiple=several,
            callback=_joined if setting.type == Names else None,
            default=None,
            help=_help(setting),
        )(command)
    return command


def _joined(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
    """Return the names of all uses of an option, or None where it was not typed."""
    return tuple(name for names in value for name in names) or None


def join_dims(words: list[str]) -> list[str]:
    """Make one word of what follows `--hidden-dims`, so that `--hidden-dims 10 10` needs no quotes.

    All words up to the next option belong to it: `nnplug train` takes no other words.
    """
    joined: list[str] = []
    i = 0
    while i < len(words):
        joined.append(words[i])
        i += 1
        if joined[-1] == "--hidden-dims":
            start = i
            while i < len(words) and not words[i].startswith("-"):
                i += 1
            if i > start:
                joined.append(" ".join(words[start:i]))
    return joined


def _is_spec(setting: Hyperparameter) -> bool:
    return setting.type is Any


def _metavar(setting: Hyperparameter) -> str:
    return "N" if int in _choices(setting.type) else "VALUE"


def _choices(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__args__", (annotation,))


def _help(setting: Hyperparameter) -> str:
    meaning = setting.doc.partition(": ")[2] if _is_spec(setting) else setting.doc
    default = getattr(Settings, setting.name)
    shown = " ".join(map(str, default)) if isinstance(default, tuple) else default
    text = meaning[0].upper() + meaning[1:]
    if setting.range_text:
        text += f"; {setting.range_text}"
    if default is None or default is False or default == ():
        return f"{text}."
    return f"{text}. [default: {shown}]"
