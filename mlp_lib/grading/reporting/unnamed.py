"""Answers that are wrong in no known way, grouped by what they give: the next mistakes to name."""

from dataclasses import dataclass, replace

import numpy as np

from mlp_lib.exercises import Choice, Number, difference, runner, wire
from mlp_lib.grading.judging import telling

SHOWN = 300  # characters of what they give


@dataclass(frozen=True)
class Group:
    """Answers to one question that give the same.

    Attributes
    ----------
    question : Question
    entries : tuple of Entry
        The first is the example.
    gives : str
        What they give, in words.
    """

    question: object
    entries: tuple
    gives: str

    @property
    def count(self):
        return len(self.entries)

    @property
    def code(self):
        """One example."""
        return self.entries[0].code


def groups(klass):
    """The `Group`s of a class, the largest first."""
    found = []
    for question in klass.questions:
        heads = []  # (outcomes, entries)
        for entry in klass.of(question):
            if entry.mark.mistake or not (outcomes := comparable(entry, klass.key)):
                continue
            same = next((own for head, own in heads
                         if alike(question.exercise, head, outcomes)), None)
            heads.append((outcomes, [entry])) if same is None else same.append(entry)
        found += [Group(question, tuple(own), in_words(question.exercise, head, klass.shared))
                  for head, own in heads]
    return sorted(found, key=lambda group: (-group.count, group.question.number, group.gives))


def comparable(entry, key):
    """Outcomes that can be compared with another student's; of numbers, by the right ones."""
    try:
        outcomes = wire.unpack_outcomes(entry.mark.gives) if entry.mark.gives else []
    except ValueError:
        return []
    if outcomes and isinstance(entry.question.exercise, Number):
        want = right(entry.question.exercise, entry.student, key)
        outcomes = [replace(outcomes[0], value=relative(outcomes[0].value, want))]
    return outcomes


def right(exercise, student, key):
    """The right number of a student, drawn with a course's ``key``."""
    return exercise.reference(*exercise.cases(student, key)[0].args)


def relative(value, want):
    """A value divided by the wanted one; itself where that says nothing."""
    try:
        got, want = np.asarray(value, dtype=float), np.asarray(want, dtype=float)
    except (TypeError, ValueError):
        return value
    if got.shape != want.shape or not (np.isfinite(got).all() and want.all()):
        return value
    return got / want


def alike(exercise, ones, others):
    """Whether two answers give the same on all cases."""
    return len(ones) == len(others) and all(
        same(exercise, one, two) for one, two in zip(ones, others, strict=True))


def same(exercise, one, two):
    """Whether two outcomes are the same: both stop with one kind of error, or the values agree."""
    if one.failure or two.failure:
        return bool(one.failure and two.failure) and one.failure.kind == two.failure.kind
    if isinstance(one.value, runner.Other) or isinstance(two.value, runner.Other):
        return one.value == two.value
    try:
        tolerance = getattr(exercise, "tolerance", 1e-6)
        return difference(two.value, one.value, tolerance) is None
    except Exception:  # what a student's code gave may be of any form
        return False


def in_words(exercise, outcomes, shared):
    """What answers give, in a line."""
    first = outcomes[0]
    if first.failure:
        return f"{first.failure.kind}: {first.failure.message}"[:SHOWN]
    if isinstance(exercise, Choice):
        return f"the answer {first.value!r}"[:SHOWN]
    if isinstance(exercise, Number):
        if not isinstance(first.value, np.ndarray | float):
            return f"{first.value!r}"[:SHOWN]
        shown = np.array2string(np.asarray(first.value), precision=4, threshold=12)
        return f"{shown} times the right value"[:SHOWN]
    cases = telling.shared_cases(exercise, shared)
    differs = (difference(outcome.value, exercise.reference(*case.args), exercise.tolerance,
                          exercise.called) for case, outcome in zip(cases, outcomes))
    return next(filter(None, differs), "the right values, in a way that is not allowed")[:SHOWN]
