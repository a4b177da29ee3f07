"""Mistakes that any exercise can meet: a sign, a factor, a transpose, swapped parts."""

import numpy as np

from mlp_lib.exercises.compare import as_array

NEAR = 1e-4  # relative; a factor that is this constant is no accident
NOTHING = 1e-9  # a smaller factor is what rounding left of zero


def near(got, want):
    """Whether two arrays of one shape agree, by the size of the wanted entries."""
    return np.allclose(got, want, rtol=NEAR, atol=NEAR * np.abs(want).max(initial=0))


def factor(got, want):
    """The number k with ``got == k * want``, or None if there is none."""
    if got.shape != want.shape or want.dtype.kind != "f" or got.dtype.kind == "c":
        return None
    with np.errstate(all="ignore"):
        size = np.sum(want.astype(float) ** 2)
        k = float(np.sum(got * want) / size)
        return k if np.isfinite(k) and near(got, k * want) else None


def tells(got, want):
    """Whether two arrays can say something: where both are zero, any factor would fit."""
    return got.shape != want.shape or got.any() or want.any()


def in_words(values, wanted, called="", reveal=True):
    """Sentence that says how all values are related to the wanted ones, or None.

    Parameters
    ----------
    values, wanted : sequence of array, number or tuple of them
        One a case. Tuples are compared part by part.
    called : str or tuple of str
        Name of the result, or of each part.
    reveal : bool
        Whether the words may hold factors: a division by them gives the wanted values.
    """
    if all(isinstance(w, tuple) for w in wanted):
        return parts_in_words(values, wanted, called, reveal)
    got, want = [as_array(v) for v in values], [as_array(w) for w in wanted]
    if any(a is None for a in got + want) or any(w.dtype.kind not in "fiu" for w in want):
        return None
    pairs = [(g, w) if tells(g, w) else None for g, w in zip(got, want, strict=True)]
    if not any(pairs):
        return None
    got, want = zip(*filter(None, pairs), strict=True)
    if all(w.ndim == 2 and g.shape == w.T.shape and g.shape != w.shape and near(g, w.T)
           for g, w in zip(got, want, strict=True)):
        return "Every entry is right, but the result is transposed."
    if all(g.size == w.size and g.shape != w.shape and near(g.ravel(), w.ravel())
           for g, w in zip(got, want, strict=True)):
        return "The numbers are right, but the result has another shape."
    return factor_in_words([pair and (factor(*pair),) for pair in pairs],
                           all(w.size == 1 for w in want), reveal)


def factor_in_words(found, alone, reveal):
    """Sentence for the factors by which all cases are off, or None.

    ``found`` holds a factor in a tuple for each case, or None for one that says nothing; it is a
    dash in the words, so that the lists of several parts belong together. Two single numbers
    (``alone``) always have a ratio: a factor must then be the same in several cases to mean
    something. Only if one may ``reveal`` them, factors are in it.
    """
    factors = [k for told in found if told for k in told]
    if any(k is None or abs(k) < NOTHING for k in factors):
        return None
    if np.allclose(factors, 1, rtol=10 * NEAR):
        return None
    if np.allclose(factors, -1, rtol=NEAR):
        return "Every entry has the wrong sign."
    if alone and (len(factors) == 1 or not np.allclose(factors, factors[0], rtol=NEAR)):
        return None
    if not reveal:
        return "Everything is off by one and the same factor. Which size or argument may be in it?"
    if np.allclose(factors, factors[0], rtol=NEAR):
        return f"Everything is {factors[0]:.4g} times what it should be."
    listed = ", ".join(f"{told[0]:.4g}" if told else "–" for told in found)
    return (f"This is the right result times a factor that changes with the input: {listed}. "
            "Which size or argument is in it?")


def same(got, want):
    """Whether what came for a part is in every case what was wanted for a part."""
    pairs = [(as_array(g), as_array(w)) for g, w in zip(got, want, strict=True)]
    return all(g is not None and w is not None and g.shape == w.shape and near(g, w)
               for g, w in pairs)


def order_in_words(parts, called=""):
    """Sentence for parts that are all right but in another order, or None.

    ``parts`` are pairs, one a part: what came in each case, and what was wanted.
    """
    fitting = [[j for j, (_, want) in enumerate(parts) if same(got, want)] for got, _ in parts]
    places = [j for found in fitting if len(found) == 1 for j in found]
    if sorted(places) != list(range(len(parts))) or places == sorted(places):
        return None
    names = called if isinstance(called, tuple) else [f"part [{i}]" for i in range(len(parts))]
    return (f"Every part is right, but they are in another order. Wanted: {', '.join(names)}; "
            f"came: {', '.join(names[j] for j in places)}.")


def parts_in_words(values, wanted, called="", reveal=True):
    """`in_words` for results of several parts."""
    if not all(isinstance(v, tuple | list) and len(v) == len(w)
               for v, w in zip(values, wanted, strict=True)):
        return None
    if len({len(w) for w in wanted}) > 1:
        return None
    parts = list(zip(zip(*values, strict=True), zip(*wanted, strict=True), strict=True))
    if sentence := order_in_words(parts, called):
        return sentence
    names = called if isinstance(called, tuple) else [f"Part [{i}]" for i in range(len(parts))]
    said = {}
    for name, (got, want) in zip(names, parts, strict=True):
        if not isinstance(want[0], tuple) and (
                sentence := in_words(got, want, reveal=reveal)):
            said.setdefault(sentence, []).append(name)
    return " ".join(f"{', '.join(those)}: {sentence}" for sentence, those in said.items()) or None
