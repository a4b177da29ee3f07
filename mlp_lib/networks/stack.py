"""A network that is a row of layers, whose way back runs through them in reverse."""

from types import SimpleNamespace

import numpy as np

from mlp_lib.arrays import generator
from mlp_lib.networks.parts.blas import one_for_small
from mlp_lib.networks.parts.buffers import empty_aligned
from mlp_lib.networks.parts.layer import Chain
from mlp_lib.networks.parts.mlp_arguments import checked_dtype, checked_loss
from mlp_lib.networks.parts.predictor import Predictor, first_non_finite

_ROWS_AT_ONCE = 256  # rows a prediction works on, so that its memory is bounded


class Stack(Predictor):
    """Layers of `mlp_lib.networks` one after another, and a loss.

    It is trained and asked like an `MLP`. There is no graph and no autograd: each layer knows its
    own way back.

    Parameters
    ----------
    layers : sequence of layers
        The first takes rows of ``n_in`` numbers, the last gives ``n_outputs`` for each.
    n_in, n_outputs : int
    loss : losses.Loss, optional
        By default the cross-entropy; with one output the binary one.
    rng : int or numpy.random.Generator
        Seed of the parameters.
    dtype : {numpy.float32, numpy.float64}

    Attributes
    ----------
    layers : tuple of layers
        Their parameters are views of ``theta``.
    theta : (P,) ndarray
        All parameters in one row, layer by layer.
    """

    kind = "Stack"

    def __init__(self, layers, n_in, n_outputs, *, loss=None, rng=0, dtype=np.float32):
        self.chain, self.sizes = Chain(*layers), (n_in, n_outputs)
        self.loss_function = checked_loss(loss, None, n_outputs)
        self.dtype = checked_dtype(dtype)
        self.grad = np.zeros(self.chain.n_parameters, self.dtype)
        self.lay_out(empty_aligned(self.grad.shape, self.dtype))
        self.initialise(rng)

    @property
    def layers(self):
        """The layers, in the order of the way forward."""
        return self.chain.inner

    @property
    def n_outputs(self):
        """How many numbers come out for a row."""
        return self.sizes[-1]

    def initialise(self, rng=0):
        """Draw all parameters anew."""
        self.chain.draw(generator(rng))

    def views(self, flat):
        """The layers keep their own views; the network itself has none."""
        return ()

    def lay_out(self, theta):
        """Take the array ``theta`` itself for the parameters of all layers."""
        super().lay_out(theta)
        self.chain.lay_out(theta, self.grad)

    def predict_scores(self, X):
        """Output for the rows of ``X`` (N, n_in), after training: (N, n_outputs)."""
        X = self.check_inputs(X)
        blocks = (X[i : i + _ROWS_AT_ONCE] for i in range(0, len(X), _ROWS_AT_ONCE))
        with one_for_small:
            return np.concatenate([self.chain.forward(x, training=False).copy() for x in blocks])

    def gradient(self, X, Y):
        """Loss over the rows of ``X`` as a batch of the training, and its gradient in ``theta``.

        Returns
        -------
        loss : float
        gradient : (P,) ndarray
            A fresh array.
        """
        X = self.check_inputs(X)
        Y = self.loss_function.check((len(X), self.n_outputs), Y, self.dtype)
        kept = self.theta.copy()
        with one_for_small:
            loss = self.forward_backward(X, Y, self.buffers(len(X)))
        self.theta[:] = kept  # running means are not to move where one only asks
        return loss, self.grad.copy()

    def forward_backward(self, X, Y, work, scale=1.0):
        """Loss; ``scale`` times its gradient is in ``work.grad``."""
        return self.pass_through(self.chain, X, Y, work.outputs, scale)

    def pass_through(self, chain, X, Y, outputs, scale):
        """Loss of a ``chain`` of these layers, which then has ``scale`` times its gradient."""
        outputs[:] = chain.forward(X)
        loss, G = self.loss_function.value_and_gradient(outputs, Y, None, scale)
        chain.into_parameters(G)
        return loss

    def buffers(self, n_rows):
        """Room for a batch of ``n_rows`` rows; the layers have room of their own."""
        x, outputs = (np.empty((n_rows, n), self.dtype) for n in self.sizes)
        return SimpleNamespace(x=x, outputs=outputs, grad=self.grad)

    def first_non_finite(self, X):
        """Words for the first layer whose parameters or values are not finite."""
        found = []
        for layer in self.layers:
            X = layer.forward(X, training=False)
            own = np.concatenate([np.zeros(1), *(np.ravel(array) for array in parameters(layer))])
            found.append((own, np.zeros(1), np.asarray(X)))
        return first_non_finite(found)

    def __repr__(self):
        return (f"<{self.kind} of {len(self.layers)} layers, {self.theta.size} parameters, "
                f"{self.dtype}>")


def parameters(layer):
    """The parameters of a layer and of those inside it."""
    yield from (getattr(layer, name) for name in layer.shapes)
    for inner in layer.inner:
        yield from parameters(inner)
