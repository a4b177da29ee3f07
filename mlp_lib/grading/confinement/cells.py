"""The cells of one notebook: executed one by one, and what is left of one that failed."""

from mlp_lib.grading.confinement import remainders
from mlp_lib.grading.confinement.dialogue.asking import ENDS, FINISHED, FLOOD, TIME, ask
from mlp_lib.grading.confinement.dialogue.outputs import Recorder

PIECES = 50  # of a cell that failed again and again


class Cells:
    """The cells of one run.

    Parameters
    ----------
    progress : Progress
    projects : set of str
        nbgrader's ids of the cells that check a project: what stands before one may take as long
        as the project.
    """

    def __init__(self, progress, projects=frozenset()):
        self.projects = projects
        self.progress, self.run, self.limits = progress, progress.run, progress.limits
        self.failed, self.unreached = {}, []  # in this kernel: rests of cells; whole cells
        self.recorder = Recorder(self.run.notebook)
        self.code = [index for index, cell in enumerate(self.run.notebook.cells)
                     if cell.cell_type == "code" and cell.source.strip()]

    def patience(self, index):
        """Seconds that one cell may take."""
        limits = self.limits
        return (max(limits.cell_seconds, limits.project_seconds)
                if self.check_behind(index) in self.projects else limits.cell_seconds)

    def check_behind(self, index):
        """nbgrader's id of the graded cell in whose exercise a cell stands, or None."""
        ids = (cell.metadata.get("nbgrader", {}) for cell in self.run.notebook.cells[index:])
        return next((own.get("grade_id") for own in ids if own.get("grade")), None)

    def unfinished(self):
        """Whether some of it did not run in this kernel."""
        return bool(self.failed or self.unreached)

    def run_all(self, kernel, check):
        """Execute all cells but those that ended an earlier kernel.

        Parameters
        ----------
        kernel : Kernel
            A new one.
        check : callable
            Called with the kernel and a cell's position behind each of them.
        """
        self.failed.clear()
        self.unreached.clear()
        left, budget = self.limits.notebook_seconds, self.limits.output_bytes
        for place, index in enumerate(self.code):
            if index in self.run.skipped:
                continue
            if left <= 0 or not self.progress.in_time():
                self.run.note("time limit", f"The notebook was stopped before cell {index + 1}: "
                              f"{self.limits.notebook_seconds:g} s were over.")
                self.unreached += [i for i in self.code[place:] if i not in self.run.skipped]
                return
            end = self.run_one(kernel, index, left, budget)
            left, budget = left - end.seconds, budget - end.size
            self.progress.seconds -= end.seconds
            check(kernel, index)

    def run_one(self, kernel, index, seconds, budget):
        """Execute one cell; return its `End`."""
        self.progress.current = index
        cell = self.run.notebook.cells[index]
        end = ask(kernel, cell.source, min(seconds, self.patience(index)), budget,
                  self.recorder.begin(index))
        if end.word != FINISHED:
            self.stopped(index, ENDS[end.word], end.sentence, keep=end.word != FLOOD)
        if end.failed or end.word == TIME:
            rest = remainders.from_line(cell.source, remainders.failed_line(kernel), end.failed)
            if rest:
                self.failed[index] = rest
        return end

    def run_the_rest(self, kernel):
        """Execute what did not run because of a line before it, or for want of time."""
        for index, piece in sorted([*self.failed.items(), *((i, None) for i in self.unreached)]):
            if self.progress.in_time():
                source = self.run.notebook.cells[index].source if piece is None else piece
                self.run_pieces(kernel, index, source, again=piece is None)

    def run_pieces(self, kernel, index, source, again):
        """Execute the rest of a cell, and what is left whenever that fails."""
        self.progress.current = index
        take = self.recorder.begin(index) if again else self.recorder.go_on(index)
        for _ in range(PIECES):
            if not source or not self.progress.in_time():
                return
            end = ask(kernel, source, self.patience(index), self.limits.output_bytes, take)
            self.progress.seconds -= end.seconds
            if end.word == FLOOD or not (end.failed or end.word == TIME):
                return
            source = remainders.from_line(source, remainders.failed_line(kernel), itself=False)

    def stopped(self, index, end, what, keep=False):
        """Put down that a cell was stopped."""
        sentence = f"Cell {index + 1} {what}."
        self.run.cells[index] = sentence
        self.run.note(end, sentence)
        if end == ENDS[TIME]:
            self.progress.slow.add(self.check_behind(index))
        self.recorder.close(index, sentence, keep)
