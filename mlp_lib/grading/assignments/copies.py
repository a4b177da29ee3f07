"""The learner's copy of an instructor's notebook: answers out, stubs in."""

import copy

from nbgrader.preprocessors import ClearOutput, ClearSolutions

from mlp_lib.exercises import catalogue
from mlp_lib.grading.assignments.names import INSTRUCTORS, NAME, PLACEHOLDER, exercise_id


class NamedStubs(ClearSolutions):
    """nbgrader's `ClearSolutions`, with a stub that says which exercise it is.

    The name whose numbers the instructor's notebook answers goes, too, and so do the cells that
    are the instructor's alone.
    """

    def preprocess(self, notebook, resources):
        """Leave out the instructor's cells, then clear the others."""
        notebook.cells = [cell for cell in notebook.cells
                          if INSTRUCTORS not in cell.metadata.get("tags", [])]
        return super().preprocess(notebook, resources)

    def preprocess_cell(self, cell, resources, index):
        """Put the stub of this cell's exercise in place of its solution."""
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            label, _ = catalogue.find(exercise_id(marks["grade_id"]))
            stub = f'raise NotImplementedError("Exercise {label} is not answered yet")'
            self.code_stub = {"python": stub}
            self.text_stub = f"*Exercise {label} is not answered yet.*"
        if cell.source == f'NAME = "{NAME}"':
            cell.source = f'NAME = "{PLACEHOLDER}"'
        return super().preprocess_cell(cell, resources, index)


def learners(source):
    """The learner's copy of an instructor's notebook.

    Parameters
    ----------
    source : nbformat.NotebookNode
        Left as it is.

    Returns
    -------
    nbformat.NotebookNode
        Without solutions and outputs. It is not paired with a text.
    """
    notebook = copy.deepcopy(source)
    for preprocessor in (NamedStubs(), ClearOutput()):
        notebook, _ = preprocessor.preprocess(notebook, {})
    notebook.metadata["jupytext"] = {"formats": "ipynb"}
    return notebook
