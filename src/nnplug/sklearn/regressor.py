"""NNRegressor: a network that predicts values, as scikit-learn's estimators do."""

from typing import Any

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import _check_sample_weight, validate_data

from nnplug.core.array import Array
from nnplug.core.dataset import Data
from nnplug.engine.data import domain_of
from nnplug.sklearn.estimator import FLOATS, NNEstimator, goes_epoch_by_epoch


class NNRegressor(RegressorMixin, NNEstimator):
    """A network that predicts one value a sample, or several.

    Its parameters are the settings of `nnplug.train`, by the same names and with the same defaults;
    `random_state` is the seed. Components are specs ("adam:lr=0.01"), classes or instances.

    network_, history_, loss_curve_, n_iter_ : see NNEstimator
    n_features_in_, feature_names_in_ : what it was fitted to
    """

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> "NNRegressor":
        """Train a fresh network.

        X : (samples, features);  y : (samples,) or (samples, outputs)
        sample_weight : (samples,), how much each sample counts
        """
        self._train(self._data(X, y, sample_weight, reset=True))
        return self

    @available_if(goes_epoch_by_epoch)
    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> "NNRegressor":
        """Train one epoch on these samples, going on where the last call stood.

        Called n times with the same samples, it does what fit does with epochs=n, bit for bit.
        """
        first = not hasattr(self, "network_")
        self._train_on(self._data(X, y, sample_weight, reset=first), first=first)
        return self

    def predict(self, X: Any) -> Array:
        """Return predictions: (samples,), or (samples, outputs) for targets of that shape."""
        values = self._predictions(self._raw(X))
        return values[:, 0] if self._flat else values

    def _data(self, X: Any, y: Any, sample_weight: Any, *, reset: bool) -> Data:
        names = tuple(map(str, getattr(y, "columns", ())))
        X, y = validate_data(
            self, X, y, reset=reset, dtype=FLOATS, multi_output=True, y_numeric=True
        )
        if reset:
            self._flat = y.ndim == 1
        targets = np.asarray(y, np.float64)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=np.float64)
        return Data(
            X,
            targets[:, None] if targets.ndim == 1 else targets,
            "regression",
            names=names,
            columns=self._columns(),
            domain=domain_of(X),
            weights=sample_weight,
        )

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
