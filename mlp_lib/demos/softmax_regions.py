"""The regions of softmax regression, moving while it trains (chapter 03)."""

import numpy as np

from mlp_lib.demos.parts.controls import choice, scale
from mlp_lib.demos.parts.live_regions import LiveRegions
from mlp_lib.networks import MLP

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


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


class SoftmaxRegions(LiveRegions):
    """See `softmax_regions`."""

    TASKS = (
        "Start with the blobs. What do the borders do first, and what later?",
        "What will become of three spirals? Say it, then choose them.",
        "Stay with the spirals, and raise the learning rate to 10 and to 30. What does the loss "
        "do?",
    )

    def __init__(self, value, n, rng):
        super().__init__({
            "data": choice("points", ("blobs", "spirals"), value=value["data"], hint="Starts over"),
            "classes": choice("classes", range(2, 6), value=value["classes"], hint="Starts over"),
            "rate": scale("learning rate", RATES, value=value["rate"], hint="Acts at once"),
            "pace": choice("steps a picture", (1, 5, 25), value=1, hint="How fast it goes"),
        }, n, height=410, name="Regions of softmax regression", rng=rng)

    def new_model(self):
        """Points and weights from the settings, and all of the figure that stands still."""
        K = self.settings["classes"].value
        self.new_points(K)
        self.new_loss(K, prefix=f"$\\log\\,{K}$: ")
        self.model = MLP((2, K), rng=self.rng, dtype=np.float64)
        self.losses = []
        self.moving = [self.plane.regions, *self.plane.points, self.curve]

    def learn(self):
        """As many steps as the reader wants in a picture."""
        for _ in range(self.settings["pace"].value):
            self.losses.append(self.train_batch())

    def show(self):
        """Colours mixed by the probabilities, and the loss so far."""
        self.plane.colour(self.model.predict_proba)
        self.show_loss(range(len(self.losses)), self.losses)
        self._fit_loss()
        return f"{self.result()} Its borders are straight lines."

    def _fit_loss(self):
        """Room for the loss: twice what a mere guess costs, doubled until the highest one fits."""
        usual = 2 * np.log(self.settings["classes"].value)
        highest = max([usual / 2, *filter(np.isfinite, self.losses)])
        top = usual * max(1, 2 ** np.ceil(np.log2(highest / usual / 0.95)))
        if self.right.get_ylim() != (0, top):
            self.right.set_ylim(0, top)
