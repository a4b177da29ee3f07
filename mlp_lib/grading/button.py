"""What the *Autograde* button of formgrader and ``nbgrader autograde`` do in a course of ours.

nbgrader would run the student's notebook itself and without a sandbox. Its configuration names
`Judge` instead, so that every way to grade is the same.
"""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbgrader.preprocessors import NbGraderPreprocessor

from mlp_lib.grading import autograde
from mlp_lib.grading.course import Course


class Judge(NbGraderPreprocessor):
    """Grades one submission as ``python -m mlp_lib.grading autograde`` does."""

    def preprocess(self, notebook, resources):
        """The graded notebook in place of the submitted one."""
        about = resources["nbgrader"]
        root = Path(about["db_url"].removeprefix("sqlite:///")).parent
        with ThreadPoolExecutor(1) as pool:  # the server's thread has a running event loop
            pool.submit(autograde.grade, Course(root), about["assignment"], [about["student"]],
                        workers=1, force=True).result()
        graded = Course(root).autograded(about["assignment"], about["student"])
        return nbformat.read(graded / f"{about['assignment']}.ipynb", as_version=4), resources
