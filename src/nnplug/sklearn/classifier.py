"""NNClassifier: a network that tells classes apart, as scikit-learn's estimators do."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import _check_partial_fit_first_call, check_classification_targets
from sklearn.utils.validation import _check_sample_weight, validate_data

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.core.errors import DataError, NnplugError
from nnplug.core.registry import default_registry
from nnplug.engine.choices import LINK_OF
from nnplug.engine.data import domain_of
from nnplug.engine.settings import Settings
from nnplug.sklearn.estimator import FLOATS, NNEstimator, goes_epoch_by_epoch

PROBABILITIES = tuple(LINK_OF.values())
"""The activations whose outputs are probabilities: of class 1, or of every class."""


def gives_probabilities(estimator: "NNClassifier") -> bool:
    """Say whether the loss, or the output activation before it, makes probabilities."""
    registry = default_registry()
    try:
        loss = None if estimator.loss is None else registry.build("loss", estimator.loss)
        output = estimator.output and registry.build("activation", estimator.output)
    except NnplugError:
        return True  # and fit says what is wrong
    if loss is None or loss.link != "identity":
        last = "softmax" if loss is None else loss.link
    elif output is not None:
        last = registry.name(output)
    else:
        # What `choose_output` chooses; a loss that judges no regression takes plain scores.
        last = "softmax" if "regression" in loss.tasks else "identity"
    several = len(getattr(estimator, "classes_", ())) > 2
    return last == "softmax" or (last in PROBABILITIES and not several)


class NNClassifier(ClassifierMixin, NNEstimator):
    """A network that tells two classes or more apart.

    Its parameters are the settings of `nnplug.train`, by the same names and with the same defaults;
    `random_state` is the seed. Components are specs ("adam:lr=0.01"), classes or instances.

    class_weight : {label: weight}, "balanced" for classes that count alike, or None
    classes_ : the labels
    network_, history_, loss_curve_, n_iter_ : see NNEstimator
    n_features_in_, feature_names_in_ : what it was fitted to
    """

    classes_: NDArray[Any]

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
        class_weight: Any = None,
        random_state: Any = None,
    ) -> None:
        super().__init__(
            hidden_dims=hidden_dims,
            activation=activation,
            layers=layers,
            output=output,
            loss=loss,
            optimizer=optimizer,
            init=init,
            schedule=schedule,
            callback=callback,
            lr=lr,
            momentum=momentum,
            epochs=epochs,
            batch_size=batch_size,
            test_split=test_split,
            weight_decay=weight_decay,
            clip=clip,
            dtype=dtype,
            log_interval=log_interval,
            restore_best=restore_best,
            track=track,
            random_state=random_state,
        )
        self.class_weight = class_weight

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "NNClassifier":
        """Train a fresh network.

        X : (samples, features);  y : (samples,), labels of any kind
        sample_weight : (samples,), how much each sample counts
        """
        X, y = validate_data(self, X, y, dtype=FLOATS)
        check_classification_targets(y)
        self.classes_ = np.unique(y)
        self._train(self._data(X, y, sample_weight))
        return self

    @available_if(goes_epoch_by_epoch)
    def partial_fit(
        self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None
    ) -> "NNClassifier":
        """Train one epoch on these samples, going on where the last call stood.

        Called n times with the same samples, it does what fit does with epochs=n, bit for bit.

        classes : all labels there will be; needed at the first call
        """
        first = not hasattr(self, "network_")
        X, y = validate_data(self, X, y, reset=first, dtype=FLOATS)
        check_classification_targets(y)
        _check_partial_fit_first_call(self, classes)
        self._train_on(self._data(X, y, sample_weight), first=first)
        return self

    def predict(self, X: Any) -> NDArray[Any]:
        """Return the label of each sample: (samples,)."""
        scores = self._decision(self._raw(X))
        index = scores.argmax(axis=1) if scores.ndim == 2 else (scores > 0).astype(int)
        labels: NDArray[Any] = self.classes_[index]
        return labels

    def decision_function(self, X: Any) -> Array:
        """Return scores before any link: (samples,), above 0 for classes_[1]; or one a class."""
        return self._decision(self._raw(X))

    @available_if(gives_probabilities)
    def predict_proba(self, X: Any) -> Array:
        """Return the probability of each class: (samples, classes).

        Not there where the loss gives none, as `hinge` does.
        """
        p = self._predictions(self._raw(X))
        return np.concatenate([1 - p, p], axis=1) if p.shape[1] == 1 else p

    @available_if(gives_probabilities)
    def predict_log_proba(self, X: Any) -> Array:
        """Return the logarithm of `predict_proba`."""
        with np.errstate(divide="ignore"):
            logs: Array = np.log(self.predict_proba(X))
        return logs

    def _decision(self, z: Array) -> Array:
        """Return scores for raw outputs z: (samples,) for two classes, else one a class."""
        if len(self.classes_) > 2:
            return z
        if z.shape[1] == 2:
            return np.asarray(z[:, 1] - z[:, 0])
        # Where a raw score of 0 is on neither side, it is the score; where targets are met as
        # they are, 0 and 1, the middle is between them.
        middle = self._predictions(np.zeros((1, 1), z.dtype))
        return np.asarray(z[:, 0] if middle == 0.5 else self._predictions(z)[:, 0] - 0.5)

    def _data(self, X: Any, y: Any, sample_weight: Any) -> Data:
        classes = self.classes_
        n = len(classes)
        if n < 2:
            raise DataError(f"y holds 1 class, {classes[0]!s}: there is nothing to tell apart")
        index = np.searchsorted(classes, y).clip(max=n - 1)
        strange = classes[index] != y
        if np.any(strange):
            raise DataError(
                f"y holds {y[strange][0]!s}, which is none of the classes of the first call",
                f"its classes: {', '.join(map(str, classes.tolist()))}",
            )
        if n == 2:
            targets = index[:, None].astype(np.float64)
        else:
            targets = np.zeros((len(index), n))
            targets[np.arange(len(index)), index] = 1
        return Data(
            X,
            targets,
            "binary" if n == 2 else "multiclass",
            names=tuple(map(str, classes.tolist())),
            columns=self._columns(),
            domain=domain_of(X),
            weights=self._weights(X, y, sample_weight),
        )

    def _weights(self, X: Any, y: Any, sample_weight: Any) -> Array | None:
        own = isinstance(self.class_weight, Mapping)  # and "balanced" is the engine's
        if sample_weight is None and not own:
            return None
        weights: Array = _check_sample_weight(sample_weight, X, dtype=np.float64)
        return weights * compute_sample_weight(self.class_weight, y) if own else weights

    def _settings(self, seed: int, **changes: Any) -> Settings:
        if isinstance(self.class_weight, Mapping):
            changes["class_weight"] = None
        return super()._settings(seed, **changes)
