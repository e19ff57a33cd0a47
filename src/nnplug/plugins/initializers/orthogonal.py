"""Orthogonal weights."""

import math
from typing import Annotated, Any

import numpy as np
from annotated_types import Gt

from nnplug.core import Array, Initializer


class Orthogonal(Initializer):
    """A random rotation times gain, W^T W = gain^2 I (or W W^T, if W is wider than high).

    Formula: W = gain Q, where A = Q R is the QR factorization of a normal matrix A, R with a
        positive diagonal
    Distribution: uniform over all matrices with orthonormal columns (or rows); an entry has
        std = gain / sqrt(the longer side)
    Shapes: w of the parameter's shape, as a matrix of its last axis by all others
    Source: Saxe, McClelland, Ganguli, Exact solutions to the nonlinear dynamics of learning in deep
        linear neural networks, ICLR 2014.

    A normal matrix stretches some directions and all but erases others, and many of them in a row
    do so exponentially. A rotation keeps every length, however deep the network. sqrt(2) is the
    gain that suits rectifiers.
    """

    gain: Annotated[float, Gt(0), "times the rotation"] = 1.0

    def sample(self, rng: Any, shape: tuple[int, ...], fan_in: int, fan_out: int) -> Array:
        """Return fresh weights."""
        rows, columns = math.prod(shape[:-1]), shape[-1]
        a = rng.standard_normal((max(rows, columns), min(rows, columns)))
        q, r = np.linalg.qr(a)
        # QR is unique up to signs; with those of the diagonal, all rotations are equally likely.
        q = q * np.where(np.diagonal(r) < 0, -1.0, 1.0)
        w: Array = self.gain * (q if rows >= columns else q.T)
        return w.reshape(shape)
