"""The matrix product, entry by entry: a row meets a column (chapter 01)."""

import numpy as np

from mlp_lib.demos.parts.controls import button, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import LEAST, new_figure, style
from mlp_lib.demos.parts.tables import Table, light, signed
from mlp_lib.plotting import CYCLE


def matrix_product(A=None, B=None, *, rng=1):
    """Demo: one entry of a product, its row and its column lit, and the sum written out.

    The entries of the product stay secret until they are asked for.

    Parameters
    ----------
    A : (n, m) array_like of int, optional
    B : (m, p) array_like of int, optional
        Small matrices; random 2 x 3 and 3 x 4 ones by default.
    rng : int or numpy.random.Generator
        Seed of the random ones, also of those that the button draws.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Raises
    ------
    ValueError
        If the columns of ``A`` are not as many as the rows of ``B``, or there are more
        than 6 rows or columns.

    Notes
    -----
    Source: seed 000 §1.1 (S0-P2).
    """
    rng = np.random.default_rng(rng)
    A = rng.integers(-4, 6, (2, 3)) if A is None else np.asarray(A)
    B = rng.integers(-4, 6, (3, 4)) if B is None else np.asarray(B)
    if A.ndim != 2 or B.ndim != 2 or A.shape[1:] != B.shape[:1] or max(A.shape + B.shape) > 6:
        raise ValueError(f"need A (n, m), B (m, p), at most 6 each; got {A.shape}, {B.shape}")
    return MatrixProduct(A, B, rng)


class MatrixProduct(Demo):
    """See `matrix_product`."""

    TASKS = (
        "Compute the entry in your head, then press Show it.",
        "Move column j only. Which of the two factors stays lit?",
        "New matrices draws other numbers. Compute the last entry of the product.",
    )

    def __init__(self, A, B, rng):
        self.A, self.B, self.rng, self.known = A, B, rng, set()
        (n, m), p = A.shape, B.shape[1]
        unit = 52 if n + m < 9 else 40
        figure = new_figure(max(560, 110 * m, unit * (m + p + 2)), unit * (n + m + 3))
        with style():
            ax = figure.subplots()
            ax.set(xlim=(-0.3, m + p + 1.3), ylim=(n + m + 2.4, -0.8), aspect="equal")
            ax.axis("off")
            # The product stands right of A and below B: row and column meet in the entry.
            self.tables = (Table(ax, A, (0, m + 1), "A"), Table(ax, B, (m + 1, 0), "B"),
                           Table(ax, A @ B, (m + 1, m + 1), "AB"))
            self.lights = [light(ax, CYCLE[colour]) for colour in (0, 4, 2)]
            self.sum = ax.text((m + p + 1) / 2, n + m + 1.8, "", ha="center", va="center",
                               size=13 if m < 4 else LEAST, in_layout=False)
            self._hide()
        controls = {"i": slider("row i", 1, n, step=1, form="d"),
                    "j": slider("column j", 1, p, step=1, form="d")}
        super().__init__(
            figure, [*self.lights, self.sum], self._show, controls, name="Matrix product",
            buttons=[button("Show it", self.reveal, hint="Write the entry that is lit"),
                     button("New matrices", self.renew, hint="Other numbers, the same shapes")])

    def reveal(self):
        """Write the entry that is lit; it stays written."""
        entry = tuple(int(self.controls[index].value) - 1 for index in "ij")
        self.known.add(entry)
        self._hide()
        self.refresh()

    def _hide(self):
        """Show those entries of the product that have been asked for, and no others."""
        product = self.tables[2]
        for entry, text in zip(np.ndindex(product.shape), product._texts):
            text.set_visible(entry in self.known)

    def arrange(self, width, height):
        """The sum in the picture where there is room for it; the caption says it anyway."""
        self.sum.set_visible(width > 420)

    def renew(self):
        """Other whole numbers in A and B."""
        self.A, self.B = (self.rng.integers(-4, 6, matrix.shape) for matrix in (self.A, self.B))
        for table, matrix in zip(self.tables, (self.A, self.B, self.A @ self.B)):
            table.write(matrix)
        self.known.clear()
        self._hide()
        self.refresh()

    def _show(self, i, j):
        i, j = int(i), int(j)
        first, second, product = self.tables
        lit = first.row(i - 1), second.column(j - 1), product.squares([(i - 1, j - 1)])
        for patch, squares in zip(self.lights, lit):
            patch.set_verts(squares)
        pairs = zip(self.A[i - 1], self.B[:, j - 1])
        total = " + ".join(f"{_factor(a)} · {_factor(b)}" for a, b in pairs)
        known = (i - 1, j - 1) in self.known
        total += f" = {signed((self.A @ self.B)[i - 1, j - 1])}" if known else ""
        self.sum.set_text(f"$(AB)_{{{i}{j}}}$ = {total}" + " = ?" * (not known))
        return (f"Row {i} of A meets column {j} of B:\nentry ({i}, {j}) of AB is {total}."
                + " Compute it, then press Show it." * (not known))


def _factor(number):
    return f"({signed(number)})" if number < 0 else signed(number)
