"""What keeps a slope from being measured, in words."""

import numpy as np

from mlp_lib.calculus.ladders import FLOAT32


def first(wrong):
    """Index of the first entry that is true; a tuple, empty for a single number."""
    return tuple(int(i) for i in np.argwhere(wrong)[0])


def entry(at, name):
    """Words for the entry at an index, or for the whole if that is a single number."""
    return f"entry {at} of {name}" if at else name


def need_one_value(f, X, value):
    """ValueError if ``f`` gives other numbers than ``value`` when it is called again."""
    for again in (np.asarray(f(X.copy()), float) for _ in range(3)):
        if not np.array_equal(again, value, equal_nan=True):
            at = first(again != value)
            raise ValueError("f gives another number when called again at the same X: first "
                             f"{value[at]}, then {again[at]}. If it draws random numbers, let it "
                             "draw the same ones each time")


def precision(noise, value, moved):
    """Words for how exact the values of a function are, seen by how they scatter."""
    if not moved:
        return "f does not move at all, as far as its digits show"
    share = noise / abs(value) if value else np.inf
    if share > 1:
        return "the values of f scatter more than they are large"
    like = ("float32" if share < 1e3 * FLOAT32 else "float16") if share > FLOAT32 / 10 else ""
    advice = f", as in {like}: compute f in float64" if like else ""
    return f"the values of f are good to about {int(-np.log10(share))} digits{advice}"
