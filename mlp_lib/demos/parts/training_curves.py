"""What curves over the steps of a training share: axes that grow, and points that stay few."""

import numpy as np

_MOST_POINTS = 1000


def grow(ax, done, first):
    """Let the x axis reach ``first`` steps, doubled until the ``done`` ones fit on it."""
    reach = first * 2 ** np.ceil(np.log2(max(done, first) / first))
    if ax.get_xlim()[1] != reach:
        ax.set_xlim(0, reach)


def hold(ax, values, low, high):
    """Let a logarithmic y axis reach from ``low`` to ``high``, and by decades to all the values."""
    logs = np.log10([value for value in values if 0 < value < np.inf] or [low])
    limits = (low if logs.min() >= np.log10(low) else 10.0 ** np.floor(logs.min()),
              high if logs.max() <= np.log10(high) else 10.0 ** np.ceil(logs.max()))
    if ax.get_ylim() != limits:
        ax.set_ylim(limits)


def thin(points):
    """Take every second one off the list ``points`` once it has over a thousand."""
    if len(points) > _MOST_POINTS:
        del points[1::2]
