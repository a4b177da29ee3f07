"""The pages that students get back: each exercise with its points and its diagnosis, once.

nbgrader looks up marks and comments; what it hands over is shown here, on one page that needs
nothing from the network.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import jinja2
from nbconvert.exporters import Exporter
from nbconvert.filters import ansi2html
from nbconvert.filters.highlight import Highlight2HTML
from nbgrader.preprocessors import GetGrades
from traitlets import default

from mlp_lib.grading.course.pages import formulas

OPEN = "open"
NOT_MARKED = "not marked yet"
HEADING = re.compile(r"## (?:Exercise )?(?P<title>[^\n]*?)(?: \([\d.]+ points?\))?(?:\n|$)")
POINTS = re.compile(r"(?m)^[\d.]+ of [\d.]+ points\.\n?")  # the page has them from the gradebook
ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True,
    trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined)


class OpenGrades(GetGrades):
    """nbgrader's marks for a page of feedback; one that is still to be given is no 0."""

    def preprocess(self, notebook, resources):
        """The notebook with marks and comments."""
        notebook, resources = super().preprocess(notebook, resources)
        with self.gradebook as book:
            student = book.find_student(self.student_id)
            name = " ".join(filter(None, [student.first_name, student.last_name]))
        resources["nbgrader"]["student_name"] = name or self.student_id
        return notebook, resources

    def _get_score(self, cell, resources):
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(cell.metadata.nbgrader["grade_id"], self.notebook_id,
                                          self.assignment_id, self.student_id)
        if grade.auto_score is None and grade.manual_score is None:
            cell.metadata.nbgrader["score"] = OPEN


@dataclass
class Part:
    """What a page shows together: an exercise, or what stands before the first.

    Attributes
    ----------
    title : str
    cells : list of NotebookNode
        Without the one that checks.
    score : float, str or None
        `OPEN` if it is still to be given, None if there is nothing to mark.
    points : float
    comment : str
        Markdown: the diagnosis, or what a person wrote.
    """

    title: str = ""
    cells: list = field(default_factory=list)
    score: object = None
    points: float = 0.0
    comment: str = ""

    @property
    def known(self):
        """Whether the points are known."""
        return self.score is not None and self.score != OPEN

    @property
    def shown(self):
        """Points, in words."""
        return f"{self.score:g} of {self.points:g}" if self.known else NOT_MARKED

    @property
    def kind(self):
        """How it went, for its colour."""
        if not self.known:
            return "open"
        return "passed" if self.score >= self.points else "part" if self.score else "wrong"


def parts(notebook):
    """The `Part`s of a graded notebook, in order."""
    found = [Part()]
    for cell in notebook.cells:
        heading = cell.cell_type == "markdown" and HEADING.match(cell.source)
        if heading:
            found.append(Part(heading["title"]))
            cell = cell.copy()
            cell["source"] = cell.source[heading.end():]
        take(found[-1], cell)
    return found


def take(part, cell):
    """Put a cell into a part; a mark becomes the part's."""
    known = cell.metadata.get("nbgrader", {})
    if known.get("grade"):
        part.score, part.points = known["score"], part.points + known["points"]
        part.title = part.title or known["grade_id"]
    part.comment = known.get("comment") or part.comment
    if not known.get("grade") or known.get("solution"):
        part.cells.append(cell)


class FeedbackPage(Exporter):
    """A graded notebook as a page for its student."""

    @default("file_extension")
    def _file_extension_default(self):
        return ".html"

    def from_notebook_node(self, nb, resources=None, **keywords):
        """The page's text, and what is known besides."""
        notebook, resources = super().from_notebook_node(nb, resources, **keywords)
        found, about = parts(notebook), resources["nbgrader"]
        page = ENVIRONMENT.get_template("feedback.html.j2").render(
            about=about, parts=found, exercises=[part for part in found if part.points],
            late=about.get("late_penalty") or 0, markdown=formulas.html, title=title(found),
            code=Highlight2HTML(pygments_lexer="ipython3"), output=ansi2html,
            without_points=lambda text: POINTS.sub("", text), style=style())
        return page, resources


def title(found):
    """The heading of a notebook, which is taken out; empty if it has none."""
    for cell in found[0].cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            first, _, cell["source"] = cell.source.partition("\n")
            return first.lstrip("# ")
    return ""


def style():
    """Colours of code, for both themes."""
    from pygments.formatters import HtmlFormatter

    light, dark = (HtmlFormatter(style=name).get_style_defs(".highlight")
                   for name in ("default", "github-dark"))
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}"


class Words(str):
    """A text in the place of a number, which nbgrader's own pages round."""

    def __round__(self, digits=None):
        return self


def shown(value, default=0.0):
    """A number, or the words that stand for it; a course of before names it in its settings."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return Words(value) if isinstance(value, str) else default
