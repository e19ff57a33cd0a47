"""The settings of a run: each one's type, range, default and meaning, declared here alone.

The flags of `nnplug train`, the keys of a config file, the arguments of `nnplug.train` and the
table in the README are all read from this class.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

from annotated_types import Ge, Gt, Lt

from nnplug.core.errors import SettingsError, SpecError
from nnplug.core.hyperparameter import Hyperparameter, parse, read_annotation

Names = tuple[str, ...]

OF_A_TABLE = (
    "target",
    "task",
    "features",
    "ignore",
    "categorical",
    "weight_column",
    "missing",
    "delimiter",
    "header",
    "encoding",
)
"""The settings that say how `data` is read, and which of its columns is what."""


@dataclass(frozen=True)
class Settings:
    """What to train and how. Components are specs, classes or instances."""

    dataset: Annotated[Any, "dataset", "the points to learn"] = "xor"
    data: Annotated[
        str | None,
        "a file with a table instead: CSV and the like, also compressed, Parquet, NPZ, NPY",
    ] = None
    target: Annotated[Names, "the column of the table to predict; may be given several times"] = ()
    hidden_dims: Annotated[tuple[int, ...], Ge(1), "units of each hidden layer"] = (10, 10)
    activation: Annotated[Any, "activation", "after each hidden layer"] = "tanh"
    layers: Annotated[
        Any, "layers", "the hidden layers one by one, instead of the two options above"
    ] = None
    output: Annotated[
        Any, "activation", "output activation; by default the one that task and loss call for"
    ] = None
    loss: Annotated[Any, "loss", "by default bce, cross_entropy or mse, as the task calls for"] = (
        None
    )
    optimizer: Annotated[Any, "optimizer", "how weights move"] = "adam"
    init: Annotated[
        Any, "initializer", "fresh weights; by default what each activation prefers"
    ] = None
    schedule: Annotated[Any, "schedule", "what multiplies the learning rate"] = "constant"
    callback: Annotated[Any, "callbacks", "what watches the run; may be given several times"] = ()
    lr: Annotated[float | None, Gt(0), "learning rate; by default the optimizer's own"] = None
    momentum: Annotated[float | None, Ge(0), Lt(1), "for optimizers that have one"] = None
    epochs: Annotated[int, Ge(1), "passes over the training points"] = 1000
    batch_size: Annotated[int | None, Ge(1), "samples a step; by default the whole set"] = None
    test_split: Annotated[
        float, Ge(0), Lt(1), "share of the points held out, of each class alike"
    ] = 0.0
    test_data: Annotated[str | None, "a file with the points held out, instead of a share"] = None
    weight_decay: Annotated[float, Ge(0), "times the weights, added to the gradient"] = 0.0
    clip: Annotated[float | None, Gt(0), "largest norm of the gradient"] = None
    seed: Annotated[int, Ge(0), "of data, split, weights, batches and dropout"] = 0
    dtype: Annotated[Literal["float64", "float32"], "of all numbers"] = "float64"
    log_interval: Annotated[int | None, Ge(1), "epochs between two lines"] = None
    threshold: Annotated[
        float | Literal["median"] | None,
        "where class 1 begins: a value or median; by default 0.5",
    ] = None
    restore_best: Annotated[
        bool, "end with the weights of the lowest loss that was recorded, held-out if there is one"
    ] = False
    track: Annotated[
        bool, "record gradients, updates, dead and saturated units of every layer, and draw them"
    ] = False
    task: Annotated[
        Literal["binary", "multiclass", "regression"] | None,
        "of the table; by default guessed from the target",
    ] = None
    features: Annotated[Names, "columns to predict from; by default all others"] = ()
    ignore: Annotated[Names, "columns to leave out"] = ()
    categorical: Annotated[Names, "columns whose numbers are names, as texts always are"] = ()
    weight_column: Annotated[str | None, "the column that says how much each row counts"] = None
    class_weight: Annotated[
        Literal["balanced"] | None, "balanced lets each class count as much as any other"
    ] = None
    scale: Annotated[
        Literal["auto", "standard", "minmax", "none"],
        "of features, by the training part; auto is standard for tables and none for the rest",
    ] = "auto"
    impute: Annotated[
        Literal["mean", "median", "most_frequent"] | None,
        "fills missing values by the training part; without it they are an error",
    ] = None
    missing: Annotated[Names, "texts that are missing values, beside empty cells, NA and nan"] = ()
    delimiter: Annotated[str | None, "between cells; by default found out"] = None
    header: Annotated[
        bool | None, "whether the first line names the columns; by default found out"
    ] = None
    encoding: Annotated[str | None, "of the table's characters; by default UTF-8"] = None

    def __post_init__(self) -> None:
        for name, setting in settings().items():
            given = getattr(self, name)
            if setting.type == Names and isinstance(given, str):
                given = (given,)
            try:
                value = setting.accept(given, "settings")
            except SpecError as error:
                raise SettingsError(error.message.removeprefix("settings: "), error.hint) from None
            object.__setattr__(self, name, value)

    def but(self, **changes: Any) -> "Settings":
        """Return these settings with some changed; raises SettingsError for an unknown name."""
        refuse_unknown(changes)
        return replace(self, **changes)


def settings() -> dict[str, Hyperparameter]:
    """Return every setting by name: type, range, default, meaning.

    A setting of type Any is a spec; its meaning begins with the kind: "dataset: the points".
    """
    if not _KNOWN:
        hints = get_type_hints(Settings, include_extras=True)
        for entry in fields(Settings):
            _KNOWN[entry.name] = read_annotation(
                "Settings", entry.name, hints[entry.name], entry.default
            )
    return _KNOWN


_KNOWN: dict[str, Hyperparameter] = {}


def read_text(name: str, text: str) -> Any:
    """Return what a text, as typed in a shell, means for a setting: "10 10", "0.1", "none".

    Raises SettingsError for an unknown name, and for a text that the setting does not take.
    """
    refuse_unknown({name: text})
    setting = settings()[name]
    if setting.type is Any or setting.type == Names:
        return text if setting.type is Any else (text,)
    try:
        value = _dims(text) if name == "hidden_dims" else parse(text, setting.type)
    except ValueError:
        value = text  # and `accept` says what it should have been
    try:
        return setting.accept(value, "")
    except SpecError as error:
        raise SettingsError(error.message.removeprefix(": "), error.hint) from None


def _dims(text: str) -> tuple[int, ...]:
    """Read "10 10", "9,4" or "none"; raises ValueError for what is no list of numbers."""
    if text.strip().lower() == "none":
        return ()
    return tuple(int(part) for part in text.replace(",", " ").split())


def read_config(path: str | Path) -> dict[str, Any]:
    """Read settings from a TOML file; raises SettingsError that names the file."""
    try:
        table = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is no TOML: {error}") from None
    found = {key.replace("-", "_"): value for key, value in table.items()}
    refuse_unknown(found, f"{path}: ")
    refuse_contradictions(found, f"{path}: ")
    return found


def refuse_unknown(names: Mapping[str, Any], where: str = "") -> None:
    """Raise SettingsError for the first name that is no setting."""
    for name in names:
        if name not in settings():
            near = get_close_matches(name, settings(), 1)
            raise SettingsError(
                f"{where}there is no setting {name!r}"
                + (f"; did you mean {near[0]!r}?" if near else ""),
                f"the settings: {', '.join(settings())}",
            )


def refuse_contradictions(given: Mapping[str, Any], where: str = "") -> None:
    """Raise SettingsError where settings that were given contradict each other."""
    if given.get("layers") is not None and {"hidden_dims", "activation"} & given.keys():
        raise SettingsError(
            f"{where}layers and hidden_dims or activation are both given",
            "layers names every hidden layer with its activation",
        )
    if given.get("data") is not None and given.get("dataset") is not None:
        raise SettingsError(
            f"{where}both a dataset and data are given", "data is a table of your own: give one"
        )
    if given.get("test_data") is not None and given.get("test_split"):
        raise SettingsError(
            f"{where}test_data and test_split are both given", "give one of them: both hold out"
        )


def write_config(values: Mapping[str, Any]) -> str:
    """Return settings as TOML; what is None is left out."""
    return "".join(f"{key} = {_toml(v)}\n" for key, v in values.items() if v is not None)


def _toml(value: Any) -> str:
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_toml(str(k))} = {_toml(v)}" for k, v in value.items()) + "}"
    # TOML's strings are JSON's, but for one control character.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
