"""A pad to draw a digit on, and the way MNIST's makers brought a digit into its frame."""

from pathlib import Path

import anywidget
import numpy as np
import traitlets

_HERE = Path(__file__).parent


class DigitPad(anywidget.AnyWidget):
    """A canvas for mouse, pen and finger; strokes appear in the browser at once.

    Attributes
    ----------
    bitmap : bytes
        The ink, ``side`` x ``side`` grey levels, row by row; 255 is full ink. Sent by
        the browser a few times a second while a stroke is drawn, and at its end.
    picture : bytes
        28 x 28 grey levels that `show` lays under the strokes.
    half : bool
        Whether only what is above the middle counts; the pad then has a line there.
    """

    _esm = (_HERE / "digit_pad.js").read_text(encoding="utf-8")
    _css = (_HERE / "digit_pad.css").read_text(encoding="utf-8")
    # A memoryview arrives; a plain Bytes would drop it without a word.
    bitmap = traitlets.Bytes().tag(sync=True, from_json=lambda value, widget: bytes(value))
    picture = traitlets.Bytes().tag(sync=True)
    shown = traitlets.Int(0).tag(sync=True)
    side = traitlets.Int(112).tag(sync=True)
    half = traitlets.Bool(False).tag(sync=True)

    def show(self, image):
        """Take all strokes away and lay ``image``, 784 numbers in [0, 1], on the pad."""
        with self.hold_sync():
            self.picture = np.round(np.asarray(image) * 255).astype(np.uint8).tobytes()
            self.shown += 1

    def ink(self):
        """The drawing as an array (side, side) of grey levels in [0, 1]."""
        if not self.bitmap:
            return np.zeros((self.side, self.side), np.float32)
        grey = np.frombuffer(self.bitmap, np.uint8).reshape(self.side, self.side)
        return grey * np.float32(1 / 255)


def normalise_digit(ink):
    """A drawing brought into the frame of MNIST.

    The box around the ink is scaled to 20 pixels on its longer side, by averaging areas and
    keeping its proportions, and put into 28 x 28 pixels with its centre of mass in
    the middle. A network sees what it was trained on only after this.

    Parameters
    ----------
    ink : (h, w) array_like of float
        Grey levels in [0, 1]; ink is 1, paper is 0.

    Returns
    -------
    (784,) ndarray of float32
        In [0, 1]; all 0 if there is no ink.

    Raises
    ------
    ValueError
        If ``ink`` is not a picture of two axes with numbers in [0, 1].
    """
    ink = np.asarray(ink, np.float32)
    if ink.ndim != 2 or not ink.size or not (ink.min() >= 0 and ink.max() <= 1):
        raise ValueError(f"need a picture (h, w) of numbers in [0, 1]; got shape {ink.shape}"
                         + (f", {ink.min()} to {ink.max()}" if ink.size else ""))
    frame = np.zeros((28, 28), np.float32)
    if ink.any():
        digit = _scaled(_cut_to_ink(ink), 20)
        top, left = (_start(digit.sum(axis=1 - axis)) for axis in (0, 1))
        frame[top : top + digit.shape[0], left : left + digit.shape[1]] = digit
    return frame.ravel()


def normalise_top_half(ink):
    """The upper half of a drawing brought to where MNIST has the top halves of its digits.

    A digit is 20 pixels high there, from row 4 on. So what was drawn above the middle becomes 10
    pixels high, or lower if it would be wider than 20, and ends above row 14; its centre of mass
    comes to column 14.

    Parameters
    ----------
    ink : (h, w) array_like of float
        Grey levels in [0, 1]; ink is 1, paper is 0.

    Returns
    -------
    (784,) ndarray of float32
        In [0, 1]; 0 from row 14 on.
    """
    ink, frame = np.asarray(ink, np.float32), np.zeros((28, 28), np.float32)
    half = ink[: len(ink) // 2]
    if half.any():
        columns = np.nonzero(half.any(axis=0))[0]
        half = half[np.nonzero(half.any(axis=1))[0][0] :, columns[0] : columns[-1] + 1]
        factor = min(10 / half.shape[0], 20 / half.shape[1])
        digit = _scaled(half, factor * max(half.shape))
        left = _start(digit.sum(axis=0))
        frame[14 - len(digit) : 14, left : left + digit.shape[1]] = digit
    return frame.ravel()


def _cut_to_ink(ink):
    rows, columns = np.nonzero(ink.any(axis=1))[0], np.nonzero(ink.any(axis=0))[0]
    return ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _scaled(digit, longest):
    from PIL import Image

    height, width = (max(1, round(n * longest / max(digit.shape))) for n in digit.shape)
    picture = Image.fromarray(digit).resize((width, height), Image.Resampling.BOX)
    return np.clip(np.asarray(picture), 0, 1)


def _start(mass):
    """Where a profile of masses has to start among 28 pixels, its centre on pixel 14."""
    centre = np.arange(len(mass)) @ mass / mass.sum()
    return int(np.clip(round(14 - centre), 0, 28 - len(mass)))
