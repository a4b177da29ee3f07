"""The kind of exercise that is a small project: judged by what it reaches."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from mlp_lib.exercises import judging
from mlp_lib.exercises.kinds import Function
from mlp_lib.exercises.runner import Case


@dataclass(frozen=True, kw_only=True)
class Project(Function):
    """A function that is judged by what it reaches, not by comparing its output.

    Attributes
    ----------
    measure : callable
        From (case, value) to a dict of numbers; raises ValueError in words for a value of the
        wrong form. Runs in the grader's process.
    goals : mapping of str to (callable, str)
        For each name of ``measure`` or "seconds", those of the processor: whether it is good
        enough, and the goal in words.
    symptoms : mapping of int to callable
        For each position in ``misconceptions``: from the measured numbers to whether it is this.
    truth : callable, optional
        From a generator like that of ``inputs``, in the same state, to what ``measure`` finds as
        ``case.truth``: what was hidden in the inputs.
    helpers : tuple of callable
        Functions of ours that the reference calls. They stand in the instructor's notebook alone.
    without : tuple of str
        Libraries, or parts of one, that the answer may not use: top-level modules, modules of
        `mlp_lib`, names that they hold. In grading, points are left to a person if the notebook
        imports one, or if they are earned only where those modules can be imported.
    """

    measure: Callable
    goals: Mapping
    symptoms: Mapping
    truth: Callable | None = None
    helpers: tuple = ()
    without: tuple = ()

    def cases(self, seed):
        """One case: a project is long."""
        drawn = [make and make(np.random.default_rng([seed, zlib.crc32(self.id.encode())]))
                 for make in (self.inputs, self.truth)]
        return [Case("the project's data", *drawn)]

    def judge(self, cases, outcomes, number):
        """`Verdict` on what was reached."""
        return judging.judge_project(self, cases, outcomes, number)
