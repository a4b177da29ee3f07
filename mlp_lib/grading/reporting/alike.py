"""Answers that are alike beyond what the exercise makes common. For a person to look at, no mark.

Two answers have one shape if their code is the same up to names, comments and layout. A long
answer of a rare shape is listed by itself. Of a short one many write the same; so short answers
are listed only of pairs that share rare shapes in several exercises.
"""

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from mlp_lib.exercises import Choice, Number, Written, difference, folded, wire
from mlp_lib.grading.reporting import shapes
from mlp_lib.grading.reporting.unnamed import right

LONG = 30  # parts of a program: two or three lines
RARE = 0.1  # of those who answered have the same shape, at most
TOGETHER = 2  # short answers of rare shapes


@dataclass(frozen=True)
class Pair:
    """Two students with answers of one shape.

    Attributes
    ----------
    students : (str, str)
    shared : tuple of (Question, int, int)
        The questions, how many of the class have that shape, and of how many.
    """

    students: tuple
    shared: tuple


@dataclass(frozen=True)
class Borrowed:
    """A number of ``student`` that belongs to another name.

    Attributes
    ----------
    student : str
    question : Question
    owners : tuple of str
        Ids of those whose number it is; empty if the name is none of the roster's.
    name : str
        What the notebook's NAME says, if that is it.
    """

    student: str
    question: object
    owners: tuple
    name: str = ""


def pairs(klass):
    """The `Pair`s of a class, first those that share most."""
    found = {}
    for question in klass.questions:
        groups, answered = shaped(klass.of(question))
        for size, students in groups:
            if 1 < len(students) <= max(2, math.ceil(RARE * answered)):
                told = question, len(students), answered
                for pair in combinations(sorted(students), 2):
                    found.setdefault(pair, []).append((size, told))
    listed = [(sum(size for size, _ in shared), Pair(pair, tuple(told for _, told in shared)))
              for pair, shared in found.items()
              if len(shared) >= TOGETHER or max(size for size, _ in shared) >= LONG]
    return [pair for _, pair in sorted(listed, key=lambda one: (-one[0], one[1].students))]


def shaped(entries):
    """Students by shape, as pairs of its size and them; and how many have answered."""
    groups, answered = {}, 0
    for entry in entries:
        if shape := shape_of(entry):
            answered += 1
            groups.setdefault(shape, []).append(entry.student)
    return [(shape.size, students) for shape, students in groups.items()], answered


def shape_of(entry):
    """The shape of an answer; None if there is none, or it is but a letter or a number."""
    exercise = entry.question.exercise
    if entry.mark.status == "unanswered" or isinstance(exercise, Choice | Number):
        return None
    read = shapes.of_words if isinstance(exercise, Written) else shapes.of_code
    return read(entry.code)


def borrowed(klass):
    """Numbers that belong to another's name: by what NAME says, or by what is right for others."""
    for entry in klass.entries:
        if not isinstance(entry.question.exercise, Number):
            continue
        if name := entry.mark.belongs:
            owners = tuple(student for student in klass.people
                           if folded(name) in (folded(student), folded(klass.people[student])))
            yield Borrowed(entry.student, entry.question, owners, name)
        elif owners := owners_of(entry, klass.people, klass.key):
            yield Borrowed(entry.student, entry.question, owners)


def owners_of(entry, people, key):
    """Students for whom a wrong number is right; none if it is right for many."""
    exercise = entry.question.exercise
    try:
        (outcome,) = wire.unpack_outcomes(entry.mark.gives) if entry.mark.gives else [None]
    except ValueError:
        return ()
    if outcome is None or outcome.failure or entry.score:
        return ()
    found = tuple(student for student in people if student != entry.student
                  and fits(exercise, student, key, outcome.value))
    return found if len(found) <= max(1, RARE * len(people)) else ()


def fits(exercise, student, key, value):
    """Whether a number is the right one of a student."""
    try:
        with np.errstate(all="ignore"):
            return difference(value, right(exercise, student, key), exercise.tolerance) is None
    except Exception:  # what came may be of any form
        return False
