"""Demos of chapter 02: a derivative as a tensor, differentials, a normal density fitted by hand."""

from typing import NamedTuple

import numpy as np

from mlp_lib import calculus, gaussian
from mlp_lib.activations import sigmoid, tanh
from mlp_lib.demos.drag_points import DragDemo, DragPoints
from mlp_lib.demos.live_figure import Demo, button, choice, new_figure, slider, style
from mlp_lib.demos.tables import Table, brief, light, signed
from mlp_lib.plotting import CYCLE, show_blocks, show_gaussian


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
    "Z = σ(X)": Map(lambda n, m, p: None, lambda X, Y: sigmoid(X), None,
                    "its block holds the slope of the sigmoid at entry ({i}, {j}) of X"),
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
        X = self.pool[0, :n, :m] / (1 if name != "Z = σ(X)" else 2)
        Y = None if shape is None else self.pool[1, : shape[0], : shape[1]]
        self.Z = chosen.value(X, Y)
        self.T = calculus.derivative(lambda X: chosen.value(X, Y), X)
        with style():
            self.equation.clear()
            self.tensor.clear()
            self._write(X, Y)
            show_blocks(self.T, upper=("i", "j"), lower=("k", "l"), ax=self.tensor)
            for text in self.tensor.texts:
                text.set_size(10)
            for frame in self.tensor.patches:
                frame.set_clip_on(False)
            self.lit = {letter: light(self.equation, CYCLE[colour])
                        for letter, colour in zip(self.tables, (1, 0, 2))}
            self.lit["block"] = light(self.tensor, "none")
            self.lit["block"].set(alpha=1, edgecolor=CYCLE[1], linewidth=4, clip_on=False)
        self.live.let_move(self.lit.values())
        for index, size in zip("ij", self.Z.shape):
            self.controls[index].max = size

    def _write(self, X, Y):
        self.tables, right = {}, 0
        for letter, matrix in (("Z", self.Z), ("X", X), ("Y", Y)):
            if matrix is not None:
                self.tables[letter] = Table(self.equation, matrix, (right, 0), letter, size=11)
                right += matrix.shape[1] + 1.5
        self.equation.set(xlim=(-0.5, right - 1), ylim=(4, -0.8), aspect="equal")
        self.equation.axis("off")


class Law(NamedTuple):
    """A law of differentials: how it is written, a matrix function along a line, its claim."""

    formula: str
    path: callable   # of the step t
    linear: object   # what the law says that the change by t is, divided by t


def laws(rng=0):
    """Laws of differentials at random matrices: a dict of names to `Law`.

    ``A`` (2, 3), ``B`` (2, 3), ``C`` (3, 4) and ``D`` (3, 3) move by ``t`` times random
    matrices. One law is listed as seed 004 prints it, too: it fails.
    Source: seed 004 Theorem 1-1 (S4-T1.1 to S4-T1.8).
    """
    rng = np.random.default_rng(rng)
    A, B, C = (rng.normal(size=shape) for shape in ((2, 3), (2, 3), (3, 4)))
    D = 2 * np.eye(3) + 0.5 * rng.normal(size=(3, 3))
    dA, dB, dC, dD = (0.5 * rng.normal(size=M.shape) for M in (A, B, C, D))
    inverse, det = np.linalg.inv(D), np.linalg.det(D)
    moved = det * np.trace(inverse @ dD)
    return {
        "sum": Law(r"d(A+B) = dA + dB", lambda t: A + t * dA + B + t * dB, dA + dB),
        "product": Law(r"d(AC) = (dA)\,C + A\,dC", lambda t: (A + t * dA) @ (C + t * dC),
                       dA @ C + A @ dC),
        "transpose": Law(r"d(A^T) = (dA)^T", lambda t: (A + t * dA).T, dA.T),
        "trace": Law(r"d\,\mathrm{Tr}(D) = \mathrm{Tr}(dD)", lambda t: np.trace(D + t * dD),
                     np.trace(dD)),
        "inverse": Law(r"d(D^{-1}) = -D^{-1}\,(dD)\,D^{-1}", lambda t: np.linalg.inv(D + t * dD),
                       -inverse @ dD @ inverse),
        "determinant": Law(r"d|D| = |D|\,\mathrm{Tr}(D^{-1}dD)",
                           lambda t: np.linalg.det(D + t * dD), moved),
        "determinant, as printed": Law(r"d|D| = \frac{1}{N}\,|D|\,\mathrm{Tr}(D^{-1}dD)",
                                       lambda t: np.linalg.det(D + t * dD), moved / len(D)),
        "entry by entry": Law(r"d(A\odot B) = dA\odot B + A\odot dB",
                              lambda t: (A + t * dA) * (B + t * dB), dA * B + A * dB),
        "function of each entry": Law(r"d\tanh(A) = \tanh'(A)\odot dA",
                                      lambda t: tanh(A + t * dA), tanh.derivative(A) * dA),
    }


def first_order(law="product", *, rng=0):
    """Demo: what a matrix function does over a step t, against its differential times t.

    Left, entry by entry, both divided by t; right, the size of what is left over. It
    shrinks as t squared if the law holds, as t if it does not.

    Parameters
    ----------
    law : str
        Name in `laws` that is shown first.
    rng : int or numpy.random.Generator
        Seed of the matrices and of the direction.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 004 Definition 1-2, Theorem 1-1 (S4-D1.2b, S4-T1.1 to S4-T1.8).
    """
    return FirstOrder(law, laws(rng))


class FirstOrder(Demo):
    """See `first_order`."""

    def __init__(self, name, laws):
        self.laws, self.drawn, self.bars = laws, None, []
        self.steps = np.logspace(-8, 0, 65)
        figure = new_figure(800, 370)
        with style():
            self.entries, self.sizes = figure.subplots(1, 2)
            self.entries.set(xlabel="entry of the result", ylabel="change divided by $t$")
            self.entries.axhline(0, color="k", linewidth=0.8)
            self.dots, = self.entries.plot([], [], "o", color=CYCLE[1], label="actual change")
            self.sizes.set(xlabel="step $t$", ylabel="size", xscale="log", yscale="log",
                           xlim=(7e-9, 1.5), ylim=(1e-17, 30))
            self.sizes.grid(alpha=0.3)
            self.curves = [self.sizes.plot([], [], line, color=colour, label=label)[0]
                           for line, colour, label in (("-", CYCLE[1], "actual change"),
                                                       ("--", CYCLE[0], "linear part"),
                                                       (".-", "k", "remainder"))]
            self.now, = self.sizes.plot([], [], "o", color=CYCLE[3], markersize=10)
            self.sizes.legend(frameon=False, loc="lower right")
        controls = {"name": choice("law", [*laws], value=name),
                    "log_t": slider("log₁₀ t", -8, 0, value=-0.3, step=0.1, form=".1f",
                                    hint="Step size as a power of ten")}
        super().__init__(figure, [self.dots, self.now], self._show, controls,
                         name="First order")

    def _show(self, name, log_t):
        law, t = self.laws[name], 10.0**log_t
        if name != self.drawn:
            self.drawn = name
            self._renew(law)
        change, left = (self._left(law, linear, [t])[0] for linear in (0, 1))
        entries = np.ravel((law.path(t) - law.path(0)) / t)
        self.dots.set_data(range(1, entries.size + 1), entries)
        self.now.set_data([t], [max(left, 1e-17)])
        return (f"t = {t:.2g}: the result changes by {brief(change)}, the linear part says "
                f"{brief(t * np.linalg.norm(law.linear))}; the remainder has size {brief(left)}.\n"
                + self._verdict())

    def _verdict(self):
        if self.order == np.inf:
            return "Nothing but rounding is left at any step: the map is linear."
        if self.order > 1.5:
            return f"The remainder shrinks as t to the power {self.order:.2f}: the law holds."
        return (f"The remainder shrinks as t to the power {self.order:.2f} only: "
                "this is not the differential.")

    @staticmethod
    def _left(law, factor, steps):
        """Size of the change less ``factor`` times the law's linear part, for each step."""
        return calculus.remainders(law.path, 0.0, 1.0, factor * np.asarray(law.linear), steps)

    def _renew(self, law):
        """Another law: its bars, its curves, and the order of its remainder."""
        for bar in self.bars:
            bar.remove()
        linear = np.ravel(law.linear)
        self.order = calculus.remainder_order(law.path, 0.0, 1.0, law.linear)
        with style():
            self.bars = self.entries.bar(range(1, linear.size + 1), linear, color=CYCLE[0],
                                         alpha=0.5, width=0.7, label="linear part")
            self.entries.set_title(f"${law.formula}$", size=13)
            ends = np.concatenate([linear, np.ravel(law.path(1.0) - law.path(0.0)), [0]])
            room = 0.1 * np.ptp(ends)
            self.entries.set(xlim=(0.3, linear.size + 0.7), xticks=range(1, linear.size + 1),
                             ylim=(ends.min() - room, ends.max() + 2.5 * room))
            self.entries.legend(frameon=False, loc="upper right", ncols=2)
        sizes = (self._left(law, 0, self.steps), self.steps * np.linalg.norm(linear),
                 self._left(law, 1, self.steps))
        for curve, values in zip(self.curves, sizes):
            curve.set_data(self.steps, np.maximum(values, 1e-17))


def fit_gaussian(points=None, *, rng=0):
    """Demo: an ellipse dragged over points until the normal density fits them best.

    The three handles are the mean, and two points of the ellipse one standard deviation
    away from it: with ``u`` and ``v`` the ways from the mean to these, the covariance is
    ``u u^T + v v^T``.

    Parameters
    ----------
    points : (N, 2) array_like of float, optional
        Within [-4, 4] x [-3, 3]; 60 random ones by default.
    rng : int or numpy.random.Generator
        Seed of the random ones.

    Returns
    -------
    DragDemo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 004 Example 2-3 (S4-E2.3a, S4-E2.3b, S4-E2.3e, S4-E2.3f).
    """
    if points is None:
        rng = np.random.default_rng(rng)
        points = rng.multivariate_normal((0.8, 0.3), [[1.6, 0.9], [0.9, 0.9]], 60)
    return FitGaussian(np.asarray(points, float))


class FitGaussian(DragDemo):
    """See `fit_gaussian`."""

    START = ((-1.0, -0.5), (0.0, -0.5), (-1.0, 0.3))

    def __init__(self, points):
        self.points, self.best = points, gaussian.fit(points)
        self.top = gaussian.log_likelihood(points, *self.best)
        self.past = []
        figure = new_figure(800, 390)
        with style():
            plane, self.trace = figure.subplots(1, 2, width_ratios=(1.8, 1))
            plane.plot(*points.T, ".", color="k", alpha=0.6)
            plane.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-4, 4), ylim=(-3, 3), aspect="equal")
            ellipses = [show_gaussian(*self.best, radius=r, ax=plane, color=CYCLE[0], linewidth=lw)
                        and plane.lines[-1] for r, lw in ((1, 2), (2, 1))]
            self.trace.set(xlabel="last moves", ylabel="log likelihood per point", xlim=(0, 41))
            self.trace.set_ylim(self.top / len(points) - 4, self.top / len(points) + 0.4)
            self.trace.axhline(self.top / len(points), color="k", linestyle="--", linewidth=1)
            self.trace.text(1, self.top / len(points) + 0.05, "the most that is possible")
            self.curve, = self.trace.plot([], [], ".-", color=CYCLE[0])
        self.ellipses = ellipses
        pad = DragPoints(plane, self.START, lines=[(0, 1), (0, 2)], carries={0: [1, 2]},
                         names=["mean", "first axis of the ellipse", "second axis of the ellipse"])
        super().__init__(
            pad, [*ellipses, self.curve], self._show, name="Fit a normal density", buttons=[
                button("Gradient step", self.climb, hint="Up the gradient of the log likelihood"),
                button("Maximum likelihood", lambda: self.place(*self.best), hint="The best fit"),
                button("Reset", self.reset, icon="refresh", hint="Back to the start")])

    @property
    def parameters(self):
        """Mean (2,) and covariance (2, 2) of the ellipse as it is."""
        axes = self.pad.points[1:] - self.pad.points[0]
        return self.pad.points[0], axes.T @ axes

    def likelihood(self, mu, Sigma):
        """Log likelihood of the points; None where no density belongs to ``Sigma``."""
        try:
            return gaussian.log_likelihood(self.points, mu, Sigma)
        except ValueError:
            return None

    def place(self, mu, Sigma):
        """Put the handles on the mean and on the principal axes of ``Sigma``."""
        variances, axes = np.linalg.eigh(Sigma)
        self.pad.points = [mu, *(mu + (axes * np.sqrt(variances)).T)]

    def reset(self):
        """Back to the first ellipse, with an empty curve."""
        self.past = []
        self.pad.points = self.START

    def climb(self):
        """One step along the gradients, of a length that the line search finds."""
        mu, Sigma = self.parameters
        now = self.likelihood(mu, Sigma)
        if now is None:
            return
        dmu, dSigma = gaussian.gradients(self.points, mu, Sigma)
        rise = np.sum(dmu**2) + np.sum(dSigma**2)
        for step in 0.5 ** np.arange(40):  # halved until Armijo's rule holds
            there = mu + step * dmu, Sigma + step * dSigma
            reached = self.likelihood(*there)
            if reached is not None and reached >= now + 0.5 * step * rise:
                self.place(*there)
                return

    def _show(self):
        mu, Sigma = self.parameters
        angle = np.linspace(0, 2 * np.pi, 100)
        circle = np.column_stack([np.cos(angle), np.sin(angle)])
        for radius, ellipse in enumerate(self.ellipses, start=1):
            ellipse.set_data(*(mu + radius * circle @ (self.pad.points[1:] - mu)).T)
        value = self.likelihood(mu, Sigma)
        if value is None:
            return "The two axes lie on one line: a flat ellipse, which no density belongs to."
        self._remember(value / len(self.points))
        dmu, dSigma = gaussian.gradients(self.points, mu, Sigma)
        mean, first, second = (", ".join(signed(x, ".2f") for x in row) for row in (mu, *Sigma))
        return (f"Mean ({mean}), covariance ({first}; {second}): log likelihood "
                f"{signed(value, '.1f')}; the most possible is {signed(self.top, '.1f')}.\n"
                f"Length of the gradient in the mean {brief(np.linalg.norm(dmu))}, in the "
                f"covariance {brief(np.linalg.norm(dSigma))}.")

    def _remember(self, value):
        if not self.past or value != self.past[-1]:
            self.past = [*self.past, value][-40:]
        self.curve.set_data(range(1, len(self.past) + 1), self.past)
