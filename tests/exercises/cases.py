"""Cases of an exercise as parameters of a test."""

import pytest


def every_case(module, but=()):
    """The cases of two seeds of a module's exercise, without the edges named in ``but``."""
    chosen = module.EXERCISE.cases(0) + module.EXERCISE.cases(7)
    return [pytest.param(*case.args, id=f"{i}, {case.name}") for i, case in enumerate(chosen)
            if case.name not in but]
