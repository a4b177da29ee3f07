"""Demo of chapter 05: the size of delta, and the spread of the values, through depth."""

import numpy as np
from matplotlib.ticker import MaxNLocator

from mlp_lib.demos.parts.controls import button, choice, scale, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.networks import ELEMENTWISE, MLP, delta_factors, one_thread, sizes_by_layer
from mlp_lib.plotting import CYCLE

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu", "identity")
WIDTHS = (10, 20, 50, 100, 200)
SCALES = (0.1, 0.2, 0.5, 0.7, 1, 1.2, 1.41, 1.7, 2, 3, 4, 5, 7, 10, 20)
DEPTHS = (2, 40)
_NAMED = {1: " (xavier)", 1.41: " (he)"}
_SAMPLES, _CLASSES = 64, 10


def delta_through_depth(depth=20, *, width=100, scale=1, activation="sigmoid", rng=0):
    """Demo: how long delta is, and how far the samples still differ, in each layer.

    Parameters
    ----------
    depth : int
        Layers at first, 2 to 40.
    width : int
        Units of the input and of each hidden layer at first; one of `WIDTHS`.
    scale : float
        Standard deviation of the weights at first, in units of ``1 / sqrt(width)``; one of
        `SCALES`. 1 is xavier, 1.41 is he.
    activation : str
        At first; one of `ACTIVATIONS`.
    rng : int
        Seed of the weights and of the random inputs.

    Returns
    -------
    DeltaThroughDepth
        Shown when it is the last line of a cell. ``demo.delta`` and ``demo.spread`` (L,)
        hold the sizes that are shown, ``demo.forecast`` (L,) the dashed line.

    Raises
    ------
    ValueError
        If ``depth``, ``width``, ``scale`` or ``activation`` is not among these.

    Notes
    -----
    Source: seed 001 (30), (34) (S1-E30, S1-E34).
    """
    return DeltaThroughDepth(depth, width, scale, activation, rng)


class DeltaThroughDepth(Demo):
    """See `delta_through_depth`."""

    NAME = "δ through depth"
    TASKS = (
        "Take relu, and find the scale at which both lines are level.",
        "Is there such a scale for sigmoid? Try up to 20.",
        "Take tanh at scale 1. Which shrinks on its way: the spread, δ, or both?",
        "Change the width only. What changes, and what does not?",
    )

    def __init__(self, depth, width, scale_, activation, rng):
        self.rng, self._drawn = np.random.default_rng(rng), None
        figure = self._figure()
        super().__init__(
            figure, [*self.lines, self.dashed], self._show,
            self._controls(activation, depth, width, scale_), name=self.NAME,
            buttons=[button("Draw new weights", self.draw_weights, hint="Other random numbers")])

    def _controls(self, activation, depth, width, size):
        return {
            "activation": choice("activation", ACTIVATIONS, value=activation),
            "depth": slider("layers L", *DEPTHS, value=depth, step=1, form=".0f",
                            hint="Number of layers"),
            "width": scale("width d", WIDTHS, value=width, hint="Units of each hidden layer"),
            "size": scale("scale σ√d", SCALES, value=size,
                          hint="Standard deviation of the weights times the root of the width"),
        }

    def _figure(self):
        figure = new_figure(800, 340)
        with style():
            self.axes = figure.subplots(1, 2)
            self.lines = [ax.plot([], [], "o-", color=colour, markersize=5)[0]
                          for ax, colour in zip(self.axes, CYCLE)]
            self.dashed, = self.axes[1].plot([], [], "--", color="k", linewidth=1, label="forecast")
            self.axes[0].set(xlabel="layer  (values run to the right)",
                             title="spread of the values")
            self.axes[1].set(xlabel="layer  (δ runs to the left)", title="length of δ")
            self.axes[1].legend(frameon=False, loc="upper center")
            for ax in self.axes:
                ax.set_yscale("log")
                ax.minorticks_off()
                ax.xaxis.set_major_locator(MaxNLocator(5, integer=True))
                ax.grid(axis="y", color="0.9")
        return figure

    def draw_weights(self):
        """Other random weights and inputs, of the same sizes."""
        self._drawn = None
        self.refresh()

    def _new_weights(self, depth, width):
        """Model with weights of scale 1, and its inputs and labels."""
        self.model = MLP((width,) * depth + (_CLASSES,), init="lecun", rng=self.rng,
                         dtype=np.float64)
        self.unit = self.model.theta.copy()
        self.X = self.rng.standard_normal((_SAMPLES, width))
        self.labels = self.rng.integers(_CLASSES, size=_SAMPLES)
        self._drawn = depth, width

    def _show(self, activation, depth, width, size):
        depth = int(depth)
        if self._drawn != (depth, width):
            self._new_weights(depth, width)
        self.model.hidden = ELEMENTWISE[activation]
        np.multiply(self.unit, size, out=self.model.theta)
        self._measure()
        for ax, line, values in zip(self.axes, self.lines, (self.spread[:-1], self.delta)):
            low, _ = limit_by_decades(ax, depth, values)
            line.set_data(range(1, len(values) + 1), np.maximum(values, low))
        self.dashed.set_data(range(1, depth + 1), self.forecast)
        return self._words(activation, depth, width, size)

    def _measure(self):
        """Sizes and their forecast; products as small as these are quicker on one core."""
        with one_thread:
            self.spread, self.delta = sizes_by_layer(self.model, self.X, self.labels)
            back = np.cumprod(delta_factors(self.model, self.X)[::-1])[::-1]
        self.forecast = self.delta[-1] * np.append(back, 1)

    def _words(self, activation, depth, width, size):
        first, last = self.delta[0], self.delta[-1]
        factor = (first / last) ** (1 / (depth - 1))
        above = self.spread[-2]
        rounding = bool(activation == "sigmoid" and above < 1e-14)  # beside values of about a half
        return (f"{depth} layers, {width} units each, {activation}, σ = {size:g}/√d"
                f"{_NAMED.get(size, '')}: δ {fate(first / last)}. Each layer multiplies it by "
                f"{factor:.2g} on average, so a length of {last:.2g} in layer {depth} becomes "
                f"{first:.2g} in layer 1.\nThe spread of the values is {self.spread[0]:.2g} in "
                f"layer 1 and {above:.2g} in layer {depth - 1}"
                f"{', nothing but rounding: all samples have become alike' * rounding}.")


def fate(left):
    """What has become of delta when ``left`` times its length reaches layer 1."""
    if left == 0:
        return "is exactly 0: in some layer every unit is off"
    if left < 0.01:
        return "vanishes"
    return "explodes" if left > 100 else "arrives with a useful size"


def _decades(values):
    """Powers of ten between which the values lie that are not 0: 4, 12, 20, ... decades from 1."""
    logs = np.append(np.log10(values[values > 0]), 0.0)
    down, up = (8 * np.ceil((max(reach, 4) - 4) / 8) + 4 for reach in (-logs.min(), logs.max()))
    return 10.0**-down, 10.0**up


def limit_by_decades(ax, depth, values):
    """Set the limits where they are others: then all that stands still is drawn anew."""
    low, high = _decades(values)
    if ax.get_ylim() != (low, high):
        ax.set_ylim(low, high)
    if ax.get_xlim() != (0.5, depth + 0.5):
        ax.set_xlim(0.5, depth + 0.5)
    return low, high
