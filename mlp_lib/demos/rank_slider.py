"""A photograph from its first singular values (chapter 08)."""

import numpy as np

from mlp_lib import datasets, linear_algebra
from mlp_lib.demos.parts.controls import scale
from mlp_lib.demos.parts.demo import Demo
from mlp_lib.demos.parts.live_figure import new_figure, style
from mlp_lib.demos.parts.tables import brief
from mlp_lib.plotting import CYCLE

RANKS = (*range(1, 11), 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 130, 160, 200, 250, 300, 400, 500)


def rank_slider(photograph=None, *, rank=20):
    """Demo: a photograph from its first singular values, with bytes and error.

    Parameters
    ----------
    photograph : (h, w) or (h, w, 3) array_like of float, optional
        Grey levels or colours in [0, 1]; of colours the mean is taken. By default a street.
    rank : int
        At first; from 1 to ``min(h, w)``.

    Returns
    -------
    Demo
        Shown when it is the last line of a cell.

    Raises
    ------
    ValueError
        If ``photograph`` is no picture, or black all over, or ``rank`` is out of range.

    Notes
    -----
    The parts are kept in float16, 2 bytes a number, and the picture shown is made of them;
    the original has 1 byte a pixel. Source: seed 003 SVD (S3-SVD-D, S3-SVD-P6).
    """
    photograph = datasets.load_photograph("leuvenA") if photograph is None else photograph
    grey = np.asarray(photograph, dtype=np.float32)
    grey = linear_algebra.as_matrix(grey.mean(axis=2) if grey.ndim == 3 else grey, "photograph")
    if rank not in range(1, min(grey.shape) + 1):
        raise ValueError(f"need a rank in 1..{min(grey.shape)}; got {rank}")
    if not grey.any():
        raise ValueError("need a photograph with light in it; got zeros alone")
    return RankSlider(grey, rank)


class RankSlider(Demo):
    """See `rank_slider`."""

    TASKS = (
        "Find the smallest rank at which you would not notice that anything is missing.",
        "From which rank on do the parts take more bytes than the photograph?",
    )

    FINEST = 1.0  # a photograph shows no more with finer dots

    def __init__(self, grey, rank):
        self.grey = grey
        U, self.s, Vt = np.linalg.svd(grey, full_matrices=False)
        root = np.sqrt(self.s)  # shared between both sides, so that float16 holds them
        self.left, self.right = (_halved(part) for part in (U * root, root[:, None] * Vt))
        offered = sorted({*(k for k in RANKS if k < len(self.s)), rank, len(self.s)})
        figure, moving = self._figure()
        super().__init__(figure, moving, self._show, {"k": scale("rank k", offered, value=rank)},
                         name="Photograph by rank")

    def _figure(self):
        left_over = np.append(np.cumsum(self.s[::-1] ** 2)[::-1][1:], 0)
        errors = np.sqrt(left_over / np.sum(self.s**2))
        figure = new_figure(800, 335)
        with style():
            picture, graph = figure.subplots(1, 2, width_ratios=(1.6, 1))
            picture.set(xticks=[], yticks=[])
            self.picture = picture.imshow(self.grey, cmap="gray", vmin=0, vmax=1)
            graph.plot(np.arange(1, len(self.s) + 1), errors, color=CYCLE[0])
            graph.set(xlabel="rank $k$", ylabel="error, as a share", ylim=(0, 1.1 * errors[0]),
                      xscale="log", xticks=[1, 10, 100], xticklabels=["1", "10", "100"])
            graph.grid(alpha=0.3)
            self.now, = graph.plot([], [], "o", color=CYCLE[1], markersize=9)
        return figure, [self.picture, self.now]

    def _show(self, k):
        h, w = self.grey.shape
        shown = self.left[:, :k] @ self.right[:k]
        error = float(np.linalg.norm(self.grey - shown) / np.linalg.norm(self.grey))
        self.picture.set_data(shown)
        self.now.set_data([k], [error])
        size, whole = 2 * k * (h + w), h * w
        return (f"Rank {k} of {len(self.s)}: {size:,} bytes, {size / whole:.1%} of the "
                f"{whole:,} of the original.\nError {error:.2%} of the picture's norm; the first "
                f"singular value left out is {brief([*self.s, 0][k])}, the largest is "
                f"{brief(self.s[0])}.")


def _halved(part):
    return part.astype(np.float16).astype(np.float32)
