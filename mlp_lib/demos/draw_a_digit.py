"""Draw a digit: the network reads it while it is drawn (chapter 06)."""

import ipywidgets as widgets
import numpy as np

from mlp_lib import datasets
from mlp_lib.demos.parts import trained
from mlp_lib.demos.parts.controls import button
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.digit_pad import DigitPad, normalise_digit
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.plotting import CYCLE


def draw_a_digit(model=None, data=None):
    """Demo: a pad to draw on, what the network sees of it, and the ten probabilities.

    The network is asked anew whenever ink is added, so a model that was trained
    further answers as it is now.

    Parameters
    ----------
    model : networks.MLP, optional
        Trained on MNIST: 784 inputs, 10 outputs; by default one that ships with the book.
    data : datasets.MNIST, optional
        Where test digits are taken from; `datasets.load_mnist` by default.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Raises
    ------
    ValueError
        If the model does not take 784 numbers and give 10.
    """
    model = trained.digit_reader() if model is None else model
    if (model.sizes[0], model.sizes[-1]) != (784, 10):
        raise ValueError(f"need a network from 784 inputs to 10 classes; got sizes {model.sizes}")
    return DrawADigit(model, datasets.load_mnist() if data is None else data)


class DrawADigit(Demo):
    """See `draw_a_digit`."""

    TASKS = (
        "Draw a 1, and make a 7 of it. When does the network change its mind?",
        "Draw a 4 that is closed at the top. What else could it be?",
        "Draw a letter, or a 7 with a bar. What is it taken for, and how surely?",
        "Next mistake shows a test digit that is read wrongly. Would you have read it?",
    )

    def __init__(self, model, data):
        self.model, self.data = model, data
        self.image, self.number = np.zeros(784, np.float32), None
        self.pad = DigitPad()
        self.index = _number(len(data.X_test))
        figure, moving = self._figure()
        super().__init__(figure, moving, self._read, name="Draw a digit", beside=self.pad, buttons=[
            self.index,
            button("Show", self.show, hint="Show the test digit of this number"),
            button("Next", self.next, hint="Show the next test digit"),
            button("Next mistake", self.next_mistake,
                   hint="Show the next test digit that the network reads wrongly")])
        self.pad.observe(self._drawn, "bitmap")
        self.index.observe(lambda change: self.show(), "value")

    def _figure(self):
        figure = new_figure(510, 320)
        with style():
            seen, bars = figure.subplots(1, 2, width_ratios=(1, 1.35))
            seen.set(xticks=[], yticks=[], title="what the network sees")
            seen.spines[:].set_visible(True)
            bars.grid(axis="y", alpha=0.3)
            bars.set(xlabel="class", ylabel="probability", ylim=(0, 1.12), xlim=(-0.9, 9.9),
                     xticks=range(10), yticks=np.arange(0, 1.01, 0.25))
            self._seen = seen.imshow(np.zeros((28, 28)), cmap="gray_r", vmin=0, vmax=1)
            self._bars = bars.bar(range(10), np.zeros(10), color=CYCLE[0])
            self._share = bars.text(0, 0, "", ha="center", va="bottom", weight="bold")
        return figure, [self._seen, *seen.spines.values(), *self._bars, self._share]

    def show(self):
        """Lay the test digit that is chosen on the pad, and read it."""
        self.number = self.index.value
        self.image = self.data.X_test[self.number]
        self.pad.show(self.image)
        self.refresh()

    def next(self):
        """Show the next test digit; after the last one the first."""
        self._go((self.index.value + 1) % len(self.data.X_test))

    def next_mistake(self):
        """Show the next test digit that the network, as it is now, reads wrongly."""
        wrong = np.nonzero(self.model.predict(self.data.X_test) != self.data.y_test)[0]
        if len(wrong):
            self._go(int(wrong[np.searchsorted(wrong, self.index.value + 1) % len(wrong)]))

    def _go(self, number):
        if number == self.index.value:
            self.show()
        self.index.value = number  # a change shows the digit

    def _drawn(self, change):
        self.number = None
        self.image = normalise_digit(self.pad.ink())
        self.refresh()

    def _read(self):
        p = self.model.predict_proba(self.image[None])[0] if self.image.any() else np.zeros(10)
        self._seen.set_data(self.image.reshape(28, 28))
        best = int(p.argmax())
        for bar, height, digit in zip(self._bars, p, range(10)):
            bar.set_height(height)
            bar.set_color(CYCLE[1] if digit == best else CYCLE[0])
        self._share.set(position=(best, p[best]), text=f"{p[best]:.0%}" if p.any() else "")
        return self._words(p)

    def _words(self, p):
        if not p.any():
            return "Draw a digit, or choose one of the test set."
        second, best = (int(k) for k in np.argsort(p)[-2:])
        answer = f"reads it as {best} ({p[best]:.1%}); next would be {second} ({p[second]:.1%})."
        if self.number is None:
            return f"The network {answer}"
        label = int(self.data.y_test[self.number])
        verdict = "Right" if best == label else "Wrong"
        return f"{verdict}: test digit {self.number} is a {label}. The network {answer}"

    def still(self):
        """The picture as it is; of an empty pad, the one of the first test digit."""
        if self.image.any():
            return super().still()
        self.number, self.image = 0, self.data.X_test[0]
        self.draw()
        picture = super().still()
        self.number, self.image = None, np.zeros(784, np.float32)
        self.draw()
        return picture


def _number(count):
    """Field for the number of one of ``count`` test digits."""
    return widgets.BoundedIntText(
        0, min=0, max=count - 1, description="Test digit",
        tooltip="Number of a digit of the test set", style={"description_width": "initial"},
        layout=widgets.Layout(width="160px"),
    )
