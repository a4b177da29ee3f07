"""The cells and the answers of one notebook, carried from one kernel to the next."""

import time
from collections import Counter, defaultdict
from dataclasses import replace

from mlp_lib.grading.confinement import probe, remainders
from mlp_lib.grading.confinement.dialogue import ENDS, FINISHED, FLOOD, TIME, ask
from mlp_lib.grading.confinement.limits import PATIENCE
from mlp_lib.grading.confinement.outputs import Recorder
from mlp_lib.grading.confinement.probe import Answer

SPOILED = (FLOOD, "forged", "none", "broken")  # what an earlier answer may have left behind
PIECES = 50  # of a cell that failed again and again


class Anew(Exception):
    """An answer may have spoiled its kernel for the others: they are computed in a new one."""


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
        self.computed = []  # keys of the calls that were computed in this kernel
        self.suspects, self.alone = set(), set()  # keys: of a kernel that was left; first in one
        self.times, self.spent = Counter(), defaultdict(float)  # tries; seconds of failed ones
        self.failed, self.unreached = {}, []  # in this kernel: rests of cells; whole cells
        self.recorder = Recorder(run.notebook)
        self.code = [index for index, cell in enumerate(run.notebook.cells)
                     if cell.cell_type == "code" and cell.source.strip()]
        self.deadline = time.monotonic() + 2 * PATIENCE * limits.notebook_seconds
        self.seconds = 2 * limits.notebook_seconds  # that are left

    def in_kernel(self, kernel):
        """Execute the cells in a new kernel, then compute what is still to be computed."""
        for of_this_kernel in (self.known, self.computed, self.failed, self.unreached):
            of_this_kernel.clear()
        self.run_cells(kernel)
        unseen = {}
        for key in self.left():
            if self.in_time():
                earlier = self.earlier[key] if key in self.known else None
                answer = self.compute(kernel, key, earlier)
                if answer.unseen and (self.failed or self.unreached):
                    unseen[key] = answer
                else:
                    self.answer(key, answer)
        if unseen:
            self.second_chance(kernel, unseen)
        self.current = None

    def in_time(self):
        """Whether there is time left for all that is still to be done."""
        return self.seconds > 0 and time.monotonic() < self.deadline

    def second_chance(self, kernel, unseen):
        """Run what did not run because of a line before it, and compute these answers again."""
        for index, piece in sorted([*self.failed.items(), *((i, None) for i in self.unreached)]):
            if self.in_time():
                source = self.run.notebook.cells[index].source if piece is None else piece
                self.run_pieces(kernel, index, source, again=piece is None)
        for key, answer in unseen.items():
            again = self.compute(kernel, key) if self.in_time() else answer
            self.answer(key, answer if again.problem == "missing" else again)

    def run_pieces(self, kernel, index, source, again):
        """Execute the rest of a cell, and what is left whenever that fails."""
        self.current = index
        take = self.recorder.begin(index) if again else self.recorder.go_on(index)
        for _ in range(PIECES):
            if not source or not self.in_time():
                return
            end = ask(kernel, source, self.limits.cell_seconds, self.limits.output_bytes, take)
            self.seconds -= end.seconds
            if end.word == FLOOD or not (end.failed or end.word == TIME):
                return
            source = remainders.from_line(source, remainders.failed_line(kernel), itself=False)

    def compute(self, kernel, key, earlier=None):
        """The answer to a call, on other inputs than the notebook has seen before."""
        if self.computed:
            self.current = self.computed[-1]
            if not kernel.is_idle(PATIENCE * self.limits.grace_seconds):
                self.begin_anew()
        self.current, started = key, kernel.seconds()
        call = self.calls[key].again(self.times[key])
        self.times[key] += 1
        answer = probe.compute(kernel, call, earlier)
        took = kernel.seconds() - started
        self.seconds -= took
        if answer.problem in SPOILED:
            self.spoiled(key, answer)
        self.computed.append(key)
        if answer.problem or not answer.came:
            self.spent[key] += took
        return answer if answer is earlier else dearer(answer, self.spent[key])

    def spoiled(self, key, answer):
        """Keep an answer that is none, unless another may have spoiled it in this kernel."""
        if self.computed and key not in self.alone:
            self.alone.add(key)
            self.begin_anew()
        self.answer(key, answer)

    def begin_anew(self):
        """Leave this kernel. What was computed in it stands, or comes last in the next."""
        self.suspects.update(self.computed)
        for key in self.left():
            if key in self.earlier:
                self.answer(key, self.earlier[key])
        raise Anew

    def check(self, kernel, index):
        """Compute the answers that are checked in a cell.

        What took too long would do so again: it is not asked a second time.
        """
        own = self.run.notebook.cells[index].metadata.get("nbgrader", {})
        here = [key for key in self.left() if key not in self.suspects
                and self.calls[key].cell == own.get("grade_id")]
        for key in here if own.get("grade_id") else []:
            if self.in_time():
                answer = self.compute(kernel, key)
                if answer.problem in ENDS:
                    self.answer(key, answer)
                elif not answer.problem and answer.came:
                    self.earlier[key] = answer
                    self.known.add(key)

    def left(self):
        """Keys of the calls that have no answer yet; last those that may spoil a kernel."""
        return sorted((key for key in self.calls if key not in self.run.answers),
                      key=lambda key: key in self.suspects)

    def answer(self, key, answer):
        """Keep an answer; one that is missing says what may have kept it away."""
        if answer.problem == "missing":
            answer = replace(answer, reason=" ".join([answer.reason, *self.run.reasons]))
        self.run.answers[key] = answer
        if answer.problem in ENDS:
            self.run.note(ENDS[answer.problem], answer.reason + ".")

    def run_cells(self, kernel):
        """Execute all cells but those that ended an earlier kernel."""
        left, budget = self.limits.notebook_seconds, self.limits.output_bytes
        for place, index in enumerate(self.code):
            if index in self.run.skipped:
                continue
            if left <= 0 or not self.in_time():
                self.run.note("time limit", f"The notebook was stopped before cell {index + 1}: "
                              f"{self.limits.notebook_seconds:g} s were over.")
                self.unreached += [i for i in self.code[place:] if i not in self.run.skipped]
                return
            end = self.run_cell(kernel, index, left, budget)
            left, budget = left - end.seconds, budget - end.size
            self.seconds -= end.seconds
            self.check(kernel, index)

    def run_cell(self, kernel, index, seconds, budget):
        """Execute one cell; return its `End`."""
        self.current = index
        cell = self.run.notebook.cells[index]
        end = ask(kernel, cell.source, min(seconds, self.limits.cell_seconds), budget,
                  self.recorder.begin(index))
        if end.word != FINISHED:
            self.stopped(index, ENDS[end.word], end.sentence, keep=end.word != FLOOD)
        if end.failed or end.word == TIME:
            rest = remainders.from_line(cell.source, remainders.failed_line(kernel), end.failed)
            if rest:
                self.failed[index] = rest
        return end

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
            if self.current in self.left():
                self.answer(self.current, self.earlier.get(self.current) or Answer(
                    (), problem, f"`{name}` {error}"))
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


def dearer(answer, seconds):
    """An answer on one case that costs also what earlier tries have taken."""
    if len(answer.outcomes) != 1:
        return answer
    (outcome,) = answer.outcomes
    return replace(answer, outcomes=(replace(outcome, seconds=outcome.seconds + seconds),))
