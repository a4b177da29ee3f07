"""The ladder of transformations, from translation to homography, on a grid (chapter 09)."""

import numpy as np
from matplotlib.collections import LineCollection

from mlp_lib import geometry
from mlp_lib.demos.parts.controls import slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.plotting import CYCLE

_SQUARE = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])


def ladder():
    """Demo: a square grid under a transformation with a slider for each degree of freedom.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 003, table of transformations (S3-GEO-L, S3-GEO-T1 to S3-GEO-T5).
    """
    return Ladder({
        "x": slider("shift x", -1, 1, value=0, step=0.05),
        "y": slider("shift y", -1, 1, value=0, step=0.05),
        "angle": slider("angle", -90, 90, value=0, step=1, form="d",
                        hint="In degrees, clockwise"),
        "size": slider("scale", 0.4, 1.6, value=1, step=0.02),
        "stretch": slider("stretch", 0.4, 1.6, value=1, step=0.02, hint="Of x against y"),
        "shear": slider("shear", -1, 1, value=0, step=0.05),
        "px": slider("tilt x", -0.4, 0.4, value=0, step=0.02, hint="Entry h31"),
        "py": slider("tilt y", -0.4, 0.4, value=0, step=0.02, hint="Entry h32"),
    })


class Ladder(Demo):
    """See `ladder`."""

    TASKS = (
        "For each slider: which number of the caption will change first? Say it, then move it.",
        "With which sliders does the square stay a square?",
        "Make a trapezium: which sliders do you need at least?",
    )

    def __init__(self, controls):
        figure = new_figure(560, 400)
        along = np.linspace(-1, 1, 2)
        self.lines = np.array([[(t, s) for s in along] for t in np.linspace(-1, 1, 7)]
                              + [[(s, t) for s in along] for t in np.linspace(-1, 1, 7)])
        with style():
            ax = figure.subplots()
            ax.set(xlim=(-3.5, 3.5), ylim=(2.5, -2.5), aspect="equal", xlabel="$x$",
                   ylabel="$y$, down")
            ax.add_collection(LineCollection(self.lines, colors="0.8", linewidths=1))
            self.grid = ax.add_collection(LineCollection([], colors=CYCLE[0], linewidths=1.5),
                                          autolim=False)
            self.corner, = ax.plot([], [], "o", color=CYCLE[1])
        super().__init__(figure, [self.grid, self.corner], self._show, controls,
                         name="Ladder of transformations")

    @staticmethod
    def matrix(x, y, angle, size, stretch, shear, px, py):
        """The transformation (3, 3) of these eight numbers; the angle is in degrees."""
        c, s = size * np.cos(np.radians(angle)), size * np.sin(np.radians(angle))
        affine = np.array([[stretch, shear, 0], [0, 1, 0], [0, 0, 1]])
        return geometry.compose([[c, -s, x], [s, c, y], [0, 0, 1]], affine,
                                [[1, 0, 0], [0, 1, 0], [px, py, 1]])

    def _show(self, **p):
        H = self.matrix(**p)
        self.grid.set_segments(geometry.apply(H, self.lines.reshape(-1, 2)).reshape(-1, 2, 2))
        corners = geometry.apply(H, _SQUARE)
        self.corner.set_data(*corners[:1].T)
        return f"{_kind(p)}\n{_measures(corners)} Lines stay lines."


def _measures(corners):
    """What became of the square with these corners (4, 2): lengths, angles, parallels."""
    sides = np.roll(corners, -1, axis=0) - corners
    lengths = np.hypot(*sides.T) / 2
    turns = np.degrees(np.arctan2(sides[:, 1], sides[:, 0]))
    angles = 180 - np.mod(np.roll(turns, -1) - turns, 360)
    apart = np.abs(np.mod(turns[2:] - turns[:2], 360) - 180).max()
    return (f"Sides are multiplied by {lengths.min():.2f} to {lengths.max():.2f}; right angles "
            f"become {angles.min():.0f}° to {angles.max():.0f}°; opposite sides are "
            f"{apart:.0f}° from parallel.")


def _kind(p):
    """The lowest class of the ladder that holds these parameters, in words."""
    if p["px"] or p["py"]:
        return "Projective, 8 degrees of freedom."
    if p["stretch"] != 1 or p["shear"]:
        return "Affine, 6 degrees of freedom."
    if p["size"] != 1:
        return "Similarity, 4 degrees of freedom."
    if p["angle"]:
        return "Rigid, 3 degrees of freedom."
    return "Translation, 2 degrees of freedom."
