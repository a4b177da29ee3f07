"""Which known mistake gives just what an answer gave?"""

import copy
import warnings

import numpy as np

from mlp_lib.exercises.compare import as_array, difference


def quietly(function, args):
    """Result of a function of ours on copies of the arguments, or None if it raises."""
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            return function(*copy.deepcopy(args))
        except Exception:
            return None


def known_mistake(exercise, cases, outcomes, correct):
    """The sentence of the misconception that gives just these values, or None.

    If none does everywhere, one that does on all ordinary cases, of which some must be wrong:
    then there may be a second mistake, which shows on an edge.
    """
    everywhere = range(len(cases))
    ordinary = [i for i in everywhere if cases[i].name not in exercise.special]
    if sentence := mistake_on(everywhere, exercise, cases, outcomes):
        return sentence
    if all(correct[i] for i in ordinary):
        return None
    sentence = mistake_on(ordinary, exercise, cases, outcomes)
    return sentence and (f"{sentence} (An edge shows more: there may be a second mistake. "
                         "First mend this one.)")


def mistake_on(indices, exercise, cases, outcomes):
    """The sentence of the first misconception that gives the same on these cases, or None."""
    if all(outcomes[i].failure for i in indices):
        return None
    for misconception in exercise.misconceptions:
        if all(falls_alike(exercise, misconception, cases[i], outcomes[i]) for i in indices):
            return misconception.sentence
    return None


def falls_alike(exercise, misconception, case, outcome):
    """Whether a mistake gives on a case what the answer gave.

    If one of them stops there with an error, the other has to, too, or to give what is not finite:
    which of these comes of a division by zero is a question of how it is written.
    """
    value = quietly(misconception.function, case.args)
    if outcome.failure:
        return value is None or overflows(value)
    if value is None:
        return overflows(outcome.value)
    return difference(outcome.value, value, exercise.tolerance) is None


def overflows(value):
    """Whether a number of a value, or of one of its parts, is not finite."""
    if isinstance(value, tuple | list):
        return any(map(overflows, value))
    array = as_array(value)
    return array is not None and not np.isfinite(array).all()
