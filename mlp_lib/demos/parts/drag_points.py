"""Points that are dragged over a figure: by mouse, pen, finger or arrow keys.

::

    figure = new_figure(480, 300)
    ax = figure.subplots()
    ax.set(xlim=(-2, 2), ylim=(-1, 1))
    (path,) = ax.plot([], [])
    pad = DragPoints(ax, [[0.5, 0.2]], names=["start"])

    def update(rate):
        path.set_data(*descend(pad.points[0], rate).T)
        return f"From {pad.points[0]} it goes ..."

    DragDemo(pad, [path], update, {"rate": slider("rate", 0, 1)}, name="Descent")

The handles are drawn in the browser and follow the pointer without waiting for the
kernel; the picture below follows as `live_figure` makes it.
"""

from pathlib import Path

import anywidget
import numpy as np
import traitlets
from matplotlib.lines import Line2D

from mlp_lib.demos.parts.demo import Demo
from mlp_lib.plotting import CYCLE

_HERE = Path(__file__).parent


class Points(traitlets.TraitType):
    """Points in the plane: an array (n, 2) of finite floats, which is read-only."""

    def validate(self, obj, value):
        points = np.array(value, dtype=float)
        if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
            raise ValueError(f"{self.name} needs finite numbers (n, 2); got {value!r}")
        points.setflags(write=False)
        return points


class DragPoints(anywidget.AnyWidget):
    """Handles at points of an axes, over the picture of its figure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Of a figure of fixed size, both scales linear.
    points : (n, 2) array_like of float
        Where the handles are at first, in data coordinates.
    names : sequence of n str, optional
        What a screen reader calls them; "point 1", ... by default.
    lines : sequence of pairs of int
        Handles that a line joins, such as ``[(0, 1), (1, 2), (2, 3), (3, 0)]``.
    carries : dict of int to sequence of int
        Handles that go along when the one before the colon is moved.

    Attributes
    ----------
    points : (n, 2) ndarray of float
        Where the handles are. Follows them as they are moved, and moves them when set.
    moved : int
        The handle that the reader moved last; -1 at first.
    value, size : bytes, list of float
        PNG of the figure, empty for none, and its size on the page. `LiveFigure` sets them.

    Raises
    ------
    ValueError
        If a scale is not linear, or the numbers of points, names and lines do not fit.
    """

    _esm = (_HERE / "drag_points.js").read_text(encoding="utf-8")
    _css = (_HERE / "drag_points.css").read_text(encoding="utf-8")
    value = traitlets.Bytes().tag(sync=True)
    size = traitlets.List(traitlets.Float(), [1.0, 1.0]).tag(sync=True)
    axes = traitlets.Dict().tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    lines = traitlets.List().tag(sync=True)
    carries = traitlets.List().tag(sync=True)
    points = Points(np.zeros((0, 2))).tag(
        sync=True, to_json=lambda points, widget: points.tolist(),
        from_json=lambda points, widget: np.reshape(points, (-1, 2)),
    )
    moved = traitlets.Int(-1).tag(sync=True)
    moves = traitlets.Int(0).tag(sync=True)   # how often the browser has sent points
    placed = traitlets.Dict().tag(sync=True)  # where the kernel wants them, after which move

    def __init__(self, ax, points, *, names=None, lines=(), carries=None):
        names = [f"point {k + 1}" for k in range(len(points))] if names is None else list(names)
        carries = [[k, list(others)] for k, others in (carries or {}).items()]
        used = {k for pair in lines for k in pair} | {k for a, ks in carries for k in (a, *ks)}
        if len(names) != len(points) or not used <= set(range(len(points))):
            raise ValueError(f"{len(points)} points, but names {names}, lines or carries of {used}")
        self.ax, self._seen = ax, 0
        super().__init__(points=points, names=names, lines=[list(pair) for pair in lines],
                         carries=carries, axes=_placed(ax))

    @traitlets.observe("value")
    def _follow_the_axes(self, change):
        self.axes = _placed(self.ax)

    @traitlets.observe("points")
    def _tell_the_browser(self, change):
        if self.moves != self._seen:  # they come from there
            self._seen = self.moves
        else:
            self.placed = {"points": self.points.tolist(), "after": self.moves}


class DragDemo(Demo):
    """A `Demo` whose picture has handles; they move the artists as its controls do.

    Parameters
    ----------
    pad : DragPoints
        Over an axes of the figure that is shown.
    moving, update, controls, name, buttons
        As `Demo` takes them; ``update`` reads ``pad.points``.
    """

    def __init__(self, pad, moving, update, controls=None, *, name, buttons=()):
        self.pad = pad
        super().__init__(pad.ax.figure, moving, update, controls, name=name, buttons=buttons,
                         image=pad)
        pad.observe(lambda change: self.refresh(), "points")

    def still(self):
        """The picture as it is, with a mark for each handle: an IPython ``Image``."""
        marks = self.pad.ax.add_artist(Line2D(
            *self.pad.points.T, linestyle="", marker="o", markersize=10, zorder=10,
            color=CYCLE[1], markeredgecolor="w", markeredgewidth=1.5))
        try:
            return super().still()
        finally:
            marks.remove()


def _placed(ax):
    """Limits of the axes, and the box they take as shares of the figure."""
    if (ax.get_xscale(), ax.get_yscale()) != ("linear", "linear"):
        raise ValueError(f"need linear scales; got {ax.get_xscale()}, {ax.get_yscale()}")
    (x0, x1), (y0, y1) = (tuple(map(float, lim)) for lim in (ax.get_xlim(), ax.get_ylim()))
    corners = ax.transData.transform([(x0, y0), (x1, y1)]) / ax.figure.bbox.size
    (left, bottom), (right, top) = corners.tolist()
    return {"limits": [x0, x1, y0, y1], "box": [left, right, bottom, top]}
