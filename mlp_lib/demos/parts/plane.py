"""Points of the plane by class, and behind them the regions of a network that is being trained."""

import numpy as np
from matplotlib.colors import to_rgb

from mlp_lib.demos.parts.canvas import darken_white
from mlp_lib.plotting import CYCLE, show_regions


class Plane:
    """Points on an axes, and regions whose colours change.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Cleared first.
    X : (N, 2) ndarray of float
    labels : (N,) ndarray of int
    steps : int
        Points of the grid in each direction.

    Attributes
    ----------
    regions : matplotlib.image.AxesImage
    points : list of artists
        To be drawn on top of the regions.
    """

    def __init__(self, ax, X, labels, *, steps=90):
        ax.clear()
        show_regions(lambda points: np.zeros(len(points), int), X, labels, ax, steps=steps)
        ax.legend(title="class", loc="lower center", bbox_to_anchor=(0.5, 1), ncols=7,
                  frameon=False)
        self.regions, self.points = ax.images[0], list(ax.collections)
        darken_white(self.regions)
        left, right, bottom, top = self.regions.get_extent()
        grid = np.meshgrid(np.linspace(left, right, steps), np.linspace(bottom, top, steps))
        self.grid = np.stack(grid, axis=-1).reshape(-1, 2)

    def colour(self, probabilities):
        """Mix the colours of the classes at every point by ``probabilities`` ((M, 2) to (M, K))."""
        p = np.nan_to_num(probabilities(self.grid))
        colours = p @ np.array([to_rgb(colour) for colour in CYCLE[: p.shape[1]]])
        size = self.regions.get_size()
        self.regions.set_data(1 - 0.5 * (1 - colours.reshape(*size, 3)))
