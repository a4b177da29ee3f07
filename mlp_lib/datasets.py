"""Data of the workbook, read from ``data/`` and verified: MNIST, photographs; and toy sets.

The files are found beside the package, whatever the working directory is.
"""

from mlp_lib.data_files import DATA
from mlp_lib.formulas import VERDICTS, Formula, load_formulas
from mlp_lib.mnist import MNIST, load_mnist
from mlp_lib.photographs import load_ground_truth, load_matches, load_photograph
from mlp_lib.toy_sets import blobs, spirals

__all__ = [
    "DATA",
    "MNIST",
    "VERDICTS",
    "Formula",
    "blobs",
    "load_formulas",
    "load_ground_truth",
    "load_matches",
    "load_mnist",
    "load_photograph",
    "spirals",
]
