"""What a student may do to the file of a notebook, as functions of the notebook."""

import json

import nbformat

ANOTHER = "check_03_shift_of_scores"


def tampered(how):
    """A change of the graded cells that is meant to earn something; ``how`` is one of `HOWS`."""
    def change(notebook):
        cells = notebook.cells
        checks = [c for c in cells if c.metadata.get("nbgrader", {}).get("grade")]
        for cell in checks:
            HOWS[how](cell, cell.metadata.nbgrader)
        if how == "deleted":
            notebook.cells = [cell for cell in cells if cell not in checks]
        if how == "doubled":
            notebook.cells = cells + [nbformat.from_dict(cell | {"id": f"again{i}"})
                                      for i, cell in enumerate(checks)]
        if how == "answers graded":
            for cell in cells:
                if "nbgrader" in cell.metadata:
                    cell.metadata.nbgrader.update(grade=True, points=1000)
        return notebook
    return change


def nothing(cell, marks):
    """Leave a check cell as it is."""


def claimed(cell, marks):
    """Write a score into the output of a check cell."""
    if cell.cell_type == "code":
        cell.outputs = [nbformat.v4.new_output("execute_result", data={"text/plain": "5.0"})]


def rewritten(cell, marks):
    """Let a check cell give points."""
    if cell.cell_type == "code":
        cell.source = "5.0"


def renamed_as_another(cell, marks):
    """Give all check cells one id."""
    if cell.cell_type == "code":
        marks.grade_id = ANOTHER


HOWS = {
    "points": lambda cell, marks: marks.update(points=1000),
    "renamed": lambda cell, marks: marks.update(grade_id=f"{marks.grade_id}_free"),
    "source": rewritten, "output": claimed, "two of a name": renamed_as_another,
    "solution": lambda cell, marks: marks.update(solution=True, locked=False),
    "deleted": nothing, "doubled": nothing, "answers graded": nothing,
}
NOTED = {"points": "1000 points written in", "renamed": "which the assignment does not have",
         "source": "had been changed", "two of a name": "more than once",
         "deleted": "was missing; it was put back", "doubled": "more than once"}


def with_text(size):
    """A cell of ``size`` characters."""
    def change(notebook):
        notebook.cells.append(nbformat.v4.new_raw_cell("x" * size))
        return notebook
    return change


def nested(notebook):
    """A cell whose metadata go 400 levels deep."""
    depth = {}
    for _ in range(400):
        depth = {"nbgrader": depth}
    return json.dumps(notebook)[:-1] + f', "deep": {json.dumps(depth)}}}'


def many_cells(notebook):
    """The notebook with 3,000 cells more."""
    notebook.cells += [nbformat.v4.new_raw_cell("") for _ in range(3000)]
    return notebook
