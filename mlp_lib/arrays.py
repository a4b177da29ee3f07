"""What the mathematics takes for numbers, and the errors that name what it does not take."""

import numpy as np


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
        If it holds anything else, such as words, None or other objects.
    """
    A = np.asarray(A)
    if A.dtype.kind not in kinds:
        wanted = "numbers" if "c" in kinds else "real numbers"
        raise ValueError(f"need {wanted} in {name}; got {A.dtype}")
    return A


def as_float(A, name, kinds="biuf"):
    """As `as_numbers`; whole numbers and bools become float64, other types stay."""
    A = as_numbers(A, name, kinds)
    return A if A.dtype.kind in "fc" else A.astype(float)


def finite(A, name):
    """``A`` itself, an array of numbers; ValueError names the first that is inf or nan."""
    if not np.isfinite(A).all():
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(A))[0])
        raise ValueError(f"{name} is not finite: {A[at]} at index {at}")
    return A
