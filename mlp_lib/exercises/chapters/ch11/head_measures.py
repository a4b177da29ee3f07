"""What an answer to the project reached, and what tells its mistakes apart."""

from typing import NamedTuple

import numpy as np

from mlp_lib.exercises.chapters.ch11.head_gradients import SLIPS, gradients, scores
from mlp_lib.exercises.compare import as_array
from mlp_lib.networks import cross_entropy

ACCURACY, ALIKE, NEW = 0.98, 1e-3, 500
PARTS = "E", "S", "WQ", "WK", "WV", "U"
NAMES = ("accuracy", "learned", "exchanged", "worse")


class Rule(NamedTuple):
    """What the judge knows of the sequences.

    Attributes
    ----------
    places : (k,) ndarray of int
        From where each place of the second half copies.
    words : (w,) ndarray of int
        Which word stands there for each word.
    """

    places: np.ndarray
    words: np.ndarray

    def sequences(self, rng, N):
        """(N, 2k) ndarray of int."""
        first = rng.integers(len(self.words), size=(N, len(self.places)))
        return np.hstack([first, self.words[first[:, self.places]]])


def as_parameters(value, start, called):
    """Six arrays shaped like ``start``, in float64; ValueError in words if ``value`` holds none."""
    if not isinstance(value, tuple | list) or len(value) != len(start):
        raise ValueError(f"{called}: a list of the six arrays {', '.join(PARTS)} was wanted.")
    value = [as_array(part) for part in value]
    for name, part, like in zip(PARTS, value, start, strict=True):
        if part is None or part.dtype.kind not in "fiu" or part.shape != like.shape:
            came = "something else" if part is None else f"{part.dtype} of shape {part.shape}"
            raise ValueError(f"{called}: {name} must be an array of real numbers of shape "
                             f"{like.shape}; {came} came.")
    return [part.astype(float) for part in value]


def all_finite(parts):
    """Whether all entries of some arrays are finite."""
    return all(np.isfinite(part).all() for part in parts)


def apart(found, wanted):
    """How far each array is from the wanted one, relative to its largest entry."""
    return np.array([np.abs(f - w).max() / np.abs(w).max() for f, w in zip(found, wanted)])


def known_slip(found, start, words):
    """The number of the first of `SLIPS` that gives these gradients, or -1."""
    with np.errstate(all="ignore"):
        return next((i for i, (_, way) in enumerate(SLIPS)
                     if (apart(found, way(start, words)) <= ALIKE).all()), -1)


def measure(case, value):
    """What was reached: see ``goals``; the other numbers tell the mistakes apart."""
    words, start, _ = case.args
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise ValueError("Two lists were wanted: the gradients at the start, and the trained "
                         "parameters.")
    found = as_parameters(value[0], start, "The gradients")
    trained = as_parameters(value[1], start, "The parameters")
    with np.errstate(all="ignore"):
        distances = apart(found, gradients(start, words))
        wrong = ~(distances <= ALIKE)
        return reached(Rule(*case.truth), start, trained, words) | {
            "gradients": float(np.max(distances)), "wrong": wrong, "numbers": all_finite(found),
            "slip": known_slip(found, start, words) if wrong.any() else -1}


def reached(rule, start, trained, words):
    """What the trained parameters do on new sequences, and how far they went."""
    moved = np.array([not np.array_equal(*pair) for pair in zip(start, trained)])
    found = {"moved": moved, "finite": all_finite(trained)}
    if not found["finite"]:
        return dict.fromkeys(NAMES, 0.0) | found
    new = rule.sequences(np.random.default_rng(len(words)), NEW)
    E, S, WQ, WK, *rest = trained
    accuracy = share_right(trained, new)
    return found | {
        "accuracy": accuracy, "learned": accuracy,
        "exchanged": share_right([E, S, WK, WQ, *rest], new),
        "worse": loss(trained, new) - loss(start, new)}


def share_right(parameters, words):
    """Share of the words in the second half that have the highest score."""
    right = scores(parameters, words[:, :-1]).argmax(axis=2) == words[:, 1:]
    return float(right[:, words.shape[1] // 2 - 1:].mean())


def loss(parameters, words):
    """Mean cross-entropy of the next word; not finite if the scores are not."""
    found = scores(parameters, words[:, :-1])
    if not np.isfinite(found).all():
        return np.inf
    return float(cross_entropy(found.reshape(-1, found.shape[2]), words[:, 1:].ravel()))
