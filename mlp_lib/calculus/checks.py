"""A gradient that somebody derived, compared with slopes that are measured."""

from dataclasses import dataclass

import numpy as np

from mlp_lib.arrays import a_number
from mlp_lib.calculus.slopes import Slope, finite_copy, measure, positive
from mlp_lib.calculus.troubles import need_one_value, precision

_TELLS = 0.01  # a slope that is not measured to a hundredth of its size tells nothing
_FLAT = 1e-6  # a slope below this share of how f moves a step away is 0, as in a valley


def check_gradient(f, X, grad, *, directions=5, step=1e-5, rtol=1e-6, atol=0.0, seed=0):
    """Compare a gradient with measured slopes of ``f`` along random directions.

    Parameters
    ----------
    f : callable
        Scalar function of an array of the shape of ``X``.
    X, grad : array_like of float, the same shape
        Where, and the gradient that is claimed there.
    directions : int
        Number of random directions, each of length 1.
    step : float
        > 0. Where the search for steps starts, as in `derivative`.
    rtol : float
        Allowed difference, relative to the largest of the two slopes, the usual slope along a
        random direction, ``|grad| / sqrt(size)``, and a millionth of how much ``f`` moves a
        step away. What the measure itself may be off is allowed, too.
    atol : float
        Allowed difference, absolute: slopes below it count as 0. It has the unit of the slopes.
    seed : int
        Seed of the directions.

    Returns
    -------
    float
        The largest relative difference found, in the sense of ``rtol``.

    Raises
    ------
    AssertionError
        If a slope differs; the message holds both numbers. If ``f`` has a kink at ``X``. If a
        slope is too small to be told from the rounding of ``f``, so that nothing was checked:
        the message says how exact ``f`` is.
    ValueError
        If the shapes of ``X`` and ``grad`` differ, ``f(X)`` is not one number, a number
        is not finite or out of its range, nothing would be compared, ``f`` gives another number
        when it is called again, or ``X`` is at the edge of where ``f`` is defined.
    """
    X, grad, value = _comparable(f, X, grad)
    allowed = _Allowed(rtol, atol)
    if not isinstance(directions, int | np.integer):
        raise ValueError(f"need a whole number of directions; got {directions!r}")
    if directions < 1 or not X.size:
        raise ValueError(f"nothing to compare: {directions} directions, X of shape {X.shape}")
    usual, step = _usual_size(grad), positive(step) * (1 + _usual_size(X))
    rng, worst = np.random.default_rng(seed), 0.0
    for number in range(directions):
        V = rng.standard_normal(X.shape)
        V /= np.linalg.norm(V)
        pair = _Pair(float(np.sum(grad * V)), measure(f, X, V, step, value), usual, value)
        if wrong := pair.complaint(allowed, f"along random direction {number}"):
            need_one_value(f, X, value)
            raise AssertionError(wrong)
        worst = max(worst, pair.gap / pair.size if pair.size else 0.0)
    return worst


@dataclass
class _Allowed:
    """What two slopes may differ by."""

    rtol: float
    atol: float

    def __post_init__(self):
        for name in ("rtol", "atol"):
            a_number(getattr(self, name), f"a finite {name} >= 0", lambda tol: 0 <= tol < np.inf)

    def __call__(self, size):
        return self.atol + self.rtol * size


@dataclass
class _Pair:
    """A claimed slope beside the measured one."""

    claimed: float
    measured: Slope
    usual: float  # slope along a random direction that the claimed gradient would let expect
    value: np.ndarray

    @property
    def gap(self):
        return abs(self.claimed - float(self.measured.value))

    @property
    def size(self):
        """What the gap is compared with."""
        return max(abs(self.claimed), abs(float(self.measured.value)), self.usual,
                   _FLAT * float(self.measured.moved))

    def complaint(self, allowed, along):
        """Words for what is wrong with the pair; empty if nothing is."""
        allowed, doubt = allowed(self.size), 4 * float(self.measured.error)
        jump, found = float(self.measured.jump), float(self.measured.value)
        if abs(jump) > allowed + 5 * float(self.measured.jump_error):
            return (f"f has a kink at X: {along} its slope is {found - jump / 2:.6g} behind and "
                    f"{found + jump / 2:.6g} ahead, so there is no gradient; yours "
                    f"{self.claimed:.6g}. Choose a point beside it")
        if not self.gap <= allowed + doubt:
            known = self._known if doubt > allowed else ""
            return f"slope {along}: yours {self.claimed:.9g}, measured {found:.9g}{known}"
        if doubt > max(_TELLS * self.size, allowed):
            return (f"slope {along} is too small to tell from rounding: yours {self.claimed:.3g}, "
                    f"measured {found:.3g}{self._known}")
        return ""

    @property
    def _known(self):
        seen = (self.measured.noise, self.value, self.measured.moved)
        return f" ± {float(self.measured.error):.1g}; {precision(*map(float, seen))}"


def _usual_size(A):
    """Root of the mean square of the entries, also where the squares leave the range of floats."""
    largest = np.abs(A).max()
    return float(largest * np.sqrt(np.mean((A / largest) ** 2))) if largest else 0.0


def _comparable(f, X, grad):
    X, grad = finite_copy(X, "X"), finite_copy(grad, "grad")
    if X.shape != grad.shape:
        raise ValueError(f"grad needs the shape of X, {X.shape}; got {grad.shape}")
    value = finite_copy(f(X.copy()), "f(X)")
    if value.shape != ():
        raise ValueError(f"need a scalar function; got a value of shape {value.shape}")
    return X, grad, value
