"""Run an answer on cases, where the learner's code is; knows nothing of the right answer.

The judging happens elsewhere (`mlp_lib.exercises.judging`), in the grader's process when a
class is graded. So this module needs numpy and the standard library alone.
"""

import linecache
import numbers
import os
import sysconfig
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

PLAIN = (str, bytes, bool, int, float, complex, type(None))
DEEPEST = 20  # containers within containers; deeper is a list that holds itself
LONGEST = 2000  # characters of an exception's message
NOT_THE_LEARNERS = tuple({f"{folder}{os.sep}" for folder in (
    *map(sysconfig.get_path, ("stdlib", "platstdlib", "purelib", "platlib")),
    Path(np.__file__).parent, Path(__file__).parent.parent)})


@dataclass(frozen=True)
class Case:
    """One call that an answer must get right.

    Attributes
    ----------
    name : str
        For people.
    args : tuple
        The arguments, data only.
    truth : data, optional
        What only the judge of a project knows. It does not travel to where the answer runs.
    """

    name: str
    args: tuple
    truth: Any = field(default=None, repr=False)


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
        For which the call had the processor, see `processor_seconds`.
    """

    value: Any = None
    failure: Failure | None = None
    mutated: tuple = ()
    overwritten: bool = False
    seconds: float = 0.0


def plain(value):
    """Copy of ``value`` that holds data only; what is no data becomes `Other`."""
    try:
        return copied(value)
    except Exception:  # a class of the learner's that cannot be read
        return Other(type(value).__name__)


def copied(value, depth=0):
    """`plain` for a value that is held by ``depth`` containers."""
    for kind in PLAIN:
        if isinstance(value, kind):
            return value if type(value) is kind else kind(value)
    if depth > DEEPEST:
        return Other("container nested without end")
    if isinstance(value, tuple | list):
        items = [copied(item, depth + 1) for item in value]
        return items if type(value) is list else tuple(items)
    if isinstance(value, dict):
        return {plain_key(key): copied(item, depth + 1) for key, item in value.items()}
    if hasattr(value, "__array__"):
        return plain_array(value)
    if isinstance(value, numbers.Number):  # a fraction, a decimal number
        return int(value) if isinstance(value, numbers.Integral) else float(value)
    return Other(type(value).__name__)


def plain_key(key):
    """A key of a dict as a plain value that can be hashed."""
    key = copied(key.item() if isinstance(key, np.generic) else key)
    return key if isinstance(key, PLAIN) else str(key)


def plain_array(value):
    """Copy of ``value`` as an ndarray, of no other class; `Other` if it holds no data.

    A masked entry is none; objects are, if all are real numbers: fractions, decimal numbers.
    """
    array = np.array(value)
    if array.dtype.hasobject:
        real = all(isinstance(item, numbers.Number) and not isinstance(item, complex)
                   for item in array.flat)
        array = array.astype(float) if real else array
    if array.dtype.hasobject:
        return Other("array of objects")
    return Other("masked array") if np.any(np.ma.getmask(value)) else array


def same(one, two):
    """Whether two plain values are equal to the last bit; NaN equals NaN."""
    if isinstance(one, np.ndarray) and isinstance(two, np.ndarray):
        return one.shape == two.shape and one.dtype == two.dtype and same_bits(one, two)
    if type(one) is not type(two):
        return False
    if isinstance(one, tuple | list):
        return len(one) == len(two) and all(map(same, one, two))
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    return one == two or (one != one and two != two)


def same_bits(one, two):
    """Whether two arrays of one shape and type are equal; bits that hold no number do not count."""
    if one.dtype.char in "gG":  # long doubles are padded with whatever was there
        return np.array_equal(one, two, equal_nan=True)
    return one.tobytes() == two.tobytes()


def own_line(error):
    """The last line of the learner's own code in a traceback, with its number."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        text = linecache.getline(frame.filename, frame.lineno).strip()
        if text and not frame.filename.startswith(NOT_THE_LEARNERS):
            return f"line {frame.lineno}: {text}"
    return ""


def failure(error):
    """`Failure` that describes an exception, even one that cannot say what it is."""
    try:
        message = str(error)
    except Exception:
        message = "(its message cannot be shown)"
    if len(message) > LONGEST:
        message = f"{message[:LONGEST]} …"
    return Failure(type(error).__name__, message, own_line(error))


def handed(value):
    """Copy of an argument, which one call gets for itself.

    By means that an answer cannot replace, as it can ``copy.deepcopy``.

    Raises
    ------
    TypeError
        If it is no data.
    """
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    if isinstance(value, tuple | list):
        return type(value)(map(handed, value))
    if isinstance(value, dict):
        return {key: handed(item) for key, item in value.items()}
    if isinstance(value, (*PLAIN, np.generic)):
        return value
    raise TypeError(f"arguments are data only; one holds {type(value).__name__}")


def processor_seconds():
    """Seconds for which this process has had the processor, and those that it has waited for.

    Other programs make nothing slow by this clock, and who sleeps takes no time.
    """
    return time.process_time() + sum(os.times()[2:4])


def call(function, case):
    """Call ``function`` on one case; return the object that came back and its `Outcome`."""
    args, before = handed(case.args), handed(case.args)
    started = processor_seconds()
    try:
        result = function(*args)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        return None, Outcome(failure=failure(error))
    pairs = enumerate(zip(args, before, strict=True))  # looked at before anything else is called
    mutated = tuple(i for i, (now, then) in pairs if not same(plain(now), plain(then)))
    seconds = processor_seconds() - started
    return result, Outcome(plain(result), mutated=mutated, seconds=seconds)


def run(function, cases):
    """Call an answer on every case.

    Parameters
    ----------
    function : callable
        The answer.
    cases : sequence of Case
        Each call has a copy of its arguments for itself, and is compared with another.

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
                not same(plain(result), outcome.value), outcome.seconds)
        for result, outcome in zip(results, outcomes, strict=True)
    ]
