"""Two photographs stitched into one: ways to blend them, and the seam (chapter 09)."""

import numpy as np

from mlp_lib import datasets, geometry
from mlp_lib.demos.parts.controls import choice, slider
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.photographs import PhotographDemo
from mlp_lib.plotting import CYCLE

BLENDS = ("band", "feather", "average")


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


class BlendAndSeam(PhotographDemo):
    """See `blend_and_seam`."""

    TASKS = (
        "Where will you see double in the average? Say it, then choose it.",
        "Take a band of width 0. What is left to see at the seam, and where?",
        "Find the narrowest band at which the seam is gone.",
    )

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
        figure, moving = self._figure(cut.image)
        super().__init__(figure, moving, self._show, controls, name="Blend and seam")

    def _figure(self, image):
        """The stitched ``image``, and below it what it is like along a row."""
        figure = new_figure(800, 480)
        with style():
            figure.set_layout_engine("none")  # so that the columns of both stand in line
            picture, profile = (figure.add_axes((0, 0, 1, 1)) for _ in "12")
            picture.axis("off")
            self.picture = picture.imshow(image, aspect="auto")
            self.row, = picture.plot([], [], "--", color=CYCLE[4], linewidth=1.5)
            profile.set(xlim=(0, image.shape[1]), ylim=(-0.03, 1.03), xlabel="column",
                        ylabel="in the row")
            self.light, = profile.plot([], [], color=CYCLE[0], linewidth=1, label="brightness")
            self.share, = profile.plot([], [], color=CYCLE[1], label="share of the first")
            profile.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1), ncols=2,
                           borderaxespad=0, handlelength=0.8, columnspacing=0.8)
            self.parts = picture, profile
            self._stand(800, 480)
        return figure, [self.picture, self.row, self.light, self.share]

    def arrange(self, width, height):
        """The picture, and below it in line the profile, with room for its letters."""
        self._stand(width, height)

    def _stand(self, width, height):
        left, breadth = 60 / width, 1 - 70 / width
        low, flat = 45 / height, max(0.17, 60 / height)
        self.parts[1].set_position((left, low, breadth, flat))
        top = low + flat + 25 / height
        self.parts[0].set_position((left, top, breadth, 1 - top - 4 / height))

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
