"""The regions of softmax regression, moving while it trains (chapter 03)."""

import numpy as np

from mlp_lib import datasets
from mlp_lib.demos.live_figure import choice, new_figure, scale, style
from mlp_lib.demos.live_training import LiveTraining
from mlp_lib.demos.plane import Plane
from mlp_lib.network import MLP
from mlp_lib.plotting import CYCLE

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
DATA = {"blobs": datasets.blobs, "spirals": datasets.spirals}


def softmax_regions(data="blobs", *, classes=3, learning_rate=0.1, n=240, rng=0):
    """Demo: the regions of softmax regression, moving while it trains.

    Each step uses all points. The learning rate acts from the next step on; other data
    or another number of classes start over.

    Parameters
    ----------
    data : {"blobs", "spirals"}
        Points at first.
    classes : int
        At first; 2 to 5.
    learning_rate : float
        At first; one of `RATES`.
    n : int
        Number of points.
    rng : int
        Seed of the points and of the weights.

    Returns
    -------
    LiveTraining
        Shown when it is the last line of a cell. ``demo.model`` is the regression.

    Notes
    -----
    Source: seed 000 §4 (S0-S4-Lc, S0-S4-G).
    """
    return SoftmaxRegions({"data": data, "classes": classes, "rate": learning_rate}, n, rng)


class SoftmaxRegions(LiveTraining):
    """See `softmax_regions`."""

    def __init__(self, value, n, rng):
        self.batch_size = n
        figure = new_figure(800, 410)
        with style():
            self.axes, self.right = figure.subplots(1, 2, width_ratios=(1.1, 1))
        super().__init__(figure, {
            "data": choice("points", [*DATA], value=value["data"], hint="Starts over"),
            "classes": choice("classes", range(2, 6), value=value["classes"], hint="Starts over"),
            "rate": scale("learning rate", RATES, value=value["rate"], hint="Acts at once"),
            "pace": choice("steps a picture", (1, 5, 25), value=1, hint="How fast it goes"),
        }, live=("rate", "pace"), name="Regions of softmax regression", rng=rng)

    def new_model(self):
        """Points and weights from the settings, and all of the figure that stands still."""
        K = self.settings["classes"].value
        self.X, self.labels = DATA[self.settings["data"].value](self.batch_size, K, self.rng)
        self.model = MLP((2, K), rng=self.rng, dtype=np.float64)
        self.losses = []
        with style():
            self.plane = Plane(self.axes, self.X, self.labels)
            self.right.clear()
            self.right.set(xlabel="step", ylabel="loss (nats)")
            self.right.set(xlim=(0, 100), ylim=(0, 2 * np.log(K)))
            self.right.axhline(np.log(K), color="0.5", linestyle="--", linewidth=1)
            self.right.text(0.99, np.log(K), f"$\\log\\,{K}$: all classes alike", ha="right",
                            va="bottom", transform=self.right.get_yaxis_transform())
            self.curve, = self.right.plot([], [], color=CYCLE[0])
        self.moving = [self.plane.regions, *self.plane.points, self.curve]

    def learn(self):
        """As many steps as the reader wants in a picture."""
        for _ in range(self.settings["pace"].value):
            self.losses.append(self.train_batch())

    def show(self):
        """Colours mixed by the probabilities, and the loss so far."""
        self.plane.colour(self.model.predict_proba)
        self.curve.set_data(range(len(self.losses)), self.losses)
        reach = 100 * 2 ** np.ceil(np.log2(max(self.done, 100) / 100))
        if self.right.get_xlim()[1] != reach:
            self.right.set_xlim(0, reach)
        loss, right = self.model.loss(self.X, self.labels), self.model.accuracy(self.X, self.labels)
        return (f"Step {self.done}: loss {loss:.3f}, {right:.1%} of {len(self.X)} points in the "
                "region of their class. Its borders are straight lines.")
