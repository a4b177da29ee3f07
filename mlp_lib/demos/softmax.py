"""Demos of chapter 03: from scores to their gradient, the activations, regions of a softmax."""

import numpy as np

from mlp_lib import datasets
from mlp_lib.activations import ELEMENTWISE, Elu, LeakyRelu, maxout, softmax
from mlp_lib.demos.live_figure import Demo, button, choice, new_figure, scale, slider, style
from mlp_lib.demos.live_training import LiveTraining
from mlp_lib.demos.plane import Plane
from mlp_lib.demos.tables import brief, signed
from mlp_lib.losses import cross_entropy
from mlp_lib.network import MLP
from mlp_lib.plotting import CYCLE

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
DATA = {"blobs": datasets.blobs, "spirals": datasets.spirals}
TEMPERATURES = (0.1, 0.2, 0.5, 1, 2, 5, 10)


def scores_to_gradient(scores=(2.0, 1.0, -1.0, 0.5), *, label=1):
    """Demo: scores, their probabilities, the loss of one class, and the gradient in the scores.

    Parameters
    ----------
    scores : sequence of 2 to 5 float
        At first, in [-5, 5].
    label : int
        The true class at first; the classes count from 1.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Raises
    ------
    ValueError
        If there are not 2 to 5 scores, or no class ``label`` among them.

    Notes
    -----
    Source: seed 000 §4.1 to §4.3 (S0-S4-Lc, S0-S4-D1, S0-S4-D2), seed 003 (S3-SM-D).
    """
    if not 2 <= len(scores) <= 5 or label not in range(1, len(scores) + 1):
        raise ValueError(f"need 2 to 5 scores, and the number of one; got {scores}, {label}")
    return ScoresToGradient(scores, label)


class ScoresToGradient(Demo):
    """See `scores_to_gradient`."""

    def __init__(self, scores, label):
        classes = range(1, len(scores) + 1)
        figure = new_figure(800, 300)
        with style():
            axes = figure.subplots(1, 4)
            self.bars, self.numbers = [], []
            for ax, title, low, high in ((axes[0], "scores $z$", -6, 6),
                                         (axes[1], "probabilities $p$", 0, 1.12),
                                         (axes[3], "gradient in $z$", -1.25, 1.25)):
                ax.set(title=title, xlabel="class", xticks=classes, ylim=(low, high))
                ax.axhline(0, color="k", linewidth=0.8)
                self.bars.append(ax.bar(classes, np.zeros(len(scores)), color=CYCLE[0]))
                self.numbers.append([ax.text(k, 0, "", ha="center", size=9) for k in classes])
            self.gradient_axes = axes[3]
            p = np.linspace(0.002, 1, 300)
            axes[2].plot(p, -np.log(p), color="k")
            axes[2].set(title="loss", xlabel="$p$ of the true class", xlim=(0, 1.02), ylim=(0, 6))
            axes[2].text(0.55, 5.2, "$-\\log\\,p$", size=12)
            self.dot, = axes[2].plot([], [], "o", color=CYCLE[1], markersize=10)
        controls = {f"z{k}": slider(f"z{k}", -5, 5, value=z, step=0.1, hint=f"Score of class {k}")
                    for k, z in zip(classes, scores)}
        self.scores = [*controls.values()]
        for control in self.scores:
            control.layout.width = "250px"
        controls["label"] = choice("true class", [*classes], value=label)
        controls["T"] = scale("temperature T", TEMPERATURES, value=1,
                              hint="The scores are divided by T first")
        moving = [*(bar for bars in self.bars for bar in bars), self.dot,
                  *(text for texts in self.numbers for text in texts)]
        super().__init__(figure, moving, self._show, controls, name="From scores to the gradient",
                         buttons=[button("Step down the gradient", self.step,
                                         hint="Take the gradient off the scores")])

    def step(self):
        """Take the gradient, as it is shown, off the scores."""
        for control, slope in zip(self.scores, self.gradient):
            control.value -= float(slope)

    def _show(self, label, T, **scores):
        z, k = np.array([*scores.values()]), label - 1
        p = softmax(z / T)
        loss = cross_entropy(z[None] / T, [k])
        self.gradient = cross_entropy.gradient(z[None] / T, [k])[0] / T
        for bars, texts, values, form in zip(self.bars, self.numbers, (z, p, self.gradient),
                                             (".1f", ".2f", "+.2f")):
            self._draw(bars, texts, values, form, k)
        self._fit(np.abs(self.gradient).max())
        self.dot.set_data([p[k]], [min(loss, 6)])
        slope = signed(self.gradient[k], ".3f")
        return (f"Class {label} is true and has the probability {brief(p[k])}: the loss is "
                f"−log p = {loss:.3f} nats, at temperature {T:g}.\n"
                f"The gradient in its score is (p − 1) / T = {slope}, in the others p / T. "
                f"Together they are {abs(self.gradient.sum()):.0f}.")

    @staticmethod
    def _draw(bars, texts, values, form, true):
        span = np.ptp(bars[0].axes.get_ylim())
        for j, (bar, text, value) in enumerate(zip(bars, texts, values)):
            bar.set(height=value, color=CYCLE[1] if j == true else CYCLE[0])
            text.set(y=value + (0.01 if value >= 0 else -0.01) * span, text=signed(value, form),
                     va="bottom" if value >= 0 else "top")

    def _fit(self, largest):
        """Room for the gradient: it grows beyond 1 when the scores are divided by a small T."""
        limit = 1.25 * max(1, 2 ** np.ceil(np.log2(max(largest, 1))))
        if self.gradient_axes.get_ylim()[1] != limit:
            self.gradient_axes.set_ylim(-limit, limit)


def _pieces(z):
    """Three lines in z, (...,) to (..., 3), and their slopes: what maxout chooses among here."""
    slopes, heights = np.array([-0.8, 0.2, 1.5]), np.array([-1.6, 0.4, -1.8])
    return np.asarray(z)[..., None] * slopes + heights, slopes


class MaxoutOfLines:
    """Maxout of three fixed lines, as a function of one number."""

    def __call__(self, z):
        return maxout(_pieces(z)[0])

    def derivative(self, z):
        """Slope of the winning line."""
        pieces, slopes = _pieces(z)
        return maxout.derivative(pieces) @ slopes


GALLERY = {**{name: lambda parameter, f=f: f for name, f in ELEMENTWISE.items()},
           "leaky_relu": LeakyRelu, "elu": Elu,
           "maxout of 3 lines": lambda parameter: MaxoutOfLines()}
PARAMETERS = {"leaky_relu": ("slope", 0.0, 0.95, 0.1), "elu": ("alpha", 0.1, 3.0, 1.0)}


def activation_gallery(name="sigmoid", *, z=1.0):
    """Demo: an activation with its tangent at z, and its derivative below.

    Parameters
    ----------
    name : str
        The activation that is shown first; one of `GALLERY`.
    z : float
        Score at first, in [-5, 5].

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 003 "Activation functions" (S3-ACT-DER and the definitions before it).
    """
    return ActivationGallery(name, z)


class ActivationGallery(Demo):
    """See `activation_gallery`."""

    def __init__(self, name, z):
        self.z, self.drawn = np.linspace(-5, 5, 1001), None
        figure = new_figure(640, 420)
        with style():
            self.value, self.slope = figure.subplots(2, 1, sharex=True, height_ratios=(1.6, 1))
            self.slope.set(xlabel="$z$", ylabel="derivative", xlim=(-5, 5))
            self.value.set(ylabel="value")
            for ax in (self.value, self.slope):
                ax.axhline(0, color="0.6", linewidth=0.8)
                ax.axvline(0, color="0.6", linewidth=0.8)
            self.curves = [ax.plot([], [], color="k", linewidth=2)[0]
                           for ax in (self.value, self.slope)]
            self.tangent, = self.value.plot([], [], color=CYCLE[1], linewidth=2, alpha=0.8)
            self.dots = [ax.plot([], [], "o", color=CYCLE[1], markersize=9)[0]
                         for ax in (self.value, self.slope)]
        controls = {"name": choice("activation", [*GALLERY], value=name),
                    "z": slider("z", -5, 5, value=z, step=0.1, hint="Score"),
                    "parameter": slider("no parameter", 0, 1, step=0.05)}
        super().__init__(figure, [self.tangent, *self.dots], self._show, controls,
                         name="Gallery of activations")

    def _show(self, name, z, parameter):
        if name != (self.drawn or "").partition(" at ")[0]:
            parameter = self._offer(name)
        f = GALLERY[name](parameter)
        if f"{name} at {parameter}" != self.drawn:
            self.drawn = f"{name} at {parameter}"
            self.curves[0].set_data(self.z, f(self.z))
            self.curves[1].set_data(self.z, _broken(f.derivative(self.z)))
            self._scale(f)
        value, slope = float(f(z)), float(f.derivative(z))
        self.tangent.set_data([z - 1.5, z + 1.5], [value - 1.5 * slope, value + 1.5 * slope])
        for dot, height in zip(self.dots, (value, slope)):
            dot.set_data([z], [height])
        return self._words(name, f, z, value, slope)

    def _scale(self, f):
        for ax, values in ((self.value, f(self.z)), (self.slope, f.derivative(self.z))):
            low, high = min(values.min(), 0), max(values.max(), 1)
            ax.set_ylim(low - 0.15 * (high - low), high + 0.15 * (high - low))

    def _offer(self, name):
        """The slider for the parameter of the activation ``name``; off where it has none."""
        control = self.controls["parameter"]
        label, low, high, value = PARAMETERS.get(name, ("no parameter", 0.0, 1.0, 0.0))
        with control.hold_trait_notifications():
            control.max, control.min, control.value = high, low, value
            control.description, control.disabled = label, name not in PARAMETERS
        return value

    @staticmethod
    def _words(name, f, z, value, slope):
        before, after = (float(f.derivative(z + side)) for side in (-1e-9, 1e-9))
        kink = "" if abs(before - after) < 1e-3 else (
            f" There is a kink: the slope is {signed(before, '.2f')} on the left, "
            f"{signed(after, '.2f')} on the right, and the library takes {signed(slope, '.2f')}.")
        flat = " The curve is nearly flat here: hardly any gradient comes through." * (
            abs(slope) < 0.02)
        return (f"{name} at z = {signed(z, '.1f')}: value {signed(value, '.4f')}, "
                f"slope {signed(slope, '.4f')}.{kink}{flat}")


def _broken(slopes):
    """The slopes with a gap where they jump, so that no line is drawn up a jump."""
    slopes = np.array(slopes, float)
    slopes[1:][np.abs(np.diff(slopes)) > 0.05] = np.nan
    return slopes


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
                "region of their class. Every border between two regions is a straight line.")
