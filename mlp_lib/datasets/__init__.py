"""Data of the workbook, read from ``data/`` and verified: MNIST, photographs; and toy sets.

mnist        load_mnist: 70 000 digits
photographs  load_photograph, and pairs of points in two of them
toy_sets     blobs, spirals: points of the plane, drawn when asked for
row_words    RowWords: a row of pixels as a word
weights      load_weights: of networks that were trained before
formulas     load_formulas: what the five sources state, with a verdict each

The files are found beside the package, whatever the working directory is. Inner: ``data_files``.
"""

from mlp_lib.datasets.data_files import DATA
from mlp_lib.datasets.formulas import VERDICTS, Formula, load_formulas
from mlp_lib.datasets.mnist import MNIST, load_mnist
from mlp_lib.datasets.photographs import load_ground_truth, load_matches, load_photograph
from mlp_lib.datasets.row_words import RowWords, row_words
from mlp_lib.datasets.toy_sets import blobs, spirals
from mlp_lib.datasets.weights import load_weights

__all__ = [
    "DATA",
    "MNIST",
    "VERDICTS",
    "Formula",
    "RowWords",
    "blobs",
    "load_formulas",
    "load_ground_truth",
    "load_matches",
    "load_mnist",
    "load_photograph",
    "load_weights",
    "row_words",
    "spirals",
]
