"""The helper package of the gradient workbook: small rooms of numpy code.

``import mlp_lib`` loads numpy and the standard library, nothing else. Figures
(`mlp_lib.plotting`) and demos (`mlp_lib.demos`) are imported by name, where
they are used.

One convention everywhere: samples are rows, a layer is ``X @ W + b``, and a
loss is the mean over the samples.
"""

from mlp_lib import activations, calculus, datasets, losses, network, optimizers, training
from mlp_lib.network import MLP

__version__ = "0.1.0"

__all__ = [
    "MLP", "activations", "calculus", "datasets", "losses", "network", "optimizers", "training",
]
