"""A figure whose static parts are drawn once and kept as pixels, and whose numbers move.

A new state copies the pixels back, draws the moving artists on top and sends one PNG. matplotlib
itself notes when a static part has changed (limits, a title), and only then are they drawn anew.
"""

import contextlib
import io

import ipywidgets as widgets
from matplotlib import rc_context
from matplotlib.figure import Figure
from PIL import Image

from mlp_lib.demos.parts.arranging import Arrangement
from mlp_lib.demos.parts.canvas import Canvas

_DPI = 100
LEAST = 10.1  # points of the smallest letters: 14 pixels of the page
_STYLE = {"font.size": LEAST, "axes.titlesize": LEAST, "axes.facecolor": "none",
          "axes.spines.top": False, "axes.spines.right": False}


def new_figure(width, height):
    """An empty figure of ``width`` x ``height`` pixels, off screen; at most 800 wide fits.

    A notebook in a window of 1280 pixels with the file browser open leaves 820.
    """
    figure = Figure((width / _DPI, height / _DPI), dpi=_DPI, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.08, h_pad=0.08)
    Canvas(figure)
    return figure


def style():
    """Context in which a demo's figure is filled: sizes that can be read from the back row."""
    return rc_context(_STYLE)


class LiveFigure:
    """A figure whose moving artists are drawn over kept pixels and sent as a PNG.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        As `new_figure` makes it.
    moving : iterable of matplotlib artists
        Drawn in this order on top of everything else.
    arrange : callable, optional
        Called with width and height when the figure has got another size, before it is drawn.
    image : widget with a ``value``, optional
        Takes the PNG; an ipywidgets.Image by default. Its ``size``, if it has one, is set to
        width and height on the page, else its ``width``.

    Attributes
    ----------
    image : widget
        The picture on the page.
    dpi : float
        Of the figure, in pixels of the page.
    """

    def __init__(self, figure, moving, image=None, arrange=None):
        self.figure, self.dpi = figure, figure.dpi
        self.arrange = arrange or (lambda width, height: None)
        self.arrangement, self._layout = Arrangement(figure), figure.get_layout_engine()
        self.image = widgets.Image(format="png") if image is None else image
        self._page, self._background = ((), 1.0, False), None
        self._tell_size()
        self.let_move(moving)

    def let_move(self, moving):
        """Take ``moving`` as the moving artists from now on, as when the figure was filled anew."""
        self.moving = list(moving)
        for artist in self.moving:
            artist.set_animated(True)

    def suit(self, room=(), dots=1.0, dark=False):
        """Draw for a page that is like this from now on; whether that changes anything.

        ``room`` is width and height for the picture, pixels of the page, and empty for
        the figure as it was made.
        """
        page = tuple(room), dots, dark
        if page == self._page:
            return False
        if page[0] != self._page[0]:
            self.arrangement.fit(*room or self.arrangement.natural)
            self.arrange(*self.size)
            self.figure.set_layout_engine(self._layout)
            self._tell_size()
        self._page, self._background = page, None
        self.figure.dpi = dots * self.dpi
        self.figure.canvas.dark = dark
        return True

    @contextlib.contextmanager
    def as_made(self):
        """The figure for a light page with room for it all, for as long as this lasts."""
        page = self._page
        changed = self.suit()
        try:
            if changed:
                self.draw()
            yield
        finally:
            if changed:
                self.suit(*page)
                self.draw()

    def _tell_size(self):
        if self.image.has_trait("size"):
            self.image.size = list(self.size)
        else:
            self.image.width = str(self.size[0])

    @property
    def size(self):
        """Width and height of the figure, pixels of the page."""
        return tuple(round(inches * self.dpi) for inches in self.figure.get_size_inches())

    def draw(self):
        """Draw the artists as they are, and send the picture."""
        canvas = self.figure.canvas
        if self._background is None or self.figure.stale:
            with style():  # matplotlib makes ticks when it needs them
                self._draw_background(canvas)
        else:
            canvas.restore_region(self._background)
        for artist in self.moving:
            canvas.draw_moving(artist)
        self.image.value = self._png()

    def _draw_background(self, canvas):
        if self._background is None:
            canvas.draw()
            self.figure.set_layout_engine("none")  # what moves shall not shift the axes
        canvas.draw()
        self._background = canvas.copy_from_bbox(self.figure.bbox)

    def _png(self):
        png = io.BytesIO()
        pixels = self.figure.canvas.buffer_rgba()
        height, width = pixels.shape[:2]
        picture = Image.frombuffer("RGBA", (width, height), pixels, "raw", "RGBA", 0, 1)
        picture.convert("RGB").save(png, "PNG", compress_level=1)
        return png.getvalue()
