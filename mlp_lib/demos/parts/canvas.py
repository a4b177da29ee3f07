"""A canvas whose figure can be seen on a light ground and on a dark one.

The colours of the figure stay as they were chosen, for a light ground; on a dark one they are
exchanged while they are painted: white, black and the greys between them by the ground, the
ink and what lies between those, and a colour that is hardly seen on the ground by a lighter
one. Pictures stay as they are, and so does what `keep_colours` names.
"""

from functools import lru_cache

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg

GROUND, INK = 17 / 255, 0.92  # levels of grey: JupyterLab's own in its dark theme
CONTRAST = 3.0                # of a colour with the ground, at least
_KEPT, _AROUND, _PALE = "colours kept", "around a picture", "pale colours"


def keep_colours(artist):
    """Let an artist keep its colours: a text in a coloured box, or an axes with a picture.

    Of an axes this holds for all that is drawn on the picture, not for ticks, title and frame.
    """
    artist.set_gid(_KEPT)
    if isinstance(artist, Axes):
        for around in (artist.patch, artist.xaxis, artist.yaxis, artist.title,
                       *artist.spines.values()):
            exchange_colours(around)


def exchange_colours(artist):
    """Let an artist of an axes that keeps its colours be painted for a dark ground all the same."""
    artist.set_gid(_AROUND)


def darken_white(image):
    """Let what is white in the colours of a moving image become the ground: pale regions."""
    image.set_gid(_PALE)


def contrast(rgb, ground=(GROUND,) * 3):
    """Contrast ratio of two colours, 1 to 21 (WCAG 2)."""
    light = [0.05 + np.dot((0.2126, 0.7152, 0.0722), np.where(
        np.less_equal(hue, 0.04045), np.divide(hue, 12.92),
        ((np.asarray(hue) + 0.055) / 1.055) ** 2.4)) for hue in (rgb[:3], ground)]
    return float(max(light) / min(light))


@lru_cache(maxsize=4096)
def on_dark(colour):
    """The colour (r, g, b) or (r, g, b, alpha) that stands for ``colour`` on a dark ground."""
    rgb, alpha = np.array(colour[:3], float), colour[3:]
    if np.ptp(rgb) < 0.02:
        rgb = INK + (GROUND - INK) * rgb
    while contrast(rgb) < CONTRAST and np.ptp(rgb) >= 0.02:
        rgb = 0.9 * rgb + 0.1
    return (*rgb.tolist(), *alpha)


class _Pen(GraphicsContextBase):
    """A graphics context that paints in the colour which its renderer takes for the one asked."""

    def __init__(self, renderer):
        super().__init__()
        self._hue, self._asked = renderer.hue, self._rgb
        self._rgb = self._hue(self._rgb)

    def copy_properties(self, gc):
        super().copy_properties(gc)
        self._asked = gc._asked

    def set_foreground(self, fg, isRGBA=False):
        super().set_foreground(fg, isRGBA)
        self._asked, self._rgb = self._rgb, self._hue(self._rgb)

    def set_alpha(self, alpha):
        self._rgb = self._asked  # matplotlib's sets the colour that it has anew
        super().set_alpha(alpha)


class _Renderer(RendererAgg):
    """Paints as Agg does; with ``dark`` in the colours for a dark ground."""

    def __init__(self, width, height, dpi):
        super().__init__(width, height, dpi)
        self.dark, self.groups = False, [None]
        del self.draw_image, self.draw_markers, self.draw_path_collection  # Agg's, not ours

    def hue(self, colour):
        """The colour to paint with where ``colour`` is asked."""
        if not self.dark or colour is None or self.groups[-1] == _KEPT:
            return colour
        return on_dark(tuple(map(float, colour)))

    def open_group(self, s, gid=None):
        self.groups.append(gid if gid in (_KEPT, _AROUND, _PALE) else self.groups[-1])

    def close_group(self, s):
        self.groups.pop()

    def new_gc(self):
        return _Pen(self)

    def draw_path(self, gc, path, transform, rgbFace=None):
        super().draw_path(gc, path, transform, self.hue(rgbFace))

    def draw_markers(self, gc, marker, marker_trans, path, trans, rgbFace=None):
        self._renderer.draw_markers(gc, marker, marker_trans, path, trans, self.hue(rgbFace))

    def draw_path_collection(self, gc, master, paths, transforms, offsets, offset_trans, faces,
                             edges, *others, **named):
        faces, edges = ([self.hue(colour) for colour in colours] if self.dark and len(colours)
                        else colours for colours in (faces, edges))
        self._renderer.draw_path_collection(
            gc, master, paths, transforms, offsets, offset_trans,
            *(np.reshape(colours, (-1, 4)) for colours in (faces, edges)), *others, **named)

    def draw_image(self, gc, x, y, im, transform=None):
        if self.dark and self.groups[-1] == _PALE:
            im = np.array(im)
            white = im[..., :3].min(axis=2, keepdims=True) * (1 - GROUND)
            im[..., :3] -= white.astype(np.uint8)
        self._renderer.draw_image(gc, x, y, im, *(() if transform is None else (transform,)))


class Canvas(FigureCanvasAgg):
    """An Agg canvas; its figure is painted for a dark ground while ``dark`` is set."""

    dark = False

    def get_renderer(self):
        key = (*self.get_width_height(physical=True), self.figure.dpi)
        if key != self._lastKey:
            self.renderer, self._lastKey = _Renderer(*key), key
        self.renderer.dark = self.dark
        return self.renderer

    def draw_moving(self, artist):
        """Draw an artist alone, as it would be drawn among the others of its axes."""
        renderer = self.get_renderer()
        for part in (artist.axes, artist):
            renderer.open_group("moving", part.get_gid() if part else None)
        try:
            artist.draw(renderer)
        finally:
            renderer.groups = [None]
