"""Exercises that say which mistake a wrong answer is.

>>> from mlp_lib.exercises import check, given, hint, progress

`check` judges an answer, `hint` gives the next of three hints, `given` the numbers that belong
to a learner's name, and `progress` shows what was passed.

chapters   the exercises, a module each; ``givens`` has the numbers of each learner
variants   a course's own numbers in the place of the book's
kinds      what an exercise is made of; ``projects``, the large ones; ``draws`` helps with inputs,
           and ``examples`` makes a case of what a prompt shows
catalogue  finds exercises; ``closed`` opens those of a student's package
checking   `check` and `hint`; ``records`` keeps what was passed, ``carrying`` takes it elsewhere
working_time  how long an exercise took, as far as the record tells
clock      ends what takes too long
runner     runs an answer on inputs; ``wire`` packs inputs and outcomes as text, for another process
judging    compares: ``compare`` says where answers differ, ``mistakes`` which known one it is,
           ``likeness`` in which way, ``verdict`` what is said
"""

from mlp_lib.exercises import catalogue, clock, closed, runner, wire
from mlp_lib.exercises.carrying import export_progress, import_progress
from mlp_lib.exercises.checking import NotAnswered, NotPassed, check, hint
from mlp_lib.exercises.compare import difference
from mlp_lib.exercises.givens import folded, given
from mlp_lib.exercises.kinds import Choice, Function, Number, Written
from mlp_lib.exercises.projects import Project
from mlp_lib.exercises.records import keep_guess, progress
from mlp_lib.exercises.records import path as progress_path
from mlp_lib.exercises.variants import variant
from mlp_lib.exercises.verdict import NOTED, Verdict

__all__ = ["NOTED", "Choice", "Function", "NotAnswered", "NotPassed", "Number", "Project",
           "Verdict", "Written", "catalogue", "check", "clock", "closed", "difference",
           "export_progress", "folded", "given", "hint", "import_progress", "keep_guess",
           "progress", "progress_path", "runner", "variant", "wire"]
