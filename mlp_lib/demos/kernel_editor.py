"""Kernel editor: nine numbers, what they make of a picture, and their matrix (chapter 07)."""

from typing import NamedTuple

import ipywidgets as widgets
import numpy as np

from mlp_lib import datasets
from mlp_lib.demos.parts.controls import choice, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.tables import light, signed
from mlp_lib.networks import convolution_matrix, correlate
from mlp_lib.plotting import CYCLE, SIGNED

PRESETS = {
    "nothing": ((0, 0, 0), (0, 1, 0), (0, 0, 0)),
    "blur": ((1 / 9,) * 3,) * 3,
    "sharpen": ((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "horizontal edges": ((1, 2, 1), (0, 0, 0), (-1, -2, -1)),
    "vertical edges": ((1, 0, -1), (2, 0, -2), (1, 0, -1)),
    "outlines": ((-1, -1, -1), (-1, 8, -1), (-1, -1, -1)),
}
OWN = "your own"
_CROP, _PLACES = 6, 4      # rows of the crop whose matrix is shown, and of what comes out
_FRAME = (0, 5, 4, 0)      # a picture is drawn 5 wide and 4 high, however many pixels it has
_MATRIX = r"the matrix $\hat K$"
_SHAPES = {"before": (4, 5), "after": (4, 5), "crop x": (_CROP, _CROP), "h": (_PLACES, _PLACES),
           "matrix": (_PLACES**2, _CROP**2)}


class Shown(NamedTuple):
    """A picture (4 high to 5 wide), its colours, and where the crop begins."""

    pixels: np.ndarray
    colours: str
    crop: tuple


def kernel_editor(picture="wall", preset="horizontal edges", *, digit=0):
    """Demo: edit a 3 x 3 kernel; a picture before and after, and the matrix of a crop.

    A slider moves the kernel over the crop. It lights the patch under the kernel, the
    row of the matrix that belongs to this place, and the pixel that comes out.

    Parameters
    ----------
    picture : {"wall", "street", "digit"}
        What is shown first.
    preset : str
        Kernel at first; one of `PRESETS`.
    digit : int
        Which digit of MNIST's test set.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell. ``demo.K`` is the kernel.

    Raises
    ------
    ValueError
        If there is no picture or no kernel of that name.

    Notes
    -----
    Source: seed 004, example 4-3 (S4-E4.3-D, S4-E4.3-K).
    """
    pictures = _pictures(digit)
    for value, names in ((picture, pictures), (preset, PRESETS)):
        if value not in names:
            raise ValueError(f"need one of {list(names)}; got {value!r}")
    return KernelEditor(picture, preset, pictures)


class KernelEditor(Demo):
    """See `kernel_editor`."""

    TASKS = (
        "Change the nine numbers, or choose a kernel with a name. What does it find?",
        "Move place. Which numbers stand in a row of the matrix, and how do they move on?",
        "Make a kernel that shifts the picture by one pixel.",
    )

    FINEST = 1.0  # a photograph shows no more with finer dots

    def __init__(self, picture, preset, pictures):
        self.pictures, self._setting = pictures, False
        self.entries = [_entry(i, j, PRESETS[preset][i][j]) for i, j in np.ndindex(3, 3)]
        controls = {
            "picture": choice("picture", [*pictures], value=picture),
            "preset": choice("kernel", [*PRESETS, OWN], value=preset, hint="Kernels with a name"),
            "place": slider("place", 1, _PLACES**2, value=6, step=1, form="d",
                            hint="Where in the crop the kernel lies: a row of the matrix"),
        }
        figure, moving = self._figure()
        grid = widgets.GridBox(self.entries, layout=widgets.Layout(
            grid_template_columns="repeat(3, minmax(0, 92px))", width="280px"))
        super().__init__(figure, moving, self._show, controls, name="Kernel editor", beside=grid)
        controls["preset"].observe(self._take_preset, "value")
        for entry in self.entries:
            entry.observe(self._edited, "value")

    @property
    def K(self):
        """The kernel, (3, 3), as the nine fields have it."""
        return np.array([entry.value for entry in self.entries]).reshape(3, 3)

    def _take_preset(self, change):
        if change.new == OWN:
            return
        self._setting = True
        for entry, number in zip(self.entries, np.ravel(PRESETS[change.new])):
            entry.value = number
        self._setting = False
        self.refresh()

    def _edited(self, change):
        if self._setting:
            return
        same = [name for name, kernel in PRESETS.items() if np.allclose(kernel, self.K)]
        self.controls["preset"].value = same[0] if same else OWN
        self.refresh()

    def _figure(self):
        figure = new_figure(510, 430)
        with style():
            above, below = figure.subfigures(2, 1, height_ratios=(1.25, 1))
            axes = {**dict(zip(("before", "after"), above.subplots(1, 2))),
                    **dict(zip(("crop x", "matrix", "h"),
                               below.subplots(1, 3, width_ratios=(1, 3.2, 0.8))))}
            for name, ax in axes.items():
                ax.set(xticks=[], yticks=[], title=name if name != "matrix" else _MATRIX)
                ax.spines[:].set_visible(True)
            self._images = {name: ax.imshow(np.zeros(_SHAPES[name]), interpolation="nearest")
                            for name, ax in axes.items()}
            for name in ("before", "after"):  # one frame for pictures of every size
                self._images[name].set_extent(_FRAME)
            self._lit = {name: light(ax, "none") for name, ax in axes.items() if name != "after"}
            for patch in self._lit.values():
                patch.set(alpha=1, edgecolor=CYCLE[1], linewidth=2.5, clip_on=False)
            self._lit["before"].set(linewidth=1.5)
        return figure, [*self._images.values(), *self._lit.values()]

    def _show(self, picture, preset, place):
        shown, K = self.pictures[picture], self.K
        top, left = shown.crop
        crop = shown.pixels[top : top + _CROP, left : left + _CROP]
        total = float(K.sum().round(6)) + 0.0
        numbers = {"before": shown.pixels, "after": correlate(shown.pixels, K), "crop x": crop,
                   "h": correlate(crop, K), "matrix": convolution_matrix(K, crop.shape)}
        for name, values in numbers.items():
            limit = np.abs(K if name == "matrix" else numbers["after"]).max() or 1
            grey = name in ("before", "crop x") or (name != "matrix" and total > 0)
            self._paint(name, values, *((shown.colours, 0) if grey else (SIGNED, -limit)),
                        1 if grey else limit)
        i, j = divmod(int(place) - 1, _PLACES)
        scale = 4 / len(shown.pixels)
        self._frame("before", left * scale, top * scale, _CROP * scale, _CROP * scale)
        self._frame("crop x", j - 0.5, i - 0.5, 3, 3)
        self._frame("h", j - 0.5, i - 0.5, 1, 1)
        self._frame("matrix", -0.5, int(place) - 1.5, _CROP**2, 1)
        return _words(preset, total, (i, j), numbers)

    def _paint(self, name, values, colours, low, high):
        image = self._images[name]
        image.set_data(values)
        image.set_cmap(colours)
        image.set_clim(low, high)

    def _frame(self, name, x, y, width, height):
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        self._lit[name].set_verts([corners])


def _words(preset, total, at, numbers):
    (i, j), K_hat = at, numbers["matrix"]
    place, colours = i * _PLACES + j + 1, "" if total > 0 else " Red is positive, blue is negative."
    return (f"The nine numbers of the kernel ({preset}) add up to {signed(total)}: even ground is "
            f"multiplied by that.{colours}\nPlace {place}: row {place} of the {K_hat.shape[0]} × "
            f"{K_hat.shape[1]} matrix, times the crop, gives pixel ({i + 1}, {j + 1}) of h, "
            f"{signed(numbers['h'][i, j], '.3f')}. {np.count_nonzero(K_hat)} of its {K_hat.size} "
            "entries are not 0.")


def _entry(i, j, value):
    """Field for the number of the kernel in row i, column j, counted from 0."""
    return widgets.BoundedFloatText(
        value, min=-100, max=100, step=0.5, description=f"K{i + 1}{j + 1}",
        tooltip=f"Row {i + 1}, column {j + 1} of the kernel",
        style={"description_width": "28px"}, layout=widgets.Layout(width="90px"),
    )


def _pictures(digit):
    """The pictures to choose from, each 4 high to 5 wide, grey in [0, 1]."""
    ink = datasets.load_mnist().X_test[digit].reshape(28, 28)
    return {
        "wall": Shown(_grey("graf1", 640, 800), "gray", (200, 170)),
        "street": Shown(_grey("leuvenA", 560, 700), "gray", (140, 180)),
        "digit": Shown(np.pad(ink, ((0, 0), (3, 4))), "gray_r", (6, 12)),
    }


def _grey(name, height, width):
    """A photograph's top left part without colour, at half its size: means of 2 x 2 pixels."""
    pixels = datasets.load_photograph(name)[:height, :width].mean(axis=2)
    return pixels.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3))
