"""The cells and the answers of one notebook, carried from one kernel to the next."""

import time
from dataclasses import dataclass, field

import nbformat

from mlp_lib.grading.confinement import probe
from mlp_lib.grading.confinement.dialogue import ENDS, FINISHED, FLOOD, ask
from mlp_lib.grading.confinement.outputs import Recorder
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
        self.run, self.limits, self.current, self.trouble = run, limits, None, ""
        self.calls = {call.key: call for call in calls}
        self.earlier, self.known = {}, set()  # answers at the checks; keys of those of this kernel
        self.asked = set()  # keys of the calls whose inputs this kernel has seen
        self.recorder = Recorder(run.notebook)
        self.code = [index for index, cell in enumerate(run.notebook.cells)
                     if cell.cell_type == "code" and cell.source.strip()]
        self.deadline = time.monotonic() + 2 * limits.notebook_seconds

    def in_kernel(self, kernel):
        """Execute the cells in a new kernel, then compute what is still to be computed."""
        self.known.clear()
        self.asked.clear()
        self.run_cells(kernel)
        for key in self.left():
            if time.monotonic() < self.deadline:
                earlier = self.earlier[key] if key in self.known else None
                self.answer(key, self.compute(kernel, key, earlier))
        self.current = None

    def compute(self, kernel, key, earlier=None):
        """The answer to a call, on other inputs than this kernel has seen before."""
        self.current, call = key, self.calls[key]
        call = call.second() if key in self.asked else call
        self.asked.add(key)
        return probe.compute(kernel, call, earlier)

    def check(self, kernel, index):
        """Compute the answers that are checked in a cell; return how many seconds it took.

        What took too long would do so again: it is not asked a second time.
        """
        started, own = time.monotonic(), self.run.notebook.cells[index].metadata.get("nbgrader", {})
        for key in self.left():
            if own.get("grade_id") and self.calls[key].cell == own["grade_id"]:
                answer = self.compute(kernel, key)
                if answer.problem in ENDS:
                    self.answer(key, answer)
                elif not answer.problem and answer.came:
                    self.earlier[key] = answer
                    self.known.add(key)
        return time.monotonic() - started

    def left(self):
        """Keys of the calls that have no answer yet."""
        return [key for key in self.calls if key not in self.run.answers]

    def answer(self, key, answer):
        """Keep an answer."""
        self.run.answers[key] = answer
        if answer.problem in ENDS:
            self.run.note(ENDS[answer.problem], answer.reason + ".")

    def run_cells(self, kernel):
        """Execute all cells but those that ended an earlier kernel."""
        until = min(self.deadline, time.monotonic() + self.limits.notebook_seconds)
        budget = self.limits.output_bytes
        for index in self.code:
            if index in self.run.skipped:
                continue
            if time.monotonic() > until:
                self.run.note("time limit", f"The notebook was stopped before cell {index + 1}: "
                              f"{self.limits.notebook_seconds:g} s were over.")
                return
            budget -= self.run_cell(kernel, index, until - time.monotonic(), budget)
            until = min(self.deadline, until + self.check(kernel, index))

    def run_cell(self, kernel, index, seconds, budget):
        """Execute one cell; return how many bytes of output it has left in the notebook."""
        self.current = index
        cell = self.run.notebook.cells[index]
        end = ask(kernel, cell.source, min(seconds, self.limits.cell_seconds), budget,
                  self.recorder.begin(index))
        if end.word != FINISHED:
            self.stopped(index, ENDS[end.word], end.sentence, keep=end.word != FLOOD)
        return end.size

    def stopped(self, index, end, what, keep=False):
        """Put down that a cell was stopped."""
        sentence = f"Cell {index + 1} {what}."
        self.run.cells[index] = sentence
        self.run.note(end, sentence)
        self.recorder.close(index, sentence, keep)

    def ended(self, error):
        """A kernel has ended: blame what ran, and leave it out from now on."""
        if self.current is None:
            self.trouble = f"The kernel {error}."
        elif isinstance(self.current, int):
            self.run.skipped.add(self.current)
            self.stopped(self.current, error.end, str(error))
        else:
            name = self.calls[self.current].name
            problem = next((word for word, end in ENDS.items() if end == error.end), "ended")
            self.answer(self.current, Answer((), problem, f"`{name}` {error}"))
            self.run.note(error.end, f"`{name}` {error}.")

    def give_up(self):
        """Say of each call without an answer that it has none."""
        for key in self.left():
            if key in self.earlier:
                self.answer(key, self.earlier[key])
        if self.trouble and self.left():
            self.run.note("refused", self.trouble)
        words = " ".join(self.run.reasons) or "The time was over."
        for key in self.left():
            self.run.answers[key] = Answer(
                (), "not reached", f"`{self.calls[key].name}` was not computed. {words}")
