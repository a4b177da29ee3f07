"""Matrices as tables of numbers in a demo's figure, and the patches that light parts of them."""

import numpy as np
from matplotlib.collections import PolyCollection
from matplotlib.patches import Rectangle


class Table:
    """A matrix (n, m) on an axes whose y axis points down; an entry is a square of side 1.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    matrix : (n, m) array_like of float
    corner : pair of float
        Where the top left corner is.
    name : str
        In TeX, without the dollar signs; written above.
    """

    def __init__(self, ax, matrix, corner, name, *, size=14):
        self.corner, self.shape = corner, np.shape(matrix)
        (x, y), (n, m) = corner, self.shape
        ax.add_patch(Rectangle(corner, m, n, fill=False, linewidth=1))
        ax.text(x + m / 2, y - 0.15, f"${name}$", ha="center", va="bottom", size=size)
        self._texts = [ax.text(x + j + 0.5, y + i + 0.5, "", ha="center", va="center", size=size)
                       for i, j in np.ndindex(n, m)]
        self.write(matrix)

    def write(self, matrix):
        """Put other numbers into the table."""
        for text, number in zip(self._texts, np.asarray(matrix).flat):
            text.set_text(signed(number))

    def squares(self, entries):
        """Corners of the squares of ``entries``, pairs of row and column, for a `light`."""
        x, y = self.corner
        square = np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
        return [square + np.array([x + j, y + i]) for i, j in entries]

    def row(self, i):
        """Squares of row ``i``, counted from 0."""
        return self.squares((i, j) for j in range(self.shape[1]))

    def column(self, j):
        """Squares of column ``j``, counted from 0."""
        return self.squares((i, j) for i in range(self.shape[0]))


def light(ax, colour):
    """A patch for `set_verts`, through which the numbers of a table can be read."""
    return ax.add_collection(
        PolyCollection([], facecolors=colour, edgecolors="k", alpha=0.4, linewidths=1.2),
        autolim=False,
    )


def signed(number, form=".3g"):
    """A number as text in the format ``form``, with the sign for minus."""
    return f"{number:{form}}".replace("-", "−", 1 if number < 0 else 0)


def brief(number):
    """A number as text with three digits that count; tiny and huge ones with a power of ten."""
    if number and not 1e-3 <= abs(number) < 1e5:
        return signed(number, ".1e")
    digits = np.format_float_positional(number, 3, unique=False, fractional=False, trim="-")
    return digits.replace("-", "−")


def shape_of(array):
    """Shape as text, such as 4×5, of an array or of a shape."""
    return "×".join(map(str, getattr(array, "shape", array)))
