"""Losses: the mean over the samples, and its gradient in what the network puts out.

A loss is called as ``loss(Z, Y)`` and differentiated as ``loss.gradient(Z, Y)``.
Both check their arguments: a ValueError says what does not fit. They compute in float64, so
that outputs of float16 or float32 give no sum that overflows; a gradient comes back in the
precision of the outputs. `Loss.value_and_gradient` does the two in one pass, without checking
and in the precision that it is given, for the inside of a training loop.
"""

import math

import numpy as np

from mlp_lib.arrays import as_array, as_float, in_precision
from mlp_lib.networks.activations import need_a_score, sigmoid


class Loss:
    """Mean of a loss over N samples. Subclasses give ``check`` and ``value_and_gradient``."""

    name = "loss"

    def __call__(self, Z, Y):
        """Mean loss of the outputs ``Z`` (N, K) for the targets ``Y``; a float."""
        return self._checked(Z, Y)[0]

    def gradient(self, Z, Y):
        """Gradient of the mean loss in ``Z``; shape (N, K), precision of ``Z``."""
        dZ = self._checked(Z, Y)[1]
        return dZ.astype(as_float(Z, "outputs").dtype, copy=False)

    def _checked(self, Z, Y):
        Z = as_float(Z, f"the outputs for {self.name}")
        if Z.ndim != 2 or 0 in Z.shape:
            raise ValueError(
                f"{self.name} needs outputs of shape (N, K), N and K > 0; got {Z.shape}"
            )
        Z = Z.astype(np.result_type(Z, float), copy=False)
        self.check_outputs(Z)
        with np.errstate(over="ignore", invalid="ignore"):  # too large for float64: inf, or nan
            return self.value_and_gradient(Z, self.check(Z.shape, Y, Z.dtype))

    def check_outputs(self, Z):
        """ValueError if the loss is not defined for outputs ``Z`` (N, K); here it always is."""

    def check(self, shape, Y, dtype=None):
        """Targets that fit outputs of ``shape``, as an array; ValueError if they do not fit.

        Numbers are converted to ``dtype``, the precision of the outputs; labels are not.
        """
        Y = as_array(Y, f"the targets for {self.name}")
        if Y.shape != shape or Y.dtype.kind not in "biuf":
            raise ValueError(
                f"{self.name} needs real targets of shape {shape}; got {Y.dtype} of {Y.shape}"
            )
        return in_precision(Y, f"the targets for {self.name}", dtype or Y.dtype)

    def value_and_gradient(self, Z, Y, out=None, scale=1.0):
        """Loss, and ``scale`` times its gradient, in one pass and without checks.

        Parameters
        ----------
        Z : (N, K) ndarray of float
            Outputs of the network. Not changed.
        Y : ndarray
            Targets, as `check` returns them.
        out : (N, K) ndarray, optional
            Where the gradient is written.
        scale : float
            Factor on the gradient. Backpropagation is linear in it, so a step size
            given here costs N K products instead of one per weight.

        Returns
        -------
        loss : float
        dZ : (N, K) ndarray
        """
        raise NotImplementedError

    def __repr__(self):
        return f"<loss {self.name}>"


class _ClassLoss(Loss):
    """A loss of scores (N, C) and classes: integer labels (N,) in ``0 .. C-1``."""

    def check(self, shape, Y, dtype=None):
        Y = as_array(Y, f"the labels for {self.name}")
        if Y.shape != shape[:1]:
            raise ValueError(f"{self.name} needs labels of shape {shape[:1]}; got {Y.shape}")
        if Y.dtype.kind not in "iu":
            raise ValueError(f"{self.name} needs integer labels; got {Y.dtype}")
        if Y.min() < 0 or Y.max() >= shape[1]:
            raise ValueError(f"need labels in 0..{shape[1] - 1}; got {Y.min()}..{Y.max()}")
        return Y


class CrossEntropy(_ClassLoss):
    """Cross-entropy of softmax probabilities, straight from the scores; in nats.

    Targets are labels (N,), or rows of probabilities (N, K) such as one-hot rows.
    The gradient in the scores is ``(P - Y) / N``. The row maximum is taken off
    first, so no score overflows. A score may be -inf: that class has probability 0.

    Notes
    -----
    Source: seed 002 (1), (2), Lemma 2 (S2-E1, S2-E2, S2-L2); seed 000 §4.
    """

    name = "cross_entropy"

    def check(self, shape, Y, dtype=None):
        Y = as_array(Y, f"the targets for {self.name}")
        if Y.shape != shape:
            return super().check(shape, Y)
        rounding = np.finfo(Y.dtype).eps if Y.dtype.kind == "f" else 0
        Y = Loss.check(self, shape, Y, dtype)
        sums = Y.sum(axis=1, dtype=float)
        if not np.allclose(sums, 1, atol=max(1e-5, rounding)) or Y.min() < 0:
            worst = np.abs(sums - 1).argmax()
            raise ValueError(
                "cross_entropy needs target rows that are >= 0 and sum to 1; "
                f"the least entry is {Y.min()}, row {worst} sums to {sums[worst]}"
            )
        return Y

    def check_outputs(self, Z):
        need_a_score(Z, "the scores")

    def value_and_gradient(self, Z, Y, out=None, scale=1.0):
        shifted = np.subtract(Z, np.maximum.reduce(Z, axis=1, keepdims=True), out=out)
        if Y.ndim == 1:
            at = (np.arange(len(Y)), Y)
            score = shifted[at].sum()
        else:
            score = np.vdot(shifted, Y)
            if math.isnan(score):  # a score of -inf costs nothing where the target is 0
                score = np.vdot(shifted[Y != 0], Y[Y != 0])
        P = np.exp(shifted, out=shifted)
        total = np.add.reduce(P, axis=1, keepdims=True)
        P /= total
        if Y.ndim == 1:
            P[at] -= 1
        else:
            P -= Y
        P *= scale / len(Z)
        return float(np.log(total).sum() - score) / len(Z), P


class SequenceCrossEntropy(Loss):
    """Cross-entropy of the words of sequences, its mean over all of them; in nats.

    Outputs (N, T n_words) are for each of T places the scores of ``n_words`` words; targets are the
    words, (N, T) of int. The gradient in the scores is ``(P - Y) / (N T)``.
    """

    name = "sequence_cross_entropy"

    def __init__(self, n_words):
        self.n_words = n_words

    def check(self, shape, Y, dtype=None):
        Y = as_array(Y, f"the words for {self.name}")
        wanted = (shape[0], shape[1] // self.n_words)
        if Y.shape != wanted:
            raise ValueError(f"{self.name} needs words of shape {wanted}; got {Y.shape}")
        cross_entropy.check((Y.size, self.n_words), Y.ravel())
        return Y

    def value_and_gradient(self, Z, Y, out=None, scale=1.0):
        of_words = None if out is None else out.reshape(-1, self.n_words)
        loss, dZ = cross_entropy.value_and_gradient(
            Z.reshape(-1, self.n_words), Y.ravel(), of_words, scale)
        return loss, dZ.reshape(Z.shape)


class BinaryCrossEntropy(Loss):
    """Cross-entropy of yes or no, straight from one score ``z`` a row; in nats.

    The probability of yes is ``p = sigmoid(z)``: the softmax of the scores 0 (no) and z (yes).
    Targets are numbers in 0..1, of the shape (N,) or (N, 1): 1 or True for yes, 0 for no, or
    the probability of yes. The gradient in the score is ``(p - y) / N``.
    """

    name = "binary_cross_entropy"

    def check(self, shape, Y, dtype=None):
        if shape[1:] != (1,):
            raise ValueError(f"{self.name} needs one output; got {shape[1]}")
        Y = as_array(Y, f"the targets for {self.name}")
        Y = super().check(shape, Y[:, None] if Y.ndim == 1 else Y, dtype or float)
        outside = Y[~((Y >= 0) & (Y <= 1))]
        if outside.size:
            raise ValueError(f"{self.name} needs targets from 0 (no) to 1 (yes); got {outside[0]}")
        return Y

    def value_and_gradient(self, Z, Y, out=None, scale=1.0):
        loss = sum(np.multiply(share, np.logaddexp(0, z), where=share > 0, out=np.zeros_like(Z))
                   for share, z in ((Y, -Z), (1 - Y, Z))).sum()  # a score of inf counts if it must
        dZ = sigmoid(Z, out=out)
        dZ -= Y
        dZ *= scale / len(Z)
        return float(loss) / len(Z), dZ


class Hinge(_ClassLoss):
    """Multiclass hinge loss ``sum_{j != y} max(0, z_j - z_y + 1)``.

    Source: S3-LOSS-HINGE (the document names it, and leaves it undefined).
    """

    name = "hinge"

    def value_and_gradient(self, Z, Y, out=None, scale=1.0):
        at = (np.arange(len(Y)), Y)
        margin = np.subtract(Z, Z[at][:, None] - 1, out=out)
        margin[at] = 0
        np.maximum(margin, 0, out=margin)
        loss = float(margin.sum()) / len(Z)
        dZ = np.greater(margin, 0, out=margin)
        dZ[at] = -dZ.sum(axis=1)
        dZ *= scale / len(Z)
        return loss, dZ


class SquaredError(Loss):
    """``||z - y||**2``, without a factor 1/2 (S3-NET1-F); the gradient is ``2 (Z - Y) / N``."""

    name = "squared_error"

    def value_and_gradient(self, Z, Y, out=None, scale=1.0):
        dZ = np.subtract(Z, Y, out=out)
        loss = float(np.vdot(dZ, dZ)) / len(Z)
        dZ *= 2 * scale / len(Z)
        return loss, dZ


class AbsoluteError(Loss):
    """``||z - y||_1``; the gradient is ``sign(Z - Y) / N``, 0 where they are equal."""

    name = "absolute_error"

    def value_and_gradient(self, Z, Y, out=None, scale=1.0):
        dZ = np.subtract(Z, Y, out=out)
        loss = float(np.abs(dZ).sum()) / len(Z)
        np.sign(dZ, out=dZ)
        dZ *= scale / len(Z)
        return loss, dZ


cross_entropy = CrossEntropy()
binary_cross_entropy = BinaryCrossEntropy()
hinge = Hinge()
squared_error = SquaredError()
absolute_error = AbsoluteError()

LOSSES = {f.name: f for f in (cross_entropy, hinge, squared_error, absolute_error)}
BY_NAME = {**LOSSES, binary_cross_entropy.name: binary_cross_entropy}  # and that of one score
