"""Activations: element-wise functions with their derivatives, softmax and maxout.

An element-wise activation is called on an array of any shape, and gives its
derivative twice: from the score ``z`` (`derivative`), and from the value
``a = f(z)`` (`derivative_from_value`), which is what a backward pass has at
hand. All are finite for every finite score, and keep float32 as float32.
"""

import numpy as np

from mlp_lib.arrays import a_number, as_float, as_numbers


def _as_float(z):
    return as_float(z, "the scores", "biufc")


class Elementwise:
    """An activation that acts on each entry on its own.

    Subclasses give ``_value(z, out)``, where ``out`` may be ``z`` itself, and
    ``_slope(a, out)``, where it is another array. ``parameters`` are the numbers that
    the constructor took.
    """

    name = "elementwise"
    parameters = ()

    def __call__(self, z, out=None):
        """Value of the activation.

        Parameters
        ----------
        z : array_like of float
            Scores, any shape, any finite numbers.
        out : ndarray, optional
            Array to write to; may be ``z`` itself.

        Returns
        -------
        ndarray of the shape and the precision of ``z``

        Raises
        ------
        ValueError
            If ``z`` holds anything but numbers.
        """
        z = _as_float(z)
        return self._value(z, np.empty_like(z) if out is None else out)

    def derivative(self, z):
        """Derivative at the scores ``z``, entry by entry; same shape as ``z``."""
        return self.derivative_from_value(self(z))

    def derivative_from_value(self, a, out=None):
        """Derivative where the activation has the value ``a``; same shape as ``a``.

        ``out``, if given, is written to; it may not be ``a`` itself.
        """
        a = _as_float(a)
        return self._slope(a, np.empty_like(a) if out is None else out)

    def __repr__(self):
        return f"<activation {self.name}>"


class Identity(Elementwise):
    """``a = z``: a layer without an activation."""

    name = "identity"

    def _value(self, z, out):
        np.copyto(out, z)
        return out

    def _slope(self, a, out):
        out.fill(1)
        return out


class Sigmoid(Elementwise):
    """``a = 1 / (1 + exp(-z))``, derivative ``a (1 - a)``.

    Where ``exp(-z)`` overflows to inf, the value is 0, and no normal number is nearer.
    Source: seed 002 Lemma 5 (S2-L5), seed 003 (S3-ACT-SIG).
    """

    name = "sigmoid"

    def _value(self, z, out):
        np.negative(z, out=out)
        with np.errstate(over="ignore"):
            np.exp(out, out=out)
        out += 1
        return np.reciprocal(out, out=out)

    def _slope(self, a, out):
        np.multiply(a, a, out=out)
        return np.subtract(a, out, out=out)


class Tanh(Elementwise):
    """Hyperbolic tangent, derivative ``1 - a**2``. Source: S3-ACT-TANH."""

    name = "tanh"

    def _value(self, z, out):
        return np.tanh(z, out=out)

    def _slope(self, a, out):
        np.multiply(a, a, out=out)
        return np.subtract(1, out, out=out)


class LeakyRelu(Elementwise):
    """``a = max(slope z, z)``; the derivative at the kink ``z = 0`` is taken as ``slope``.

    Parameters
    ----------
    slope : float
        Slope left of 0, in ``0 <= slope < 1``; seed 003 uses 0.1.

    Raises
    ------
    ValueError
        If ``slope`` is out of that range.

    Notes
    -----
    Source: S3-ACT-LRELU, and S3-ACT-RELU for ``slope = 0``.
    """

    name = "leaky_relu"

    def __init__(self, slope=0.1):
        self.slope = a_number(slope, "0 <= slope < 1", lambda slope: 0 <= slope < 1)
        self.parameters = (self.slope,)

    def _value(self, z, out):
        return np.maximum(z, self.slope * z, out=out)

    def _slope(self, a, out):
        np.greater(a, 0, out=out)
        np.multiply(out, 1 - self.slope, out=out)
        return np.add(out, self.slope, out=out)


class Relu(LeakyRelu):
    """``a = max(0, z)``, derivative 1 where ``z > 0``, else 0. Source: S3-ACT-RELU."""

    name = "relu"

    def __init__(self):
        super().__init__(slope=0)
        self.parameters = ()

    def _value(self, z, out):
        return np.maximum(z, 0, out=out)

    def _slope(self, a, out):
        np.greater(a, 0, out=out)
        return out


class Elu(Elementwise):
    """``z`` where ``z >= 0``, else ``alpha (exp(z) - 1)``; derivative 1, else ``a + alpha``.

    Parameters
    ----------
    alpha : float
        Depth of the left side, > 0 and finite. The derivative jumps at 0 unless it is 1.

    Raises
    ------
    ValueError
        If ``alpha`` is out of that range.

    Notes
    -----
    Source: S3-ACT-ELU; at ``z = 0`` the derivative is taken from the right.
    """

    name = "elu"

    def __init__(self, alpha=1.0):
        self.alpha = a_number(alpha, "alpha > 0 and finite", lambda alpha: 0 < alpha < np.inf)
        self.parameters = (self.alpha,)

    def _value(self, z, out):
        negative = self.alpha * np.expm1(np.minimum(z, 0))
        np.maximum(z, 0, out=out)
        return np.add(out, negative, out=out)

    def _slope(self, a, out):
        np.minimum(a, 0, out=out)
        np.add(out, self.alpha, out=out)
        np.copyto(out, 1, where=a >= 0)
        return out


def need_a_score(z, name):
    """ValueError if a row of ``z`` (..., K) is -inf alone: no class is left to choose from."""
    nothing = np.isneginf(z.real.max(axis=-1))
    if nothing.any():
        at = tuple(int(i) for i in np.argwhere(nothing)[0])
        raise ValueError(f"{name} need one above -inf in every row; row "
                         f"{at[0] if len(at) == 1 else at or 0} holds -inf alone")


class Softmax:
    """``exp(z_j) / sum_t exp(z_t)`` along the last axis: every row becomes probabilities.

    A score may be -inf: its probability is 0.
    Source: seed 002 (4) and Lemma 1 (S2-L1, S2-L1o), seed 003 (S3-SM-D).
    """

    name = "softmax"

    def __call__(self, z):
        """Probabilities of the scores ``z`` (..., K); same shape, rows sum to 1.

        Raises
        ------
        ValueError
            If ``z`` holds anything but numbers, has no axis, or a row of -inf alone. A row with
            a score of inf, as an overflow leaves it, becomes nan.
        """
        z = _as_float(z)
        if z.ndim == 0 or not z.shape[-1]:
            raise ValueError(f"need scores (..., K), K > 0; got shape {z.shape}")
        need_a_score(z, "the scores")
        with np.errstate(over="ignore", invalid="ignore"):  # so far below the largest: 0; inf: nan
            p = np.exp(z - z.max(axis=-1, keepdims=True))
        total = p.sum(axis=-1, keepdims=True, dtype=np.result_type(z, np.float32))
        return np.divide(p, total).astype(z.dtype, copy=False)  # of float16 in float32

    def jacobian(self, z):
        """Jacobian ``p_t (1[t = j] - p_j)`` of one score vector: (K,) to (K, K).

        Raises
        ------
        ValueError
            If ``z`` is not one vector of scores.
        """
        p = self(z)
        if p.ndim != 1:
            raise ValueError(f"need one vector of scores (K,); got shape {p.shape}")
        return np.diag(p) - np.outer(p, p)

    def __repr__(self):
        return "<activation softmax>"


class Maxout:
    """Largest of the ``k`` pieces in the last axis: (..., k) to (...).

    Source: S3-ACT-MAXOUT. With the pieces ``(0, z)`` it is ReLU.
    """

    name = "maxout"

    def __call__(self, z):
        """Value of the winning piece."""
        return as_numbers(z, "the pieces", "biufc").max(axis=-1)

    def derivative(self, z):
        """1 at the winning piece (the first, if several tie), 0 elsewhere; shape of ``z``."""
        z = _as_float(z)
        won = np.zeros_like(z)
        np.put_along_axis(won, z.argmax(axis=-1)[..., None], 1, axis=-1)
        return won

    def __repr__(self):
        return "<activation maxout>"


identity = Identity()
sigmoid = Sigmoid()
tanh = Tanh()
relu = Relu()
leaky_relu = LeakyRelu()
elu = Elu()
softmax = Softmax()
maxout = Maxout()

ELEMENTWISE = {f.name: f for f in (identity, sigmoid, tanh, relu, leaky_relu, elu)}
