"""Demo of chapter 10: the size of delta through depth, in four kinds of networks."""

import numpy as np

from mlp_lib.demos.delta_through_depth import DeltaThroughDepth, fate, limit_by_decades
from mlp_lib.demos.parts.controls import choice
from mlp_lib.demos.parts.live_figure import style
from mlp_lib.networks import ELEMENTWISE, DeepNet, Linear, one_thread, sizes_by_block

KINDS = {"plain": {}, "normalised": {"norm": "batch"}, "residual": {"residual": True},
         "both": {"norm": "batch", "residual": True}}
_SAMPLES, _CLASSES = 64, 10


def four_kinds(kind="both", depth=30, *, width=50, scale=1.41, activation="relu", rng=0):
    """Demo: how long delta is, and how alike the samples are, behind each layer of four networks.

    Parameters
    ----------
    kind : str
        Network at first; one of `KINDS`. "normalised" is batch normalisation.
    depth, width, scale, activation, rng
        As of `delta_through_depth.delta_through_depth`.

    Returns
    -------
    FourKinds
        Shown when it is the last line of a cell. ``demo.delta`` and ``demo.alike`` (L,) hold
        what is shown, ``demo.forecast`` (L,) the dashed line: delta of the plain network.

    Raises
    ------
    ValueError
        If an argument is not among these.

    Notes
    -----
    Source: Ioffe and Szegedy, *Batch Normalization* (2015); He, Zhang, Ren and Sun, *Deep
    Residual Learning for Image Recognition* (2015).
    """
    return FourKinds(kind, depth, width, scale, activation, rng)


class FourKinds(DeltaThroughDepth):
    """See `four_kinds`."""

    NAME = "Four kinds of networks"
    TASKS = (
        "Go through the four kinds. Which keep the samples apart? Which keep δ in hand?",
        "Change the scale of a normalised network. What moves, and why so little?",
        "Take residual, and find the largest scale at which δ grows less than tenfold.",
        "Take both, and go from 5 layers to 40. How much does δ grow with the depth?",
    )

    def __init__(self, kind, depth, width, scale, activation, rng):
        self.kind = choice("network", tuple(KINDS), value=kind)
        super().__init__(depth, width, scale, activation, rng)

    def _controls(self, *first):
        return {"kind": self.kind, **super()._controls(*first)}

    def _figure(self):
        figure = super()._figure()
        left, right = self.axes
        with style():
            left.set(yscale="linear", ylim=(-0.05, 1.05), title="how alike two samples are",
                     ylabel="cosine")
        right.get_legend().get_texts()[0].set_text("the plain network")
        return figure

    def _new_weights(self, depth, width):
        """Weights of scale 1, the same for all kinds, and inputs and labels."""
        shapes = [(width, width)] * (depth - 1) + [(width, _CLASSES)]
        self.unit = [self.rng.standard_normal(shape) / np.sqrt(width) for shape in shapes]
        self.X = self.rng.standard_normal((_SAMPLES, width))
        self.labels = self.rng.integers(_CLASSES, size=_SAMPLES)
        self._drawn = depth, width

    def network(self, kind, activation, size):
        """The network of a kind, with the weights that are drawn, ``size`` times as large."""
        widths = (self.unit[0].shape[0],) * len(self.unit) + (_CLASSES,)
        net = DeepNet(widths, ELEMENTWISE[activation], dtype=np.float64, **KINDS[kind])
        for linear, W in zip(_linears(net.chain), self.unit):
            np.multiply(W, size, out=linear.W)
        return net

    def _show(self, kind, activation, depth, width, size):
        depth = int(depth)
        if self._drawn != (depth, width):
            self._new_weights(depth, width)
        with one_thread:
            pairs = [sizes_by_block(self.network(each, activation, size), self.X, self.labels)
                     for each in (kind, "plain")]
        (self.alike, self.delta), (_, self.forecast) = pairs
        low, _ = limit_by_decades(self.axes[1], depth, np.append(self.delta, self.forecast))
        if self.axes[0].get_xlim() != (0.5, depth + 0.5):
            self.axes[0].set_xlim(0.5, depth + 0.5)
        layers = range(1, depth + 1)
        self.lines[0].set_data(layers[:-1], self.alike[:-1])
        for line, values in ((self.lines[1], self.delta), (self.dashed, self.forecast)):
            line.set_data(layers, np.maximum(values, low))
        return self._words(kind, activation, depth, width, size)

    def _words(self, kind, activation, depth, width, size):
        first, last = self.delta[0], self.delta[-1]
        return (f"{kind}, {depth} layers of {width} units, {activation}, σ = {size:g}/√d: δ "
                f"{fate(first / last)}. A length of {last:.2g} behind layer {depth} becomes "
                f"{first:.2g} behind layer 1; in the plain network {self.forecast[0]:.2g}.\n"
                f"The cosine of two samples is {self.alike[0]:.2f} behind layer 1 and "
                f"{self.alike[-2]:.2f} behind layer {depth - 1}.")


def _linears(layer):
    """The linear layers in it, from the first to the last."""
    if isinstance(layer, Linear):
        return [layer]
    return [linear for inner in layer.inner for linear in _linears(inner)]
