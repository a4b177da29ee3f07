"""The cells and the answers of one notebook, carried from one kernel to the next; the `Run`."""

import time
from dataclasses import dataclass, field

import nbformat

from mlp_lib.grading.confinement.answers import Answers
from mlp_lib.grading.confinement.cells import Cells
from mlp_lib.grading.confinement.dialogue.asking import ENDS
from mlp_lib.grading.confinement.limits import PATIENCE, Limits
from mlp_lib.grading.confinement.probe import Answer


@dataclass
class Run:
    """What running one notebook came to.

    Attributes
    ----------
    notebook : NotebookNode
        A copy with the outputs.
    sandboxed : bool
        Whether the code was confined.
    hidden : tuple of str
        Libraries that it could not see.
    end : str
        "finished" (also when cells raised exceptions), or the first thing that went wrong:
        "time limit", "kernel died", "output flood", "refused".
    reasons : list of str
        Everything that went wrong, in sentences.
    cells : dict
        By the position of a cell: the sentence about it, where there is one.
    answers : dict
        By the key of a call: its `Answer`.
    skipped : set
        Positions of the cells that ended a kernel and were left out in the next.
    kernels : int
        How many were started.
    seconds : float
        Wall clock.
    """

    notebook: nbformat.NotebookNode
    sandboxed: bool = True
    hidden: tuple = ()
    end: str = "finished"
    reasons: list = field(default_factory=list)
    cells: dict = field(default_factory=dict)
    answers: dict = field(default_factory=dict)
    skipped: set = field(default_factory=set)
    kernels: int = 0
    seconds: float = 0.0

    def note(self, end, reason):
        """Put down what went wrong, once."""
        self.end = end if self.end == "finished" else self.end
        if reason not in self.reasons:
            self.reasons.append(reason)


@dataclass
class Progress:
    """What the cells and the answers of a notebook share.

    Attributes
    ----------
    run : Run
    limits : Limits
    seconds : float
        That are left for cells and answers, in all kernels together.
    deadline : float
        The same by the clock.
    current : int or str or None
        What runs now: a cell's position, or the key of a call.
    slow : set of str
        nbgrader's ids of the graded cells in whose exercise a cell was stopped for its time.
    """

    run: Run
    limits: Limits
    seconds: float
    deadline: float
    current: int | str | None = None
    slow: set = field(default_factory=set)

    def in_time(self):
        """Whether there is time left for all that is still to be done."""
        return self.seconds > 0 and time.monotonic() < self.deadline


class Work:
    """The cells and calls of one run, kept from one kernel to the next.

    Parameters
    ----------
    run : Run
    calls : sequence of Call
    limits : Limits
        The cells may take ``notebook_seconds``, and the cells and calls, in all kernels
        together, twice as long.
    """

    def __init__(self, run, calls, limits):
        seconds = 2 * limits.notebook_seconds
        self.progress = Progress(run, limits, seconds, time.monotonic() + PATIENCE * seconds)
        self.cells = Cells(self.progress, {call.cell for call in calls if call.long})
        self.answers = Answers(self.progress, calls)
        self.run, self.trouble = run, ""

    def in_kernel(self, kernel):
        """Execute the cells in a new kernel, then compute what is still to be computed."""
        self.answers.begin()
        self.cells.run_all(kernel, self.answers.check)
        unseen = {}
        for key in self.answers.left():
            if self.in_time():
                answer = self.answers.compute(kernel, key, self.answers.of_this_kernel(key))
                if answer.unseen and self.cells.unfinished():
                    unseen[key] = answer
                else:
                    self.answers.keep(key, answer)
        if unseen:
            self.second_chance(kernel, unseen)
        self.progress.current = None

    def in_time(self):
        """Whether there is time left."""
        return self.progress.in_time()

    def left(self):
        """Keys of the calls that have no answer yet."""
        return self.answers.left()

    def second_chance(self, kernel, unseen):
        """Run what did not run because of a line before it, and compute these answers again."""
        self.cells.run_the_rest(kernel)
        for key, answer in unseen.items():
            again = self.answers.compute(kernel, key) if self.in_time() else answer
            self.answers.keep(key, answer if again.problem == "missing" else again)

    def begin_kernel(self):
        """A kernel is about to be started: nothing runs in it yet."""
        self.progress.current = None

    def ended(self, error):
        """A kernel has ended: blame what ran, and leave it out from now on."""
        current = self.progress.current
        if current is None:
            self.trouble = f"The kernel {error}."
        elif isinstance(current, int):
            self.run.skipped.add(current)
            self.cells.stopped(current, error.end, str(error))
        else:
            name = self.answers.calls[current].name
            problem = next((word for word, end in ENDS.items() if end == error.end), "ended")
            self.answers.keep_earlier(current, Answer((), problem, f"`{name}` {error}"))
            self.run.note(error.end, f"`{name}` {error}.")

    def give_up(self):
        """Say of each call without an answer that it has none."""
        self.answers.keep_all_earlier()
        if self.trouble and self.left():
            self.run.note("refused", self.trouble)
        words = " ".join(self.run.reasons) or "The time was over."
        for key in self.left():
            self.run.answers[key] = Answer(
                (), "not reached", f"`{self.answers.calls[key].name}` was not computed. {words}")
        self.cells.recorder.tidy()
