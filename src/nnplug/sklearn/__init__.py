"""Networks as scikit-learn's estimators.

from nnplug.sklearn import NNClassifier

model = make_pipeline(StandardScaler(), NNClassifier(hidden_dims=(20,), optimizer="adam:lr=0.01"))
cross_val_score(model, X, y)
"""

from nnplug.core.errors import MissingPackageError

try:
    from nnplug.sklearn.classifier import NNClassifier
    from nnplug.sklearn.regressor import NNRegressor
except ModuleNotFoundError as error:
    if error.name != "sklearn":
        raise
    raise MissingPackageError(
        "nnplug.sklearn needs scikit-learn, which is not installed",
        "type: pip install 'nnplug[sklearn]'",
    ) from None

__all__ = ["NNClassifier", "NNRegressor"]
