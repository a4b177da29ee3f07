"""The sentence below a demo's picture, and what the page tells the kernel of itself."""

from pathlib import Path

import anywidget
import traitlets

_HERE = Path(__file__).parent


class Caption(anywidget.AnyWidget):
    """The sentence under the picture, in the colours of the page's theme; below it the tasks.

    It is the picture's text for those who cannot see it, is read out when it changes
    (unless ``busy``), and names the sliders of the demo for screen readers. It also tells
    what the page is like.

    Attributes
    ----------
    name, text : str
    tasks : list of str
        What to try, one after another.
    busy, failed : bool
        Whether the text changes all the time; whether it says what went wrong.
    dots : float
        Of the screen, for each pixel of the page.
    enlarged : float
        How much larger than on the page the demo is shown alone; 1 on the page.
    room : list of float
        Width and height for the picture, pixels of the page; empty if not known yet.
    dark : bool
        Whether the page has a dark ground.
    """

    _esm = (_HERE / "caption.js").read_text(encoding="utf-8")
    _css = (_HERE / "demo.css").read_text(encoding="utf-8")
    name = traitlets.Unicode().tag(sync=True)
    text = traitlets.Unicode().tag(sync=True)
    tasks = traitlets.List(traitlets.Unicode()).tag(sync=True)
    busy = traitlets.Bool(False).tag(sync=True)
    failed = traitlets.Bool(False).tag(sync=True)
    dots = traitlets.Float(1).tag(sync=True)
    enlarged = traitlets.Float(1).tag(sync=True)
    room = traitlets.List(traitlets.Float()).tag(sync=True)
    dark = traitlets.Bool(False).tag(sync=True)
