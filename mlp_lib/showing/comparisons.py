"""Two sides of an equation, shown: those that must agree, and those that must not."""

import math

import numpy as np

from mlp_lib import calculus
from mlp_lib.showing.tables import Shown, corner, decimals, size

STEPS = (1e-10, 1e-9, 1e-6, 1e-3, 1.0)  # coarse, so that rounding tells no machine from another
RTOL = 1e-6  # of `mlp_lib.calculus.check_gradient`; what it measures is another on each machine


def same(title, *, rtol=1e-6, atol=1e-9, **sides):
    """Show that two or more sides agree.

    Parameters
    ----------
    title : str
        What the sides are, such as "dL/dW".
    rtol, atol : float
        Allowed difference, relative to the largest entry, and absolute.
    **sides : array_like of float, the same shape
        By name: ``formula=…, measured=…``; an underscore is shown as a space.

    Returns
    -------
    Shown
        Name and shape, the sides beside each other, the largest difference.

    Raises
    ------
    AssertionError
        If the sides differ; the message holds the first entry that does, of both.
    ValueError
        If there are fewer than two sides.
    """
    arrays = as_arrays(sides)
    (first, A), *others = arrays.items()
    for name, B in others:
        if A.shape != B.shape:
            raise AssertionError(f"{title}: {first} is {size(A.shape)}, {name} is {size(B.shape)}")
        if (at := first_difference(A, B, rtol, atol)) is not None:
            raise AssertionError(f"{title}: at {place(at)} {first} is {A[at]:.6g}, "
                                 f"{name} is {B[at]:.6g}")
    gap = max(float(np.abs(A - B).max(initial=0)) for _, B in others)
    whole = all(np.asarray(side).dtype.kind in "biu" for side in sides.values())
    words = "exactly equal" if whole else below(gap)
    return Shown(True, title, f"{size(A.shape)}, {words}", tables(arrays))


def differs(title, *, rtol=1e-6, atol=1e-9, **sides):
    """Show that two sides do not agree, as a misprint beside the right form.

    Parameters
    ----------
    title, rtol, atol, **sides
        As for `same`; two sides. Their shapes may differ.

    Returns
    -------
    Shown
        Marked ✗, with the first entry that differs.

    Raises
    ------
    AssertionError
        If the sides agree.
    ValueError
        If there are not two sides.
    """
    arrays = as_arrays(sides)
    if len(arrays) != 2:
        raise ValueError(f"{title}: two sides were wanted; got {', '.join(arrays)}")
    (first, A), (second, B) = arrays.items()
    if A.shape != B.shape:
        return Shown(False, title, f"{first} is {size(A.shape)}, {second} is {size(B.shape)}",
                     tables(arrays))
    at = first_difference(A, B, rtol, atol)
    if at is None:
        raise AssertionError(f"{title}: {first} and {second} agree, and should not")
    words = "they differ" if A.ndim == 0 else f"the first that differs is {place(at)}"
    marked = (0, *at)[-2:] if A.ndim in (1, 2) else None
    return Shown(False, title, words, tables(arrays), marked)


def slopes(title, f, X, grad, **options):
    """Show a gradient beside the slopes of ``f`` that are measured.

    Parameters
    ----------
    title : str
        What the gradient is, such as "dL/dW".
    f : callable
        Scalar function of an array of the shape of ``X``.
    X, grad : array_like of float, the same shape
    **options
        For `mlp_lib.calculus.check_gradient`, which judges.

    Returns
    -------
    Shown
        Small gradients entry by entry; of large ones the slopes along a few directions.

    Raises
    ------
    AssertionError, ValueError
        As `mlp_lib.calculus.check_gradient`.
    """
    X, grad = np.asarray(X, dtype=float), np.asarray(grad, dtype=float)
    calculus.check_gradient(f, X, grad, **options)
    within = options.get("rtol", RTOL)
    words = f"{size(X.shape)}, {below(within / 2, 'relative difference')}"
    if X.size <= 64:
        sides = {"formula": grad, "measured": calculus.gradient(f, X)}
    else:
        sides = along_directions(f, X, grad)
    return Shown(True, title, words, tables(sides))


def along_directions(f, X, grad, directions=5):
    """Slopes along random directions of length 1: by the gradient, and measured."""
    V = np.random.default_rng(0).standard_normal((directions, *X.shape))
    V /= np.linalg.norm(V.reshape(directions, -1), axis=1).reshape(-1, *[1] * X.ndim)
    measured = [float(calculus.derivative(lambda t, v=v: f(X + t * v), 0.0)) for v in V]
    return {"formula, along 5 directions": np.array([np.sum(grad * v) for v in V]),
            "measured": np.array(measured)}


def as_arrays(sides):
    """The sides as arrays of float, by the names that are shown."""
    if len(sides) < 2:
        raise ValueError(f"at least two sides were wanted; got {', '.join(sides) or 'none'}")
    return {name.replace("_", " "): np.asarray(A, dtype=float) for name, A in sides.items()}


def first_difference(A, B, rtol, atol):
    """Index of the first entry that differs, or None."""
    scale = np.abs(B[np.isfinite(B)]).max(initial=0)
    close = (np.abs(A - B) <= atol + rtol * scale) | (A == B) | (np.isnan(A) & np.isnan(B))
    return None if np.all(close) else tuple(int(i) for i in np.argwhere(~close)[0])


def place(at):
    """An index in words."""
    return f"entry {', '.join(str(i) for i in at)}" if at else "the number"


def below(gap, what="largest difference"):
    """A difference by its size, in coarse steps."""
    if gap < STEPS[0]:
        return "equal up to rounding"
    bound = next((step for step in STEPS if gap < step), math.inf)
    return f"{what} below {bound:.0e}".replace("e-0", "e-").replace("e+00", "")


def tables(arrays):
    """The arrays as tables beside each other, with the same number of places."""
    places = decimals(*arrays.values())
    return tuple((name, corner(A, places)) for name, A in arrays.items())
