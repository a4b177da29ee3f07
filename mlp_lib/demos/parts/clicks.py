"""A picture with places that can be pressed, by mouse, finger or key."""

from pathlib import Path

import anywidget
import numpy as np
import traitlets

_HERE = Path(__file__).parent


class Clicks(anywidget.AnyWidget):
    """Places at points of an axes, over the picture of its figure.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    points : (n, 2) array_like of float
        Where they are, in data coordinates.
    names : sequence of n str
        What a screen reader calls them.

    Attributes
    ----------
    pressed : int
        Number of the place that was pressed last; 0 at first.
    value, size : bytes, list of float
        PNG of the figure, and its size on the page. `LiveFigure` sets them.
    """

    _esm = (_HERE / "clicks.js").read_text(encoding="utf-8")
    _css = (_HERE / "clicks.css").read_text(encoding="utf-8")
    value = traitlets.Bytes().tag(sync=True)
    size = traitlets.List(traitlets.Float(), [1.0, 1.0]).tag(sync=True)
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)
    shares = traitlets.List().tag(sync=True)  # of the picture, from its upper left corner
    pressed = traitlets.Int(0).tag(sync=True)

    def __init__(self, ax, points, names):
        self.ax, self.points = ax, np.asarray(points, float)
        super().__init__(names=list(names))

    @traitlets.observe("value")
    def _follow_the_axes(self, change):
        shares = self.ax.transData.transform(self.points) / self.ax.figure.bbox.size
        self.shares = [[float(across), float(1 - up)] for across, up in shares]
