"""The chain rule as a graph: slopes along a way multiply, ways add (chapter 01)."""

import numpy as np

from mlp_lib import calculus
from mlp_lib.demos.parts.clicks import Clicks
from mlp_lib.demos.parts.controls import slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import LEAST, new_figure, style
from mlp_lib.demos.parts.tables import signed
from mlp_lib.plotting import CYCLE

INPUTS = [(0.0, 2.0), (0.0, 1.0), (0.0, 0.0)]  # where y1, y2, y3 stand
MIDDLE = [(1.2, 1.75), (1.2, 0.25)]            # f1, f2
OUTPUT = (2.4, 1.0)                            # h


def inner(y):
    """f1 and f2 of (y1, y2, y3): (3,) to (2,)."""
    return np.array([y[0] * y[1] + y[2], np.sin(y[0]) - y[1] * y[2] ** 2])


def outer(x):
    """h of (f1, f2): (2,) to a number."""
    return x[0] ** 2 * x[1] + x[1] ** 3


def chain_graph(at=(0.8, -1.5, 0.6)):
    """Demo: the ways from each input to the output; a click shows the slopes along them.

    h = g(f1, f2) with g = x1² x2 + x2³, f1 = y1 y2 + y3, f2 = sin y1 − y2 y3². The slopes are
    measured by `calculus.derivative`.

    Parameters
    ----------
    at : three floats
        Where the slopes are taken at first, each in [-2, 2].

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 000 Proposition 6 (S0-P6, S0-P6b).
    """
    return ChainGraph(at)


class ChainGraph(Demo):
    """See `chain_graph`.

    Attributes
    ----------
    edges : list of (str, str, tuple, tuple)
        From, to, and where both stand: the six inner edges by input, then the two outer ones.
    targets : list of str
        What can be pressed: ``"y1"``, ..., then ``"y1 f1"``, ..., ``"f2 h"``.
    """

    TASKS = (
        "Press y2: multiply along each way in your head, then add. Read the sum below.",
        "Press one edge after another. Which slopes change when you move y3 alone?",
        "Find a place where the two ways from y1 cancel.",
    )

    def __init__(self, at):
        self.edges = [(f"y{i + 1}", f"f{j + 1}", INPUTS[i], MIDDLE[j])
                      for i in range(3) for j in range(2)]
        self.edges += [(f"f{j + 1}", "h", MIDDLE[j], OUTPUT) for j in range(2)]
        self.targets = ["y1", "y2", "y3", *(f"{start} {end}" for start, end, *_ in self.edges)]
        figure = new_figure(800, 360)
        with style():
            self.ax = figure.subplots()
            self._draw_graph()
        self.clicks = Clicks(self.ax, *self._places())
        controls = {f"y{i + 1}": slider(f"y{i + 1}", -2, 2, value=at[i], step=0.1)
                    for i in range(3)}
        super().__init__(figure, [*self.lines, *self.nodes, *self.factors], self._show, controls,
                         name="The chain rule as a graph", image=self.clicks)
        self.clicks.observe(lambda change: self.refresh(), "pressed")

    def press(self, target):
        """Choose an input, ``"y1"``, or an edge, ``"y1 f2"`` or ``"f2 h"``."""
        if target not in self.targets:
            raise ValueError(f"one of {self.targets} can be pressed; got {target!r}")
        self.clicks.pressed = self.targets.index(target)

    def _draw_graph(self):
        ax, box = self.ax, {"boxstyle": "circle,pad=0.4", "facecolor": "w", "edgecolor": "k"}
        ax.set(xlim=(-0.4, 3.3), ylim=(-0.45, 2.45))
        ax.axis("off")
        self.lines, self.factors = [], []
        for _, _, tail, tip in self.edges:
            ax.plot(*zip(tail, tip), color="0.6", linewidth=1, zorder=1)
            ax.plot(*_on(tail, tip), "o", color="w", markeredgecolor="0.4", markersize=9)
            self.lines += ax.plot(*zip(tail, tip), color=CYCLE[1], linewidth=3, zorder=1)
            self.factors.append(ax.text(
                *_on(tail, tip), "", ha="center", va="center", size=LEAST, zorder=4,
                bbox={"facecolor": "w", "edgecolor": CYCLE[1], "boxstyle": "round,pad=0.25"}))
        names = {"y_1": INPUTS[0], "y_2": INPUTS[1], "y_3": INPUTS[2], "f_1": MIDDLE[0],
                 "f_2": MIDDLE[1], "h": OUTPUT}
        self.nodes = [ax.text(*place, f"${name}$", ha="center", va="center", size=13, bbox=box)
                      for name, place in names.items()]  # they move, to lie above what is lit
        ax.text(1.2, 2.15, "$f_1 = y_1y_2 + y_3$", ha="center", size=11)
        ax.text(1.2, -0.3, r"$f_2 = \sin y_1 - y_2y_3^2$", ha="center", size=11)
        ax.text(2.6, 1.0, "$h = f_1^2f_2 + f_2^3$", va="center", size=11)

    def _places(self):
        """Where each target is pressed, and what it is called."""
        points = [*INPUTS, *(_on(tail, tip) for _, _, tail, tip in self.edges)]
        names = ["all ways from y1", "all ways from y2", "all ways from y3",
                 *(f"from {start} to {end}" for start, end, *_ in self.edges)]
        return points, names

    def _show(self, y1, y2, y3):
        y = np.array([y1, y2, y3])
        self.first, self.second = calculus.derivative(inner, y), calculus.gradient(outer, inner(y))
        self.measured = calculus.gradient(lambda y: outer(inner(y)), y)
        start, _, end = self.targets[self.clicks.pressed].partition(" ")
        lit = {name: (not end and name[0] == start) or name[:2] == (start, end)
               for name in ((a, b) for a, b, *_ in self.edges)}
        ways = {b for (a, b), on in lit.items() if on and a[0] == "y"}
        for (name, line, text) in zip(lit, self.lines, self.factors):
            on = lit[name] or name[0] in ways
            line.set_visible(on)
            text.set(visible=on, text=signed(self._slope(*name), ".2f"))
        if start[0] == "f":
            return (f"The slope of h in {start} is {signed(self._slope(start, 'h'), '.3f')}. "
                    f"Every way through {start} ends with this factor.")
        return self._one_way(start, end) if end else self._all_ways(start)

    def _slope(self, start, end):
        """The measured slope of ``end`` in ``start``."""
        j = int((start if end == "h" else end)[1]) - 1
        return self.second[j] if end == "h" else self.first[j, int(start[1]) - 1]

    def _way(self, start, middle):
        """The product along a way, written out, and its value."""
        factors = self._slope(start, middle), self._slope(middle, "h")
        text = " · ".join(f"({signed(s, '.3f')})" if s < 0 else signed(s, ".3f") for s in factors)
        return text, factors[0] * factors[1]

    def _one_way(self, start, middle):
        text, product = self._way(start, middle)
        return (f"The way from {start} through {middle} to h: its slopes multiply, "
                f"{text} = {signed(product, '.3f')}.\nIt is one of the two ways from {start}.")

    def _all_ways(self, start):
        (first, one), (second, other) = (self._way(start, middle) for middle in ("f1", "f2"))
        return (f"Two ways lead from {start} to h, and they add: {first} + {second} = "
                f"{signed(one + other, '.3f')}.\nThe slope of h in {start}, measured: "
                f"{signed(self.measured[int(start[1]) - 1], '.3f')}.")


def _on(tail, tip, share=0.25):
    """The place on an edge at which it is pressed and its slope stands."""
    (x, y), (u, v) = tail, tip
    return x + share * (u - x), y + share * (v - y)
