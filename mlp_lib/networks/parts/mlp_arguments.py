"""What an `MLP` takes for its arguments: how they are read, and the errors that name them."""

import warnings

import numpy as np

from mlp_lib.arrays import as_numbers
from mlp_lib.networks.activations import ELEMENTWISE, Elementwise, Sigmoid, Tanh
from mlp_lib.networks.losses import (
    BY_NAME,
    BinaryCrossEntropy,
    CrossEntropy,
    Hinge,
    Loss,
    binary_cross_entropy,
    cross_entropy,
)
from mlp_lib.networks.parts.arguments import wholes

INITIALISATIONS = {
    "xavier": lambda n_in, n_out: np.sqrt(2 / (n_in + n_out)),
    "he": lambda n_in, n_out: np.sqrt(2 / n_in),
    "lecun": lambda n_in, n_out: np.sqrt(1 / n_in),
    "zeros": lambda n_in, n_out: 0.0,
}
_OF_SCORES = (CrossEntropy, BinaryCrossEntropy, Hinge)
_TO_THE_LINE = 3  # from `checked_loss` to the one that makes the network


def checked_sizes(sizes):
    sizes = wholes(sizes, "sizes", "(784, 200, 10)")
    if len(sizes) < 2:
        raise ValueError(f"sizes needs two or more widths, each >= 1; got {sizes}")
    return sizes


def checked_activation(activation, role):
    if not isinstance(activation, Elementwise):
        raise ValueError(
            f"{role} needs an element-wise activation such as {list(ELEMENTWISE)}, "
            f"from mlp_lib.networks; got {activation!r}"
        )
    return activation


def default_loss(n_outputs):
    """The cross-entropy for so many scores; of one score, that of yes or no."""
    return binary_cross_entropy if n_outputs == 1 else cross_entropy


def checked_loss(loss, output, n_outputs):
    """``loss`` or the default; warns where the activation ``output`` keeps it from its scores.

    The cross-entropy of one score would always be 0, so there it is the binary one, too.
    """
    loss = default_loss(n_outputs) if loss in (None, cross_entropy) else loss
    if not isinstance(loss, Loss):
        raise ValueError(f"loss needs one of {list(BY_NAME)}, from mlp_lib.networks; got {loss!r}")
    if isinstance(loss, _OF_SCORES) and isinstance(output, Sigmoid | Tanh):
        warnings.warn(
            f"the loss {loss.name} takes scores, which may be any numbers; after {output.name} "
            "they lie between two bounds, and no class can become certain. Leave output out.",
            stacklevel=_TO_THE_LINE)
    return loss


def checked_dtype(dtype):
    dtype = np.dtype(dtype)
    if dtype not in (np.float32, np.float64):
        raise ValueError(f"dtype needs float32 or float64; got {dtype}")
    return dtype


def checked_l2(value, n_layers):
    """A penalty for each layer, from one number or one for each."""
    values = as_numbers(value, "l2")
    values = np.full(n_layers, values) if values.ndim == 0 else values
    if values.shape != (n_layers,) or not all(np.isfinite(values) & (values >= 0)):
        raise ValueError(f"l2 needs one number >= 0, or {n_layers} of them; got {value!r}")
    return tuple(values.astype(float).tolist())


def deviation(init, n_in, n_out):
    """Standard deviation of the weights of a layer; see `mlp.MLP`."""
    if isinstance(init, str):
        if init not in INITIALISATIONS:
            raise ValueError(f"init needs a number or one of {list(INITIALISATIONS)}; got {init!r}")
        return INITIALISATIONS[init](n_in, n_out)
    number = as_numbers(init, "init")
    if number.ndim or not 0 <= number < np.inf:
        raise ValueError(f"init needs a finite number >= 0; got {init}")
    return float(number)
