"""Exercises that say which mistake a wrong answer is.

>>> from mlp_lib.exercises import check, given, hint, progress

`check` judges an answer, `hint` gives the next of three hints, `given` the numbers that belong
to a learner's name, and `progress` shows what was passed. An exercise is a module of
``chapters``; `mlp_lib.exercises.kinds` says what it is made of.
"""

from mlp_lib.exercises.checking import NotAnswered, NotPassed, check, hint
from mlp_lib.exercises.givens import given
from mlp_lib.exercises.records import progress

__all__ = ["NotAnswered", "NotPassed", "check", "given", "hint", "progress"]
