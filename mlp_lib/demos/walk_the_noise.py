"""Walk through a generator's noise with sliders, beside the nearest training digit (chapter 12)."""

import numpy as np

from mlp_lib import datasets
from mlp_lib.demos.parts import trained
from mlp_lib.demos.parts.controls import button, choice, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import LEAST, new_figure, style
from mlp_lib.networks import Linear

_SLIDERS, _REACH = 4, 3.0  # directions that can be walked, and how far
_ASKED = 50                # test digits whose nearest training digits are the measure


def walk_the_noise(pair=None, data=None, *, rng=0):
    """Demo: a made picture that sliders change, the nearest training digit, and its distance.

    One slider goes from one row of noise to another; the others move along the directions that the
    generator's first layer stretches most: the first left singular vectors of its weights.

    Parameters
    ----------
    pair : networks.Duel, optional
        Whose generator makes 784 grey values; with classes, the digit can be chosen. By default
        one that ships with the book.
    data : datasets.MNIST, optional
        `datasets.load_mnist` by default.
    rng : int
        Seed of the noise.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Raises
    ------
    ValueError
        If the generator gives no 784 numbers.
    """
    pair = trained.digit_maker() if pair is None else pair
    if (made := pair.G.n_outputs - pair.classes) != 784:
        raise ValueError(f"need a generator of 784 grey values; got one of {made}")
    return WalkTheNoise(pair, datasets.load_mnist() if data is None else data, rng)


class WalkTheNoise(Demo):
    """See `walk_the_noise`."""

    TASKS = (
        "Go slowly from A to B. Is there a gap on the way? When does the nearest digit jump?",
        "Push a direction to both ends. What does it change: the slant, the width, a loop?",
        "Find the digit that comes nearest to a copy. How small does the distance get?",
    )

    def __init__(self, pair, data, rng):
        self.pair, self.X, self.labels = pair, data.X_train, data.y_train
        self.rng = np.random.default_rng(rng)
        self.squares = np.einsum("ij,ij->i", self.X, self.X)
        self.n_noise = pair.G.sizes[0] - pair.classes
        weights = first_linear(pair.mean.chain).W[: self.n_noise]
        self.directions = np.linalg.svd(weights)[0].T[:_SLIDERS]
        asked = data.X_test[:_ASKED]
        least = (self.squares[:, None] - 2 * (self.X @ asked.T)).min(axis=0)
        self.usual = float(np.median(np.sqrt(least + (asked**2).sum(axis=1))))
        self._draw_ends()
        figure, moving = self._figure()
        controls = {"way": slider("from A to B", 0.0, 1.0, step=0.02,
                                  hint="From one row of noise to another")}
        controls |= {f"d{k}": slider(f"direction {k}", -_REACH, _REACH, value=0.0, step=0.1,
                                     form=".1f", hint="Along a singular vector of the first layer")
                     for k in range(1, _SLIDERS + 1)}
        if pair.classes:
            controls["digit"] = choice("digit", [*range(pair.classes)], value=3,
                                       hint="What the generator is told")
        super().__init__(figure, moving, self._show, controls, name="Walk through the noise",
                         buttons=[button("New noise", self.renew, hint="Two new rows of noise"),
                                  button("Back", self.back, hint="All directions to 0")])

    def _draw_ends(self):
        self.ends = self.rng.standard_normal((2, self.n_noise))

    def _figure(self):
        figure = new_figure(600, 235)
        with style():
            axes = figure.subplots(1, 3)
            self._pictures = [ax.imshow(np.zeros((28, 28)), cmap=colours, vmin=low, vmax=1)
                              for ax, colours, low in zip(axes, ("gray_r", "gray_r", "RdBu_r"),
                                                          (0, 0, -1))]
            for ax, title in zip(axes, ("made", "nearest digit", "difference")):
                ax.set(xticks=[], yticks=[])
                ax.set_title(title, fontsize=LEAST)
                ax.spines[:].set_visible(False)
        return figure, [*self._pictures]

    def renew(self):
        """Two new ends of the way; all sliders at their start."""
        self._draw_ends()
        self.back()
        self.controls["way"].value = 0.0
        self.refresh()

    def back(self):
        """All directions to 0."""
        for k in range(1, _SLIDERS + 1):
            self.controls[f"d{k}"].value = 0.0

    def noise(self, way, along):
        """The row of noise (n,) where the sliders stand.

        Between two rows the middle is shorter than both, so the way keeps the length that normal
        noise has: it runs along a circle.
        """
        A, B = self.ends
        turn = np.pi / 2 * way
        return np.cos(turn) * A + np.sin(turn) * B + along @ self.directions

    def made(self, noise, digit):
        """The picture (784,) that the generator makes of ``noise`` (n,)."""
        name = np.arange(self.pair.classes) == digit
        return self.pair.mean.predict_scores(np.concatenate([noise, name])[None])[0, :784]

    def _show(self, way, digit=None, **along):
        made = self.made(self.noise(way, np.array([*along.values()])), digit)
        nearest, distance = self.nearest(made)
        for picture, pixels in zip(self._pictures, (made, self.X[nearest],
                                                    made - self.X[nearest])):
            picture.set_data(pixels.reshape(28, 28))
        return (f"The nearest of {len(self.X):,} training digits is number {nearest:,}, a "
                f"{self.labels[nearest]}, at a distance of {distance:.1f}.\n"
                f"Of new real digits, half have theirs within {self.usual:.1f}.")

    def nearest(self, picture):
        """Number of the training digit that is nearest to ``picture`` (784,), and its distance."""
        without = self.squares - 2 * (self.X @ picture)  # the picture's own square is the same
        nearest = int(without.argmin())
        return nearest, float(np.linalg.norm(self.X[nearest] - picture))


def first_linear(layer):
    """The first `Linear` of some layers, however deep inside it stands."""
    return layer if isinstance(layer, Linear) else first_linear(layer.inner[0])
