"""What the mathematics takes for numbers, and the errors that name what it does not take."""

import numpy as np


def as_array(A, name):
    """``A`` as an array of whatever it holds; ValueError if its parts have different shapes."""
    try:
        return np.asarray(A)
    except ValueError:  # numpy speaks of an inhomogeneous shape
        raise ValueError(f"need an array of numbers in {name}; got a {type(A).__name__} whose "
                         f"{len(A)} parts have different shapes") from None


def as_numbers(A, name, kinds="biuf"):
    """``A`` as an array, of the type that it has.

    Parameters
    ----------
    A : array_like
    name : str
        What an error calls it.
    kinds : str
        Kinds of dtype that are taken: "biuf" are real numbers, "biufc" complex ones, too.

    Raises
    ------
    ValueError
        If it holds anything else, such as words, None or other objects, or its rows have
        different lengths.
    """
    A = as_array(A, name)
    if A.dtype.kind not in kinds:
        wanted = "numbers" if "c" in kinds else "real numbers"
        raise ValueError(f"need {wanted} in {name}; got {A.dtype}")
    return A


def as_float(A, name, kinds="biuf"):
    """As `as_numbers`; whole numbers and bools become float64, other types stay."""
    A = as_numbers(A, name, kinds)
    return A if A.dtype.kind in "fc" else A.astype(float)


def a_number(value, wanted, fits):
    """``value`` as a float: one real number, for which ``fits`` is true.

    Parameters
    ----------
    value : float
    wanted : str
        What an error says that it needs to be.
    fits : callable
        Of the number.

    Raises
    ------
    ValueError
        If it is no real number, such as None or a word, or does not fit.
    """
    given = np.asarray(value)
    if given.ndim or given.dtype.kind not in "biuf" or not fits(given.item()):
        raise ValueError(f"need {wanted}; got {value if given.ndim else given.item()!r}")
    return float(given)


def in_precision(A, name, dtype):
    """``A``, an array of numbers, as type ``dtype``; what it holds of inf and nan may stay.

    Raises
    ------
    ValueError
        If a finite number is too large for that type.
    """
    with np.errstate(over="ignore"):
        made = np.asarray(A, dtype)
    lost = np.isinf(made)
    if lost.any() and (lost := lost & np.isfinite(A)).any():
        at = tuple(int(i) for i in np.argwhere(lost)[0])
        raise ValueError(f"{name} holds {A[at]:.3g} at index {at}, too large for {made.dtype}, "
                         f"which ends at {np.finfo(made.dtype).max:.3g}")
    return made


def generator(rng, name="rng"):
    """A `numpy.random.Generator`: ``rng`` itself if it is one, or made from that seed.

    Parameters
    ----------
    rng : int, numpy.random.Generator or None
        A seed >= 0, or several in a row; None draws one anew each time.
    name : str
        What an error calls it.

    Raises
    ------
    TypeError, ValueError
        If it is none of them, such as a word or a negative number.
    """
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError) as error:  # numpy speaks of a SeedSequence and its entropy
        raise type(error)(f"{name} needs a whole number >= 0 or a numpy.random.Generator; "
                          f"got {rng!r:.80} ({type(rng).__name__})") from None


def finite(A, name):
    """``A`` itself, an array of numbers; ValueError names the first that is inf or nan."""
    if not np.isfinite(A).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(A))[0])
        raise ValueError(f"{name} is not finite: {A[at]} at index {at}")
    return A
