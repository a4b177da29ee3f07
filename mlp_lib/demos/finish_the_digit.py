"""Finish the digit: a top half is drawn, and a transformer writes the rest (chapter 11)."""

import ipywidgets as widgets
import numpy as np
from matplotlib.colors import to_rgb

from mlp_lib import datasets
from mlp_lib.demos.parts import trained
from mlp_lib.demos.parts.controls import button, slider
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.digit_pad import DigitPad, normalise_top_half
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.plotting import CYCLE

_ORANGE = to_rgb(CYCLE[1])
KNOWN, SIDE, _KEPT = 14, 28, 6  # rows that are given, rows of a digit, endings that are shown


def finish_the_digit(model=None, vocabulary=None, data=None, *, temperature=0.7, rng=0):
    """Demo: the top half of a digit, and endings of it that a transformer writes.

    While a row is written, the rows that the last block takes from are lit.

    Parameters
    ----------
    model : networks.Transformer, optional
        Trained on digits of 28 words; by default one that ships with the book.
    vocabulary : datasets.RowWords
        What its words look like; needed with a model, and only then.
    data : datasets.MNIST, optional
        Where test digits are taken from; `datasets.load_mnist` by default.
    temperature : float
        Of the choice of words at first, 0.05 to 1.5.
    rng : int
        Seed of what is written.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Raises
    ------
    ValueError
        If the model does not write 28 words of this vocabulary, or one of both is missing.
    """
    if (model is None) != (vocabulary is None):
        raise ValueError("a model needs its vocabulary, and a vocabulary its model; got one alone")
    if model is None:
        model, vocabulary = trained.row_writer()
    if (model.length, model.n_words) != (SIDE, len(vocabulary)):
        raise ValueError(f"need a transformer of {SIDE} words out of {len(vocabulary)}; got "
                         f"{model.length} out of {model.n_words}")
    return FinishTheDigit(model, vocabulary, datasets.load_mnist() if data is None else data,
                          temperature, rng)


class FinishTheDigit(Demo):
    """See `finish_the_digit`."""

    TASKS = (
        "Write five endings for the top of a 9. What else can it become?",
        "Move the row back and forth. Which rows are lit while a loop closes?",
        "Temperature 0.05, then 1.5. What becomes of the endings?",
        "Draw a bar, a bow or a cross. Where does it go on?",
    )

    def __init__(self, model, vocabulary, data, temperature, rng):
        self.model, self.vocabulary, self.data = model, vocabulary, data
        self.rng = np.random.default_rng(rng)
        self.pad = DigitPad(half=True)
        self.index = widgets.BoundedIntText(
            0, min=0, max=len(data.X_test) - 1, description="Test digit",
            tooltip="Take the top half of the test digit of this number",
            style={"description_width": "initial"}, layout=widgets.Layout(width="160px"))
        self.play = widgets.Play(min=KNOWN, max=SIDE, value=KNOWN, interval=300, show_repeat=False,
                                 layout=widgets.Layout(width="max-content"))
        self.row = slider("row", KNOWN, SIDE, step=1, form=".0f",
                          hint="How many rows stand there; the shares are those for the last one")
        widgets.link((self.play, "value"), (self.row, "value"))
        self._take(np.zeros(SIDE**2, np.float32))
        figure, moving = self._figure()
        super().__init__(
            figure, moving, self._show, {
                "row": self.row,
                "temperature": slider("temperature", 0.05, 1.5, value=temperature, step=0.05,
                                      hint="Low: the likeliest row; high: a more even choice")},
            name="Finish the digit", beside=self.pad, buttons=[
                self.index, button("Show", self.show, hint="Take the top half of this test digit"),
                button("Write", self.write, hint="Write another ending of this top half"),
                self.play])
        self.pad.observe(self._drawn, "bitmap")
        self.index.observe(lambda change: self.show(), "value")

    def _figure(self):
        figure = new_figure(510, 320)
        with style():
            digit, kept = figure.subplots(1, 2, width_ratios=(1.4, 1))
            for ax, title in ((digit, "row by row"), (kept, "endings")):
                ax.set(xticks=[], yticks=[], title=title)
                ax.spines[:].set_visible(ax is digit)
            self._digit = digit.imshow(np.zeros((SIDE, SIDE)), cmap="gray_r", vmin=0, vmax=1)
            self._light = digit.imshow(np.zeros((SIDE, 1, 4)), extent=self._digit.get_extent())
            middle = digit.axhline(KNOWN - 0.5, color=CYCLE[1], linewidth=1.2)
            self._kept = kept.imshow(self._sheet(), cmap="gray_r", vmin=0, vmax=1)
        return figure, [self._digit, self._light, middle, *digit.spines.values(), self._kept]

    # -- what is done ---------------------------------------------------------------------------

    def show(self):
        """Take the top half of the test digit that is chosen, and write an ending."""
        image = self.data.X_test[self.index.value].copy()
        image[KNOWN * SIDE :] = 0
        self.pad.show(image)
        self._take(image)
        self.write()

    def _drawn(self, change):
        self._take(normalise_top_half(self.pad.ink()))
        self.row.value = KNOWN
        self.refresh()

    def _take(self, image):
        """Begin with this top half; no ending is there yet."""
        self.image, self.endings, self.shares = image, [], None

    def write(self):
        """Write another ending, keep it, and play it from the first row on."""
        if not self.image.any():
            return
        start = self.vocabulary.words(self.image[None])
        written = list(self.model.write_step_by_step(
            start, KNOWN, temperature=self.controls["temperature"].value, rng=self.rng))
        self.model.predict_scores(written[-1])
        self.shares = self.model.attentions()[-1][0].mean(axis=0)  # (28, 28), mean of the heads
        self.endings = [self.vocabulary.pictures(written[-1])[0], *self.endings][:_KEPT]
        self.play.value = KNOWN + 1
        self.play.playing = True
        self.refresh()

    # -- the picture ------------------------------------------------------------------------

    def _show(self, row, temperature):
        row, picture = int(row), self.image.copy().reshape(SIDE, SIDE)
        if self.endings:
            picture[KNOWN:row] = self.endings[0].reshape(SIDE, SIDE)[KNOWN:row]
        self._digit.set_data(picture)
        self._kept.set_data(self._sheet())
        share = self._looked_at(row)
        self._light.set_data(np.stack([*np.broadcast_to(_ORANGE, (SIDE, 3)).T,
                                       0.6 * share / (share.max() or 1)], axis=1)[:, None])
        return self._words(row, share)

    def _looked_at(self, row):
        """What was taken from each row of the digit to write the last of ``row`` rows: (28,)."""
        share = np.zeros(SIDE)
        if self.endings and row > KNOWN:  # place j holds the row before it, place 0 the start sign
            share[: row - 1] = self.shares[row - 1, 1:row]
        return share

    def _sheet(self):
        """The endings so far, two beside each other."""
        gap, sheet = 2, np.zeros((3 * (SIDE + 2), 2 * (SIDE + 2)))
        for number, ending in enumerate(self.endings):
            top, left = (SIDE + gap) * (number // 2), (SIDE + gap) * (number % 2)
            whole = np.where(np.arange(SIDE**2) < KNOWN * SIDE, self.image, ending)
            sheet[top : top + SIDE, left : left + SIDE] = whole.reshape(SIDE, SIDE)
        return sheet

    def _words(self, row, share):
        if not self.image.any():
            return "Draw the top half of a digit above the line, or choose a test digit."
        if not self.endings:
            return "Press Write: the transformer draws the rows below the line."
        if row == KNOWN:
            return "The top half, as the transformer gets it. Play, or move the row."
        most = np.argsort(-share)[:2] + 1
        return (f"For row {row} it looks most at the rows {most[0]} and {most[1]}. "
                f"Endings of this top half so far: {len(self.endings)}.")

    def still(self):
        """The picture as it is; of an empty pad, the one of the first test digit."""
        if self.image.any():
            return super().still()
        self._take(np.where(np.arange(SIDE**2) < KNOWN * SIDE, self.data.X_test[0], 0))
        self.write()
        self.play.playing, self.row.value = False, SIDE
        self.draw()
        picture = super().still()
        self._take(np.zeros(SIDE**2, np.float32))
        self.row.value = KNOWN
        self.draw()
        return picture
