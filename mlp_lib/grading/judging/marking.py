"""Marks: what to ask of the student's kernel for each graded cell, and what the answer earns."""

import re
from dataclasses import dataclass, replace
from itertools import islice

from mlp_lib.exercises import Choice, Number, Project, Verdict, catalogue, folded, wire
from mlp_lib.grading.assignments import names, restoring
from mlp_lib.grading.confinement import Call
from mlp_lib.grading.judging import bounds, libraries, showing, submissions, syntax, telling
from mlp_lib.grading.judging.results import Mark
from mlp_lib.grading.judging.unaided import NotRun, Unaided

WRITTEN = "A person reads this answer."
KEPT_AWAY = ("broken", "none", "forged", "not reached")  # by what is no mistake of an answer's
LOOK = "A person has to look at this:"
TOOK_TOO_LONG = r"Cell \d{1,5} was stopped after [\d.]{1,9} s\."  # said by us, and a sentence
ELSEWHERE = "There is code of the student's own that may be the answer, under another name."


class Another(submissions.NeedsPerson):
    """A number that is right for another name, ``name``."""

    def __init__(self, words, name):
        super().__init__(words)
        self.name = name


@dataclass(frozen=True)
class Judged:
    """A mark, the HTML that shows its diagnosis, and whether this machine could not judge it."""

    mark: Mark
    html: str = ""
    refused: bool = False


@dataclass(frozen=True)
class Marker:
    """Marks the graded cells of one submission.

    Attributes
    ----------
    student : str
    secret : bytes
        From which the hidden inputs are drawn; of this submission alone, so what an answer lets
        out about them helps no other.
    notebook : NotebookNode
        The submitted one, restored.
    elsewhere : str
        Where else than in its cell an answer in words may stand: cells of the student's own, a
        scan, a file of text.
    own_code : str
        Text of the cells of code that the student has added.
    beside : set of str
        Ids of the graded cells of exercises among whose cells there is such code.
    shared : bytes
        From which the inputs are drawn that all of the class get and that earn nothing.
    unaided : Unaided, optional
        Runs the notebook again without the libraries that a project rules out.
    key : str
        Of the course's own numbers, as the notebook was handed out; empty for the book's.
    """

    student: str
    secret: bytes
    notebook: object
    elsewhere: str = ""
    own_code: str = ""
    beside: frozenset = frozenset()
    shared: bytes = b""
    unaided: Unaided | None = None
    key: str = ""

    def calls(self, cell):
        """The `Call`s that one graded cell takes; none for an answer in words."""
        own = cell.metadata.nbgrader.grade_id
        if restoring.is_manual(cell):
            return []
        try:
            _, exercise = exercise_of(own)
        except LookupError:
            return []
        if isinstance(exercise, Number):
            return [Call(own, exercise.name, None, own), Call(name_key(own), "NAME", None, own)]
        if isinstance(exercise, Choice):
            return [Call(own, exercise.name, None, own)]
        def draw(time):
            return wire.pack_cases([*self.cases(exercise, time),
                                    *telling.shared_cases(exercise, self.shared)])

        long = isinstance(exercise, Project)
        return [Call(own, exercise.name, draw(0), own, draw, long=long)]

    def cases(self, exercise, time=0):
        """The hidden inputs of an exercise; for one with the learner's numbers, those.

        Those for a later ``time`` (1, 2, ...) are others.
        """
        if isinstance(exercise, Choice | Number):
            return exercise.cases(self.student, self.key)
        return exercise.cases(telling.seed(self.secret, exercise.id + "/again" * time))

    def mark(self, cell, answers):
        """The `Judged` of one graded cell.

        Parameters
        ----------
        cell : NotebookNode
            As handed out.
        answers : dict of str to Answer
            By the keys of `calls`.
        """
        own, points = cell.metadata.nbgrader.grade_id, float(cell.metadata.nbgrader.points)
        if restoring.is_manual(cell):
            return self.written(own, points)
        try:
            label, exercise = exercise_of(own)
            verdict = self.verdict(label, exercise, answers[own])
            if isinstance(exercise, Number) and answers[own].outcomes and not verdict.passed:
                verdict = self.by_name(verdict, exercise, answers[own], answers[name_key(own)])
            if isinstance(exercise, Project) and verdict.fraction:
                self.own_work(cell, exercise, verdict)
            shared = len(telling.shared_cases(exercise, self.shared))
            told = telling.told(exercise, verdict, answers[own], shared)
        except NotRun as reason:
            return replace(for_person(own, points, str(reason)), refused=True)
        except Another as reason:
            return for_person(own, points, str(reason), reason.name)
        except submissions.NeedsPerson as reason:
            return for_person(own, points, str(reason))
        except Exception as error:
            return for_person(own, points, f"could not be judged: {submissions.in_short(error)}")
        score = round(points * verdict.fraction, 4)
        text = showing.comment(verdict, f"{score:g} of {points:g} points.")
        shown = replace(verdict, shown_input="")._repr_html_()
        return Judged(Mark(own, points, score, text, **told), shown)

    def by_name(self, verdict, exercise, answer, typed):
        """The verdict on a number that is wrong for the student, if NAME may say another.

        Raises
        ------
        Another
            If the number is right for that name.
        NeedsPerson
            If there is none.
        """
        name = typed.value
        if not isinstance(name, str) or not name.strip():
            raise submissions.NeedsPerson(
                f"the number is wrong for {self.student!r}, and NAME is no name that could tell "
                f"whose numbers it is for. {typed.reason}".strip())
        if folded(name) == folded(self.student):
            return verdict
        words = f"{found_name(name)}, the student is {self.student!r}"
        other = compared(exercise, exercise.cases(name, self.key), answer, verdict.number)
        if other.fraction > verdict.fraction:
            raise Another(f"{words}; the number is right for that name", name)
        return replace(other, sentence=f"{other.sentence} ({words}; the number is right for "
                                       "neither.)".strip())

    def own_work(self, cell, exercise, verdict):
        """Raise `NeedsPerson` if the answer may be the work of what the project rules out."""
        if found := libraries.ruled_out(self.notebook, exercise.without):
            raise submissions.NeedsPerson(
                f"{verdict.fraction:.0%} of the goals are reached, but the notebook says "
                f"{found!r:.99}, and the exercise rules that out. Does the answer use it?")
        if self.unaided is not None:
            calls = self.calls(cell)
            self.unaided.require(exercise, verdict, calls, lambda answers: self.second(
                verdict.number, exercise, answers[calls[0].key]))

    def second(self, label, exercise, answer):
        """The verdict on a second run: without what is ruled out, an answer may not be there."""
        if answer.problem in KEPT_AWAY:
            raise submissions.NeedsPerson(answer.reason)
        if answer.problem:
            return Verdict(label, exercise.title, "wrong", answer.reason)
        return compared(exercise, self.cases(exercise, answer.time), answer, label)

    def written(self, own, points):
        """The mark of an answer in words: open, or 0 if nothing was written anywhere."""
        untouched = self.untouched(own)
        if untouched and not self.elsewhere:
            return Judged(Mark(own, points, 0.0, "Not answered: the cell is as it was handed out.",
                               status="unanswered"))
        where = showing.sentence(self.elsewhere) if untouched else ""
        return Judged(Mark(own, points, None, f"{WRITTEN} {where}".strip(), status=telling.OPEN))

    def untouched(self, own):
        """Whether the answer cell of this id is as it was handed out, or is gone."""
        cells = [cell for cell in self.notebook.cells if restoring.grade_id(cell) == own]
        return all(restoring.untouched(cell) for cell in cells)

    def verdict(self, label, exercise, answer):
        """The exercise's verdict on what came out of the sandbox."""
        if answer.problem == "missing" and self.unanswered(label, exercise):
            return Verdict(label, exercise.title, "unanswered")
        if answer.problem or answer.unseen:
            broken = answer.problem == "missing" and self.no_python(exercise)
            raise submissions.NeedsPerson(broken or " ".join(
                map(closed, [unjudged(answer),
                             *islice(dict.fromkeys(self.stopped(exercise)), 3)])))
        verdict = compared(exercise, self.cases(exercise, answer.time), answer, label)
        if verdict.status == "unanswered" and not self.unanswered(label, exercise):
            raise submissions.NeedsPerson(f"`{exercise.name}` is as it was handed out. {ELSEWHERE}")
        return verdict

    def unanswered(self, label, exercise):
        """Whether an answer cell is as it was handed out, and no other code may be the answer."""
        checked = rf"\b{exercise.name}\b|\bcheck\(\s*['\"]{re.escape(label)}['\"]"
        return (self.untouched(names.id_of("answer", exercise))
                and names.id_of("check", exercise) not in self.beside
                and not re.search(checked, self.own_code))

    def no_python(self, exercise):
        """The error of syntax in an answer's cell, in a sentence; empty if there is none."""
        own = names.id_of("answer", exercise)
        found = (syntax.error(cell.source) for cell in self.notebook.cells
                 if restoring.grade_id(cell) == own and cell.cell_type == "code")
        return next(filter(None, found), "")

    def stopped(self, exercise):
        """What ended the cells that name an answer, in sentences."""
        for i, cell in enumerate(self.notebook.cells):
            if cell.cell_type == "code" and exercise.name in cell.source:
                for error in (one for one in cell.outputs if one.output_type == "error"):
                    name, value = error.get("ename", ""), error.get("evalue", "")
                    words = wire.line(f"{name}: {value}"[:200])
                    ours = name == "Stopped" and re.fullmatch(TOOK_TOO_LONG, value)
                    yield value if ours else f"Cell {i + 1} stopped with {words}"


def compared(exercise, cases, answer, label):
    """The exercise's verdict on outcomes; `bounds.TooLong` if that takes too much work."""
    own = list(answer.outcomes)[:len(cases) or 1]  # what follows is shared by the class
    with bounds.seconds(bounds.MARK_SECONDS):
        return exercise.judge(cases, own, label)


def closed(sentence):
    """A sentence with its full stop, so that another can follow."""
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def unjudged(answer):
    """Why an answer cannot be judged by its values, in a sentence."""
    if answer.problem:
        return answer.reason
    failure = answer.outcomes[0].failure
    return f"Every call stopped with {failure.kind}: {failure.message[:300]}."


def name_key(own):
    """Key of the call that asks for the learner's name."""
    return f"{own}/NAME"


def exercise_of(grade_id):
    """Number and exercise of a graded cell's id, as in "check_03_label_smoothing_gradient".

    Raises
    ------
    LookupError
        If there is no such exercise.
    """
    try:
        return catalogue.find(names.exercise_id(grade_id))
    except ValueError as error:
        raise LookupError(f"no exercise belongs to the cell {grade_id!r}") from error


def for_person(own, points, reason, belongs=""):
    """A mark that a person gives, with the reason; a number may belong to another's name."""
    reason = wire.line(reason)
    return Judged(Mark(own, points, None, f"{LOOK} {showing.sentence(reason)}",
                       f"{own}: {reason}", status=telling.OPEN, belongs=wire.line(belongs[:200])))


def found_name(name):
    """What NAME says, for people."""
    left = folded(name) == folded(names.PLACEHOLDER)
    return f"NAME {'was left as it was handed out,' if left else 'in the notebook is'} {name!r:.60}"
