"""Is what came what was wanted? If not, the first place where it differs, in words."""

import numpy as np

from mlp_lib.exercises.runner import Other

SHOWN = 80  # characters of a text that came
FLOAT32 = 2e-4  # what float32 may lose in a few hundred operations, relative to the largest entry
SHORT = 18  # bits; a number that needs more of the 24 of float32 was worked out in it
NOISE = 1e-14  # absolute; what is left by rounding where a sum of numbers near 1 cancels


def number(value):
    """A number as a person reads it."""
    return f"{value:.6g}" if isinstance(value, float | np.floating) else str(value)


def apart(wanted, came):
    """Both numbers, with as many digits as it takes to tell them apart."""
    shown = number(wanted), number(came)
    if shown[0] == shown[1]:
        shown = f"{wanted:.17g}", f"{came:.17g}"
    return f"{shown[0]} was wanted, {shown[1]}"


def as_array(value):
    """``value`` as an array of numbers, or None if it is none."""
    if isinstance(value, Other | dict | None) or holds_text(value):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError):  # rows of different lengths, huge numbers
        return None
    return array if array.dtype.kind in "biufc" else None


def holds_text(value):
    """Whether there is a text in a value: an array would make all as wide as the longest."""
    return isinstance(value, str | bytes) or (
        isinstance(value, tuple | list) and any(map(holds_text, value)))


def with_article(noun):
    """A noun after "a" or "an"."""
    return f"a{'n' if noun[:1].lower() in 'aeiou' else ''} {noun}"


def named(value):
    """What a value is, in words."""
    if isinstance(value, Other):
        return with_article(value.type_name)
    if value is None:
        return "nothing (None)"
    array = None if isinstance(value, tuple) else as_array(value)
    if array is not None:
        return f"an array of shape {array.shape}" if array.ndim else "a single number"
    if isinstance(value, np.ndarray):
        return f"an array of dtype {value.dtype}"[:SHOWN]
    held = f" of {len(value)}" if isinstance(value, tuple | list | dict) else ""
    return with_article(f"{type(value).__name__}{held}")


def quoted(value):
    """A text between quotation marks, its first part if it is long; another value `named`."""
    return repr(value)[:SHOWN] if isinstance(value, str) else named(value)


def in_single(array):
    """Whether the numbers were worked out in float32, whatever type they came as."""
    if array.dtype.kind != "f" or array.dtype.itemsize <= 4:
        return array.dtype.kind == "f"
    finite = array[np.isfinite(array)]
    with np.errstate(over="ignore"):
        leading = np.ldexp(np.frexp(finite)[0], SHORT)
        return bool((finite.astype(np.float32) == finite).all() and (leading % 1).any())


def entries(got, want, tolerance):
    """Mask of the entries of two arrays of one shape that agree."""
    if want.dtype.kind in "biu":
        return got == want
    scale = np.abs(want[np.isfinite(want)]).max(initial=0) or 1.0
    if in_single(got):
        tolerance = max(tolerance, FLOAT32)
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(got - want) <= tolerance * scale + NOISE
    return near | (got == want) | (np.isnan(got) & np.isnan(want))


def array_difference(got, want, tolerance, where, reveal):
    """`difference` for an array or a number."""
    array = as_array(got)
    if array is not None and array.size == 1 and not want.ndim:
        array = array.reshape(())
    if array is None or array.shape != want.shape:
        return f"{where}: {named(want)} was wanted, {named(got)} came"
    agree = entries(array, want, tolerance)
    if agree.all():
        return None
    index = tuple(int(i) for i in np.argwhere(~np.atleast_1d(agree))[0])
    place = f"{where}[{', '.join(map(str, index))}]" if want.ndim else where
    came, wanted = (np.atleast_1d(a)[index] for a in (array, want))
    if not reveal:
        return f"{place}: {number(came)} came, which is not right"
    close = want.ndim and entries(array, want, FLOAT32).all()
    return (f"{place}: {apart(wanted, came)} came"
            f" ({np.count_nonzero(~agree)} of {want.size} entries differ; dtype {array.dtype}"
            f"{'; as precise as float32, not as float64' if close else ''})")


def difference(got, want, tolerance, where="result", reveal=True):
    """The first difference between what came and what was wanted.

    Parameters
    ----------
    got, want : array, number, str, bool, None, or tuple, list, dict of them
        A list is as good as an array, and both are as good as a tuple. One of a single entry
        is as good as a number.
    tolerance : float
        Allowed error of floating numbers, relative to the largest entry of the wanted array.
        Numbers in float32, also as a list of them, are allowed at least 2e-4, and all numbers
        1e-14 more, so that two sums which cancel but for their rounding agree.
    where : str or tuple of str
        What to call the value in the words; for a tuple, a name for each part.
    reveal : bool
        Whether the words may hold the wanted entry.

    Returns
    -------
    str or None
        None if they agree. Of the wanted values, the words hold the one entry in question.
    """
    if isinstance(want, tuple | list | dict):
        return nested_difference(got, want, tolerance, where, reveal)
    if isinstance(want, str) or want is None:
        if type(got) is type(want) and got == want:
            return None
        wanted = f"{want!r} was wanted, " if reveal else ""
        return f"{where}: {wanted}{quoted(got)} came"
    return array_difference(got, np.asarray(want), tolerance, where, reveal)


def taken_apart(array, want):
    """The members of an array that holds the wanted parts as a stack; another array as it is."""
    parts = [as_array(part) for part in want]
    stacked = array.ndim and len(array) == len(parts) and all(
        part is not None and part.ndim == array.ndim - 1 for part in parts)
    return list(array) if stacked else array


def nested_difference(got, want, tolerance, where, reveal):
    """`difference` for a tuple, a list or a dict of values."""
    whole = "result" if isinstance(where, tuple) else where
    came, kinds = got, dict if isinstance(want, dict) else tuple | list
    if kinds is not dict and isinstance(got, np.ndarray):
        got = taken_apart(got, want)
    if not isinstance(got, kinds) or len(got) != len(want):
        return f"{whole}: {named(want)} was wanted, {named(came)} came"
    keys = want.keys() if isinstance(want, dict) else range(len(want))
    if isinstance(want, dict) and got.keys() != want.keys():
        return f"{whole}: keys {sorted(want)} were wanted, {sorted(map(str, got))} came"
    names = dict(zip(keys, where if isinstance(where, tuple) else
                     [f"{where}[{key!r}]" for key in keys]))
    found = (difference(got[key], want[key], tolerance, names[key], reveal) for key in keys)
    return next((words for words in found if words), None)
