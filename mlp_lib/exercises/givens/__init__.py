"""The numbers of each learner: what the exercises of the kind `Number` give, by name.

Two names draw two sets of numbers, so a neighbour's answer does not help. Nothing here tells
an answer, and a graded notebook may import it. One module a chapter holds the draws: `GIVENS`,
from an exercise's id to a function of a generator.
"""

import importlib
import importlib.util
import re
import unicodedata
import zlib

import numpy as np

from mlp_lib.exercises import catalogue, variants

LONGEST = 1000  # letters of a name that count


def folded(name):
    """A name as it is compared.

    Spaces at the ends and double ones, the case of letters and the way accents are encoded make
    no difference. Nor does what comes after the first `LONGEST` letters: to order many accents
    takes a time that grows with the square of their number.
    """
    return unicodedata.normalize("NFC", " ".join(name.split())[:LONGEST].casefold())


def generator(exercise_id, name, key=None):
    """`numpy.random.Generator` of one learner for one exercise; names are compared `folded`.

    See `given` for the ``key``.

    Raises
    ------
    ValueError
        If the name is no text, or empty.
    """
    if not isinstance(name, str) or not name.strip():
        raise ValueError(f"your name was wanted, as text; {name!r} came")
    text = f"{exercise_id}/{folded(name)}"
    return np.random.default_rng(variants.seed_of(text, key, zlib.crc32(text.encode())))


def draws(chapter):
    """The `GIVENS` of a chapter; empty if it has none."""
    module = f"{__name__}.ch{chapter}"
    if importlib.util.find_spec(module) is None:
        return {}
    return importlib.import_module(module).GIVENS


def given(exercise_id, name, key=None):
    """The numbers of one learner for one exercise.

    Parameters
    ----------
    exercise_id : str
        As in "03.my_cross_entropy", or its number, as in "03.1".
    name : str
        The learner's name; in a class, the id that the teacher gave.
    key : str, optional
        Of a course's own numbers, see `mlp_lib.exercises.variant`; empty, those of the book. That
        of the notebook if not given.

    Returns
    -------
    dict of str to array, number or str
        By the names that the exercise uses.

    Raises
    ------
    ValueError
        If the exercise gives no numbers, or the name is empty.
    """
    own = draws(str(exercise_id).split(".")[0])
    if re.fullmatch(r"\d\d\.\d+", str(exercise_id)):
        exercise_id = catalogue.find(exercise_id)[1].id
    if exercise_id not in own:
        raise ValueError(f"{exercise_id!r} gives no numbers; in its chapter, these do: {list(own)}")
    return own[exercise_id](generator(exercise_id, name, key))
