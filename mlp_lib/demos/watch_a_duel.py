"""Watch a duel: a generator and a discriminator learn in front of the reader (chapter 12)."""

import math
import time

import numpy as np
from matplotlib.gridspec import GridSpec

from mlp_lib import datasets
from mlp_lib.demos.parts.controls import choice, row, scale
from mlp_lib.demos.parts.live_figure import LEAST, new_figure, style
from mlp_lib.demos.parts.live_training import SLICE, LiveTraining
from mlp_lib.demos.parts.training_curves import grow, thin
from mlp_lib.networks import NonFiniteLoss, digit_duel, sigmoid
from mlp_lib.plotting import CYCLE, tile

RATES = (0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.02)
TURNS = {  # steps of the discriminator and of the generator in a turn
    "one each": (1, 1), "five of the generator": (1, 5), "five of the discriminator": (5, 1),
    "the discriminator rests": (0, 1)}
LOSSES = {"non-saturating": False, "saturating": True}
_TILES = 4, 6        # pictures that are watched, rows and columns
_MOST_TURNS = 20_000  # a demo that was forgotten ends its run after so many


def watch_a_duel(data=None, *, rate=0.001, turns="one each", loss="non-saturating", rng=0):
    """Demo: start, pause or step the game of two networks on MNIST; pictures and losses move.

    Whose turn it is, the loss and the rate act at once, without starting over. Only one demo
    trains at a time; another that starts, an interrupt of the kernel, or 20,000 turns pause it.

    Parameters
    ----------
    data : datasets.MNIST, optional
        `datasets.load_mnist` by default.
    rate : float
        Of both networks at first; one of `RATES`.
    turns : str
        Who moves how often; one of `TURNS`.
    loss : {"non-saturating", "saturating"}
        Of the generator.
    rng : int
        Seed of the weights, the noise and the order of the digits.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell. ``demo.model`` is the `networks.Duel`.
    """
    return WatchADuel(datasets.load_mnist() if data is None else data, rate, turns, loss, rng)


class WatchADuel(LiveTraining):
    """See `watch_a_duel`."""

    TASKS = (
        "Start. After how many turns do you see the first digit?",
        "Reset, and give the generator five steps in a turn. Are the 24 pictures different?",
        "Start over with the saturating loss. How long does the fog last?",
    )

    RUN, STILL, STILL_AFTER = {"seconds": SLICE}, {"turns": 20}, 20
    UNIT, STEP_HINT = "turn", "One turn of the game"

    def __init__(self, data, rate, turns, loss, rng):
        self.X, self.batch_size = data.X_train, 64
        self._watched = np.random.default_rng(rng).standard_normal((math.prod(_TILES), 32))
        super().__init__(self._figure(), {
            "rate": scale("learning rate", RATES, value=rate,
                          hint="Step size of both networks; acts at once"),
            "turns": choice("steps in a turn", [*TURNS], value=turns, hint="Acts at once"),
            "loss": choice("generator's loss", [*LOSSES], value=loss, hint="Acts at once")},
            live=("rate", "turns", "loss"), name="Watch a duel", rng=rng)

    def panel(self, buttons):
        """Buttons and the rate, then the two lists."""
        rate, *lists = self.settings.values()
        return [row([*buttons, rate]), row(lists)]

    # -- the game -----------------------------------------------------------------------------

    def new_model(self):
        """A new pair, and empty curves."""
        self.model, self.points = digit_duel(rng=self.rng), []
        self._draw_rows = np.random.default_rng(self.rng)
        self._set()
        self.moving = [*self._lines, self._sheet]

    def _new_steps(self):
        """The pair takes its steps itself."""

    def _set(self):
        self.model.saturating = LOSSES[self.settings["loss"].value]
        for optimizer in self.model.optimizers:
            optimizer.learning_rate = self.settings["rate"].value

    def _adjust(self, change):
        self._set()
        super()._adjust(change)

    def turn(self):
        """One turn; mean scores of real and of made pictures after it."""
        teach, improve = TURNS[self.settings["turns"].value]
        pair, real = self.model, self._rows()
        for _ in range(teach):
            real = self._rows()
            pair.teach(real, self._make())
        for _ in range(improve):
            pair.improve(self._make())
        self.done += 1
        says = [float(sigmoid(pair.D.chain.forward(X, training=False)).mean())
                for X in (real, self._make())]
        if not np.isfinite(says).all():
            raise NonFiniteLoss("the scores are no longer finite. Reset, and try a smaller "
                                "learning rate.")
        return says

    def _make(self):
        return self.model.G.chain.forward(self.model.noise(self.batch_size))

    def _rows(self):
        return self.X[self._draw_rows.integers(len(self.X), size=self.batch_size)]

    def learn(self, *, turns=1, seconds=0.0):
        """Some turns, and on until ``seconds`` are over; note what the discriminator says."""
        until, says = time.perf_counter() + seconds, []
        try:
            while len(says) < turns or time.perf_counter() < until:
                says.append(self.turn())
        finally:  # also of what came before the game broke down
            if says:
                self.points.append((self.done, *np.mean(says, axis=0)))

    def lifetime(self):
        """Function that says when the run that starts now has had its turns."""
        until = self.done + _MOST_TURNS
        return lambda: self.done >= until

    # -- the picture ----------------------------------------------------------------------------

    def _figure(self):
        figure = new_figure(800, 360)
        with style():
            curves, sheet = figure.subplots(1, 2, width_ratios=(1, 1.25))
            curves.set(xlabel="turns", ylabel="probability of being real", ylim=(0, 1))
            curves.grid(alpha=0.3)
            curves.axhline(0.5, color="0.5", linestyle=":")
            self._lines = [curves.plot([], [], mark, color=colour, label=label, markersize=3)[0]
                           for colour, label, mark in zip(CYCLE, ("real", "made"), (".-", ".--"))]
            curves.legend(loc="center right", fontsize=LEAST)
            sheet.set(xticks=[], yticks=[])
            sheet.set_title("made from 24 rows of noise", fontsize=LEAST)
            sheet.spines[:].set_visible(False)
            empty = tile(np.zeros((math.prod(_TILES), 784)), _TILES[1])
            self._sheet = sheet.imshow(empty, cmap="gray_r", vmin=0, vmax=1,
                                       interpolation="nearest")
        return figure

    def arrange(self, width, height):
        """The curves above the pictures where the page is narrow."""
        narrow = width < height
        self._lines[0].axes.set_ylabel("probability of being real" if height > 300 and not narrow
                                       else "says real")
        places = GridSpec(2, 1, figure=self.live.figure, height_ratios=(1, 1.6)) if narrow else (
            GridSpec(1, 2, figure=self.live.figure, width_ratios=(1, 1.25)))
        for artist, at in zip((self._lines[0], self._sheet), places):
            artist.axes.set_subplotspec(at)

    def show(self):
        """The pictures of the noise that is watched, and what the discriminator says."""
        made = self.model.G.predict_scores(self._watched)
        self._sheet.set_data(tile(made, _TILES[1]))
        thin(self.points)
        done, *says = zip(*self.points) if self.points else ((), (), ())
        for line, values in zip(self._lines, says):
            line.set_data(done, values)
        grow(self._lines[0].axes, self.done, 100)
        return self._words()

    def _words(self):
        if not self.points:
            return ""
        _, real, made = self.points[-1]
        return (f"Turn {self.done:,}: the discriminator gives real digits the probability "
                f"{real:.0%} of being real, made ones {made:.0%}.")
