"""Whether more pairs agree than chance would give: false alarms counted, the method *a contrario*.

Among all choices of ``k`` of ``n`` pairs, and of those ``size`` of them that fix a map, in how
many do the others agree though no pair has to do with another? If that number is expected to
be small, unrelated pairs are no explanation. ::

    alarms(k) = (n - size) C(n, k) C(k, size) p^(k - size)

``p`` is the probability that an unrelated pair agrees: the share of swapped pairs that do, and
at least the share of the picture, as large as the targets' spread, that the threshold covers.
Source: L. Moisan and B. Stival, A probabilistic criterion to detect rigid point matches, 2004.
"""

import math

import numpy as np

ALARMS = 0.01   # expected, at most, for what counts as found


def is_chance(consensus, H, size):
    """Whether unrelated pairs may well agree as these do with ``H``, fixed by ``size`` of them.

    Every error up to the threshold is tried as the threshold: few exact pairs are no chance.
    The errors are taken as large as they were before the fit, which has made them smaller.
    """
    errors = np.sort(consensus.errors(H[None], consensus.src, consensus.dst)[0])[size:]
    errors = errors[errors < 1]
    k = size + 1 + np.arange(len(errors))
    p = _agreeing_by_chance(consensus, H, errors * np.sqrt(k / (k - size)))
    return not (log_alarms(len(consensus.src), k, size, p) <= math.log(ALARMS)).any()


def fewest(consensus, H, size):
    """How many pairs would be more than chance, agreeing to the threshold; inf if not even all."""
    k = np.arange(size + 1, len(consensus.src) + 1)
    p = _agreeing_by_chance(consensus, H, np.sqrt(k / (k - size)))
    enough = k[log_alarms(len(consensus.src), k, size, p) <= math.log(ALARMS)]
    return float(enough[0]) if len(enough) else math.inf


def _agreeing_by_chance(consensus, H, errors):
    """Probability that an unrelated pair has at most each of these errors, in thresholds."""
    i, j = consensus.swapped.T
    swapped = consensus.errors(H[None], consensus.src[i], consensus.dst[j])[0]
    near = np.sort(swapped[swapped <= errors.max(initial=0)])
    share = np.searchsorted(near, errors) / len(swapped)
    radius = errors * consensus.threshold
    picture = np.prod(np.ptp(consensus.dst, axis=0)[:, None] + 2 * radius, axis=0)
    return np.maximum(share, np.pi * radius**2 / np.maximum(picture, np.finfo(float).tiny))


def log_alarms(n, k, size, p):
    """Logarithm of the expected number of false alarms, for each ``k`` and its ``p``."""
    logs = np.append(0, np.cumsum(np.log(np.arange(1, n + 1))))         # of the factorials
    ways = logs[n] - logs[n - k] - logs[size] - logs[k - size]
    with np.errstate(divide="ignore"):
        return np.log(n - size) + ways + (k - size) * np.log(p)
