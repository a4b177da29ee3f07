"""How a figure uses the room that the page has for it: its size, its axes beside or below others.

Letters keep their size; what changes is how much lies between them.
"""

import numpy as np
from matplotlib.gridspec import GridSpec

_LABELS = 55     # pixels that ticks and labels take off an axes, about
_LEAST = 100     # pixels of an axes, labels included, at the least
_FLATTER = 1.25  # an axes may be that much wider than high


class Arrangement:
    """Axes in one row of a figure, or a figure as a whole, to be fitted into other rooms.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        As it is meant to be where there is room.

    Attributes
    ----------
    natural : (float, float)
        Width and height of the figure at first, pixels of the page.
    """

    def __init__(self, figure):
        self.figure, self.natural = figure, tuple(
            round(float(inches * figure.dpi)) for inches in figure.get_size_inches())
        places = [ax.get_subplotspec() for ax in figure.axes]
        grids = {place.get_gridspec() for place in places if place is not None}
        self.row = grids.pop() if len(grids) == 1 and all(places) else None
        if self.row is not None and (self.row.nrows > 1 or self.row.ncols != len(places)):
            self.row = None

    def fitted(self, width, height):
        """Width and height that the figure takes of a room, and how many axes stand in a line."""
        count = 1 if self.row is None else len(self.figure.axes)
        natural_width, natural_height = self.natural
        if width >= natural_width and height >= natural_height:
            return (*self.natural, count)
        least = min(_LEAST, natural_height)

        def size(columns):
            lines = -(-count // columns)
            return (min(width, natural_width), max(min(height, lines * natural_height),
                                                   lines * least))

        def breadth(columns):
            across, down = size(columns)
            return min(across / columns - _LABELS,
                       _FLATTER * (down / -(-count // columns) - _LABELS))

        possible = [c for c in range(count, 0, -1)
                    if count % c == 0 and count // c * least <= height]
        columns = max(possible or [count], key=breadth)
        return (*size(columns), columns)

    def fit(self, width, height):
        """Give the figure the size and the arrangement for a room of so many pixels."""
        width, height, columns = self.fitted(width, height)
        self.figure.set_size_inches(np.array([width, height]) / 100, forward=False)
        if self.row is not None:
            self._place(columns)

    def _place(self, columns):
        axes = self.figure.axes
        grid = self.row if columns == len(axes) else GridSpec(
            len(axes) // columns, columns, figure=self.figure)
        for k, ax in enumerate(axes):
            ax.set_subplotspec(grid[divmod(k, columns)])
