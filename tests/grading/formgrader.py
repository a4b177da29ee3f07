"""A teacher's JupyterLab in the folder of a course, with formgrader."""

import contextlib
import json
import os

import pytest

from tests.browser import lab
from tests.grading.classroom import CHAPTER

# formgrader loads MathJax from the network, which tests must not need; formulas stay TeX here.
NO_MATHJAX = """window.MathJax = { Hub: {
    Config() {}, Queue() {}, Startup: { signal: { Interest() {} } } } };"""


@contextlib.contextmanager
def teachers_lab(root, course):
    """The server, for a ``with`` statement; settings and progress are kept below ``root``."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(os.environ, "XDG_DATA_HOME", str(root / "progress"))
        patch.setitem(os.environ, "JUPYTER_PREFER_ENV_PATH", "0")  # the teacher's own settings win
        teacher = root / "config" / "labconfig" / "page_config.json"
        teacher.parent.mkdir(parents=True)
        teacher.write_text(json.dumps({"disabledExtensions": {"@jupyter/nbgrader": False}}))
        with lab.server(root, course.root) as running:
            yield running


def submission(course, student):
    """formgrader's id of a submitted notebook."""
    with course.gradebook() as book:
        return book.find_submission_notebook(CHAPTER, CHAPTER, student).id
