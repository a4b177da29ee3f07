"""Gradient descent on the six-hump camel function (chapter 01)."""

import time

import numpy as np

from mlp_lib.demos.parts.canvas import keep_colours
from mlp_lib.demos.parts.controls import scale
from mlp_lib.demos.parts.drag_points import DragDemo, DragPoints
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.tables import brief, signed
from mlp_lib.plotting import CYCLE
from mlp_lib.surfaces import six_hump_camel, six_hump_camel_gradient

RATES = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
_REACH = 3.0  # a coordinate beyond which a descent has run away


def descend_camel(start=(-1.2, 0.9), *, learning_rate=0.02, steps=60):
    """Demo: gradient descent on the six-hump camel function from a start that is dragged.

    Parameters
    ----------
    start : pair of float
        Where the descent starts at first, in [-2.1, 2.1] x [-1.2, 1.2].
    learning_rate : float
        At first; one of `RATES`.
    steps : int
        Number of steps that are drawn.

    Returns
    -------
    DragDemo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 003 "Partial derivative" (S3-GRD-EX), "Derivative" (S3-DER-GD).
    """
    return DescendCamel(start, learning_rate, steps)


class DescendCamel(DragDemo):
    """See `descend_camel`.

    A drag sends more states than a busy machine can draw. So after each picture the loop gets
    as long as the picture took, to take in what has arrived; the next one shows the newest state.
    """

    pause = 0.0  # seconds that the last picture took

    TASKS = (
        "Find a start for each of the six valleys.",
        "Push the start slowly over the ridge between two valleys. What happens to the end?",
        "Raise the learning rate notch by notch. When does the path jump out of its valley, "
        "when does it run away?",
    )

    def __init__(self, start, learning_rate, steps):
        self.steps, self.minima = steps, _minima()
        figure = new_figure(800, 360)
        with style():
            surface, self.curve = figure.subplots(1, 2, width_ratios=(2, 1))
            _draw_camel(surface, self.minima)
            self.path, = surface.plot([], [], ".-", color="w", linewidth=1.5, markersize=5)
            self.end, = surface.plot([], [], "X", color=CYCLE[1], mec="w", markersize=11)
            self.curve.set(xlabel="step", ylabel="$f$", xlim=(-1, steps + 1), ylim=(-1.3, 4))
            self.curve.axhline(self.minima[0][1], color="0.6", linestyle="--", linewidth=1)
            self.values, = self.curve.plot([], [], ".-", color=CYCLE[0], linewidth=1, markersize=4)
        super().__init__(
            DragPoints(surface, [start], names=["start of the descent"]),
            [self.path, self.end, self.values], self._show, name="Descent on the six-hump camel",
            controls={"rate": scale("learning rate", RATES, value=learning_rate)})

    def draw(self):
        """Draw now; what comes meanwhile waits as long again: a drag skips to its newest."""
        started = time.perf_counter()
        super().draw()
        self.delay = time.perf_counter() - started

    def _show(self, rate):
        path = descend(self.pad.points[0], rate, self.steps)
        values = six_hump_camel(path)
        self.path.set_data(*path.T)
        self.end.set_data(*path[-1:].T)
        self.values.set_data(range(len(path)), values)
        return (f"From {_point(path[0], '.2f')}, f = {signed(values[0], '.3f')}, "
                + self._where(path, values, rate))

    def _where(self, path, values, rate):
        if len(path) <= self.steps:
            return (f"the descent has left the picture after {len(path) - 1} steps: "
                    f"the learning rate {rate:g} is too large here.")
        slope = np.linalg.norm(six_hump_camel_gradient(path[-1]))
        at = f"{_point(path[-1], '.3f')}, f = {signed(values[-1], '.4f')}"
        if slope > 0.01:
            return (f"{self.steps} steps of rate {rate:g} lead to {at}. It has not settled: "
                    f"the gradient there has length {brief(slope)}.")
        distance = [np.linalg.norm(path[-1] - minimum) for minimum, _ in self.minima]
        nearest = int(np.argmin(distance))
        if distance[nearest] > 0.05:
            return f"the descent has come to rest at {at}. The gradient is 0, but it is no minimum."
        kind = ("one of the two lowest minima", "one of the two minima of middle height",
                "one of the two highest minima")[nearest // 2]
        return f"{self.steps} steps of rate {rate:g} lead to {at}: {kind}."


def _point(x, form):
    return f"({signed(x[0], form)}, {signed(x[1], form)})"


def descend(start, rate, steps):
    """Path of gradient descent on the camel: (steps + 1, 2), shorter if it leaves the picture."""
    path = [np.array(start, float)]
    while len(path) <= steps and np.abs(path[-1]).max() < _REACH:
        path.append(path[-1] - rate * six_hump_camel_gradient(path[-1]))
    return np.array(path)


def _minima():
    """The six minima with their values, lowest first: what descent from a grid arrives at."""
    grid = np.stack(np.meshgrid(np.linspace(-1.9, 1.9, 20), np.linspace(-1, 1, 11)), -1)
    points = grid.reshape(-1, 2)
    for _ in range(600):
        points = points - 0.02 * six_hump_camel_gradient(points)
    found = np.unique(np.round(points, 4), axis=0)
    return sorted(((x, float(six_hump_camel(x))) for x in found), key=lambda pair: pair[1])


def _draw_camel(ax, minima):
    x, y = np.linspace(-2.1, 2.1, 200), np.linspace(-1.2, 1.2, 120)
    values = six_hump_camel(np.stack(np.meshgrid(x, y), axis=-1))
    levels = [-1.1, -0.9, -0.6, -0.3, 0, 0.4, 0.8, 1.3, 2, 2.5, 3.2, 4, 5, 6.5]
    ax.contourf(x, y, values, levels, cmap="cividis", extend="max")
    ax.contour(x, y, values, levels, colors="k", linewidths=0.4, alpha=0.5)
    for (x1, x2), value in minima:
        ax.plot(x1, x2, "+", color="w", markersize=7)
        ax.text(x1, x2 - 0.07, signed(round(value, 2)), color="w", ha="center", va="top")
    keep_colours(ax)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=(-2.1, 2.1), ylim=(-1.2, 1.2))
