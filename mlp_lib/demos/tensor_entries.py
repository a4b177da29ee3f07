"""The derivative of a matrix by a matrix, block by block (chapter 02)."""

from typing import NamedTuple

import numpy as np

from mlp_lib import calculus
from mlp_lib.demos.parts.canvas import exchange_colours, keep_colours
from mlp_lib.demos.parts.controls import choice, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import LEAST, new_figure, style
from mlp_lib.demos.parts.tables import Table, light
from mlp_lib.plotting import CYCLE, show_blocks


class Map(NamedTuple):
    """A map of X (n, m), and what the block of entry (i, j) of its derivative looks like."""

    shape: callable   # of n, m, p: the shape of Y, or None
    value: callable   # of X, Y
    lit: callable     # of the table of Y, and i, j from 0: what of Y the block holds
    words: str


MAPS = {
    "Z = X Y": Map(lambda n, m, p: (m, p), lambda X, Y: X @ Y, lambda Y, i, j: Y.column(j),
                   "row {i} of its block is column {j} of Y, the rest is 0"),
    "Z = Y X": Map(lambda n, m, p: (p, n), lambda X, Y: Y @ X, lambda Y, i, j: Y.row(i),
                   "column {j} of its block is row {i} of Y, the rest is 0"),
    "Z = X Yᵀ": Map(lambda n, m, p: (p, m), lambda X, Y: X @ Y.T, lambda Y, i, j: Y.row(j),
                    "row {i} of its block is row {j} of Y, the rest is 0"),
    "Z = X + Y": Map(lambda n, m, p: (n, m), lambda X, Y: X + Y, lambda Y, i, j: [],
                     "its block is 1 at ({i}, {j}), and Y does not matter"),
    "Z = X ⊙ Y": Map(lambda n, m, p: (n, m), lambda X, Y: X * Y,
                     lambda Y, i, j: Y.squares([(i, j)]),
                     "its block holds entry ({i}, {j}) of Y, in the same place"),
    "Z = Xᵀ": Map(lambda n, m, p: None, lambda X, Y: X.T, None,
                  "its block is 1 at ({j}, {i}): the two upper indices, exchanged"),
    "Z = X ⊙ X": Map(lambda n, m, p: None, lambda X, Y: X * X, None,
                     "its block holds twice the entry ({i}, {j}) of X, in the same place"),
}


def tensor_entries(name="Z = X Y", *, n=2, m=3, p=4, rng=0):
    """Demo: the derivative of Z by X as a grid of blocks, and the block of one entry lit.

    The block (i, j) is the derivative of the number Z_ij by the matrix X; the numbers
    are measured by `calculus.derivative`.

    Parameters
    ----------
    name : str
        The map of X that is shown first; one of `MAPS`.
    n, m, p : int
        Sizes at first, 1 to 4: X is (n, m), and p is the free size of Y.
    rng : int or numpy.random.Generator
        Seed of the numbers in X and Y.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 000 Notation 2 (S0-N2).
    """
    return TensorEntries({"name": name, "n": n, "m": m, "p": p}, rng)


class TensorEntries(Demo):
    """See `tensor_entries`."""

    TASKS = (
        "Walk i to its end and watch the lit rows, then walk j. What changes in the block?",
        "How do the blocks of Z = X ⊙ Y and of Z = Xᵀ look? Say it, then choose them.",
        "Find two maps whose tensor does not depend on any number in X or Y.",
    )

    def __init__(self, settings, rng):
        self.pool = np.random.default_rng(rng).integers(1, 6, (2, 4, 4))
        self.drawn, self.lit = None, {}
        figure = new_figure(800, 470)
        with style():
            self.equation, self.tensor = figure.subplots(2, 1, height_ratios=(1, 2))
        controls = {
            "name": choice("map", [*MAPS], value=settings["name"]),
            **{k: choice(k, range(1, 5), value=settings[k], hint=f"Size {k}; X is (n, m)")
               for k in "nmp"},
            "i": slider("i", 1, 4, step=1, form="d", hint="Row of the entry of Z"),
            "j": slider("j", 1, 4, step=1, form="d", hint="Column of the entry of Z"),
        }
        for index in "ij":
            controls[index].layout.width = "190px"
        super().__init__(figure, [], self._show, controls, name="The derivative of Z by X")

    def _show(self, i, j, **chosen):
        if chosen != self.drawn:
            self.drawn = chosen
            self._renew(**chosen)
        i, j = min(int(i), self.Z.shape[0]), min(int(j), self.Z.shape[1])
        block = self.T[i - 1, j - 1]
        touched = np.argwhere(np.abs(block) > 1e-9)
        (n, m), size = block.shape, self.T.size
        x, y = (j - 1) * (m + 1) - 0.5, (i - 1) * (n + 1) - 0.5
        self.lit["Z"].set_verts(self.tables["Z"].squares([(i - 1, j - 1)]))
        self.lit["X"].set_verts(self.tables["X"].squares(touched))
        self.lit["block"].set_verts([[(x, y), (x + m, y), (x + m, y + n), (x, y + n)]])
        if "Y" in self.tables:
            self.lit["Y"].set_verts(MAPS[chosen["name"]].lit(self.tables["Y"], i - 1, j - 1))
        words = MAPS[chosen["name"]].words.format(i=i, j=j)
        return (f"Entry ({i}, {j}) of Z: {words}. {len(touched)} of its {n * m} numbers are not 0."
                f"\nThe tensor has the shape {self.Z.shape} + {block.shape}: {size} numbers, "
                f"{np.count_nonzero(np.abs(self.T) > 1e-9)} of them not 0.")

    def _renew(self, name, n, m, p):
        """Other matrices: their tables, the tensor, and how far i and j reach."""
        chosen, shape = MAPS[name], MAPS[name].shape(n, m, p)
        X = self.pool[0, :n, :m]
        Y = None if shape is None else self.pool[1, : shape[0], : shape[1]]
        self.Z = chosen.value(X, Y)
        self.T = calculus.derivative(lambda X: chosen.value(X, Y), X)
        with style():
            self._draw_equation(X, Y)
            self._draw_tensor()
        self.live.let_move(self.lit.values())
        for index, size in zip("ij", self.Z.shape):
            self.controls[index].max = size

    def _draw_equation(self, X, Y):
        """Z, X and, if there is one, Y as tables, and what will light parts of them."""
        self.equation.clear()
        self.tables, right = {}, 0
        for letter, matrix in (("Z", self.Z), ("X", X), ("Y", Y)):
            if matrix is not None:
                self.tables[letter] = Table(self.equation, matrix, (right, 0), letter, size=11)
                right += matrix.shape[1] + 1.5
        self.equation.set(xlim=(-0.5, right - 1), ylim=(4.1, -0.8), aspect=0.75)
        self.equation.axis("off")
        self.lit = {letter: light(self.equation, CYCLE[colour])
                    for letter, colour in zip(self.tables, (1, 0, 2))}

    def arrange(self, width, height):
        """Write the numbers into the blocks if they can be read there."""
        rows, columns = self.tensor.images[0].get_size()
        readable = (0.62 * height - 50) / rows > 15 and (width - 60) / columns > 32
        for text in self.tensor.texts:
            text.set(size=LEAST, visible=readable)

    def _draw_tensor(self):
        """The blocks, and a frame for one of them."""
        self.tensor.clear()
        keep_colours(self.tensor)
        show_blocks(self.T, upper=("i", "j"), lower=("k", "l"), ax=self.tensor)
        self.arrange(*self.live.size)
        for frame in self.tensor.patches:
            frame.set_clip_on(False)
            exchange_colours(frame)
        self.lit["block"] = light(self.tensor, "none")
        self.lit["block"].set(alpha=1, edgecolor=CYCLE[1], linewidth=4, clip_on=False)
