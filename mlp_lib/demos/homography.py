"""Demos of chapter 09: the ladder, four corners, RANSAC, pairs by hand, blend and seam.

Points are (x, y), in pixels, y down; see `mlp_lib.geometry`.
"""

import itertools

import numpy as np
from matplotlib.collections import LineCollection

from mlp_lib import datasets, geometry, plotting
from mlp_lib.demos.drag_points import DragDemo, DragPoints
from mlp_lib.demos.live_figure import Demo, button, choice, new_figure, scale, slider, style
from mlp_lib.demos.tables import signed
from mlp_lib.plotting import CYCLE

THRESHOLDS = (0.3, 0.5, 1, 2, 3, 5, 10, 30, 100)
TRIALS = (1, 3, 10, 30, 100, 300, 1000)
BLENDS = ("band", "feather", "average")
_PAIRS = {"graf": ("graf1", "graf3"), "leuven": ("leuvenA", "leuvenB")}
_SQUARE = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])


class _SmallStill(Demo):
    """A demo with photographs, whose still picture has fewer dots and colours."""

    def still(self):
        """The picture as it is, with the caption as its text: an IPython ``Image``."""
        alt = f"Demo: {self.caption.name}. {self.caption.text}"
        return plotting.described(self.live.figure, alt, dpi=72, colours=64)


# -- the ladder ------------------------------------------------------------------------------


def ladder():
    """Demo: a square grid under a transformation with a slider for each degree of freedom.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 003, table of transformations (S3-GEO-L, S3-GEO-T1 to S3-GEO-T5).
    """
    return Ladder({
        "x": slider("shift x", -1, 1, value=0, step=0.05),
        "y": slider("shift y", -1, 1, value=0, step=0.05),
        "angle": slider("angle", -90, 90, value=0, step=1, form="d",
                        hint="In degrees, clockwise"),
        "size": slider("scale", 0.4, 1.6, value=1, step=0.02),
        "stretch": slider("stretch", 0.4, 1.6, value=1, step=0.02, hint="Of x against y"),
        "shear": slider("shear", -1, 1, value=0, step=0.05),
        "px": slider("tilt x", -0.4, 0.4, value=0, step=0.02, hint="Entry h31"),
        "py": slider("tilt y", -0.4, 0.4, value=0, step=0.02, hint="Entry h32"),
    })


class Ladder(Demo):
    """See `ladder`."""

    def __init__(self, controls):
        figure = new_figure(560, 400)
        along = np.linspace(-1, 1, 2)
        self.lines = np.array([[(t, s) for s in along] for t in np.linspace(-1, 1, 7)]
                              + [[(s, t) for s in along] for t in np.linspace(-1, 1, 7)])
        with style():
            ax = figure.subplots()
            ax.set(xlim=(-3.5, 3.5), ylim=(2.5, -2.5), aspect="equal", xlabel="$x$",
                   ylabel="$y$, down")
            ax.add_collection(LineCollection(self.lines, colors="0.8", linewidths=1))
            self.grid = ax.add_collection(LineCollection([], colors=CYCLE[0], linewidths=1.5),
                                          autolim=False)
            self.corner, = ax.plot([], [], "o", color=CYCLE[1])
        super().__init__(figure, [self.grid, self.corner], self._show, controls,
                         name="Ladder of transformations")

    @staticmethod
    def matrix(x, y, angle, size, stretch, shear, px, py):
        """The transformation (3, 3) of these eight numbers; the angle is in degrees."""
        c, s = size * np.cos(np.radians(angle)), size * np.sin(np.radians(angle))
        affine = np.array([[stretch, shear, 0], [0, 1, 0], [0, 0, 1]])
        return geometry.compose([[c, -s, x], [s, c, y], [0, 0, 1]], affine,
                                [[1, 0, 0], [0, 1, 0], [px, py, 1]])

    def _show(self, **p):
        H = self.matrix(**p)
        self.grid.set_segments(geometry.apply(H, self.lines.reshape(-1, 2)).reshape(-1, 2, 2))
        corners = geometry.apply(H, _SQUARE)
        self.corner.set_data(*corners[:1].T)
        sides = np.roll(corners, -1, axis=0) - corners
        lengths = np.hypot(*sides.T) / 2
        turns = np.degrees(np.arctan2(sides[:, 1], sides[:, 0]))
        angles = 180 - np.mod(np.roll(turns, -1) - turns, 360)
        apart = np.abs(np.mod(turns[2:] - turns[:2], 360) - 180).max()
        return (f"{_kind(p)}\nSides are multiplied by {lengths.min():.2f} to {lengths.max():.2f}; "
                f"right angles become {angles.min():.0f}° to {angles.max():.0f}°; opposite sides "
                f"are {apart:.0f}° from parallel. Lines stay lines.")


def _kind(p):
    """The lowest class of the ladder that holds these parameters, in words."""
    if p["px"] or p["py"]:
        return "Projective, 8 degrees of freedom."
    if p["stretch"] != 1 or p["shear"]:
        return "Affine, 6 degrees of freedom."
    if p["size"] != 1:
        return "Similarity, 4 degrees of freedom."
    if p["angle"]:
        return "Rigid, 3 degrees of freedom."
    return "Translation, 2 degrees of freedom."


# -- four corners ----------------------------------------------------------------------------


def four_corners(photograph=None):
    """Demo: a photograph between four corners that are dragged.

    Parameters
    ----------
    photograph : (h, w) or (h, w, 3) array_like of float in [0, 1], optional
        By default the wall with graffiti; of a large one fewer pixels are taken.

    Returns
    -------
    DragDemo
        Shown when it is the last line of a cell.

    Notes
    -----
    Source: seed 003, estimating a homography (S3-HG-SVD, S3-GEO-T5).
    """
    photograph = datasets.load_photograph("graf1") if photograph is None else photograph
    return FourCorners(_fewer_pixels(photograph, 400))


class FourCorners(DragDemo, _SmallStill):
    """See `four_corners`."""

    def __init__(self, photograph):
        self.photograph = photograph
        (h, w), margin = photograph.shape[:2], 60
        self.shape = h + 2 * margin, w + 2 * margin
        self.frame = np.array([[0, 0], [w - 1, 0], [w - 1, h - 1], [0, h - 1]], float)
        figure = new_figure(600, 480)
        with style():
            ax = figure.subplots()
            ax.set(xlabel="$x$ in pixels", ylabel="$y$ in pixels, down")
            blank = np.ones((*self.shape, 3), np.float32)
            self.picture = ax.imshow(blank, cmap="gray", vmin=0, vmax=1)
        start = self.frame + margin + [[0, 0], [0, 40], [0, -40], [0, 0]]
        names = ["top left", "top right", "bottom right", "bottom left"]
        super().__init__(
            DragPoints(ax, start, names=names, lines=[(0, 1), (1, 2), (2, 3), (3, 0)]),
            [self.picture], self._show, name="Four corners")

    def _show(self):
        corners = self.pad.points
        turns = _turns(corners)
        extent = max(np.ptp(corners, axis=0).max(), 1.0)
        if not (turns > 1e-3 * extent**2).all():
            self.picture.set_data(np.ones((*self.shape, 3), np.float32))
            at = self.pad.names[int(turns.argmin())]
            return (f"No camera sees this: the corner {at} is on or beyond the line through its "
                    "2 neighbours.")
        H = geometry.fit_homography(self.frame, corners)
        self.picture.set_data(geometry.warp(self.photograph, H, self.shape, fill=1))
        w = np.c_[self.frame, np.ones(4)] @ H[2]
        growth = np.linalg.det(H) / w**3     # of a small area, at each corner
        kind = "affine" if np.abs(w - 1).max() < 1e-3 else "projective"
        tilt = (H[2, :2] * 1e3).round(3)
        return (f"1000 h₃₁ = {signed(tilt[0], '.3f')}, 1000 h₃₂ = {signed(tilt[1], '.3f')} per "
                f"pixel: {kind}.\n"
                f"Areas grow {growth.max():.2f} times at one corner and {growth.min():.2f} "
                "times at another.")


def _turns(corners):
    """Twice the area of the triangle at each corner (4,); all positive if convex and unflipped."""
    before, after = corners - np.roll(corners, 1, axis=0), np.roll(corners, -1, axis=0) - corners
    return before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]


def _fewer_pixels(picture, most):
    """Every k-th pixel of a picture, so that no side has more than ``most``."""
    picture = np.asarray(picture, np.float32)
    step = -(-max(picture.shape[:2]) // most)
    return picture[::step, ::step]


# -- RANSAC ----------------------------------------------------------------------------------


def ransac(*, threshold=3, trials=300):
    """Demo: a robust fit to the pairs of the wall, by threshold and number of trials.

    Every third pair is drawn, blue if it agrees. The black outline is where ``H`` sees the
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


class Ransac(_SmallStill):
    """See `ransac`."""

    def __init__(self, controls):
        self.src, self.dst = datasets.load_matches("graf")
        self.truth, self.seed = datasets.load_ground_truth(), 0
        self.right = geometry.transfer_error(self.truth, self.src, self.dst) < 3
        self.grid, self.frame = _grid_and_frame(800, 640)
        figure = new_figure(800, 380)
        with style():
            ax = figure.subplots()
            self.shift = _pale_pair(ax, "graf1", "graf3")
            self.lines = [ax.add_collection(LineCollection([], colors=colour, linewidths=0.6),
                                            autolim=False) for colour in (CYCLE[1], CYCLE[0])]
            ax.axis("off")
            self.outline, = ax.plot([], [], color="k", linewidth=2.5)
            true, = ax.plot(*(geometry.apply(self.truth, self.frame) + self.shift).T, ":",
                            color=CYCLE[4], linewidth=2.5)
        again = button("Draw again", self.renew, hint="Other random samples")
        super().__init__(figure, [*self.lines, self.outline, true], self._show, controls,
                         name="RANSAC", buttons=[again])

    def renew(self):
        """Other random samples."""
        self.seed += 1
        self.refresh()

    def _show(self, threshold, trials):
        settings = f"Threshold {threshold:g} px, up to {trials:g} trials, draw {self.seed + 1}"
        pairs = np.stack([self.src, self.dst + self.shift], axis=1)
        try:
            H, agree = geometry.fit_robust(self.src, self.dst, threshold=threshold,
                                           max_trials=int(trials), rng=self.seed)
            outline = geometry.apply(H, self.frame)
            error = geometry.transfer_error(H, self.grid, geometry.apply(self.truth, self.grid))
        except ValueError as failure:
            agree, outline = np.zeros(len(self.src), bool), np.full((5, 2), np.nan)
            words = f"no homography; {failure}."
        else:
            words = (f"{agree.sum()} of {len(agree)} pairs agree, {(agree & self.right).sum()} of "
                     f"them are right.\nAgainst the truth, H is off by {error.mean():.2f} px "
                     "in the mean.")
        for lines, chosen in zip(self.lines, (~agree, agree)):
            lines.set_segments(pairs[::3][chosen[::3]])
        self.outline.set_data(*(outline + self.shift).T)
        return f"{settings}: {words}"


def _grid_and_frame(w, h):
    """Points (400, 2) over a picture, and its frame as a closed polygon (5, 2)."""
    grid = np.stack(np.meshgrid(np.linspace(0, w - 1, 20), np.linspace(0, h - 1, 20)), axis=-1)
    corners = itertools.product((0, h - 1), (0, w - 1))
    frame = np.array([(x, y) for y, x in corners], float)[[0, 1, 3, 2, 0]]
    return grid.reshape(-1, 2), frame


def _pale_pair(ax, first, second, grey=True):
    """Two photographs side by side, pale and without ticks; the second one's shift (2,)."""
    pictures = (datasets.load_photograph(name) for name in (first, second))
    sheet, shift = plotting.side_by_side(*pictures)
    sheet = sheet.mean(axis=2) if grey else sheet
    ax.imshow(0.45 + 0.55 * sheet, cmap="gray", vmin=0, vmax=1)
    ax.set(xticks=[], yticks=[])
    return shift


# -- blend and seam --------------------------------------------------------------------------


def blend_and_seam(*, width=40):
    """Demo: two photographs of a street in one, by the width of the change between them.

    Parameters
    ----------
    width : float
        In pixels, at first, from 0 to 200: how far the change across the seam reaches.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Notes
    -----
    Every second pixel is taken. Source: seed 003, image stitching (S3-HG-STITCH).
    """
    return BlendAndSeam({
        "blend": choice("blend", BLENDS, value="band"),
        "width": slider("width of the band", 0, 200, value=width, step=5, form="d",
                        hint="In pixels; 0 is a hard cut"),
        "row": slider("row", 60, 270, value=100, step=1, form="d",
                      hint="Along which brightness is drawn"),
    })


class BlendAndSeam(_SmallStill):
    """See `blend_and_seam`."""

    def __init__(self, controls):
        self.first, self.second = (datasets.load_photograph(name)[::2, ::2]
                                   for name in ("leuvenA", "leuvenB"))
        H, _ = geometry.fit_robust(*datasets.load_matches("leuven"))
        half = np.diag([0.5, 0.5, 1])
        self.H = geometry.compose(half, H, geometry.inverse(half))
        cut = geometry.stitch(self.first, self.second, self.H, blend=0)
        feathered = geometry.stitch(self.first, self.second, self.H).share
        overlap = (feathered[:, 1:] > 0) & (feathered[:, 1:] < 1)
        self.seam = overlap & (np.abs(np.diff(cut.share, axis=1)) > 0.5)
        w = feathered.shape[1]
        figure = new_figure(800, 480)
        with style():
            figure.set_layout_engine("none")  # so that the columns of both stand in line
            picture = figure.add_axes((0.12, 0.34, 0.65, 0.64))
            profile = figure.add_axes((0.12, 0.11, 0.65, 0.2))
            picture.axis("off")
            self.picture = picture.imshow(cut.image, aspect="auto")
            self.row, = picture.plot([], [], "--", color=CYCLE[4], linewidth=1.5)
            profile.set(xlim=(0, w), ylim=(-0.03, 1.03), xlabel="column", ylabel="in the row")
            self.light, = profile.plot([], [], color=CYCLE[0], linewidth=1, label="brightness")
            self.share, = profile.plot([], [], color=CYCLE[1], label="share of the first")
            profile.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
        super().__init__(figure, [self.picture, self.row, self.light, self.share], self._show,
                         controls, name="Blend and seam")

    def _show(self, blend, width, row):
        how, row = float(width) if blend == "band" else blend, int(row)
        image, _, share = geometry.stitch(self.first, self.second, self.H, blend=how)
        light, columns = image.mean(axis=2), np.arange(image.shape[1])
        self.picture.set_data(image.clip(0, 1))
        self.row.set_data([0, len(columns)], [row, row])
        self.light.set_data(columns, light[row])
        self.share.set_data(columns, share[row])
        jump = 255 * np.abs(np.diff(light, axis=1))[self.seam].mean()
        mixed = np.mean((share > 0.02) & (share < 0.98))
        named = f"Band of {width:g} pixels" if blend == "band" else blend.capitalize()
        return (f"{named}: along the seam the mean jump from pixel to pixel is {jump:.1f} grey "
                f"levels.\n{mixed:.0%} of all pixels are mixed from both pictures; there, what "
                "the homography does not map rightly is seen double.")


# -- pairs by hand ---------------------------------------------------------------------------


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


class PickMatches(DragDemo, _SmallStill):
    """See `pick_matches`."""

    def __init__(self, pair, count, rng):
        figure = new_figure(800, 345)
        with style():
            ax = figure.subplots()
            self.shift = _pale_pair(ax, *_PAIRS[pair], grey=False)
            ax.axis("off")
            self.grid, self.frame = _grid_and_frame(*datasets.load_photograph(_PAIRS[pair][0])
                                                    .shape[1::-1])
            self.outline, = ax.plot([], [], color="k", linewidth=2)
            self.fitted, = ax.plot([], [], "+", color=CYCLE[0], markersize=26, markeredgewidth=2)
            box = {"facecolor": "w", "linewidth": 0, "pad": 1}
            self.labels = [ax.text(0, 0, letter, size=11, weight="bold", clip_on=True, bbox=box)
                           for letter in 2 * "ABCDEFGH"[:count]]
            ax.set(xlim=ax.get_xlim(), ylim=ax.get_ylim())
        self.truth = datasets.load_ground_truth() if pair == "graf" else None
        src, dst = _spread(pair, count)
        dst = dst + rng.uniform(-9, 9, dst.shape)
        names = [f"{letter} in the {which} picture" for which in ("first", "second")
                 for letter in "ABCDEFGH"[:count]]
        super().__init__(
            DragPoints(ax, np.vstack([src, dst + self.shift]), names=names),
            [self.outline, self.fitted, *self.labels], self._show, name="Pairs by hand")

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
        worst = "ABCDEFGH"[int(off.argmax())]
        words = (f"the fit, drawn as crosses, misses {worst} most, by {off.max():.1f} px, and all "
                 f"by {off.mean():.1f} px in the mean")
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
