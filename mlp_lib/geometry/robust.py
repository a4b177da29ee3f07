"""Fits in spite of false matches: RANSAC.

Points are (N, 2), each (x, y), in pixels, y down; see `mlp_lib.geometry`.
"""

import math
import operator

import numpy as np

from mlp_lib.geometry import samples
from mlp_lib.geometry.fits import (
    dlt_matrix,
    fit_affine,
    fit_homography,
    fit_rigid,
    fit_similarity,
    fit_translation,
)
from mlp_lib.geometry.points import as_pairs
from mlp_lib.geometry.refinement import refine_homography
from mlp_lib.geometry.transforms import normalised, scaled, undo

BATCH = 100     # samples drawn and scored together: fewer calls of numpy, each for more numbers
SCORED = 10**6  # pairs times samples in a batch at most, which bounds the memory
KEPT = 10       # candidates that are fitted again before the best is chosen


def fit_robust(src, dst, fit=fit_homography, threshold=3.0, confidence=0.999, max_trials=5000,
               rng=0):
    """RANSAC: the transformation that most pairs agree with, and which pairs do.

    Small samples are drawn, each just large enough to fix a transformation; the candidate
    that most pairs lie near wins. It is then fitted again to those pairs, with the least
    sum of squared transfer errors, until the set of them stays the same.

    Parameters
    ----------
    src, dst : (N, 2) array_like
        Pairs of points (x, y), pixels, y down. Any share of them may be false.
    fit : function
        `fit_homography`, `fit_affine`, `fit_similarity`, `fit_rigid` or `fit_translation`
        of `mlp_lib.geometry.fits`.
    threshold : float
        A pair agrees (is an inlier) if its transfer error is less than this, in pixels.
    confidence : float
        In (0, 1). The search ends when a sample without a false pair has been drawn with
        this probability, given the share of inliers found so far.
    max_trials : int
        It ends here in any case; >= 1.
    rng : int or numpy.random.Generator
        Seed of the samples.

    Returns
    -------
    H : (3, 3) ndarray
        Scaled to ``H[2, 2] = 1``.
    inliers : (N,) ndarray of bool
        Pairs that agree with ``H``.

    Raises
    ------
    ValueError
        For too few pairs, for points that are degenerate as a whole (the cause is named as
        by ``fit``), a parameter out of its range, a wrong shape or a non-finite number.

    Notes
    -----
    Source: M. Fischler and R. Bolles, Random sample consensus, 1981; completes S3-HG-STITCH.
    """
    src, dst = _checked(src, dst, fit, threshold, confidence, max_trials)
    centre, centre_dst = src.mean(axis=0), dst.mean(axis=0)      # a far origin would cost digits
    near, near_dst = src - centre, dst - centre_dst
    candidates = _search(near, near_dst, fit, threshold, confidence, max_trials, rng)
    if not len(candidates):
        fit(src, dst)                                # names the cause, if it is in all pairs
        raise ValueError(f"each of {max_trials} samples of the {len(src)} pairs was degenerate")
    if fit is fit_homography:
        candidates, fit = _improve(candidates, near, near_dst, threshold), _least_error
    best = _scores(_agreement(candidates, near, near_dst, threshold)).argmax()
    H, inliers = _settle(candidates[best], near, near_dst, fit, threshold)
    return scaled(_shift(centre_dst) @ H @ _shift(-centre)), inliers


def trials_needed(inlier_ratio, size, confidence=0.999):
    """Samples to draw until one holds no false pair, with a given probability.

    ``log(1 - confidence) / log(1 - inlier_ratio ** size)``, rounded up.

    Parameters
    ----------
    inlier_ratio : float
        Share of right pairs, in [0, 1].
    size : int
        Pairs in a sample: 4 for a homography.
    confidence : float
        Probability in (0, 1).

    Returns
    -------
    float
        Whole number >= 1; infinite if no pair is right.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """
    if not 0 <= inlier_ratio <= 1 or not 0 < confidence < 1 or size < 1:
        raise ValueError("need inlier_ratio in [0, 1], size >= 1 and confidence in (0, 1); got "
                         f"{inlier_ratio}, {size} and {confidence}")
    clean = inlier_ratio**size
    if clean == 0 or clean == 1:
        return 1.0 if clean else math.inf
    return float(math.ceil(math.log1p(-confidence) / math.log1p(-clean)))


def _checked(src, dst, fit, threshold, confidence, max_trials):
    """The pairs, if they are enough for ``fit`` and the other parameters are in range."""
    if fit not in _MINIMAL:
        names = ", ".join(known.__name__ for known in _MINIMAL)
        raise ValueError(f"fit needs to be one of {names}; got {fit!r}")
    if not threshold > 0 or not 0 < confidence < 1 or operator.index(max_trials) < 1:
        raise ValueError("need threshold > 0, confidence in (0, 1) and max_trials >= 1; got "
                         f"{threshold}, {confidence} and {max_trials}")
    return as_pairs(src, dst, _MINIMAL[fit][0], fit.__name__)


def _search(src, dst, fit, threshold, confidence, max_trials, rng):
    """The best few candidates from samples, (K, 3, 3)."""
    size, solve = _MINIMAL[fit]
    rng = np.random.default_rng(rng)
    best, scores, drawn, enough = np.empty((0, 3, 3)), np.empty(0), 0, max_trials
    batch = max(1, min(BATCH, SCORED // len(src)))
    while drawn < enough:
        picks = samples.draw(rng, len(src), size, min(batch, max_trials - drawn))
        drawn += len(picks)
        Hs = solve(src[picks], dst[picks])
        agreement = _agreement(Hs, src, dst, threshold)
        best, scores = np.concatenate([best, Hs]), np.append(scores, _scores(agreement))
        order = np.argsort(-scores, kind="stable")[:KEPT]
        best, scores = best[order], scores[order]
        most = (agreement > 0).mean(axis=1).max(initial=0)
        enough = min(enough, trials_needed(most, size, confidence))
    return best


def _improve(Hs, src, dst, threshold):
    """Homographies fitted again, all at once, to the pairs that agree with each."""
    (T_src, p), (T_dst, q) = normalised(src, "src"), normalised(dst, "dst")
    A = dlt_matrix(p, q).reshape(-1, 2, 9)
    products = (A.transpose(0, 2, 1) @ A).reshape(-1, 81)
    Hs = T_dst @ Hs @ undo(T_src)
    for _ in range(2):
        weights = _agreement(Hs, p, q, threshold * T_dst[0, 0])
        _, vectors = np.linalg.eigh((weights @ products).reshape(-1, 9, 9))
        Hs = vectors[:, :, 0].reshape(-1, 3, 3)
    return undo(T_dst) @ Hs @ T_src


def _settle(H, src, dst, fit, threshold):
    """``H`` fitted to the pairs that agree with it, until they stay the same; and those."""
    inliers = _agreement(H[None], src, dst, threshold)[0] > 0
    for _ in range(10):
        try:
            H = fit(src[inliers], dst[inliers])
        except ValueError:                           # too few, or degenerate: keep the last
            break
        before, inliers = inliers, _agreement(H[None], src, dst, threshold)[0] > 0
        if (before == inliers).all():
            break
    return H, inliers


def _scores(agreement):
    """Of each candidate: 1 for a pair that fits exactly, falling to 0 at the threshold."""
    return np.einsum("ij,ij->i", agreement, agreement)


def _agreement(Hs, src, dst, threshold):
    """For each candidate and pair, ``1 - error / threshold``, or 0 beyond it: (K, N)."""
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
        u *= -1 / threshold
    u += 1
    return np.fmax(u, 0, out=u)                      # 0 also for what is not a number


def _shift(by):
    return np.array([[1, 0, by[0]], [0, 1, by[1]], [0, 0, 1]])


def _least_error(src, dst):
    return refine_homography(fit_homography(src, dst), src, dst)


_MINIMAL = {
    fit_translation: (1, samples.translations), fit_rigid: (2, samples.rigids),
    fit_similarity: (2, samples.similarities), fit_affine: (3, samples.affines),
    fit_homography: (4, samples.homographies),
}
