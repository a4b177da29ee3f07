"""The regions of a two-layer network and its units' lines, as it trains (chapter 04)."""

import numpy as np
from matplotlib.collections import LineCollection

from mlp_lib.demos.parts.controls import choice, scale
from mlp_lib.demos.parts.live_figure import style
from mlp_lib.demos.parts.live_regions import LiveRegions
from mlp_lib.demos.parts.training_curves import thin
from mlp_lib.networks import ELEMENTWISE, MLP
from mlp_lib.plotting import unit_lines

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


class TwoLayerRegions(LiveRegions):
    """See `two_layer_regions`."""

    TASKS = (
        "Start with 3 hidden units. What can the borders never do? Then take 20.",
        "Choose the activation identity. What is left of the second layer?",
        "Choose sigmoid. Where have the corners gone?",
        "Raise the learning rate until the lines leave the picture. Do they come back when you "
        "lower it?",
    )

    FIRST_STEPS = 200

    def __init__(self, value, n, rng):
        super().__init__({
            "data": choice("points", ("spirals", "blobs"), value=value["data"], hint="Starts over"),
            "hidden": choice("hidden units", WIDTHS, value=value["hidden"], hint="Starts over"),
            "activation": choice("activation", [*ELEMENTWISE], value=value["activation"],
                                 hint="Of the hidden units; starts over"),
            "rate": scale("learning rate", RATES, value=value["rate"], hint="Acts at once"),
            "pace": choice("steps a picture", (1, 10, 50), value=10, hint="How fast it goes"),
        }, n, height=400, name="Regions of a two-layer network", rng=rng)

    def new_model(self):
        """Points and weights from the settings, and all of the figure that stands still."""
        value = {name: control.value for name, control in self.settings.items()}
        self.new_points(_CLASSES)
        self.new_loss(_CLASSES, above=1.05, yscale="log", ylim=(1e-3, 20))
        self.model = MLP((2, value["hidden"], _CLASSES), ELEMENTWISE[value["activation"]],
                         init="he", rng=self.rng, dtype=np.float64)
        self.points = []
        with style():
            self.right.grid(alpha=0.3)
            self.lines = self.axes.add_collection(
                LineCollection([], colors="k", linewidths=0.8, alpha=0.7), autolim=False)
        self.moving = [self.plane.regions, self.lines, *self.plane.points, self.curve]

    def learn(self):
        """As many steps as the reader wants in a picture; notes the loss of the last one."""
        for _ in range(self.settings["pace"].value):
            loss = self.train_batch()
        self.points.append((self.done, loss))

    def show(self):
        """Regions and lines of the network as it is, and the loss so far."""
        thin(self.points)
        self.show_loss(*zip(*self.points) if self.points else ((), ()))
        with np.errstate(over="ignore", invalid="ignore"):  # of a training that breaks down
            self.plane.colour(self.model.predict_proba)
            self.lines.set_segments(np.nan_to_num(unit_lines(self.model.W[0], self.model.b[0])))
            return self._words()

    def _words(self):
        slopes = self.model.hidden.derivative_from_value(self.model.forward(self.X)[0])
        dead = int((slopes == 0).all(axis=0).sum())
        silent = (f" {dead} of {slopes.shape[1]} hidden units are dead: no point lets a gradient "
                  "through." if dead else "")
        return f"{self.result()} Lines: where a hidden unit's score is 0.{silent}"
