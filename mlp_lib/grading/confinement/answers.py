"""The answers of one notebook: each is computed at its check, at the end, or in another kernel."""

from collections import Counter, defaultdict
from dataclasses import replace

from mlp_lib.grading.confinement import probe
from mlp_lib.grading.confinement.dialogue.asking import ENDS, FLOOD
from mlp_lib.grading.confinement.limits import PATIENCE

SPOILED = (FLOOD, "forged", "none", "broken")  # what an earlier answer may have left behind


class Anew(Exception):
    """An answer may have spoiled its kernel for the others: they are computed in a new one."""


class Answers:
    """The answers of one run.

    Parameters
    ----------
    progress : Progress
    calls : sequence of Call
    """

    def __init__(self, progress, calls):
        self.progress, self.run = progress, progress.run
        self.calls = {call.key: call for call in calls}
        self.earlier, self.known = {}, set()  # answers at the checks; keys of those of this kernel
        self.computed = []  # keys of the calls that were computed in this kernel
        self.suspects, self.alone = set(), set()  # keys: of a kernel that was left; first in one
        self.times, self.spent = Counter(), defaultdict(float)  # tries; seconds of failed ones

    def begin(self):
        """A new kernel has started."""
        self.known.clear()
        self.computed.clear()

    def left(self):
        """Keys of the calls that have no answer yet; last those that may spoil a kernel."""
        return sorted((key for key in self.calls if key not in self.run.answers),
                      key=lambda key: key in self.suspects)

    def of_this_kernel(self, key):
        """The answer that this kernel gave at its check, or None."""
        return self.earlier[key] if key in self.known else None

    def check(self, kernel, index):
        """Compute the answers that are checked in a cell.

        What took too long would do so again: it is not asked a second time.
        """
        own = self.run.notebook.cells[index].metadata.get("nbgrader", {})
        here = [key for key in self.left() if key not in self.suspects
                and self.calls[key].cell == own.get("grade_id")]
        for key in here if own.get("grade_id") else []:
            if self.progress.in_time():
                answer = self.compute(kernel, key)
                if answer.problem in ENDS:
                    self.keep(key, answer)
                elif not answer.problem and answer.came:
                    self.earlier[key] = answer
                    self.known.add(key)

    def compute(self, kernel, key, earlier=None):
        """The answer to a call, on other inputs than the notebook has seen before."""
        if self.computed:
            self.progress.current = self.computed[-1]
            if not kernel.is_idle(PATIENCE * self.progress.limits.grace_seconds):
                self.begin_anew()
        self.progress.current, started = key, kernel.seconds()
        call = self.calls[key].again(self.times[key])
        self.times[key] += 1
        answer = probe.compute(kernel, call, self.patience(call), earlier)
        took = kernel.seconds() - started
        self.progress.seconds -= took
        if answer.problem in SPOILED:
            self.spoiled(key, answer)
        self.computed.append(key)
        if answer.problem or not answer.came:
            self.spent[key] += took
        return answer if answer is earlier else dearer(answer, self.spent[key])

    def patience(self, call):
        """Seconds that a call may take."""
        limits = self.progress.limits
        usual = limits.project_seconds if call.long else limits.probe_seconds
        return min(usual, limits.hurried_seconds) if call.cell in self.progress.slow else usual

    def spoiled(self, key, answer):
        """Keep an answer that is none, unless another may have spoiled it in this kernel."""
        if self.computed and key not in self.alone:
            self.alone.add(key)
            self.begin_anew()
        self.keep(key, answer)

    def begin_anew(self):
        """Leave this kernel. What was computed in it stands, or comes last in the next."""
        self.suspects.update(self.computed)
        self.keep_all_earlier()
        raise Anew

    def keep(self, key, answer):
        """Keep an answer; one that is missing says what may have kept it away."""
        if answer.problem == "missing":
            answer = replace(answer, reason=" ".join([answer.reason, *self.run.reasons]))
        self.run.answers[key] = answer
        if answer.problem in ENDS:
            self.run.note(ENDS[answer.problem], answer.reason + ".")

    def keep_earlier(self, key, otherwise):
        """Keep what was computed at its check, or something else, if there is no answer yet."""
        if key in self.left():
            self.keep(key, self.earlier.get(key) or otherwise)

    def keep_all_earlier(self):
        """Keep all that was computed at the checks and has no later answer."""
        for key in self.left():
            if key in self.earlier:
                self.keep(key, self.earlier[key])


def dearer(answer, seconds):
    """An answer on one case that costs also what earlier tries have taken."""
    if len(answer.outcomes) != 1:
        return answer
    (outcome,) = answer.outcomes
    return replace(answer, outcomes=(replace(outcome, seconds=outcome.seconds + seconds),))
