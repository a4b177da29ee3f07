"""Watch it learn: a network trains on MNIST in front of the reader (chapter 06)."""

import time

import numpy as np
from matplotlib.gridspec import GridSpec

from mlp_lib import datasets
from mlp_lib.demos.parts.controls import choice, row, scale
from mlp_lib.demos.parts.live_figure import LEAST, new_figure, style
from mlp_lib.demos.parts.live_training import SLICE, LiveTraining
from mlp_lib.demos.parts.training_curves import grow, hold, thin
from mlp_lib.networks import ELEMENTWISE, MLP
from mlp_lib.plotting import CYCLE, SIGNED, tile

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10, 30, 100)
PENALTIES = (0, 1e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.1, 1)
LOSSES = 0.01, 5   # on the axis of the loss at first
_MOST_EPOCHS = 50  # a demo that was forgotten ends its run after so many
_TILES = (5, 6)    # pictures of first-layer weights, rows and columns


def watch_it_learn(data=None, *, sizes=(200, 100), learning_rate=0.3, l2=0.0, batch_size=64,
                   hidden="sigmoid", rng=0):
    """Demo: start, pause or step a training; loss, accuracy and weights move with it.

    Learning rate and penalty act from the next step on, without starting over. A new
    size, activation or batch starts over. Only one such demo trains at a time; another
    that starts, an interrupt of the kernel, or 50 epochs pause it.

    Parameters
    ----------
    data : datasets.MNIST, optional
        `datasets.load_mnist` by default.
    sizes : pair of int
        Widths of the two hidden layers at the start; 0 for no second layer.
    learning_rate, l2 : float
        Step size > 0 and penalty >= 0 at the start.
    batch_size : int
    hidden : str
        Name of an activation in `activations.ELEMENTWISE`.
    rng : int
        Seed of the weights and of the order of the digits.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell. ``demo.model`` is the network.
    """
    n1, n2 = sizes
    settings = {"n1": n1, "n2": n2, "hidden": hidden, "batch": batch_size,
                "rate": learning_rate, "l2": l2}
    return WatchItLearn(datasets.load_mnist() if data is None else data, settings, rng)


class WatchItLearn(LiveTraining):
    """See `watch_it_learn`."""

    TASKS = (
        "Start with the settings as they are. After how many steps does the accuracy pass 90 %?",
        "Raise the learning rate while it runs, one notch at a time. Where does the loss stop "
        "falling?",
        "Set λ to 0.01, and watch the pictures of the weights.",
    )

    RUN, STILL, STILL_AFTER = {"seconds": SLICE}, {"batches": 20}, 30
    UNIT, STEP_HINT = "batch", "Train one batch"
    _short = False  # the name of the pictures, for want of room

    def __init__(self, data, settings, rng):
        self.data, self.X, self.labels = data, data.X_train, data.y_train
        self.test = data.X_test[::10], data.y_test[::10]
        super().__init__(self._figure(), _controls(settings), live=("rate", "l2"),
                         name="Watch it learn", rng=rng)

    def panel(self, buttons):
        """Two lines: buttons and sliders, then the lists of what starts over."""
        controls = [*self.settings.values()]
        for slider in controls[:2]:
            slider.layout.width = "250px"
        return [row([*buttons, *controls[:2]]), row(controls[2:])]

    # -- the training ---------------------------------------------------------------------

    def new_model(self):
        """A network as the settings want it, and empty curves."""
        value = {name: control.value for name, control in self.settings.items()}
        widths = [n for n in (value["n1"], value["n2"]) if n]
        self.model = MLP((784, *widths, 10), ELEMENTWISE[value["hidden"]], rng=self.rng)
        self.model.l2 = value["l2"]
        self.batch_size, self.points = value["batch"], []
        self.moving = [*self._lines, self._weights]

    def _adjust(self, change):
        self.model.l2 = self.settings["l2"].value
        super()._adjust(change)

    def learn(self, *, batches=1, seconds=0.0):
        """Train some batches, and on until ``seconds`` are over; note loss and accuracy."""
        until, losses = time.perf_counter() + seconds, []
        try:
            while len(losses) < batches or time.perf_counter() < until:
                losses.append(self.train_batch())
        finally:  # also of what came before the training broke down
            self._note(losses)

    def _note(self, losses):
        if losses:
            with np.errstate(over="ignore", invalid="ignore"):
                right = self.model.accuracy(*self.test)
            self.points.append((self.done, np.mean(losses), right))

    def lifetime(self):
        """Function that says when the run that starts now has had its epochs."""
        until = self.epoch + _MOST_EPOCHS
        return lambda: self.epoch >= until

    @property
    def epoch(self):
        """Passes over the training digits that are behind us, with the fraction."""
        return self.done * self.batch_size / len(self.X)

    # -- the picture ------------------------------------------------------------------------

    def _figure(self):
        figure = new_figure(800, 380)
        with style():
            axes = figure.subplot_mosaic([["loss", "W"], ["right", "W"]], width_ratios=(1, 1.2))
            self._axes = axes["loss"], axes["right"]
            axes["loss"].set(ylabel="training loss (nats)", yscale="log", ylim=LOSSES)
            axes["right"].set(ylabel="test accuracy", ylim=(0, 1), xlabel="steps (batches)")
            axes["right"].yaxis.set_major_formatter(lambda share, _: f"{share:.0%}")
            for ax in self._axes:
                ax.grid(alpha=0.3)
            self._lines = [ax.plot([], [], ".-", color=colour, markersize=3, linewidth=1.2)[0]
                           for ax, colour in zip(self._axes, CYCLE)]
            axes["W"].set(xticks=[], yticks=[], xlabel="red: positive, blue: negative")
            axes["W"].spines[:].set_visible(False)
            empty = tile(np.zeros((_TILES[0] * _TILES[1], 784)), _TILES[1])
            self._weights = axes["W"].imshow(empty, cmap=SIGNED, interpolation="nearest")
        return figure

    def arrange(self, width, height):
        """The curves beside each other above the weights where the page is narrow."""
        narrow, self._short = width < height, width < 600
        for ax, words in zip(self._axes, (("loss", "accuracy") if narrow or height < 340 else
                                          ("training loss (nats)", "test accuracy"))):
            ax.set_ylabel(words)
        self._name_weights()
        places = GridSpec(2, 2, figure=self.live.figure,
                          **{} if narrow else {"width_ratios": (1, 1.2)})
        for ax, at in zip((*self._axes, self._weights.axes), (
                ((0, 0), (0, 1), (1, slice(None))) if narrow else
                ((0, 0), (1, 0), (slice(None), 1)))):
            ax.set_subplotspec(places[at])

    def _tiles(self):
        rows, columns = _TILES
        weights = np.full((rows * columns, 784), np.nan, np.float32)
        shown = min(rows * columns, self.model.sizes[1])
        weights[:shown] = self.model.W[0][:, :shown].T
        return tile(weights, columns)

    def _name_weights(self):
        units = self.model.sizes[1]
        some = f"{min(units, _TILES[0] * _TILES[1])} of {units} units"
        title = f"layer 1, {some}" if self._short else f"first-layer weights, {some}"
        if self._weights.axes.get_title() != title:
            self._weights.axes.set_title(title, fontsize=LEAST)

    def show(self):
        """First-layer weights, and loss and accuracy so far."""
        tiles = self._tiles()
        limit = np.nanmax(np.abs(tiles), where=np.isfinite(tiles), initial=1e-6)
        self._name_weights()
        self._weights.set_data(tiles)
        self._weights.set_clim(-limit, limit)
        thin(self.points)
        done, *curves = zip(*self.points) if self.points else ((), (), ())
        for line, ax, values in zip(self._lines, self._axes, curves):
            line.set_data(done, values)
            grow(ax, self.done, 100)
        hold(self._axes[0], curves[0] if curves else (), *LOSSES)
        return self._words()

    def _words(self):
        if not self.points:
            return ""
        _, loss, right = self.points[-1]
        return (f"Step {self.done:,}, epoch {self.epoch:.2f}: training loss {loss:.3f}, "
                f"accuracy on 1,000 test digits {right:.1%}.")


def _controls(value):
    return {
        "rate": scale("learning rate", _with(RATES, value["rate"]), value=value["rate"],
                      hint="Step size of gradient descent; acts at once"),
        "l2": scale("L2 penalty λ", _with(PENALTIES, value["l2"]), value=value["l2"],
                    hint="Weight of the squared weights in the loss; acts at once"),
        "n1": choice("hidden 1", _with((10, 25, 50, 100, 200, 400), value["n1"]), value=value["n1"],
                     hint="Units of the first hidden layer; starts over"),
        "n2": choice("hidden 2", [("none" if n == 0 else str(n), n)
                                  for n in _with((0, 25, 50, 100, 200), value["n2"])],
                     value=value["n2"], hint="Units of the second hidden layer; starts over"),
        "hidden": choice("activation", [*ELEMENTWISE], value=value["hidden"],
                         hint="Activation of the hidden layers; starts over"),
        "batch": choice("batch", _with((1, 8, 16, 32, 64, 128, 512), value["batch"]),
                        value=value["batch"], hint="Digits in a step; starts over"),
    }


def _with(values, value):
    """The values in order, with ``value`` among them."""
    return sorted({*values, value})
