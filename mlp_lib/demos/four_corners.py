"""A photograph between four corners that are dragged, and its homography (chapter 09)."""

import numpy as np

from mlp_lib import datasets, geometry
from mlp_lib.demos.parts.drag_points import DragDemo, DragPoints
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.photographs import PhotographDemo, corners
from mlp_lib.demos.parts.tables import signed
from mlp_lib.geometry import as_picture

_MARGIN = 60  # pixels around the photograph, into which a corner can be dragged


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

    Raises
    ------
    ValueError
        If ``photograph`` is no picture.

    Notes
    -----
    Source: seed 003, estimating a homography (S3-HG-SVD, S3-GEO-T5).
    """
    photograph = datasets.load_photograph("graf1") if photograph is None else photograph
    return FourCorners(_fewer_pixels(as_picture(np.asarray(photograph, np.float32)), 400))


class FourCorners(DragDemo, PhotographDemo):
    """See `four_corners`."""

    TASKS = (
        "Move one corner close to the line through two others. What does the middle of the "
        "picture do?",
        "Make a parallelogram. What becomes of h₃₁ and h₃₂?",
    )

    def __init__(self, photograph):
        h, w = photograph.shape[:2]
        grey = photograph[..., None] if photograph.ndim == 2 else photograph
        self.photograph = np.ones((h, w, 4), np.float32)  # opaque; beside it nothing is drawn
        self.photograph[..., :3] = grey
        self.shape, self.frame = (h + 2 * _MARGIN, w + 2 * _MARGIN), corners(w, h)
        figure = new_figure(600, 480)
        with style():
            ax = figure.subplots()
            ax.set(xlabel="$x$ in pixels", ylabel="$y$ in pixels, down")
            self.picture = ax.imshow(self._blank())
        start = self.frame + _MARGIN + [[0, 0], [0, 40], [0, -40], [0, 0]]
        pad = DragPoints(ax, start, lines=[(0, 1), (1, 2), (2, 3), (3, 0)],
                         names=["top left", "top right", "bottom right", "bottom left"])
        super().__init__(pad, [self.picture], self._show, name="Four corners")

    def _blank(self):
        return np.zeros((*self.shape, 4), np.float32)

    def _show(self):
        points = self.pad.points
        turns = _turns(points)
        extent = max(np.ptp(points, axis=0).max(), 1.0)
        if not (turns > 1e-3 * extent**2).all():
            self.picture.set_data(self._blank())
            at = self.pad.names[int(turns.argmin())]
            return (f"No camera sees this: the corner {at} is on or beyond the line through its "
                    "2 neighbours.")
        H = geometry.fit_homography(self.frame, points)
        self.picture.set_data(geometry.warp(self.photograph, H, self.shape))
        return self._words(H)

    def _words(self, H):
        w = np.c_[self.frame, np.ones(4)] @ H[2]
        growth = np.linalg.det(H) / w**3     # of a small area, at each corner
        kind = "affine" if np.abs(w - 1).max() < 1e-3 else "projective"
        tilt = (H[2, :2] * 1e3).round(3)
        return (f"1000 h₃₁ = {signed(tilt[0], '.3f')}, 1000 h₃₂ = {signed(tilt[1], '.3f')} per "
                f"pixel: {kind}.\n"
                f"Areas grow {growth.max():.2f} times at one corner and {growth.min():.2f} "
                "times at another.")


def _turns(points):
    """Twice the area of the triangle at each corner (4,); all positive if convex and unflipped."""
    before, after = points - np.roll(points, 1, axis=0), np.roll(points, -1, axis=0) - points
    return before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]


def _fewer_pixels(picture, most):
    """Every k-th pixel of a picture, so that no side has more than ``most``."""
    step = -(-max(picture.shape[:2]) // most)
    return picture[::step, ::step]
