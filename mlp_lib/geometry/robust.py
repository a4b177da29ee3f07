"""Fits in spite of false matches: RANSAC.

Points are (N, 2), each (x, y), in pixels, y down; see `mlp_lib.geometry`.
"""

import math
import operator

import numpy as np

from mlp_lib.arrays import generator
from mlp_lib.geometry import samples
from mlp_lib.geometry.chance import fewest, is_chance
from mlp_lib.geometry.consensus import Consensus
from mlp_lib.geometry.fits import (
    fit_affine,
    fit_homography,
    fit_rigid,
    fit_similarity,
    fit_translation,
)
from mlp_lib.geometry.points import as_pairs
from mlp_lib.geometry.refinement import refine_homography
from mlp_lib.geometry.transforms import scaled

BATCH = 100     # samples drawn and scored together: fewer calls of numpy, each for more numbers
SCORED = 10**6  # pairs times samples in a batch at most, which bounds the memory
KEPT = 10       # candidates by each score that are improved
SETTLED = 2     # of these, where they are improved one by one


def fit_robust(src, dst, fit=fit_homography, threshold=3.0, confidence=0.999, max_trials=5000,
               rng=0, *, least=None):
    """RANSAC: the transformation that most pairs agree with, and which pairs do.

    Small samples are drawn, each just large enough to fix a transformation. The candidates that
    most pairs lie near are fitted again to those pairs. Of those that nearly as many agree with
    as with the best, the one that they agree with most closely wins; it is fitted with the least
    sum of squared transfer errors, until the set of the pairs stays the same. What a candidate
    has from *swapped* pairs, the source of one and the target of another, is taken off its
    score: a map of all to one crowded place gains nothing.

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
    least : int, optional
        How many pairs must agree. By default, more than unrelated pairs do by chance: the
        number that are expected to agree so well, over all ways to choose some of the pairs,
        must be at most 0.01 (see `mlp_lib.geometry.chance`). As few pairs as fix a
        transformation are not asked, where there are no others.

    Returns
    -------
    H : (3, 3) ndarray
        Scaled as `fit_homography` scales.
    inliers : (N,) ndarray of bool
        Pairs that agree with ``H``.

    Raises
    ------
    ValueError
        If fewer pairs agree than ``least``; for too few pairs, for points that are degenerate
        as a whole (the cause is named as by ``fit``), a parameter out of its range, a wrong
        shape or a non-finite number.

    Notes
    -----
    Source: M. Fischler and R. Bolles, Random sample consensus, 1981; completes S3-HG-STITCH.
    """
    src, dst = _checked(src, dst, fit, threshold, confidence, max_trials)
    centre, centre_dst = src.mean(axis=0), dst.mean(axis=0)      # a far origin would cost digits
    rng = generator(rng)
    consensus = Consensus(src - centre, dst - centre_dst, threshold, rng)
    candidates = _search(consensus, fit, confidence, max_trials, rng)
    if not len(candidates):
        fit(src, dst)                                # names the cause, if it is in all pairs
        raise ValueError(f"each of {max_trials} samples of the {len(src)} pairs was degenerate")
    H, inliers = _decide(consensus, candidates, fit)
    _refuse_chance(consensus, H, inliers, fit, least)
    return scaled(_shift(centre_dst) @ H @ _shift(-centre), src), inliers


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


def _search(consensus, fit, confidence, max_trials, rng):
    """The best few candidates from samples, (K, 3, 3)."""
    (size, solve), n = _MINIMAL[fit], len(consensus.src)
    best, drawn, enough = np.empty((0, 3, 3)), 0, max_trials
    batch = max(1, min(BATCH, SCORED // n))
    while drawn < enough:
        picks = samples.draw(rng, n, size, min(batch, max_trials - drawn))
        drawn += len(picks)
        best = np.concatenate([best, solve(consensus.src[picks], consensus.dst[picks])])
        best = best[consensus.best(best, KEPT)]
        if len(best):
            right = np.count_nonzero(consensus.agreeing(best[0]))
            clean = math.comb(right, size) / math.comb(n, size)
            enough = min(enough, trials_needed(clean, 1, confidence))
    return best


def _decide(consensus, candidates, fit):
    """The best transformation, refined, and the pairs that agree with it."""
    if fit is fit_homography:
        candidates, fit = consensus.improved(candidates), _least_error
    else:
        few = candidates[consensus.best(candidates, SETTLED)]
        candidates = np.array([consensus.settled(H, fit)[0] for H in few])
    return consensus.settled(consensus.chosen(candidates), fit)


def _refuse_chance(consensus, H, inliers, fit, least):
    """ValueError if fewer than ``least`` pairs agree, by default no more than chance gives."""
    (size, _), count, n = _MINIMAL[fit], np.count_nonzero(inliers), len(inliers)
    if least is None and (n == size or not is_chance(consensus, H, size)):
        return
    wanted = fewest(consensus, H, size) if least is None else least
    if count < wanted:
        needed = (f"at least {wanted:.0f} are needed" if wanted <= n else
                  "not even all would be enough: more pairs are needed, or a smaller threshold")
        chance = ", and so may unrelated ones" if least is None else ""
        raise ValueError(f"no {fit.__name__[4:]} is found: {count} of {n} pairs agree with the "
                         f"best to {consensus.threshold:g} px{chance}; {needed}")


def _shift(by):
    return np.array([[1, 0, by[0]], [0, 1, by[1]], [0, 0, 1]])


def _least_error(src, dst):
    return refine_homography(fit_homography(src, dst), src, dst)


_MINIMAL = {
    fit_translation: (1, samples.translations), fit_rigid: (2, samples.rigids),
    fit_similarity: (2, samples.similarities), fit_affine: (3, samples.affines),
    fit_homography: (4, samples.homographies),
}
