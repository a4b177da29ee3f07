"""Whom pairs agree with: candidates scored, improved and chosen.

All is judged beside *swapped* pairs: the source of one with the target of another. A map that
sends all to where many targets crowd agrees with many pairs, and with as many swapped ones; it
has found nothing. Points are (N, 2), each (x, y), in pixels, y down; see `mlp_lib.geometry`.
"""

import numpy as np

from mlp_lib.geometry import samples
from mlp_lib.geometry.fits import dlt_matrix
from mlp_lib.geometry.transforms import normalised, undo

SWAPPED = 10_000        # swapped pairs by which chance is measured
AT_ONCE = 100           # of them, in a score: enough to see a map that they agree with, too
WIDTHS = ((1, 1, 1, 1), (2, 1.5, 1, 1))     # two ways to improve: thresholds of the fits
NEAR = 0.07             # scores are near that differ by no more than this share


class Consensus:
    """Pairs, a threshold, and swapped pairs to compare with.

    Parameters
    ----------
    src, dst : (N, 2) ndarray
        Pairs of points.
    threshold : float
        Least transfer error that is no agreement.
    rng : numpy.random.Generator
        Draws the swapped pairs.
    """

    def __init__(self, src, dst, threshold, rng):
        self.src, self.dst, self.threshold = src, dst, threshold
        self.swapped = samples.draw(rng, len(src), 2, SWAPPED if len(src) > 1 else 0)

    def judged(self, Hs):
        """Of each candidate: how many pairs agree, how closely, and which.

        Returns
        -------
        scores : (2, K) ndarray
            Sums over the pairs of ``1 - (e / threshold)^2`` and of ``(1 - e / threshold)^2``,
            each less that of as many swapped pairs. The first tells how many agree, the second
            is for the closest.
        agreeing : (K, N) ndarray of bool
        """
        errors, some = self.errors(Hs, self.src, self.dst), self.swapped[:AT_ONCE]
        by_chance = _sums(self.errors(Hs, self.src[some[:, 0]], self.dst[some[:, 1]]))
        share = len(self.src) / max(1, len(some))
        return _sums(errors) - share * by_chance, errors < 1

    def best(self, Hs, count):
        """Indices of candidates: the best few by each score; of equal sets of pairs only one.

        The first is the best by the first score.
        """
        scores, agreeing = self.judged(Hs)
        different = np.array(list({pairs.tobytes(): k for k, pairs in enumerate(agreeing)}
                                  .values()), int)
        ranks = different[np.argsort(-scores[:, different], axis=1, kind="stable")]
        return list(dict.fromkeys(ranks[:, :count].ravel().tolist()))

    def improved(self, Hs):
        """Homographies fitted again, all at once, to the pairs near each, in two ways."""
        (T_src, p), (T_dst, q) = normalised(self.src, "src"), normalised(self.dst, "dst")
        A = dlt_matrix(p, q).reshape(-1, 2, 9)
        products = (A.transpose(0, 2, 1) @ A).reshape(-1, 81)
        found = []
        for widths in WIDTHS:
            better = T_dst @ Hs @ undo(T_src)
            for width in widths:
                threshold = width * self.threshold * T_dst[0, 0]
                weights = _closeness(relative_errors(better, p, q, threshold))
                _, vectors = np.linalg.eigh((weights @ products).reshape(-1, 9, 9))
                better = vectors[:, :, 0].reshape(-1, 3, 3)
            found.append(undo(T_dst) @ better @ T_src)
        return np.concatenate(found)

    def settled(self, H, fit):
        """``H`` fitted to the pairs that agree with it until they stay the same; and those."""
        inliers = self.agreeing(H)
        for _ in range(10):
            try:
                H = fit(self.src[inliers], self.dst[inliers])
            except ValueError:                       # too few, or degenerate: keep the last
                break
            before, inliers = inliers, self.agreeing(H)
            if (before == inliers).all():
                break
        return H, inliers

    def chosen(self, Hs):
        """The candidate with the best score; of those near it, the closest."""
        (many, close), _ = self.judged(Hs)
        near = many >= many.max() - NEAR * abs(many.max())
        return Hs[np.where(near, close, -np.inf).argmax()]

    def agreeing(self, H):
        """Which pairs agree with one transformation: (N,)."""
        return self.errors(H[None], self.src, self.dst)[0] < 1

    def errors(self, Hs, src, dst):
        """As `relative_errors`, by the threshold of these pairs."""
        return relative_errors(Hs, src, dst, self.threshold)


def relative_errors(Hs, src, dst, threshold):
    """Transfer errors of all pairs by all candidates, in thresholds: (K, N), inf or nan, too."""
    mapped = Hs.reshape(-1, 3) @ np.c_[src, np.ones(len(src))].T
    mapped = mapped.reshape(len(Hs), 3, len(src))
    u, v, w = mapped.transpose(1, 0, 2)
    with np.errstate(all="ignore"):
        for part, wanted in zip((u, v), dst.T):
            part /= w
            part -= wanted
            part *= part
        u += v
        np.sqrt(u, out=u)
        u /= threshold
    return u


def _closeness(errors):
    """1 for a pair that fits exactly, falling to 0 at the threshold; 0 beyond, and for nan."""
    return np.fmax(1 - errors, 0)


def _sums(errors):
    """Both scores of each candidate."""
    closeness = _closeness(errors)
    squares = np.einsum("ij,ij->i", closeness, closeness)
    return np.array([2 * closeness.sum(axis=1) - squares, squares])       # 1 - e^2 = 2 c - c^2
