"""Differentials: what is left of a change beyond its linear part (chapter 02)."""

from typing import NamedTuple

import numpy as np

from mlp_lib import calculus
from mlp_lib.demos.parts.controls import choice, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.tables import brief
from mlp_lib.networks import tanh
from mlp_lib.plotting import CYCLE


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

    TASKS = (
        "Choose the inverse, and lower t from 1. At which step do the dots sit on the bars?",
        "Choose the determinant as printed. Do its dots ever reach the bar?",
        "With the product, go down to 10⁻⁸. What does the remainder do, and why?",
    )

    def __init__(self, name, laws):
        self.laws, self.drawn, self.bars = laws, None, None
        self.steps = np.logspace(-8, 0, 65)
        figure = new_figure(800, 370)
        with style():
            self.entries, self.sizes = figure.subplots(1, 2)
            self._fill_entries(self.entries)
            self._fill_sizes(self.sizes)
        controls = {"name": choice("law", [*laws], value=name),
                    "log_t": slider("log₁₀ t", -8, 0, value=-0.3, step=0.1, form=".1f",
                                    hint="Step size as a power of ten")}
        super().__init__(figure, [self.dots, self.now], self._show, controls,
                         name="First order")

    def arrange(self, width, height):
        """The legend of the bars where there is room; the curves beside have the same colours."""
        if legend := self.entries.get_legend():
            legend.set_visible(width >= 700)

    def _fill_entries(self, ax):
        ax.set(xlabel="entry of the result", ylabel="change divided by $t$")
        ax.axhline(0, color="k", linewidth=0.8)
        self.dots, = ax.plot([], [], "o", color=CYCLE[1], label="actual change")

    def _fill_sizes(self, ax):
        ax.set(xlabel="step $t$", ylabel="size", xscale="log", yscale="log", xlim=(7e-9, 1.5),
               ylim=(1e-17, 30))
        ax.grid(alpha=0.3)
        self.curves = [ax.plot([], [], line, color=colour, label=label)[0]
                       for line, colour, label in (("-", CYCLE[1], "actual change"),
                                                   ("--", CYCLE[0], "linear part"),
                                                   (".-", "k", "remainder"))]
        self.now, = ax.plot([], [], "o", color=CYCLE[3], markersize=10)
        ax.legend(frameon=False, loc="lower right")

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
        if self.bars is not None:
            self.bars.remove()  # all of them, and with them their entry in the legend
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
        self.arrange(*self.live.size)
        sizes = (self._left(law, 0, self.steps), self.steps * np.linalg.norm(linear),
                 self._left(law, 1, self.steps))
        for curve, values in zip(self.curves, sizes):
            curve.set_data(self.steps, np.maximum(values, 1e-17))
