"""The same training run through scikit-learn, PyTorch and nnplug.

Each function returns a `run(steps) -> loss after the last step`, or raises ImportError where its
library is not installed.
"""

import warnings

from straight_line import BETA1, BETA2, EPS, LR, start, xor
from timing import Run


def scikit_learn(shuffle: bool = True) -> Run:
    """(c) MLPClassifier: the whole set as one batch, no early end, start weights of its own.

    shuffle : its default, which costs it as much as the rest of the step; idle with one batch
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    x, t = xor()
    labels = t[:, 0].astype(int)

    def run(steps: int) -> float:
        model = MLPClassifier(
            hidden_layer_sizes=(10, 10), activation="logistic", solver="adam", alpha=0.0,
            batch_size=len(x), learning_rate_init=LR, beta_1=BETA1, beta_2=BETA2, epsilon=EPS,
            max_iter=steps, tol=0.0, n_iter_no_change=10**9, shuffle=shuffle, random_state=0,
        )  # fmt: skip
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(x, labels)
        if model.n_iter_ != steps:
            raise RuntimeError(f"MLPClassifier ended after {model.n_iter_} of {steps} steps")
        return float(model.loss_)

    return run


def pytorch() -> Run:
    """(d) PyTorch, eager, on the CPU, with its fused Adam, from the common start weights."""
    import torch

    torch.set_num_threads(1)
    x, t = (torch.from_numpy(a) for a in xor())

    def run(steps: int) -> float:
        w = start()
        model = torch.nn.Sequential(
            torch.nn.Linear(2, 10), torch.nn.Sigmoid(),
            torch.nn.Linear(10, 10), torch.nn.Sigmoid(),
            torch.nn.Linear(10, 1),
        ).to(torch.float64)  # fmt: skip
        with torch.no_grad():
            for i, layer in (("1", model[0]), ("2", model[2]), ("3", model[4])):
                layer.weight.copy_(torch.from_numpy(w["W" + i].T))
                layer.bias.copy_(torch.from_numpy(w["b" + i][0]))
        criterion = torch.nn.BCEWithLogitsLoss()
        optimizer = torch.optim.Adam(model.parameters(), LR, (BETA1, BETA2), EPS, fused=True)
        for _ in range(steps):
            optimizer.zero_grad()
            criterion(model(x), t).backward()
            optimizer.step()
        with torch.no_grad():
            return float(criterion(model(x), t))

    return run


def nnplug() -> Run:
    """nnplug through its front door, from the common start weights."""
    import nnplug

    train = nnplug.train
    weights = {array.shape: array for name, array in start().items() if name[0] == "W"}

    class Common(nnplug.Initializer):
        """The weights that the other contestants begin with."""

        def sample(self, rng, shape, fan_in, fan_out):
            return weights[shape].copy()

    def run(steps: int) -> float:
        result = train(
            dataset="xor", hidden=[10, 10], activation="sigmoid", loss="bce",
            optimizer=f"adam:lr={LR}", init=Common(), epochs=steps,
        )  # fmt: skip
        return float(result.metrics["train"]["loss"])

    return run
