"""What demos with photographs share: a small still, a pale pair, the frame of a picture."""

import numpy as np

from mlp_lib import datasets, plotting
from mlp_lib.demos.parts.canvas import keep_colours
from mlp_lib.demos.parts.demo import Demo


class PhotographDemo(Demo):
    """A demo with photographs: a finer picture would show no more of them, only take longer.

    Its still picture has fewer dots and colours.
    """

    FINEST = 1.0

    def still(self):
        """The picture as it is, with the caption as its text: an IPython ``Image``."""
        return super().still(dpi=72, colours=64)


def pale_pair(ax, first, second, *, grey=True):
    """Draw two photographs, by name, side by side, pale and without ticks.

    Returns
    -------
    shift : (2,) ndarray
        To be added to points (x, y) of the second one, pixels, y down.
    """
    pictures = (datasets.load_photograph(name) for name in (first, second))
    sheet, shift = plotting.side_by_side(*pictures)
    sheet = sheet.mean(axis=2) if grey else sheet
    ax.imshow(0.45 + 0.55 * sheet, cmap="gray", vmin=0, vmax=1)
    ax.set(xticks=[], yticks=[])
    keep_colours(ax)
    return shift


def corners(w, h):
    """Corners (4, 2) of a picture, clockwise as it is seen, from the top left one."""
    return np.array([[0, 0], [w - 1, 0], [w - 1, h - 1], [0, h - 1]], float)


def frame(w, h):
    """Frame of a picture, as a closed polygon (5, 2)."""
    return corners(w, h)[[0, 1, 2, 3, 0]]


def grid(w, h):
    """Points (400, 2) spread evenly over a picture, 20 a row."""
    axes = np.meshgrid(np.linspace(0, w - 1, 20), np.linspace(0, h - 1, 20))
    return np.stack(axes, axis=-1).reshape(-1, 2)
