"""The pattern of every demo: a figure that is made once, and whose numbers move.

A demo is a figure with static parts (axes, labels, reference curves) and a few moving
artists, a function that sets those artists from the values of some controls and
returns the caption, and the controls, as `mlp_lib.demos.parts.controls` makes them::

    figure = new_figure(480, 300)
    ax = figure.subplots()
    ax.plot(z, np.tanh(z))
    (line,) = ax.plot([], [])

    def update(at):
        line.set_data(...)                        # no drawing here
        return f"At {at:g} the slope is {...:.3f}."

    Demo(figure, [line], update, {"at": slider("z", -3, 3)}, name="Slope of tanh")

As the last line of a cell it shows the controls, the picture and the caption, and
leaves a still picture in the notebook: pages that run no kernel show that one, and it
hides where the demo itself is alive. So such a cell shows nothing else.

Why it is quick: the static parts are drawn once and kept as pixels. A new state copies
them back, draws the moving artists on top and sends one PNG. matplotlib itself notes
when a static part has changed (limits, a title), and only then are they drawn anew.
Events that arrive together are answered with one picture, of the newest state.

On a screen with several dots for each pixel of the page the picture has as many.
"""

import asyncio
import io
import threading
from pathlib import Path

import anywidget
import ipywidgets as widgets
import traitlets
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from mlp_lib import plotting
from mlp_lib.demos.parts.controls import row

_HERE = Path(__file__).parent
_DPI = 100
_STYLE = {"font.size": 10, "axes.titlesize": 10, "axes.spines.top": False,
          "axes.spines.right": False}


def new_figure(width, height):
    """An empty figure of ``width`` x ``height`` pixels, off screen; at most 800 wide fits.

    A notebook in a window of 1280 pixels with the file browser open leaves 820.
    """
    figure = Figure((width / _DPI, height / _DPI), dpi=_DPI, layout="constrained")
    figure.get_layout_engine().set(w_pad=0.08, h_pad=0.08)
    FigureCanvasAgg(figure)
    return figure


def style():
    """Context in which a demo's figure is filled: sizes that can be read from the back row."""
    return rc_context(_STYLE)


class LiveFigure:
    """A figure whose moving artists are drawn over kept pixels and sent as a PNG.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        On an Agg canvas, as `new_figure` makes it.
    moving : iterable of matplotlib artists
        Drawn in this order on top of everything else.
    image : widget with a ``value``, optional
        Takes the PNG; an ipywidgets.Image by default.

    Attributes
    ----------
    image : widget
        The picture on the page.
    dpi : float
        Of the figure, in pixels of the page.
    """

    def __init__(self, figure, moving, image=None):
        self.figure, self.dpi = figure, figure.dpi
        width = f"{figure.bbox.width:.0f}"
        self.image = widgets.Image(format="png", width=width) if image is None else image
        self._background = None
        self.let_move(moving)

    def let_move(self, moving):
        """Take ``moving`` as the moving artists from now on, as when the figure was filled anew."""
        self.moving = list(moving)
        for artist in self.moving:
            artist.set_animated(True)

    def sharpen(self, dots):
        """Draw with so many dots for each pixel of the page from now on."""
        if self.figure.dpi != dots * self.dpi:
            self.figure.dpi = dots * self.dpi  # which makes the figure stale
            self.draw()

    def draw(self):
        """Draw the artists as they are, and send the picture."""
        canvas = self.figure.canvas
        if self._background is None:
            canvas.draw()
            self.figure.set_layout_engine("none")  # what moves shall not shift the axes
        if self._background is None or self.figure.stale:
            canvas.draw()
            self._background = canvas.copy_from_bbox(self.figure.bbox)
        else:
            canvas.restore_region(self._background)
        for artist in self.moving:
            self.figure.draw_artist(artist)
        self.image.value = self._png()

    def _png(self):
        png = io.BytesIO()
        pixels = self.figure.canvas.buffer_rgba()
        height, width = pixels.shape[:2]
        picture = Image.frombuffer("RGBA", (width, height), pixels, "raw", "RGBA", 0, 1)
        picture.convert("RGB").save(png, "PNG", compress_level=1)
        return png.getvalue()


class Caption(anywidget.AnyWidget):
    """The sentence under the picture, in the colours of the page's theme.

    It is the picture's text for those who cannot see it, is read out when it changes
    (unless ``busy``), and names the sliders of the demo for screen readers. It also tells
    how many dots the screen has for each pixel of the page.
    """

    _esm = _HERE / "caption.js"
    _css = _HERE / "demo.css"
    name = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)
    failed = traitlets.Bool(False).tag(sync=True)
    dots = traitlets.Float(1).tag(sync=True)


class Demo(widgets.VBox):
    """Controls, a live figure, and its caption.

    Parameters
    ----------
    figure, moving
        As `LiveFigure` takes them.
    update : callable
        Called with the value of each control by name; sets the moving artists and
        returns the caption, a sentence or two that say what the picture shows.
    controls : dict of str to widgets with a ``value``, optional
    name : str
        What the demo is called.
    buttons : sequence of widgets, optional
        Shown before the controls.
    beside : widget, optional
        Shown left of the picture.
    image : widget with a ``value``, optional
        Shows the picture, as `LiveFigure` takes it.
    """

    FINEST = 2.0  # dots for each pixel of the page, at most: more is not seen, only waited for

    def __init__(self, figure, moving, update, controls=None, *, name, buttons=(), beside=None,
                 image=None):
        self.live = LiveFigure(figure, moving, image)
        self.controls, self._update = controls or {}, update
        self.caption = Caption(name=name)
        self._waiting = False
        self.lock = threading.RLock()  # the kernel may answer widgets in a thread of their own
        panel = [row(items) for items in (buttons, self.controls.values()) if items]
        picture = self.live.image if beside is None else row([beside, self.live.image])
        super().__init__([*panel, picture, self.caption])
        self.add_class("mlp-demo")
        for control in self.controls.values():
            control.observe(lambda change: self.refresh(), "value")
        self.caption.observe(self._sharpen, "dots")
        self.draw()

    def refresh(self):
        """Draw soon, once, however often this is called before."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            self.draw()
            return
        if not self._waiting:
            self._waiting = True
            loop.call_soon(self.draw)

    def draw(self):
        """Set the artists from the controls, and draw now."""
        self._waiting = False
        with self.lock:
            try:
                text = self._update(**{name: c.value for name, c in self.controls.items()})
            except Exception as error:
                self.say(f"{type(error).__name__}: {error}", failed=True)
                raise
            self.live.draw()
            self.say(text)

    def _sharpen(self, change):
        with self.lock:
            self.live.sharpen(min(max(change.new, 1.0), self.FINEST))

    def say(self, text, *, failed=False):
        """Put ``text`` into the caption, as a message of failure or as it is."""
        with self.caption.hold_sync():
            self.caption.text, self.caption.failed = text, failed

    def still(self, *, dpi=None, colours=None):
        """The picture as it is, with the caption as its text: an IPython ``Image``."""
        alt = f"Demo: {self.caption.name}. {self.caption.text}"
        return plotting.described(self.live.figure, alt, dpi=dpi or self.live.dpi,
                                  colours=colours)

    def _ipython_display_(self, **kwargs):
        from IPython.display import display

        bundle = self._repr_mimebundle_(**kwargs)
        bundle["text/plain"] = f"{self.caption.name}: run this cell to use the demo."
        display(bundle, raw=True)
        display(self.still())
