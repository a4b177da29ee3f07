"""The pages that students get back: nbgrader's, in which a mark that nobody has given is open."""

from nbgrader.preprocessors import GetGrades

OPEN = "open"


class OpenGrades(GetGrades):
    """nbgrader's marks for a page of feedback; one that is still to be given is no 0."""

    def preprocess(self, notebook, resources):
        """The notebook with marks and comments, and the sum in its resources."""
        self.known, self.missing = 0, 0
        notebook, resources = super().preprocess(notebook, resources)
        if self.missing:
            score = resources["nbgrader"]["score"]
            resources["nbgrader"]["score"] = (
                f"{round(score, 2)} and what is {OPEN}" if self.known else OPEN)
        return notebook, resources

    def _get_score(self, cell, resources):
        super()._get_score(cell, resources)
        grade = self.gradebook.find_grade(cell.metadata.nbgrader["grade_id"], self.notebook_id,
                                          self.assignment_id, self.student_id)
        is_open = grade.auto_score is None and grade.manual_score is None
        self.known, self.missing = self.known + (not is_open), self.missing + is_open
        if is_open:
            cell.metadata.nbgrader["score"] = OPEN


class Words(str):
    """A text in the place of a number, which nbgrader's pages round."""

    def __round__(self, digits=None):
        return self


def shown(value, default=0.0):
    """A number for nbgrader's pages, or the words that stand for it; their filter ``float``."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return Words(value) if isinstance(value, str) else default
