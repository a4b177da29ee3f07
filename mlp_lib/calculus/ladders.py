"""Values of a function beside a point, at a ladder of steps, and the slopes that they give.

A rung is a step ``h``, a quarter of the one before. Three neighbouring rungs give a slope by
Richardson's extrapolation: with ``D(h) = (f(X + h V) - f(X - h V)) / 2h = slope + a h**2 + b h**4``
two of them cancel ``a``, three cancel ``b`` too. How far the extrapolations differ tells the error.
"""

import warnings

import numpy as np

from mlp_lib.arrays import as_numbers

FEW = range(4)  # enough for a smooth function
ALL = range(-3, 24)  # from 64 times the first step to 1e-14 of it
FLOAT32 = 2.0**-24  # rounding error of float32
_EPS = np.finfo(float).eps
_COARSE = 1e-6  # share of its values below which a function that stands still may be rounded


class Ladder:
    """Values of ``f`` at ``X + h V`` and ``X - h V`` for the steps ``h = first / 4**rung``."""

    def __init__(self, f, X, V, first, value):
        self.f, self.X, self.V, self.first, self.value = f, X, V, first, value
        self.known, self.refused, self.coarse = {}, None, _COARSE

    def candidates(self, rungs):
        """Candidates for the slope, from each three neighbouring ``rungs``, and their errors.

        The last three rungs only tell the noise of those before.

        Returns
        -------
        dict of str to ndarray, the first axis of which counts the candidates
            ``value``, the slope; its ``error``; the ``noise`` of the values of ``f`` that was
            seen; and ``jump``, the slope ahead less the slope behind, which is 0 but at a kink,
            with its ``jump_error``. Where ``f`` has no finite value, the errors are inf.
        """
        h, above, below = self._values(rungs)
        with np.errstate(all="ignore"):
            value, rough = _richardson((above - below) / (2 * h), 16, 256)
            jump, bent = _richardson((above - 2 * self.value + below) / h, 4, 64)
            noise = self._noise(rough * h[2:], above, below)
            errors = np.fmax(rough, noise / h[2:]), np.fmax(bent, 4 * noise / h[2:])
        error, jump_error = (np.where(np.isfinite(value + e), e, np.inf) for e in errors)
        every = {"value": value, "error": error, "noise": noise, "jump": jump,
                 "jump_error": jump_error}
        return {name: of_each[:-1] for name, of_each in every.items()}  # the last has none finer

    def reach(self):
        """How large ``f`` is on the wide rungs, and how far it moves there, by the first step."""
        _, above, below = self._values([rung for rung in self.known if rung in FEW or rung < 0])
        size = np.fmax.reduce([abs(self.value), *abs(above), *abs(below)])
        moved = np.fmax.reduce([0 * self.value, *abs(above - self.value), *abs(below - self.value)])
        with np.errstate(over="ignore"):
            return size / self.first, moved / self.first

    def _values(self, rungs):
        for rung in set(rungs) - set(self.known):
            self.known[rung] = self._beside(self.first / 4.0**rung)
        h, above, below = (np.array(part) for part in zip(*(self.known[rung] for rung in rungs)))
        return h.reshape(-1, *[1] * self.value.ndim), above, below

    def _beside(self, h):
        ahead, behind = self.X + h * self.V, self.X - h * self.V
        if np.count_nonzero(self.V) == 1:  # along one entry alone rounding leaves another step
            h = np.vdot(ahead - behind, self.V) / (2 * np.vdot(self.V, self.V)) or np.nan
        return h, self._at(ahead), self._at(behind)

    def _at(self, X):
        """Value of ``f``, or nan where it has none: outside its domain it may raise, or warn."""
        try:
            with np.errstate(all="ignore"), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = as_numbers(self.f(X), "f(X)")
                if found.dtype.kind == "f":
                    self.coarse = max(self.coarse, 4 * float(np.finfo(found.dtype).eps))
                return np.broadcast_to(found, self.value.shape).astype(float)
        except Exception as error:
            self.refused = error
            return np.full(self.value.shape, np.nan)

    def _noise(self, seen, above, below):
        """Error of the values of ``f``, by candidate; ``seen`` is how much they scatter there.

        At least their rounding in float64; and what is seen on finer rungs, where nothing but
        noise is left. A function that stands still on the finer of three rungs may have been
        rounded there: then what is usual where it moves, and float32 where it moves nowhere.
        """
        size = np.fmax(np.fmax(abs(above), abs(below)), abs(self.value))
        noise = 4 * _EPS * np.fmax(np.fmax(size[2:], size[1:-1]), size[:-2])
        seen = np.where(np.isfinite(seen), seen, 0)
        noise[:-1] = np.fmax(noise[:-1], np.maximum.accumulate(seen[::-1], axis=0)[::-1][1:])
        still, largest = above == below, np.fmax.reduce(size, axis=0)
        never = (still & (above == self.value)).all(axis=0)
        least = np.where(still, np.inf, np.abs(above - below)).min(axis=0)
        still, seen = still[2:] & still[1:-1], np.where(seen > self.coarse * largest, 0, seen)
        usual = _median(np.where(still, 0, seen))
        usual = np.fmax(usual, np.where(least > self.coarse * largest, 0, least))
        usual = np.where(never, FLOAT32 * largest, usual)
        return np.where(still.any(axis=0), np.fmax(noise, usual), noise)


def _median(positive):
    """Median along the first axis of what is > 0 there; 0 if nothing is."""
    found = np.sort(positive, axis=0)
    at = (len(found) + np.sum(found == 0, axis=0)) // 2
    return np.take_along_axis(found, np.minimum(at, len(found) - 1)[None], axis=0)[0]


def _richardson(D, first, second):
    """Extrapolated twice, by the ratios of the two terms that go; and how far that moved it."""
    once = D[1:] + np.diff(D, axis=0) / (first - 1)
    moved = np.diff(once, axis=0)
    return once[1:] + moved / (second - 1), np.abs(moved)
