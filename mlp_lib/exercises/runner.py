"""Run an answer on cases, where the learner's code is; knows nothing of the right answer.

The judging happens elsewhere (`mlp_lib.exercises.judging`), in the grader's process when a
class is graded. So this module needs numpy and the standard library alone.
"""

import copy
import linecache
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

PLAIN = (str, bytes, bool, int, float, complex, type(None))
NOT_THE_LEARNERS = (str(Path(np.__file__).parent), str(Path(__file__).parent.parent))


@dataclass(frozen=True)
class Case:
    """One call that an answer must get right: a name for people, and the arguments."""

    name: str
    args: tuple


@dataclass(frozen=True)
class Failure:
    """An exception of the answer: its kind and message, and the learner's own line."""

    kind: str
    message: str
    line: str = ""


@dataclass(frozen=True)
class Other:
    """Stands for a returned object that is not data; only its type's name is kept."""

    type_name: str


@dataclass(frozen=True)
class Outcome:
    """What one call came to.

    Attributes
    ----------
    value : array, number, str, None, or tuple, list, dict of them
        A copy of what came back.
    failure : Failure or None
        The exception, if there was one.
    mutated : tuple of int
        Positions of the arguments that the answer changed.
    overwritten : bool
        Whether a later call changed the array that this call had returned.
    seconds : float
        Wall-clock time of the call.
    """

    value: Any = None
    failure: Failure | None = None
    mutated: tuple = ()
    overwritten: bool = False
    seconds: float = field(default=0.0, compare=False)


def plain(value):
    """Copy of ``value`` that holds data only; what is no data becomes `Other`."""
    if isinstance(value, PLAIN):
        return value
    if isinstance(value, tuple | list):
        return type(value)(map(plain, value)) if type(value) in (tuple, list) else tuple(
            map(plain, value))
    if isinstance(value, dict):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray | np.generic) or hasattr(value, "__array__"):
        array = np.array(value)
        return Other("array of objects") if array.dtype.hasobject else array
    return Other(type(value).__name__)


def same(one, two):
    """Whether two plain values are equal to the last bit; NaN equals NaN."""
    if isinstance(one, np.ndarray) or isinstance(two, np.ndarray):
        one, two = np.asarray(one), np.asarray(two)
        return one.shape == two.shape and one.dtype == two.dtype and one.tobytes() == two.tobytes()
    if isinstance(one, tuple | list) and isinstance(two, tuple | list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    return one == two or (one != one and two != two)


def own_line(error):
    """The last line of the learner's own code in a traceback, with its number."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if not frame.filename.startswith(NOT_THE_LEARNERS)]
    if not frames:
        return ""
    text = linecache.getline(frames[-1].filename, frames[-1].lineno).strip()
    return f"line {frames[-1].lineno}: {text}" if text else ""


def call(function, case):
    """Call ``function`` on one case; return the object that came back and its `Outcome`."""
    args = copy.deepcopy(case.args)
    started = time.perf_counter()
    try:
        result = function(*args)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return None, Outcome(failure=Failure(type(error).__name__, str(error), own_line(error)))
    seconds = time.perf_counter() - started
    pairs = enumerate(zip(args, case.args, strict=True))
    mutated = tuple(i for i, (now, before) in pairs if not same(plain(now), plain(before)))
    return result, Outcome(plain(result), mutated=mutated, seconds=seconds)


def run(function, cases):
    """Call an answer on every case.

    Parameters
    ----------
    function : callable
        The answer.
    cases : sequence of Case
        Their arguments are copied before each call.

    Returns
    -------
    list of Outcome
        One a case, in order. An exception of the answer is an outcome, not an exception here;
        only the learner's own interrupt is passed on.
    """
    results, outcomes = [], []
    for case in cases:
        result, outcome = call(function, case)
        results.append(result)
        outcomes.append(outcome)
    return [
        Outcome(outcome.value, outcome.failure, outcome.mutated,
                outcome.failure is None and not same(plain(result), outcome.value),
                outcome.seconds)
        for result, outcome in zip(results, outcomes, strict=True)
    ]
