"""RANSAC on the pairs of the wall, by threshold and number of trials (chapter 09)."""

import numpy as np
from matplotlib.collections import LineCollection

from mlp_lib import datasets, geometry
from mlp_lib.demos.parts.controls import button, scale
from mlp_lib.demos.parts.live_figure import LEAST, new_figure, style
from mlp_lib.demos.parts.photographs import PhotographDemo, frame, grid, pale_pair
from mlp_lib.plotting import CYCLE

THRESHOLDS = (0.3, 0.5, 1, 2, 3, 5, 10, 30, 100)
TRIALS = (1, 3, 10, 30, 100, 300, 1000)


def ransac(*, threshold=3, trials=300):
    """Demo: a robust fit to the pairs of the wall, by threshold and number of trials.

    Every third pair is drawn, blue if it agrees. The green outline is where ``H`` sees the
    first picture's frame in the second one, the dotted one where the truth sees it.

    Parameters
    ----------
    threshold : float
        In pixels, at first; one of `THRESHOLDS`.
    trials : int
        The most samples that are drawn, at first; one of `TRIALS`.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: completes seed 003, image stitching (S3-HG-STITCH).
    """
    return Ransac({"threshold": scale("threshold", THRESHOLDS, value=threshold, hint="In pixels"),
                   "trials": scale("trials", TRIALS, value=trials)})


class Ransac(PhotographDemo):
    """See `ransac`."""

    TASKS = (
        "What goes wrong with a threshold of 30 pixels? And with one of 0.3? Say it, then look.",
        "Take 3 trials, and draw again a few times. How often is the map found?",
    )

    def __init__(self, controls):
        self.src, self.dst = datasets.load_matches("graf")
        self.truth, self.seed = datasets.load_ground_truth(), 0
        self.right = geometry.transfer_error(self.truth, self.src, self.dst) < 3
        self.grid, self.frame = grid(800, 640), frame(800, 640)
        figure, moving = self._figure()
        again = button("Draw again", self.renew, hint="Other random samples")
        super().__init__(figure, moving, self._show, controls, name="RANSAC", buttons=[again])

    def renew(self):
        """Other random samples."""
        self.seed += 1
        self.refresh()

    def _figure(self):
        figure = new_figure(800, 405)
        with style():
            ax = figure.subplots()
            self.shift = pale_pair(ax, "graf1", "graf3")
            self.lines = [ax.add_collection(LineCollection([], colors=colour, linewidths=0.6),
                                            autolim=False) for colour in (CYCLE[1], CYCLE[0])]
            ax.axis("off")
            self.outline, = ax.plot([], [], color=CYCLE[2], linewidth=3)
            true, = ax.plot(*(geometry.apply(self.truth, self.frame) + self.shift).T, ":",
                            color=CYCLE[3], linewidth=3)
            self._parts = {"a pair that agrees": self.lines[1], "one that does not": self.lines[0],
                           "frame by H": self.outline, "by the truth": true}
            self.legend = self._legend(figure, 4)
        return figure, [*self.lines, self.outline, true]

    def _legend(self, figure, columns):
        legend = figure.legend(self._parts.values(), self._parts, loc="outside upper center",
                               ncols=columns, frameon=False, fontsize=LEAST, borderpad=0)
        for line in legend.legend_handles:
            line.set_linewidth(3)
        return legend

    def arrange(self, width, height):
        """The names of the colours in one line, or in two where the picture is narrow."""
        self.legend.remove()
        self.legend = self._legend(self.live.figure, 4 if width > 660 else 2)

    def _show(self, threshold, trials):
        try:
            H, agree = geometry.fit_robust(self.src, self.dst, threshold=threshold,
                                           max_trials=int(trials), rng=self.seed)
            outline, words = geometry.apply(H, self.frame), self._words(H, agree)
        except ValueError as failure:
            agree, outline = np.zeros(len(self.src), bool), np.full((5, 2), np.nan)
            words = f"no homography; {failure}."
        pairs = np.stack([self.src, self.dst + self.shift], axis=1)
        for lines, chosen in zip(self.lines, (~agree, agree)):
            lines.set_segments(pairs[::3][chosen[::3]])
        self.outline.set_data(*(outline + self.shift).T)
        return (f"Threshold {threshold:g} px, up to {trials:g} trials, draw {self.seed + 1}: "
                f"{words}")

    def _words(self, H, agree):
        error = geometry.transfer_error(H, self.grid, geometry.apply(self.truth, self.grid))
        return (f"{agree.sum()} of {len(agree)} pairs agree, {(agree & self.right).sum()} of "
                f"them are right.\nAgainst the truth, H is off by {error.mean():.2f} px "
                "in the mean.")
