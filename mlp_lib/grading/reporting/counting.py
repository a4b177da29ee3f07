"""Counts over a class: exercises, mistakes, points, and what moved since an earlier grading."""

from collections import Counter
from dataclasses import dataclass
from statistics import median

from mlp_lib.grading.reporting.standing import STATES

BARS = 10  # of the distribution of points


@dataclass(frozen=True)
class Mistake:
    """A known mistake: whose, and of which question."""

    question: object
    sentence: str
    students: tuple

    @property
    def count(self):
        return len(self.students)


def by_question(klass):
    """Pairs of question and number of answers by state, in the assignment's order."""
    for question in klass.questions:
        counted = Counter(entry.state for entry in klass.of(question))
        yield question, {state: counted[state] for state in STATES}


def times(klass):
    """By question: the median of the minutes that are known, and how many these are.

    None where nobody's are.
    """
    found = {}
    for question in klass.questions:
        known = [entry.mark.minutes for entry in klass.of(question) if entry.mark.minutes]
        found[question] = (median(known), len(known)) if known else None
    return found


def mistakes(klass):
    """The `Mistake`s of a class, the most frequent first."""
    found = {}
    for entry in klass.entries:
        if entry.mark.mistake:
            found.setdefault((entry.question, entry.mark.mistake), []).append(entry.student)
    listed = [Mistake(question, sentence, tuple(students))
              for (question, sentence), students in found.items()]
    return sorted(listed, key=lambda one: (-one.count, one.question.number, one.sentence))


def totals(klass):
    """By student: points that are known, all points, and whether a mark is still open."""
    found = {}
    for student in klass.graded:
        own = [entry for entry in klass.entries if entry.student == student]
        found[student] = (sum(entry.score or 0 for entry in own),
                          sum(entry.mark.max_score for entry in own),
                          any(entry.score is None for entry in own))
    return found


def distribution(klass):
    """Number of students by tenth of the points, from the fewest to the most.

    Of marks that are open a student's share leaves out the points.
    """
    bars = [0] * BARS
    for student in klass.graded:
        known = [entry for entry in klass.entries
                 if entry.student == student and entry.score is not None]
        whole = sum(entry.mark.max_score for entry in known)
        if whole:
            share = sum(entry.score for entry in known) / whole
            bars[min(int(share * BARS + 1e-9), BARS - 1)] += 1
    return bars


@dataclass(frozen=True)
class Moved:
    """A mistake before and now, among those who were graded both times.

    Attributes
    ----------
    question : Question
    sentence : str
    before, now : int
        Who made it.
    passed, another : int
        Of those before: who passes now, and who is wrong in another way or not judged.
    """

    question: object
    sentence: str
    before: int
    now: int
    passed: int
    another: int


def moved(klass, earlier):
    """The `Moved` of each mistake, those first that many made before.

    Parameters
    ----------
    earlier : dict
        From `mlp_lib.grading.course.history.before`.
    """
    entries = {(entry.student, entry.question.grade_id): entry for entry in klass.entries
               if entry.student in earlier}
    was, now = {}, {}
    for (student, own), entry in entries.items():
        _, mistake, _ = earlier[student].get(own, ("", "", None))
        if mistake:
            was.setdefault((entry.question, mistake), set()).add(student)
        if entry.mark.mistake:
            now.setdefault((entry.question, entry.mark.mistake), set()).add(student)
    rows = []
    for key in {**was, **now}:
        before, after = was.get(key, set()), now.get(key, set())
        passed = [s for s in before if entries[s, key[0].grade_id].state == "passed"]
        rows.append(Moved(*key, len(before), len(after), len(passed),
                          len(before - after - set(passed))))
    return sorted(rows, key=lambda row: (-row.before, -row.now, row.question.number, row.sentence))
