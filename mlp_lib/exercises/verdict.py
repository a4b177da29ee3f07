"""What a check has to say, in plain text and in HTML that follows the theme of JupyterLab."""

from dataclasses import dataclass
from html import escape

LOOKS = {  # status: sign, words, colour of JupyterLab's theme with one for other viewers
    "passed": ("✓", "passed", "var(--jp-success-color1, #2e7d32)"),
    "misconception": ("✗", "not yet", "var(--jp-warn-color1, #b26a00)"),
    "refused": ("✗", "not yet", "var(--jp-warn-color1, #b26a00)"),
    "wrong": ("✗", "not yet", "var(--jp-error-color1, #c62828)"),
    "failed": ("✗", "stopped with an error", "var(--jp-error-color1, #c62828)"),
    "unanswered": ("…", "is not answered yet", "var(--jp-info-color1, #0277bd)"),
    "later": ("…", "is judged when the notebook is graded", "var(--jp-info-color1, #0277bd)"),
}

NOTED = "mlp_lib"  # in the metadata of a check's output


@dataclass(frozen=True)
class Verdict:
    """The result of checking one answer.

    Attributes
    ----------
    number, title : str
        Of the exercise, as in "03.2" and "Label smoothing".
    status : str
        "passed"; "misconception", a known mistake; "refused", right values in a way that is not
        allowed; "wrong"; "failed", an exception; "unanswered"; "later", in a graded notebook.
    sentence : str
        What helps, in a sentence or two.
    details : tuple of str
        Shape, type, first difference: they hold no input.
    shown_input : str
        The input that shows it. Left out of what a class gets back.
    right : tuple of bool
        Which cases came out right.
    minutes : int or None
        Of work, as far as the learner's record tells. It stands in the output's metadata, too:
        with the notebook a learner hands it in.
    """

    number: str
    title: str
    status: str
    sentence: str = ""
    details: tuple = ()
    shown_input: str = ""
    right: tuple = ()
    minutes: int | None = None

    @property
    def passed(self):
        """Whether the answer is accepted."""
        return self.status == "passed"

    @property
    def fraction(self):
        """Share of the points, 0 to 1: the share of the cases that came out right."""
        return sum(self.right) / len(self.right) if self.right else 0.0

    @property
    def headline(self):
        """The first line: exercise and outcome."""
        sign, words, _ = LOOKS[self.status]
        return f"{sign} Exercise {self.number} {words}"

    def public(self):
        """Plain text without the input, for the feedback to a class."""
        return "\n".join([self.headline, *filter(None, [self.sentence]), *self.details])

    def __repr__(self):
        return "\n".join([self.public(), *filter(None, [self.shown_input])])

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {}, {} if self.minutes is None else {NOTED: {"minutes": self.minutes}}

    def _repr_html_(self):
        colour = LOOKS[self.status][2]
        parts = [f'<div style="border-left: 4px solid {colour}; padding: 0.2em 0.8em">',
                 f"<b>{escape(self.headline)}</b> · {escape(self.title)}"]
        if self.sentence:
            parts.append(f"<p style='margin: 0.4em 0'>{escape(self.sentence)}</p>")
        if self.details:
            parts.append("<ul style='margin: 0.4em 0'>"
                         + "".join(f"<li>{escape(line)}</li>" for line in self.details) + "</ul>")
        if self.shown_input:
            parts.append("<details><summary>The input that shows it</summary>"
                         f"<pre>{escape(self.shown_input)}</pre></details>")
        return "\n".join([*parts, "</div>"])
