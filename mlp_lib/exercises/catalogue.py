"""Find exercises: by id ("03.label_smoothing_gradient"), by number ("03.2"), by chapter.

An exercise is the module of its name in ``chapters/chNN``. Where a class is graded, that folder
is not there for the student's kernel; then there is nothing to find, which is `Withheld`.
"""

import functools
import importlib
import pkgutil
import re
from pathlib import Path

CHAPTERS = Path(__file__).parent / "chapters"


class Withheld(LookupError):
    """The exercises are not readable here: this notebook is being graded."""


def chapter_numbers():
    """Numbers of the chapters that have exercises, in order.

    Raises
    ------
    Withheld
        If there are none: see the module.
    """
    found = sorted(module.name[2:] for module in pkgutil.iter_modules([str(CHAPTERS)])
                   if module.ispkg and re.fullmatch("ch.+", module.name))
    if not found:
        raise Withheld("the exercises are judged outside this notebook")
    return found


@functools.cache
def chapter(number):
    """The `Chapter` of a number such as "03".

    Raises
    ------
    LookupError
        If there is none; the message names those that exist.
    """
    if number not in chapter_numbers():
        raise LookupError(f"no exercises for chapter {number!r}; there are those of "
                          f"{', '.join(chapter_numbers())}")
    return importlib.import_module(f"mlp_lib.exercises.chapters.ch{number}").CHAPTER


@functools.cache
def exercises(number):
    """Dict from number ("03.2") to exercise, of one chapter, in order."""
    package = f"mlp_lib.exercises.chapters.ch{number}"
    found = (importlib.import_module(f"{package}.{name}").EXERCISE
             for name in chapter(number).order)
    return {f"{number}.{i}": exercise for i, exercise in enumerate(found, 1)}


def every_exercise():
    """Dict from number to exercise, of the whole book."""
    return {label: exercise for number in chapter_numbers()
            for label, exercise in exercises(number).items()}


def find(which):
    """The number and the exercise that an id or a number names.

    Returns
    -------
    (str, Exercise)

    Raises
    ------
    LookupError
        If there is no such exercise; the message lists those of its chapter, or says how one is
        named.
    """
    if not which or not isinstance(which, str):
        raise LookupError('name an exercise by its number or its id, as in "03.2"; '
                          f"got {repr(which) if which else 'nothing'}")
    own = exercises(which.split(".")[0])
    for label, exercise in own.items():
        if which in (label, exercise.id):
            return label, exercise
    known = ", ".join(f"{label} {exercise.id}" for label, exercise in own.items())
    raise LookupError(f"no exercise {which!r}; this chapter has {known}")
