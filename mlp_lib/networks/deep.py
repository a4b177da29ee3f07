"""Deep networks: linear layers with normalisation, and residual connections round them."""

from itertools import pairwise

import numpy as np

from mlp_lib.networks.activations import relu
from mlp_lib.networks.layers import Activation, Linear, Residual
from mlp_lib.networks.normalisation import BatchNorm, LayerNorm, RMSNorm
from mlp_lib.networks.parts.layer import Chain
from mlp_lib.networks.parts.mlp_arguments import checked_activation, checked_sizes
from mlp_lib.networks.stack import Stack

NORMS = {"batch": BatchNorm, "layer": LayerNorm, "rms": RMSNorm}


class DeepNet(Stack):
    """``X @ W + b``, normalisation, activation, again and again; scores at the end.

    Parameters
    ----------
    sizes : sequence of int
        Width of the input, of each hidden layer, and of the output.
    hidden : activations.Elementwise
    norm : {None, "batch", "layer", "rms"}
        Normalisation of the scores of each hidden layer.
    residual : bool
        Whether each hidden layer that keeps the width is added to what comes in, rather than
        put in its place.
    loss, rng, dtype
        As of a `Stack`.
    init : str or float
        Standard deviation of the weights, as of an `MLP`.
    """

    kind = "DeepNet"

    def __init__(self, sizes, hidden=relu, *, norm=None, residual=False, loss=None, init="he",
                 rng=0, dtype=np.float32):
        sizes = checked_sizes(sizes)
        if norm not in (None, *NORMS):
            raise ValueError(f"norm needs None or one of {list(NORMS)}; got {norm!r}")
        self.hidden, self.norm = checked_activation(hidden, "hidden"), norm
        self.residual, self.widths = bool(residual), sizes
        layers = [self._layer(m, n, init) for m, n in pairwise(sizes[:-1])]
        layers.append(Linear(*sizes[-2:]))
        super().__init__(layers, sizes[0], sizes[-1], loss=loss, rng=rng, dtype=dtype)

    @staticmethod
    def n_parameters(sizes, norm=None):
        """How many numbers ``theta`` holds for such a network: P."""
        of_norm = NORMS[norm](1).n_parameters if norm else 0
        return sum((m + 1) * n for m, n in pairwise(sizes)) + of_norm * sum(sizes[1:-1])

    def _layer(self, n_in, n_out, init):
        norm = [NORMS[self.norm](n_out)] if self.norm else []
        parts = [Linear(n_in, n_out, init), *norm, Activation(self.hidden)]
        if self.residual and n_in == n_out:
            return Residual(*norm, Activation(self.hidden), Linear(n_in, n_out, init))
        return Chain(*parts)
