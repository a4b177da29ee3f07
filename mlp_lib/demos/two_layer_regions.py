"""The regions of a two-layer network and its units' lines, as it trains (chapter 04)."""

import numpy as np
from matplotlib.collections import LineCollection

from mlp_lib import datasets
from mlp_lib.activations import ELEMENTWISE
from mlp_lib.demos.live_figure import choice, new_figure, scale, style
from mlp_lib.demos.live_training import LiveTraining
from mlp_lib.demos.plane import Plane
from mlp_lib.network import MLP
from mlp_lib.plotting import CYCLE, unit_lines

DATA = {"spirals": datasets.spirals, "blobs": datasets.blobs}
RATES = (0.01, 0.03, 0.1, 0.3, 0.5, 1, 2, 3, 5, 10, 30, 100)
WIDTHS = (1, 2, 3, 5, 7, 10, 20, 50, 100)
_CLASSES = 3


def two_layer_regions(data="spirals", *, hidden=20, activation="relu", learning_rate=0.5, n=300,
                      rng=0):
    """Demo: the regions of a two-layer network and the lines of its units, moving as it trains.

    Each step uses all points. The learning rate acts from the next step on; other data,
    another width or activation start over.

    Parameters
    ----------
    data : {"spirals", "blobs"}
        Points of three classes at first.
    hidden : int
        Hidden units at first; one of `WIDTHS`.
    activation : str
        Name in `activations.ELEMENTWISE` at first.
    learning_rate : float
        At first; one of `RATES`.
    n : int
        Number of points.
    rng : int
        Seed of the points and of the weights.

    Returns
    -------
    LiveTraining
        Shown when it is the last line of a cell. ``demo.model`` is the network.

    Notes
    -----
    Source: seed 000 §5 (S0-S5-F, S0-S5-G2, S0-S5-MISS).
    """
    value = {"data": data, "hidden": hidden, "activation": activation, "rate": learning_rate}
    return TwoLayerRegions(value, n, rng)


class TwoLayerRegions(LiveTraining):
    """See `two_layer_regions`."""

    def __init__(self, value, n, rng):
        self.batch_size = n
        figure = new_figure(800, 400)
        with style():
            self.plane_axes, self.right = figure.subplots(1, 2, width_ratios=(1.1, 1))
        super().__init__(figure, {
            "data": choice("points", [*DATA], value=value["data"], hint="Starts over"),
            "hidden": choice("hidden units", WIDTHS, value=value["hidden"], hint="Starts over"),
            "activation": choice("activation", [*ELEMENTWISE], value=value["activation"],
                                 hint="Of the hidden units; starts over"),
            "rate": scale("learning rate", RATES, value=value["rate"], hint="Acts at once"),
            "pace": choice("steps a picture", (1, 10, 50), value=10, hint="How fast it goes"),
        }, live=("rate", "pace"), name="Regions of a two-layer network", rng=rng)

    def new_model(self):
        """Points and weights from the settings, and all of the figure that stands still."""
        value = {name: control.value for name, control in self.settings.items()}
        self.X, self.labels = DATA[value["data"]](self.batch_size, _CLASSES, self.rng)
        self.model = MLP((2, value["hidden"], _CLASSES), ELEMENTWISE[value["activation"]],
                         init="he", rng=self.rng, dtype=np.float64)
        self.points = []
        with style():
            self.plane = Plane(self.plane_axes, self.X, self.labels)
            self.lines = self.plane_axes.add_collection(
                LineCollection([], colors="k", linewidths=0.8, alpha=0.7), autolim=False)
            self._fill_right(self.right)
        self.moving = [self.plane.regions, self.lines, *self.plane.points, self.curve]

    def _fill_right(self, ax):
        """The axes of the loss, and a curve without points."""
        ax.clear()
        ax.set(xlabel="step", ylabel="loss (nats)", yscale="log", xlim=(0, 200), ylim=(1e-3, 20))
        ax.grid(alpha=0.3)
        ax.axhline(np.log(_CLASSES), color="0.5", linestyle="--", linewidth=1)
        ax.text(0.99, 1.05 * np.log(_CLASSES), "all classes alike", ha="right", va="bottom",
                transform=ax.get_yaxis_transform())
        self.curve, = ax.plot([], [], color=CYCLE[0])

    def learn(self):
        """As many steps as the reader wants in a picture; notes the loss of the last one."""
        for _ in range(self.settings["pace"].value):
            loss = self.train_batch()
        self.points.append((self.done, loss))

    def show(self):
        """Regions and lines of the network as it is, and the loss so far."""
        if len(self.points) > 1000:
            del self.points[1::2]
        self.curve.set_data(*zip(*self.points) if self.points else ((), ()))
        reach = 200 * 2 ** np.ceil(np.log2(max(self.done, 200) / 200))
        if self.right.get_xlim()[1] != reach:
            self.right.set_xlim(0, reach)
        with np.errstate(over="ignore", invalid="ignore"):  # of a training that breaks down
            self.plane.colour(self.model.predict_proba)
            self.lines.set_segments(np.nan_to_num(unit_lines(self.model.W[0], self.model.b[0])))
            return self._words()

    def _words(self):
        loss, right = self.model.loss(self.X, self.labels), self.model.accuracy(self.X, self.labels)
        slopes = self.model.hidden.derivative_from_value(self.model.forward(self.X)[0])
        dead = int((slopes == 0).all(axis=0).sum())
        silent = (f" {dead} of {slopes.shape[1]} hidden units are dead: no point lets a gradient "
                  "through." if dead else "")
        return (f"Step {self.done:,}: loss {loss:.3f}, {right:.1%} of {len(self.X)} points in the "
                f"region of their class. Lines: where a hidden unit's score is 0.{silent}")
