"""What grading one submission comes to, and how it is kept as JSON."""

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True)
class Mark:
    """The result of one exercise.

    Attributes
    ----------
    grade_id : str
        Of the graded cell, as in "check_03_label_smoothing_gradient".
    max_score : float
        Points that can be had.
    score : float or None
        Points earned; None if a person has to give them.
    comment : str
        In words, for the student (Markdown). Holds no hidden input.
    person : str
        Why a person must look; empty if nobody must.
    status : str
        That of the `Verdict`, or "open" where a person gives the mark.
    mistake : str
        The sentence of the known mistake that it is; empty if it is none.
    gives : str
        `mlp_lib.exercises.wire.pack_outcomes` of what an answer gives that is wrong in no known
        way: on the cases that the class shares, or the value itself.
    belongs : str
        The name to which a number belongs that is wrong for the student; empty if none is known.
    minutes : int or None
        Of work until the check passed, as the notebook says; None if it does not.
    """

    grade_id: str
    max_score: float
    score: float | None
    comment: str = ""
    person: str = ""
    status: str = ""
    mistake: str = ""
    gives: str = ""
    belongs: str = ""
    minutes: int | None = None


@dataclass(frozen=True)
class Result:
    """The result of one submission.

    Attributes
    ----------
    student, assignment : str
        As nbgrader names them.
    version : str
        Digest of what was judged: the submitted files, the assignment, the sandbox or its absence.
    files_version : str
        Digest of the submitted files alone.
    marks : tuple of Mark
        One for each graded cell of the assignment, whatever was handed in.
    reason : str
        Why the submission as a whole needs a person; empty if it was judged.
    notes : tuple of str
        What was restored, left out or noticed.
    sandboxed : bool
        Whether the student's code was confined.
    seconds : float
        That judging took.
    timestamp : str
        When it was handed in, as written in ``timestamp.txt``; empty if unknown.
    notebook : str
        JSON text of the autograded notebook. Not kept in the record.
    """

    student: str
    assignment: str
    version: str
    files_version: str
    marks: tuple = ()
    reason: str = ""
    notes: tuple = ()
    sandboxed: bool = True
    seconds: float = 0.0
    timestamp: str = ""
    notebook: str = field(default="", compare=False, repr=False)

    @property
    def reasons(self):
        """Every reason why a person must look; a written answer to be marked is none."""
        return tuple(filter(None, [self.reason, *(mark.person for mark in self.marks)]))

    @property
    def score(self):
        """Sum of the points that are known."""
        return sum(mark.score or 0.0 for mark in self.marks)

    def to_json(self):
        """Text of the record."""
        kept = asdict(self)
        del kept["notebook"]
        return json.dumps(kept, indent=1, ensure_ascii=False)

    @classmethod
    def from_json(cls, text):
        """The inverse of `to_json`.

        Raises
        ------
        ValueError
            If the text is damaged, or a record of another form.
        """
        try:
            kept = json.loads(text)
            marks = tuple(Mark(**mark) for mark in kept.pop("marks"))
            if not all(mark.score is None or isinstance(mark.score, int | float)
                       for mark in marks):
                raise TypeError("a score is no number")
            return cls(**kept | {"marks": marks, "notes": tuple(kept["notes"])})
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"a result's record was wanted: {error}") from error
