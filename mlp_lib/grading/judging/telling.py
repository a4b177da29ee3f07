"""What a mark tells the teacher beside its points: how the answer stands, and what it gives.

The inputs on which answers are compared with those of others are shared by the class; they earn
nothing, so what an answer lets out about them helps nobody.
"""

import hashlib
import hmac
from dataclasses import replace

from mlp_lib.exercises import Choice, Function, Number, Project, wire

SHARED = 2  # cases that all of a class get
LONGEST = 20_000  # characters of what an answer gives that are kept
UNNAMED = ("wrong", "failed", "refused")  # of these it is kept
OPEN = "open"  # a person gives the mark


def seed(secret, exercise_id):
    """Seed of an exercise's hidden inputs."""
    return int.from_bytes(hmac.digest(secret, exercise_id.encode(), hashlib.sha256)[:8], "big")


def shared_cases(exercise, secret):
    """The cases of an exercise that the whole class gets.

    Parameters
    ----------
    exercise : Exercise
    secret : bytes
        Of the class and the assignment; without one there are none.

    Returns
    -------
    list of Case
        None for a project, which takes long, and for what is no function.
    """
    if not secret or not isinstance(exercise, Function) or isinstance(exercise, Project):
        return []
    return exercise.cases(seed(secret, exercise.id))[:SHARED]


def told(exercise, verdict, answer, shared):
    """The fields of a `Mark` that say how an answer stands.

    Parameters
    ----------
    exercise : Exercise
    verdict : Verdict
    answer : Answer
        With the outcomes of the shared cases as the last ``shared`` ones.
    shared : int

    Returns
    -------
    dict
        ``status``, ``mistake`` and ``gives``, see `Mark`.
    """
    gives = ""
    if verdict.status in UNNAMED:
        outcomes = answer.outcomes[-shared:] if shared else answer.outcomes[:1]
        if isinstance(exercise, Choice | Number) or shared:
            gives = wire.pack_outcomes([replace(outcome, seconds=0.0) for outcome in outcomes])
    return {"status": verdict.status, "mistake": mistake(exercise, verdict),
            "gives": gives if len(gives) <= LONGEST else ""}


def mistake(exercise, verdict):
    """The known mistake's own sentence, without what a verdict adds; empty if it is none."""
    if verdict.status != "misconception":
        return ""
    known = sentences(exercise)
    said = [sentence for sentence in known if verdict.sentence.startswith(sentence)]
    return max(said, key=len, default=verdict.sentence)


def sentences(exercise):
    """The sentences of an exercise's known mistakes."""
    if isinstance(exercise, Choice):
        return list(exercise.sentences.values())
    return [one.sentence for one in getattr(exercise, "misconceptions", ())]


def given(mark):
    """What an answer gave on the shared cases: outcomes; none if that was not kept."""
    try:
        return wire.unpack_outcomes(mark.gives) if mark.gives else []
    except ValueError:
        return []

