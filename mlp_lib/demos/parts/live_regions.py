"""The pattern of a demo that trains on points of the plane: regions left, the loss right."""

import numpy as np

from mlp_lib import datasets
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.live_training import LiveTraining
from mlp_lib.demos.parts.plane import Plane
from mlp_lib.demos.parts.training_curves import grow
from mlp_lib.plotting import CYCLE

DATA = {"blobs": datasets.blobs, "spirals": datasets.spirals}


class LiveRegions(LiveTraining):
    """A `LiveTraining` on points of the plane: their regions left, the loss by steps right.

    Each step uses all points. The ``new_model`` of a subclass calls `new_points` and
    `new_loss`; its ``show`` calls `show_loss` and says the `result`.

    Parameters
    ----------
    settings : dict of str to widgets with a ``value``
        As `LiveTraining` takes them; "data" chooses from `DATA`, "rate" and "pace" act at once.
    n : int
        Number of points.
    height : int
        Of the figure, in pixels.
    name : str
    rng : int
        Seed of the points and of the weights.

    Attributes
    ----------
    axes, right : matplotlib.axes.Axes
        Of the regions and of the loss.
    plane : Plane
        The points and their regions.
    curve : matplotlib.lines.Line2D
        The loss.
    """

    FIRST_STEPS = 100  # that the axis of the loss has room for at first

    def __init__(self, settings, n, *, height, name, rng):
        self.batch_size = n
        figure = new_figure(800, height)
        with style():
            self.axes, self.right = figure.subplots(1, 2, width_ratios=(1.1, 1))
        super().__init__(figure, settings, live=("rate", "pace"), name=name, rng=rng)

    def new_points(self, n_classes):
        """Points of so many classes, as the settings want them, without regions yet."""
        make = DATA[self.settings["data"].value]
        self.X, self.labels = make(self.batch_size, n_classes, self.rng)
        with style():
            self.plane = Plane(self.axes, self.X, self.labels)

    def new_loss(self, n_classes, *, prefix="", above=1.0, **limits):
        """The axes of the loss, with the level of a mere guess, and a curve without points.

        The level's text begins with ``prefix`` and stands at ``above`` times its height;
        ``limits`` are what else ``ax.set`` shall set.
        """
        level = np.log(n_classes)
        with style():
            self.right.clear()
            self.right.set(xlabel="step", ylabel="loss (nats)", xlim=(0, self.FIRST_STEPS),
                           **limits)
            self.right.axhline(level, color="0.5", linestyle="--", linewidth=1)
            self.right.text(0.99, above * level, f"{prefix}all classes alike", ha="right",
                            va="bottom", transform=self.right.get_yaxis_transform())
            self.curve, = self.right.plot([], [], color=CYCLE[0])

    def show_loss(self, steps, losses):
        """Set the curve, on an axis that has room for all steps so far."""
        self.curve.set_data(steps, losses)
        grow(self.right, self.done, self.FIRST_STEPS)

    def result(self):
        """Steps, and loss and accuracy of the model as it is, in words."""
        loss, right = self.model.loss(self.X, self.labels), self.model.accuracy(self.X, self.labels)
        return (f"Step {self.done:,}: loss {loss:.3f}, {right:.1%} of {len(self.X)} points in the "
                "region of their class.")
