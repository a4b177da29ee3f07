"""Pairs of points placed by hand in two photographs, and their homography (chapter 09)."""

import numpy as np

from mlp_lib import datasets, geometry
from mlp_lib.demos.parts.drag_points import DragDemo, DragPoints
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.photographs import PhotographDemo, frame, grid, pale_pair
from mlp_lib.plotting import CYCLE

_PAIRS = {"graf": ("graf1", "graf3"), "leuven": ("leuvenA", "leuvenB")}
_LETTERS = "ABCDEFGH"


def pick_matches(pair="graf", *, count=5, rng=0):
    """Demo: pairs of points placed by hand in two photographs, and the homography they give.

    Parameters
    ----------
    pair : {"graf", "leuven"}
        Which photographs.
    count : int
        How many pairs, from 4 to 8.
    rng : int or numpy.random.Generator
        Seed of the defaults: right pairs, spread over the picture, each moved by some
        pixels, so that there is something to correct.

    Returns
    -------
    PickMatches
        Shown when it is the last line of a cell. Its ``src`` and ``dst`` are the points
        (count, 2) in the two photographs as they are now.

    Raises
    ------
    ValueError
        If there is no such pair, or ``count`` is out of range.
    """
    if pair not in _PAIRS or not 4 <= count <= 8:
        raise ValueError(f"need a pair of {[*_PAIRS]}, count in 4..8; got {pair!r}, {count}")
    return PickMatches(pair, count, np.random.default_rng(rng))


class PickMatches(DragDemo, PhotographDemo):
    """See `pick_matches`."""

    TASKS = (
        "Put each handle on the same spot in both pictures. How small can you make the error?",
        "Move two points of the first picture close together, with their partners. What does "
        "the error do?",
    )

    def __init__(self, pair, count, rng):
        size = datasets.load_photograph(_PAIRS[pair][0]).shape[1::-1]
        self.grid, self.frame = grid(*size), frame(*size)
        self.truth = datasets.load_ground_truth() if pair == "graf" else None
        ax, moving = self._axes(_PAIRS[pair], _LETTERS[:count])
        src, dst = _spread(pair, count)
        dst = dst + rng.uniform(-9, 9, dst.shape)
        names = [f"{letter} in the {which} picture" for which in ("first", "second")
                 for letter in _LETTERS[:count]]
        super().__init__(DragPoints(ax, np.vstack([src, dst + self.shift]), names=names),
                         moving, self._show, name="Pairs by hand")

    def _axes(self, photographs, letters):
        """The axes of both photographs, and what will move on it."""
        figure = new_figure(800, 345)
        with style():
            ax = figure.subplots()
            self.shift = pale_pair(ax, *photographs, grey=False)
            ax.axis("off")
            self.outline, = ax.plot([], [], color=CYCLE[2], linewidth=3)
            self.fitted, = ax.plot([], [], "+", color=CYCLE[0], markersize=26, markeredgewidth=2)
            box = {"facecolor": "w", "linewidth": 0, "pad": 1}
            self.labels = [ax.text(0, 0, letter, size=11, weight="bold", clip_on=True, bbox=box)
                           for letter in 2 * letters]
            ax.set(xlim=ax.get_xlim(), ylim=ax.get_ylim())
        return ax, [self.outline, self.fitted, *self.labels]

    @property
    def src(self):
        """Points (count, 2) in the first photograph."""
        return self.pad.points[: len(self.labels) // 2]

    @property
    def dst(self):
        """Points (count, 2) in the second photograph."""
        return self.pad.points[len(self.labels) // 2 :] - self.shift

    def _show(self):
        for label, point in zip(self.labels, self.pad.points):
            label.set_position(point + np.array([22, -22]))
        try:
            H = geometry.fit_homography(self.src, self.dst)
            outline, fitted = geometry.apply(H, self.frame), geometry.apply(H, self.src)
            words = self._words(H, fitted)
        except ValueError as error:
            outline, fitted, words = np.full((5, 2), np.nan), np.full((1, 2), np.nan), str(error)
        self.outline.set_data(*(outline + self.shift).T)
        self.fitted.set_data(*(fitted + self.shift).T)
        return f"{len(self.src)} pairs: {words}."

    def _words(self, H, fitted):
        off = np.hypot(*(fitted - self.dst).T)
        worst = _LETTERS[int(off.argmax())]
        words = (f"the fit (crosses, and the first picture's frame in green) misses {worst} most, "
                 f"by {off.max():.1f} px, and all by {off.mean():.1f} px in the mean")
        if self.truth is None:
            return words
        error = geometry.transfer_error(H, self.grid, geometry.apply(self.truth, self.grid))
        return f"{words}.\nAgainst the truth, H is off by {error.mean():.2f} px in the mean"


def _spread(pair, count):
    """Right pairs (count, 2), (count, 2) that lie far from each other in the first picture."""
    src, dst = datasets.load_matches(pair)
    _, right = geometry.fit_robust(src, dst, threshold=1.5)
    src, dst = src[right], dst[right]
    chosen = [int(np.hypot(*(src - src.mean(axis=0)).T).argmax())]
    while len(chosen) < count:
        apart = np.hypot(*(src[:, None] - src[chosen]).transpose(2, 0, 1)).min(axis=1)
        chosen.append(int(apart.argmax()))
    return src[chosen], dst[chosen]
