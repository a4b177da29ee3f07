"""From scores to the gradient of the cross entropy (chapter 03)."""

import numpy as np

from mlp_lib.demos.parts.controls import button, choice, scale, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.tables import brief, signed
from mlp_lib.networks import cross_entropy, softmax
from mlp_lib.plotting import CYCLE

TEMPERATURES = (0.1, 0.2, 0.5, 1, 2, 5, 10)


def scores_to_gradient(scores=(2.0, 1.0, -1.0, 0.5), *, label=0):
    """Demo: scores, their probabilities, the loss of one class, and the gradient in the scores.

    Parameters
    ----------
    scores : sequence of 2 to 5 float
        At first, in [-5, 5].
    label : int
        The true class at first; the classes count from 0.

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
    if not 2 <= len(scores) <= 5 or label not in range(len(scores)):
        raise ValueError(f"need 2 to 5 scores, and the number of one; got {scores}, {label}")
    return ScoresToGradient(scores, label)


class ScoresToGradient(Demo):
    """See `scores_to_gradient`."""

    TASKS = (
        "Move one score only. Which bars of the gradient change?",
        "Make the true class right and sure. What will the gradient be? Then make another class "
        "sure.",
        "Press Step down the gradient several times. Which scores move, and when do they slow "
        "down?",
        "Lower the temperature below 1 while a wrong class leads. What happens to the loss?",
    )

    def __init__(self, scores, label):
        figure, moving = self._figure(range(len(scores)))
        super().__init__(figure, moving, self._show, self._controls(scores, label),
                         name="From scores to the gradient",
                         buttons=[button("Step down the gradient", self.step,
                                         hint="Take the gradient off the scores")])

    def _figure(self, classes):
        figure = new_figure(800, 300)
        with style():
            scores, probabilities, loss, self.gradient_axes = figure.subplots(
                1, 4, width_ratios=(0.85, 1.1, 0.75, 1.3))
            self.bars, self.numbers = zip(
                self._fill_bars(scores, classes, "scores $z$", -6, 6),
                self._fill_bars(probabilities, classes, "probabilities $p$", 0, 1.12),
                self._fill_bars(self.gradient_axes, classes, "gradient in $z$", -1.25, 1.25))
            self.curve, self.dot = self._fill_loss(loss)
        return figure, [*(bar for bars in self.bars for bar in bars), self.curve, self.dot,
                        *(text for texts in self.numbers for text in texts)]

    @staticmethod
    def _fill_bars(ax, classes, title, low, high):
        """A bar for each class, and the text that will say its height."""
        ax.set(title=title, xlabel="class", xticks=classes, ylim=(low, high),
               xlim=(-0.5, len(classes) - 0.5))
        ax.axhline(0, color="k", linewidth=0.8)
        bars = ax.bar(classes, np.zeros(len(classes)), color=CYCLE[0])
        return bars, [ax.text(k, 0, "", ha="center") for k in classes]

    @staticmethod
    def _fill_loss(ax):
        """The loss by the probability of the true class, and the dot that will lie on it."""
        curve, = ax.plot([], [], color="k")
        ax.set(title="loss", xlabel="$p$ of the true class", xlim=(-0.06, 1.06))
        ax.text(0.5, 0.85, "$-\\log\\,p$", size=12, transform=ax.transAxes)
        dot, = ax.plot([], [], "o", color=CYCLE[1], markersize=10)
        return curve, dot

    def _controls(self, scores, label):
        controls = {f"z{k}": slider(f"z{k}", -5, 5, value=z, step=0.1, hint=f"Score of class {k}")
                    for k, z in enumerate(scores)}
        self.scores = [*controls.values()]
        for control in self.scores:
            control.layout.width = "250px"
        controls["label"] = choice("true class", range(len(scores)), value=label)
        controls["T"] = scale("temperature T", TEMPERATURES, value=1,
                              hint="The scores are divided by T first")
        return controls

    def step(self):
        """Take the gradient, as it is shown, off the scores."""
        for control, slope in zip(self.scores, self.gradient):
            control.value -= float(slope)

    def _show(self, label, T, **scores):
        z = np.array([*scores.values()])
        p = softmax(z / T)
        loss = cross_entropy(z[None] / T, [label])
        self.gradient = cross_entropy.gradient(z[None] / T, [label])[0] / T
        self._fit(np.abs(self.gradient).max())
        self._fit_loss(loss)
        for bars, texts, values, form in zip(self.bars, self.numbers, (z, p, self.gradient),
                                             (".1f", ".2f", ".2f")):
            self._draw(bars, texts, values, form, label)
        self.dot.set_data([p[label]], [loss])
        slope = signed(self.gradient[label], ".3f")
        return (f"Class {label} is true and has the probability {brief(p[label])}: the loss is "
                f"−log p = {loss:.3f} nats, at temperature {T:g}.\n"
                f"The gradient in its score is (p − 1) / T = {slope}, in the others p / T. "
                f"Together they are {abs(self.gradient.sum()):.0f}.")

    @staticmethod
    def _draw(bars, texts, values, form, true):
        span = np.ptp(bars[0].axes.get_ylim())
        for j, (bar, text, value) in enumerate(zip(bars, texts, values)):
            bar.set(height=value, color=CYCLE[1] if j == true else CYCLE[0])
            room = form if abs(value) < 0.995 else ".1f"  # side by side, and none too wide
            text.set(y=value + (0.01 if value >= 0 else -0.01) * span, text=signed(value, room),
                     va="bottom" if value >= 0 else "top")

    def _fit(self, largest):
        """Room for the gradient: it grows beyond 1 when the scores are divided by a small T."""
        limit = 1.25 * max(1, 2 ** np.ceil(np.log2(max(largest, 1))))
        if self.gradient_axes.get_ylim()[1] != limit:
            self.gradient_axes.set_ylim(-limit, limit)

    def _fit_loss(self, loss):
        """Room for the loss: it grows with the scores, and with 1 / T."""
        top = 6 * max(1, 2 ** np.ceil(np.log2(max(loss, 1) / 5.7)))
        if self.curve.axes.get_ylim()[1] != top:
            self.curve.axes.set_ylim(0, top)
            heights = np.linspace(0, top, 1001)
            self.curve.set_data(np.exp(-heights), heights)
