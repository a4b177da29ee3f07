"""`check` and `hint`: what a learner calls."""

import secrets
from dataclasses import replace

from mlp_lib.exercises import (
    catalogue,
    clock,
    judging,
    records,
    runner,
    variants,
    working_time,
)
from mlp_lib.exercises.compare import named
from mlp_lib.exercises.kinds import Choice, Number, Written
from mlp_lib.exercises.projects import Project
from mlp_lib.exercises.verdict import Verdict
from mlp_lib.networks import one_thread

SECONDS = 30  # of the processor, for an answer; a project may take longer
PROJECT_SECONDS = 300
PUBLIC = 0  # seed of the book's cases that are always the same: a report can be followed up


class NotPassed(Exception):
    """Stops the notebook at an answer that is not accepted; what to do stands above it."""

    def _render_traceback_(self):
        return [f"{type(self).__name__}: {self}"]


class Interrupted(NotPassed):
    """Stops the notebook where the learner has interrupted a check."""


class NotAnswered(NotPassed):
    """Stops the notebook at an answer that is not written yet."""


class Hint:
    """One step of help, shown as Markdown."""

    def __init__(self, text):
        self.text = text

    def __repr__(self):
        return self.text

    def _repr_markdown_(self):
        return self.text


def judged(label, exercise, answer, name):
    """`Verdict` on an answer, on the known cases and on one that is new each time."""
    if isinstance(exercise, Written):
        raise TypeError(f"exercise {label} is graded by a person: compare with its rubric")
    if isinstance(exercise, Choice | Number):
        cases = exercise.cases(name)
        return exercise.judge(cases, [runner.Outcome(runner.plain(answer))], label)
    if not callable(answer):
        return Verdict(label, exercise.title, "wrong", f"A function was wanted, {exercise.name}; "
                       f"{named(runner.plain(answer))} came. Pass the function itself, "
                       "without calling it.")
    cases = exercise.cases(variants.seed_of(exercise.id, book=PUBLIC))
    if len(cases) > 1:
        cases.append(runner.Case(judging.NEW, exercise.cases(secrets.randbits(32))[0].args))
    try:
        return exercise.judge(cases, ran(exercise, answer, cases), label)
    except clock.TooLong as error:
        return endless(label, exercise, error)


def ran(exercise, answer, cases):
    """Outcomes of a function; a project, which is timed, gets one BLAS thread as in grading.

    Raises
    ------
    mlp_lib.exercises.clock.TooLong
        If it does not come to an end.
    """
    if not isinstance(exercise, Project):
        with clock.seconds(SECONDS):
            return runner.run(answer, cases)
    with one_thread, clock.seconds(PROJECT_SECONDS):
        return runner.run(answer, cases)


def endless(label, exercise, error):
    """`Verdict` on a function that was stopped."""
    line = runner.own_line(error.__context__)
    return Verdict(label, exercise.title, "failed",
                   f"Your function was stopped: {error}, and had not come to an end. Is there a "
                   "loop whose condition never changes, or one that runs far too often?",
                   (f"It was stopped at {line}",) if line else ())


def not_found(exercise, answer):
    """What to say of a right answer that grading would not find; empty if it would."""
    from IPython import get_ipython

    names = getattr(get_ipython(), "user_ns", None)
    if names is None or is_the_answer(names.get(exercise.name), answer):
        return ""
    there = "stands for something else" if exercise.name in names else "is not defined"
    return (f"But grading looks for the name {exercise.name}, which {there} in this notebook. "
            "Give your answer that name, or it counts as missing.")


def is_the_answer(found, answer):
    """Whether what a notebook's name stands for is what was checked."""
    if callable(answer):
        return found is answer
    return runner.same(runner.plain(found), runner.plain(answer))


def check(which, answer, name=None):
    """Say whether an answer is right, and if not, which mistake it is.

    Parameters
    ----------
    which : str
        Id or number of the exercise: "03.label_smoothing_gradient" or "03.2".
    answer : callable, or the value asked for
        For a function, the function itself.
    name : str, optional
        The learner's name, for exercises that give numbers by name.

    Returns
    -------
    Verdict
        Of an answer that passed; shown by the notebook. It says so if grading would look for
        another name.

    Raises
    ------
    NotAnswered
        If the answer is still the stub.
    Interrupted
        If the learner has interrupted it.
    NotPassed
        After showing the verdict on any other answer, so that *Run All* stops here.
    """
    try:
        label, exercise = catalogue.find(which)
    except catalogue.Withheld:
        return Verdict(which, "", "later")
    try:
        verdict = judged(label, exercise, answer, name)
    except KeyboardInterrupt:
        raise Interrupted(f"the check of exercise {label} was interrupted; nothing was judged"
                          ) from None
    if verdict.status == "unanswered":
        records.record(records.OPENED, exercise.id)
        raise NotAnswered(f"Exercise {label} is not answered yet")
    records.record("passed" if verdict.passed else "tried", exercise.id)
    if verdict.passed:
        return timed(replace(verdict, sentence=not_found(exercise, answer)), exercise)
    from IPython.display import display

    display(verdict)
    raise NotPassed(f"exercise {label} is not passed yet; see above")


def timed(verdict, exercise):
    """The verdict on an answer that passed, with the time that it took, if that is known."""
    minutes = working_time.minutes(exercise.id)
    told = () if minutes is None else (
        f"By your checks it took about {minutes} min. This notebook keeps that number.",)
    return replace(verdict, minutes=minutes, details=(*verdict.details, *told))


def hint(which=None):
    """The next hint of an exercise: three steps, each when it is asked for.

    Parameters
    ----------
    which : str
        Id or number of the exercise.

    Returns
    -------
    Hint
        After the third, all three again.

    Raises
    ------
    LookupError
        If there is no such exercise, or none was named; the message says how one is named.
    """
    try:
        label, exercise = catalogue.find(which)
    except catalogue.Withheld:
        return Hint("Hints are not shown while a notebook is graded.")
    shown = records.record("hinted", exercise.id)
    steps = [f"**Exercise {label}, hint {i} of {len(exercise.hints)}.** {text}"
             for i, text in enumerate(exercise.hints[:shown], 1)]
    return Hint("\n\n".join(steps))
