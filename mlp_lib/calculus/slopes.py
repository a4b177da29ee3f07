"""The slope of a function along one direction, measured, and how far the measure can be trusted."""

import warnings
from dataclasses import dataclass

import numpy as np

from mlp_lib.arrays import a_number, as_numbers, finite
from mlp_lib.calculus.ladders import ALL, FEW, Ladder
from mlp_lib.calculus.troubles import entry, first

_COMPLEX_STEP = 1e-30
_WIDEST = 1000  # the first step of a ladder, in the steps that a caller gives


@dataclass
class Slope:
    """A slope, and what is known of it; all of the shape of ``f(X)``."""

    value: np.ndarray
    error: np.ndarray  # how far it may be off
    noise: np.ndarray  # error of the values of f, as they scatter
    jump: np.ndarray  # slope ahead less slope behind: other than 0 at a kink
    jump_error: np.ndarray
    size: np.ndarray  # of f about X, by the first step
    moved: np.ndarray  # by f about X, by the first step

    def hopeless(self):
        """Where ``f`` is so rough that there is no slope to be measured."""
        return (self.error > 0.01 * np.max(np.abs(self.value), initial=0)) & (
            self.error > 1e-3 * self.size)


def measure(f, X, V, step, value):
    """Slope of ``f`` along ``V``, by steps that suit the point.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of ``X``, returns a number or an array.
    X, V : ndarray of float, the same shape
        Where, and in which direction.
    step : float
        In units of ``V``. Steps from 1000 of it on are tried, larger and smaller ones where
        ``f`` asks for them: entry by entry of ``f(X)`` the one with the least error counts.
    value : ndarray
        ``f(X)``.

    Returns
    -------
    Slope

    Raises
    ------
    ValueError
        If ``f`` is not finite on both sides of ``X``, however small the step.

    Notes
    -----
    A complex step is exact to rounding, but wrong where ``f`` is not analytic. It counts where
    it agrees with the differences as well as these can tell. Where they tell four digits or
    more, or both are 0, its error is that of rounding; else theirs.
    """
    ladder, exact = Ladder(f, X, V, _WIDEST * step, value), _complex(f, X, V, value.shape)
    found = _best(ladder, FEW)
    if not (_confirmed(found, exact) | _smooth(found)).all():
        found = _best(ladder, ALL)
    if not np.isfinite(found.error).all():
        what = entry(first(~np.isfinite(found.error)), "f(X)")
        raise ValueError(f"{what} has no finite values on both sides of X, however small the "
                         "step: X is at the edge of where f is defined") from ladder.refused
    confirmed = _confirmed(found, exact)
    found.value = np.where(_agrees(found, exact), exact, found.value)
    found.error = np.where(confirmed, 1e-13 * np.abs(exact), found.error)
    return found


def _best(ladder, rungs):
    """Of the candidates, entry by entry, the one with the least error."""
    candidates = ladder.candidates(rungs)
    at = np.argmin(_not_refuted(candidates["value"], candidates["error"]), axis=0)[None]
    size, moved = ladder.reach()
    return Slope(**{name: np.take_along_axis(every, at, axis=0)[0]
                    for name, every in candidates.items()}, size=size, moved=moved)


def _not_refuted(value, error):
    """The errors; inf where a finer candidate says something else by far.

    A wide step across many waves is wrong by more than it can know.
    """
    kept = error.copy()
    for k in range(len(value) - 1):
        with np.errstate(invalid="ignore"):
            wrong = np.abs(value[k + 1:] - value[k]) > 1e3 * (error[k + 1:] + error[k])
        kept[k] = np.where(wrong.any(axis=0), np.inf, kept[k])
    return kept


def _smooth(found):
    """Where few rungs tell nine digits, and ``f`` bends no more than a smooth function does."""
    size = np.abs(found.value)
    return (found.error <= 1e-9 * size) & (found.jump_error <= 1e-5 * size)


def _agrees(found, exact):
    return np.abs(exact - found.value) <= 4 * found.error


def _confirmed(found, exact):
    """Where the complex step is what the differences say: to four digits, or 0 as far as seen."""
    nothing = (exact == 0) & (found.error <= 1e-5 * found.size)
    return _agrees(found, exact) & (nothing | (found.error <= 1e-4 * np.abs(exact)))


def _complex(f, X, V, shape):
    """Imaginary part of ``f(X + ih V) / h``; nan where ``f`` does not allow it."""
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("error", np.exceptions.ComplexWarning)
            value = np.asarray(f(X + 1j * _COMPLEX_STEP * V))
    except Exception:  # whatever f raises on complex numbers, it only means: measure really
        return np.full(shape, np.nan)
    if value.dtype.kind != "c" or value.shape != shape:
        return np.full(shape, np.nan)
    return value.imag.astype(float) / _COMPLEX_STEP


def finite_copy(A, name):
    """A copy of ``A`` as float64: a function may use one array for all its results."""
    return finite(as_numbers(A, name).astype(float), name)


def positive(step):
    """``step`` as a float; ValueError if it is not a finite number > 0."""
    return a_number(step, "a finite step > 0", lambda step: 0 < step < np.inf)
