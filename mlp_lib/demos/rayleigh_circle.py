"""The Rayleigh quotient of a symmetric matrix, as its vector goes round (chapter 08)."""

import numpy as np

from mlp_lib import linear_algebra
from mlp_lib.demos.parts.controls import choice, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.tables import signed
from mlp_lib.demos.parts.unit_circle import ANGLES, CIRCLE, arrow, label, point, square
from mlp_lib.plotting import CYCLE

SYMMETRIC = {  # eigenvalues from -2 to 4
    "AᵀA of section 1": [[3.25, -0.25], [-0.25, 1.25]],
    "(2 1; 1 2)": [[2.0, 1.0], [1.0, 2.0]],
    "(1 2; 2 0)": [[1.0, 2.0], [2.0, 0.0]],
    "2I": [[2.0, 0.0], [0.0, 2.0]],
}


def rayleigh_circle(matrix="AᵀA of section 1", *, angle=30.0):
    """Demo: the Rayleigh quotient of a symmetric matrix for a vector that goes round.

    Parameters
    ----------
    matrix : str
        Name in `SYMMETRIC` that is shown first.
    angle : float
        Of the vector at first, in degrees from the first axis towards the second, 0 to 360.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 003 "Rayleigh quotient" (S3-RAY-D, S3-RAY-P, S3-RAY-B).
    """
    return RayleighCircle({
        "name": choice("M", [*SYMMETRIC], value=matrix),
        "angle": slider("angle of x", 0, 360, value=angle, step=1, form="d", hint="In degrees"),
    })


class RayleighCircle(Demo):
    """See `rayleigh_circle`."""

    TASKS = (
        "Walk x round the circle. At which angles does the arrow Mx lie on the line of x?",
        "What does the curve do at these angles?",
        "Choose (1 2; 2 0). Where is the quotient 0, and how does Mx stand to x there?",
    )

    def __init__(self, controls):
        figure = new_figure(800, 380)
        with style():
            plane, graph = figure.subplots(1, 2, width_ratios=(1, 1.15))
            moving = [*self._fill_plane(square(plane, 3.8)), *self._fill_graph(graph)]
        super().__init__(figure, moving, self._show, controls, name="Rayleigh quotient")

    def _fill_plane(self, ax):
        ax.plot(*CIRCLE, color="0.7", linewidth=1)
        self.eigen = [ax.plot([], [], ":", color="0.5", linewidth=1.5)[0] for _ in "12"]
        self.image, self.x = arrow(ax, CYCLE[1]), arrow(ax, CYCLE[0])
        self.names = [label(ax, name, CYCLE[k]) for k, name in enumerate(("x", "Mx"))]
        return [*self.eigen, self.image, self.x, *self.names]

    def _fill_graph(self, ax):
        ax.set(xlabel="angle of $x$ in degrees", ylabel="$R(M, x)$", xlim=(0, 360),
               ylim=(-2.5, 4.5), xticks=range(0, 361, 90))
        self.bounds = [ax.plot([0, 360], [0, 0], "--", color="0.5", linewidth=1)[0] for _ in "12"]
        self.curve, = ax.plot([], [], color=CYCLE[2])
        self.now, = ax.plot([], [], "o", color=CYCLE[0], markersize=10)
        return [*self.bounds, self.curve, self.now]

    def _show(self, name, angle):
        M = np.array(SYMMETRIC[name])
        values, vectors = np.linalg.eigh(M)
        x = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
        quotient = linear_algebra.rayleigh_quotient(M, x)
        for line, bound, value, vector in zip(self.eigen, self.bounds, values, vectors.T):
            line.set_data(*np.outer(vector, [-6, 6]))
            bound.set_ydata([value, value])
        for shaft, text, tip in zip((self.x, self.image), self.names, (x, M @ x)):
            point(shaft, text, tip, beyond=0.4)
        self.curve.set_data(np.degrees(ANGLES),
                            [linear_algebra.rayleigh_quotient(M, p) for p in CIRCLE.T])
        self.now.set_data([angle], [quotient])
        return (f"At {angle:.0f}° the Rayleigh quotient is {signed(quotient, '.3f')}, between "
                f"{signed(values[0], '.3f')} and {signed(values[1], '.3f')}.\n"
                + self._direction(M, x))

    @staticmethod
    def _direction(M, x):
        across = x[0] * (M @ x)[1] - x[1] * (M @ x)[0]
        off = np.degrees(np.arcsin(np.clip(abs(across) / np.linalg.norm(M @ x), 0, 1)))
        if off < 1:
            return "Mx lies on the line of x: an eigenvector, and the curve is level."
        return f"Mx leaves the line of x by {off:.0f}°."
