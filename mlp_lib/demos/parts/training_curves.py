"""What curves over the steps of a training share: an axis that grows, and points that stay few."""

import numpy as np

_MOST_POINTS = 1000


def grow(ax, done, first):
    """Let the x axis reach ``first`` steps, doubled until the ``done`` ones fit on it."""
    reach = first * 2 ** np.ceil(np.log2(max(done, first) / first))
    if ax.get_xlim()[1] != reach:
        ax.set_xlim(0, reach)


def thin(points):
    """Take every second one off the list ``points`` once it has over a thousand."""
    if len(points) > _MOST_POINTS:
        del points[1::2]
