"""`predict`: a question whose outcome is not on the page before the guess."""

import math
import numbers
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from mlp_lib.questions.outcomes import outcome_of

RUN = "To answer, run this cell: Shift + Enter."  # said where no kernel has run it yet


@dataclass(frozen=True)
class Question:
    """A question of the book.

    Attributes
    ----------
    id : str
        Chapter and a name, as in "02 slopes": under it the guess is kept.
    text : str
    outcome : callable
        Takes nothing; its result is shown, see `outcomes.outcome_of`.
    why : str
        One sentence, shown after the outcome.
    choices : tuple of str
        Empty if the guess is a number or a text.
    between : (float, float) or None
        Ends of the slider, for a guess that is a number.
    answer : callable or None
        From what ``outcome`` returned to the right choice or number. None: nothing is right or
        wrong, the outcome speaks for itself.
    near : float
        How far from the right number a guess may lie, as a share of the slider.
    """

    id: str
    text: str
    outcome: Callable
    why: str = ""
    choices: tuple = ()
    between: tuple | None = None
    answer: Callable | None = None
    near: float = 0.1

    @property
    def chapter(self):
        """The first word of the id."""
        return self.id.split()[0]

    def right(self, found):
        """The right choice or number, or None; ValueError if no choice is right."""
        if self.answer is None:
            return None
        value = self.answer(found)
        if self.choices and str(value) not in self.choices:
            raise ValueError(f"{self.id}: the outcome {value!r} is none of {list(self.choices)}")
        return str(value) if self.choices else value

    def judged(self, guess, found):
        """Whether a guess is right; None where nothing is right or wrong."""
        right = self.right(found)
        if right is None:
            return None
        if self.between and isinstance(guess, numbers.Real):
            low, high = self.between
            return math.isclose(guess, right, abs_tol=self.near * (high - low))
        return str(guess).strip().casefold() == str(right).strip().casefold()


def predict(name, text, outcome, *, why="", choices=(), between=None, answer=None, near=0.1):
    """Ask for a guess, and show the outcome after it.

    Parameters
    ----------
    name : str
        Chapter and a name of the question, as in "02 slopes".
    text : str
        The question.
    outcome : callable
        Takes nothing, returns what is shown after the guess: a value, a text, a picture of
        `mlp_lib.plotting.described`. It is computed when the cell runs, so that a book whose
        outcome no longer holds says so.
    why : str
        One sentence after the outcome.
    choices : sequence, optional
        What can be chosen; shown as text.
    between : (float, float), optional
        Ends of a slider. Without either, the guess is a short text.
    answer : callable, optional
        From the outcome to what is right. With ``choices`` or ``between`` and an outcome that is a
        value, the value itself.
    near : float
        How far from the right number a guess may lie, as a share of the slider.

    Returns
    -------
    Asked
        Shown when it is the last line of a cell. Its outcome stays folded on a page without a
        kernel.

    Raises
    ------
    ValueError
        If the outcome is none of the choices, or lies off the slider.
    """
    choices = tuple(map(str, choices))
    if answer is None and (choices or between):
        answer = value_of
    question = Question(name, text, outcome, why, choices, between, answer, near)
    return Asked(question, outcome())


def value_of(found):
    """The outcome itself, where it is a value; a picture has none."""
    return None if hasattr(found, "metadata") else found


class Asked:
    """A question with its outcome, for the page.

    Parameters
    ----------
    question : Question
    found : object
        What its ``outcome`` returned.
    """

    def __init__(self, question, found):
        self.question, self.found, self.outcome = question, found, outcome_of(found)
        right = question.right(found)
        if question.between and right is not None:
            low, high = question.between
            if not low <= right <= high:
                raise ValueError(f"{question.id}: the outcome {right!r} lies off the slider, "
                                 f"{low:g} to {high:g}")
        self.panel = None

    def __repr__(self):
        parts = [self.outcome.text, *filter(None, [self.question.why])]
        return f"{self.question.text}\n→ " + "\n  ".join(parts)

    def _repr_html_(self):
        offered = "".join(f"<li>{escape(choice)}</li>" for choice in self.question.choices)
        why = f"<p>{escape(self.question.why)}</p>" if self.question.why else ""
        offered = f"<ul>{offered}</ul>" if offered else ""
        return (f"<p><b>{escape(self.question.text)}</b></p>{offered}<p>{RUN}</p>"
                f"<details><summary>Show me</summary>{self.outcome.html}{why}</details>")

    def _repr_mimebundle_(self, include=None, exclude=None):
        from mlp_lib.questions.panels import Panel

        self.panel = self.panel or Panel(self)
        return self.panel._repr_mimebundle_() | {"text/plain": repr(self),
                                                 "text/html": self._repr_html_()}
