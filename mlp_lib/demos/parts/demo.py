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

It is quick, because only what moves is drawn (`live_figure`), and because events that arrive
together are answered with one picture, of the newest state.

The page tells how it is: on a screen with several dots for each pixel of the page the
picture has as many; where there is less room than the figure was made for, it is laid out
anew for the room that there is; in a dark theme it is painted in colours for a dark ground.
"""

import asyncio
import threading

import ipywidgets as widgets

from mlp_lib import plotting
from mlp_lib.demos.parts.caption import Caption
from mlp_lib.demos.parts.controls import row
from mlp_lib.demos.parts.live_figure import LiveFigure


class Demo(widgets.VBox):
    """Controls, a live figure, its caption, and tasks.

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
    tasks : sequence of str, optional
        What to try, one after another; `TASKS` of the class by default.
    """

    FINEST = 2.0  # dots for each pixel of the page, at most: more is not seen, only waited for
    TASKS = ()
    delay = 0.0  # seconds before the next state is drawn

    def __init__(self, figure, moving, update, controls=None, *, name, buttons=(), beside=None,
                 image=None, tasks=None):
        self.live = LiveFigure(figure, moving, image, self.arrange)
        self.controls, self._update = controls or {}, update
        self.caption = Caption(name=name, tasks=list(self.TASKS if tasks is None else tasks))
        self._waiting = []
        self.lock = threading.RLock()  # the kernel may answer widgets in a thread of their own
        panel = [row(items) for items in (buttons, self.controls.values()) if items]
        parts = {"panel": widgets.VBox(panel), "beside": beside, "picture": self.live.image,
                 "words": self.caption}
        shown = [part.add_class(f"mlp-{place}") for place, part in parts.items() if part]
        super().__init__(shown)
        self.add_class("mlp-demo")
        for control in self.controls.values():
            control.observe(lambda change: self.refresh(), "value")
        self.caption.observe(lambda change: self._soon(self._suit),
                             ["dots", "enlarged", "room", "dark"])
        self.draw()

    def arrange(self, width, height):
        """What else a demo does when its figure has got another size; nothing here."""

    def asking(self, *tasks):
        """The demo itself, with these ``tasks`` instead of its own."""
        self.caption.tasks = list(tasks)
        return self

    def refresh(self):
        """Draw soon, once, however often this is called before."""
        self._soon(self.draw, self.delay)

    def _soon(self, action, delay=0.0):
        """Do ``action`` once the events that are here have been read; at once without a loop."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            action()
            return
        if action not in self._waiting:
            self._waiting.append(action)
            loop.call_later(delay, action)

    def _no_longer_waits(self, action):
        if action in self._waiting:
            self._waiting.remove(action)

    def draw(self):
        """Set the artists from the controls, and draw now."""
        self._no_longer_waits(self.draw)
        with self.lock:
            try:
                text = self._update(**{name: c.value for name, c in self.controls.items()})
            except Exception as error:
                self.say(f"{type(error).__name__}: {error}", failed=True)
                raise
            self.live.draw()
            self.say(text)

    def _suit(self):
        """Draw for the page as the caption tells it."""
        self._no_longer_waits(self._suit)
        page = self.caption
        dots = min(max(page.dots * page.enlarged, 1.0), max(self.FINEST, page.enlarged))
        with self.lock:
            if self.live.suit(page.room, dots, page.dark):
                self.live.draw()

    def say(self, text, *, failed=False):
        """Put ``text`` into the caption, as a message of failure or as it is."""
        with self.caption.hold_sync():
            self.caption.text, self.caption.failed = text, failed

    def still(self, *, dpi=None, colours=256):
        """The picture as it is, with the caption as its text: an IPython ``Image``.

        With so many colours it looks the same, and takes half the bytes.
        """
        alt = f"Demo: {self.caption.name}. {self.caption.text}"
        with self.lock, self.live.as_made():
            return plotting.described(self.live.figure, alt, dpi=dpi or self.live.dpi,
                                      colours=colours)

    def _ipython_display_(self, **kwargs):
        from IPython.display import display

        bundle = self._repr_mimebundle_(**kwargs)
        bundle["text/plain"] = f"{self.caption.name}: run this cell to use the demo."
        display(bundle, raw=True)
        display(self.still())
