"""The example below an answer's cell, as a case that the answer must get right."""

import contextlib
import io

from mlp_lib.exercises import catalogue
from mlp_lib.exercises.runner import Case, handed

EXAMPLE = "the example"  # name of the case; of further calls, with their number


def example_cases(exercise):
    """A `Case` for each call of the answer in the ``example`` of a function exercise.

    Returns
    -------
    list of Case
        Empty if there is no example.
    """
    if not exercise.example:
        return []
    called = []

    def tried(*args):
        called.append(handed(args))
        return exercise.reference(*args)

    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(catalogue.chapter(exercise.chapter).setup, names)
        names[exercise.name] = tried
        exec(exercise.example, names)
    return [Case(f"{EXAMPLE}, call {i}" if i else EXAMPLE, args) for i, args in enumerate(called)]
