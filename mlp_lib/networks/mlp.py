"""The L-layer network: forward, loss and backward, layer by layer in matrix form.

``MLP((784, 10))`` is softmax regression, ``MLP((2, 100, 3), hidden=relu)`` the
two-layer ReLU network, ``MLP((784, 200, 100, 10))`` the three-layer sigmoid one, and
``MLP((4, 5, 1))`` one with a single output, which says yes (1) or no (0).
"""

from itertools import pairwise

import numpy as np

from mlp_lib.arrays import generator
from mlp_lib.networks import sigmoid
from mlp_lib.networks.parts import mlp_arguments as arguments
from mlp_lib.networks.parts.blas import matmul, one_for_small
from mlp_lib.networks.parts.buffers import Buffers, empty_aligned
from mlp_lib.networks.parts.parameters import Parameter
from mlp_lib.networks.parts.predictor import Predictor, first_non_finite

_ROWS_AT_ONCE = 2048  # rows a prediction works on, so that its memory is bounded


class MLP(Predictor):
    """A fully connected network of L layers; rows are samples, a layer is ``a @ W + b``.

    Parameters
    ----------
    sizes : sequence of int
        Width of the input, of each hidden layer, and of the output: L + 1 numbers.
    hidden : activations.Elementwise
        Activation of the hidden layers.
    output : activations.Elementwise, optional
        Activation of the output. By default none: the cross-entropy takes scores.
    loss : losses.Loss, optional
        Mean loss over the samples. By default the cross-entropy; with one output the binary
        one, whose targets are 0 (no) and 1 (yes).
    l2 : float or sequence of L floats
        Penalty ``l2 * ||W||_F**2`` of each layer's weights; biases are free.
    init : {"xavier", "he", "lecun", "zeros"} or float
        Standard deviation of the normal weights: ``sqrt(2 / (n_in + n_out))``,
        ``sqrt(2 / n_in)``, ``sqrt(1 / n_in)``, 0, or the number given. Biases are 0.
    rng : int or numpy.random.Generator
        Seed of the weights.
    dtype : {numpy.float32, numpy.float64}
        Precision of the weights, and so of all that is computed.

    Attributes
    ----------
    W, b : list of L ndarrays, (n_in, n_out) and (n_out,)
        Weights and biases: views of ``theta``. What is assigned (``W[0] = ...``, ``W = ...``)
        is copied into them.
    theta : (P,) ndarray
        All parameters in one row: ``W[0], b[0], W[1], ...``; assigned likewise.

    Raises
    ------
    ValueError
        If a width, an activation, the loss, a penalty, ``init`` or the precision is not one
        of those above.
    TypeError
        If a width is no whole number.

    Warns
    -----
    UserWarning
        If the loss takes scores, and a sigmoid or tanh stands before it.

    Notes
    -----
    Source: seed 001 for L layers, seed 002 for three (matrix forms: S2-MAT; penalty: S2-E53).
    """

    kind, view_names = "MLP", ("W", "b")
    W, b = Parameter(), Parameter()

    def __init__(self, sizes, hidden=sigmoid, *, output=None, loss=None, l2=0.0,
                 init="xavier", rng=0, dtype=np.float32):
        self.sizes = arguments.checked_sizes(sizes)
        self.hidden = arguments.checked_activation(hidden, "hidden")
        self.output = None if output is None else arguments.checked_activation(output, "output")
        self.loss_function = arguments.checked_loss(loss, self.output, self.n_outputs)
        self.dtype = arguments.checked_dtype(dtype)
        self.l2 = l2
        self.lay_out(empty_aligned((self.n_parameters(self.sizes),), self.dtype))
        self.initialise(init, rng)

    @staticmethod
    def n_parameters(sizes):
        """How many numbers ``theta`` holds for these ``sizes``: P."""
        return sum((m + 1) * n for m, n in pairwise(sizes))

    def initialise(self, init="xavier", rng=0):
        """Draw the weights anew, and set the biases to 0; see the class for ``init``."""
        deviations = [arguments.deviation(init, *layer) for layer in self._layers()]
        rng = generator(rng)
        for W, b, scale in zip(self.W, self.b, deviations):
            W[:] = rng.standard_normal(W.shape) * scale
            b[:] = 0

    @property
    def n_outputs(self):
        """Width of the output."""
        return self.sizes[-1]

    @property
    def l2(self):
        """Penalty of each layer's weights: a tuple of L numbers >= 0."""
        return self._l2

    @l2.setter
    def l2(self, value):
        self._l2 = arguments.checked_l2(value, len(self.sizes) - 1)

    # -- what a user asks of a network ------------------------------------------------

    def predict_scores(self, X):
        """Output of the network for the rows of ``X`` (N, n_in): (N, n_out)."""
        X = self.check_inputs(X)
        blocks = (X[i : i + _ROWS_AT_ONCE] for i in range(0, len(X), _ROWS_AT_ONCE))
        with one_for_small:
            return np.concatenate([self.forward(block)[-1] for block in blocks])

    def penalty(self):
        """``sum_l l2_l ||W_l||_F**2`` (S2-E53, read with the Frobenius norm)."""
        return sum(l2 * float(np.vdot(W, W)) for l2, W in zip(self.l2, self.W) if l2)

    def gradients(self, X, Y):
        """Loss and its gradients in all weights and biases.

        Parameters
        ----------
        X : (N, n_in) array_like of float
        Y : targets, as the loss takes them

        Returns
        -------
        loss : float
            With the penalty.
        dW, db : lists of L ndarrays, of the shapes of ``W`` and ``b``
            Fresh arrays, which later calls leave alone.

        Raises
        ------
        ValueError
            If the shapes, or the targets, do not fit.
        """
        X = self.check_inputs(X)
        Y = self.loss_function.check((len(X), self.sizes[-1]), Y, self.dtype)
        buffers = self.buffers(len(X))
        with one_for_small:
            loss = self.forward_backward(X, Y, buffers) + self.penalty()
        return loss, buffers.dW, buffers.db

    # -- forward and backward; with buffers, nothing is allocated -------------------------

    def forward(self, X, out=None):
        """Values of every layer for the rows of ``X`` (N, n_in): ``[a1, ..., output]``.

        ``out`` holds an array (N, n_l) for each layer to write to. ``X`` is not checked.
        """
        values, a = [], X
        for layer, (W, b) in enumerate(zip(self.W, self.b)):
            z = matmul(a, W, out=out[layer] if out else None)
            z += b
            activation = self.activation(layer)
            a = activation(z, out=z) if activation else z
            values.append(a)
        return values

    def backward(self, X, buffers, scale=1.0):
        """Gradients of all layers from the one in the output scores, ``buffers.d[-1]``.

        Reads the values that `forward` left in ``buffers.a``, fills ``buffers.d`` and
        ``buffers.grad``. ``scale`` is the factor that is already in ``buffers.d[-1]``.
        Source: seed 002, Notes 2-5 (S2-MAT, S2-E54).
        """
        a, d = buffers.a, buffers.d
        for layer in reversed(range(len(self.W))):
            below = a[layer - 1] if layer else X
            matmul(below.T, d[layer], out=buffers.dW[layer])
            matmul(buffers.ones, d[layer], out=buffers.db[layer])
            if self.l2[layer]:
                buffers.dW[layer] += (2 * self.l2[layer] * scale) * self.W[layer]
            if layer:
                matmul(d[layer], self.W[layer].T, out=d[layer - 1])
                slope = buffers.slope[layer - 1]
                d[layer - 1] *= self.hidden.derivative_from_value(below, out=slope)

    def forward_backward(self, X, Y, buffers, scale=1.0):
        """Loss without the penalty; ``scale`` times its gradients are in ``buffers.grad``."""
        output = self.forward(X, out=buffers.a)[-1]
        loss, d = self.loss_function.value_and_gradient(output, Y, buffers.d[-1], scale)
        if self.output:
            d *= self.output.derivative_from_value(output)
        self.backward(X, buffers, scale)
        return loss

    def first_non_finite(self, X):
        """Words for the first layer whose weights, biases or values are not finite."""
        return first_non_finite(zip(self.W, self.b, self.forward(X)))

    def buffers(self, n_rows):
        """Arrays for the passes over batches of ``n_rows`` samples."""
        return Buffers(self, n_rows)

    def activation(self, layer):
        """Activation of layer ``0 .. L-1``, or None."""
        return self.hidden if layer < len(self.W) - 1 else self.output

    def views(self, flat):
        """Weights and biases of all layers, as views of a row of P numbers."""
        W, b, start = [], [], 0
        for m, n in self._layers():
            W.append(flat[start : start + m * n].reshape(m, n))
            b.append(flat[start + m * n : start + m * n + n])
            start += (m + 1) * n
        return W, b

    def _layers(self):
        return list(pairwise(self.sizes))

    def __repr__(self):
        sizes = "-".join(map(str, self.sizes))
        return f"<MLP {sizes} {self.hidden.name}, {self.theta.size} parameters, {self.dtype}>"
