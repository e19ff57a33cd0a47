"""What a classifier and a regressor share: the settings, training, and what was learned."""

from collections.abc import Mapping
from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.errors import SettingsError
from nnplug.core.registry import default_registry
from nnplug.engine import chance
from nnplug.engine.history import History
from nnplug.engine.network import Network
from nnplug.engine.result import Result
from nnplug.engine.settings import Settings
from nnplug.engine.train import prepare, run_assembly
from nnplug.sklearn.state import NetworkState

WHOLE_RUNS = ("schedule", "callback", "test_split", "restore_best", "track")
"""Settings of a whole run, with which there is no `partial_fit`."""

FLOATS = (np.float64, np.float32)

ROWS = 512
"""Rows that are predicted at once: more take more memory, and longer for each row."""


class NNEstimator(BaseEstimator):
    """A network, trained by scikit-learn's rules; the base of NNClassifier and NNRegressor.

    network_ : the trained network
    n_iter_ : epochs done
    history_ : what was measured, at about 100 epochs: history_["loss"], at history_["epoch"]
    loss_curve_ : history_["loss"], first that of the fresh weights
    """

    network_: Network
    history_: History
    loss_curve_: NDArray[np.float64]
    n_iter_: int
    n_features_in_: int

    def __init__(
        self,
        *,
        hidden_dims: Any = (10, 10),
        activation: Any = "tanh",
        layers: Any = None,
        output: Any = None,
        loss: Any = None,
        optimizer: Any = "adam",
        init: Any = None,
        schedule: Any = "constant",
        callback: Any = (),
        lr: float | None = None,
        momentum: float | None = None,
        epochs: int = 1000,
        batch_size: int | None = None,
        test_split: float = 0.0,
        weight_decay: float = 0.0,
        clip: float | None = None,
        dtype: str = "float64",
        log_interval: int | None = None,
        restore_best: bool = False,
        track: bool = False,
        random_state: Any = None,
    ) -> None:
        self.hidden_dims = hidden_dims
        self.activation = activation
        self.layers = layers
        self.output = output
        self.loss = loss
        self.optimizer = optimizer
        self.init = init
        self.schedule = schedule
        self.callback = callback
        self.lr = lr
        self.momentum = momentum
        self.epochs = epochs
        self.batch_size = batch_size
        self.test_split = test_split
        self.weight_decay = weight_decay
        self.clip = clip
        self.dtype = dtype
        self.log_interval = log_interval
        self.restore_best = restore_best
        self.track = track
        self.random_state = random_state

    @property
    def result_(self) -> Result:
        """What `nnplug.train` returns: to plot, and to save as a run folder."""
        try:
            result: Result = self._result
        except AttributeError:
            raise AttributeError(
                "result_ is there after fit, and not in a copy or a pickle, for it holds the "
                "training data"
            ) from None
        return result

    @property
    def parameters_(self) -> dict[str, Array]:
        """Every parameter of the network by its path: {"0.W": ..., "0.b": ...}; read-only views."""
        network = self.network_
        return {place.name: network.parameter(place.name) for place in network.layout.places}

    @property
    def coefs_(self) -> list[Array]:
        """The weights W of each linear layer, (inputs, units)."""
        return [self.network_.parameter(f"{path}.W") for path in self._linear()]

    @property
    def intercepts_(self) -> list[Array]:
        """The biases b of each linear layer, (units,)."""
        return [self.network_.parameter(f"{path}.b")[0] for path in self._linear()]

    def _linear(self) -> list[int]:
        linear = self.network_.registry.get("layer", "linear")
        layers = self.network_.layers
        return [i for i, layer in enumerate(layers) if type(layer) is linear]

    def _settings(self, seed: int, **changes: Any) -> Settings:
        """Return the settings that the parameters mean."""
        given = self.get_params(deep=False)
        del given["random_state"]
        given["hidden_dims"] = _tuple(self.hidden_dims)
        if self.layers is not None:
            defaults = Settings()
            for name in ("hidden_dims", "activation"):
                if given[name] != getattr(defaults, name):
                    raise SettingsError(
                        f"layers and {name} are both given",
                        "layers names every hidden layer with its activation",
                    )
        return Settings().but(**given | {"seed": seed, "scale": "none"} | changes)

    def _train(self, data: Data) -> None:
        """Train a fresh network."""
        seed = seed_of(self.random_state)
        shuffle = chance.stream(seed, "shuffle")
        assembly = prepare(self._settings(seed), default_registry(), data)
        self._learned(run_assembly(assembly, shuffle=shuffle), seed, shuffle)

    def _train_on(self, data: Data, *, first: bool) -> None:
        """Train one more epoch, on other data perhaps; first : whether there is no network yet."""
        seed: int = seed_of(self.random_state) if first else self._seed
        shuffle = chance.stream(seed, "shuffle")
        done = 0 if first else self.n_iter_
        # A network of its own: one that fails leaves the estimator as it was.
        settings = self._settings(seed, epochs=done + 1)
        assembly = prepare(settings, default_registry(), data)
        if not first:
            NetworkState.of(self.network_).restore(assembly.network)
            chance.restore(shuffle, self._shuffle)
            run = assembly.run
            run.epoch, run.history = done, self.history_
            run.own_series = frozenset(self.history_)
        self._learned(run_assembly(assembly, shuffle=shuffle), seed, shuffle)

    def _learned(self, result: Result, seed: int, shuffle: np.random.Generator) -> None:
        self._result = result
        self._seed = seed
        self._shuffle = chance.state(shuffle)
        self.network_ = result.network
        self.history_ = result.history
        self.loss_curve_ = result.history["loss"]
        self.n_iter_ = result.epochs

    def _raw(self, X: Any) -> Array:
        """Return the raw outputs of the network: (samples, outputs)."""
        check_is_fitted(self)
        x: Any = validate_data(self, X, reset=False, dtype=FLOATS)
        parts = [self.network_.peek(x[a : a + ROWS])[0] for a in range(0, len(x), ROWS)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _predictions(self, z: Array) -> Array:
        """Return predictions for raw outputs, in the terms of the targets that the loss takes."""
        loss = self.network_.loss
        assert loss is not None
        return loss.predict(z)

    def _columns(self) -> tuple[str, ...]:
        return tuple(getattr(self, "feature_names_in_", ()))

    def __getstate__(self) -> dict[str, Any]:
        found: Any = super().__getstate__()
        state: dict[str, Any] = dict(found)
        state.pop("_result", None)
        if "network_" in state:
            state["network_"] = NetworkState.of(self.network_)
        return state

    def __setstate__(self, state: Mapping[str, Any]) -> None:
        state = dict(state)
        if "network_" in state:
            state["network_"] = state["network_"].build()
        super().__setstate__(state)


def goes_epoch_by_epoch(estimator: NNEstimator) -> bool:
    """Say that there is a partial_fit; raises SettingsError for settings with which there is none.

    It knows neither how long a run is nor when it ends, and never sees all samples.
    """
    defaults = Settings()
    for name in WHOLE_RUNS:
        value = getattr(estimator, name, None)
        if value not in (getattr(defaults, name), None, []):
            raise SettingsError(
                f"partial_fit cannot take {name}={value!r}, which is of a whole run",
                f"leave {name} out, or call fit",
            )
    if getattr(estimator, "class_weight", None) == "balanced":
        raise SettingsError(
            "partial_fit cannot balance classes that it has not seen whole",
            "give class_weight as {label: weight}",
        )
    return True


def seed_of(random_state: Any) -> int:
    """Return the seed that scikit-learn's `random_state` means.

    A number is the seed itself, so that the same seed is the same run as in `nnplug.train`; from a
    RandomState, and from NumPy's own for None, one is drawn.
    """
    generator = check_random_state(random_state)
    if isinstance(random_state, Integral):
        return int(random_state)
    return int(generator.randint(2**31 - 1))


def _tuple(units: Any) -> Any:
    """Return the units of hidden layers as a tuple; what is no number or list stays as it is."""
    if isinstance(units, Integral):
        return (units,)
    return tuple(units) if isinstance(units, (list, np.ndarray)) else units
