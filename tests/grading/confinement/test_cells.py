"""How long a cell may take: like an answer, and like a project where one is asked for."""

from types import SimpleNamespace

from nbformat.v4 import new_code_cell, new_notebook

from mlp_lib.grading.confinement import Limits
from mlp_lib.grading.confinement.cells import Cells


def graded(own):
    return new_code_cell("check()", metadata={"nbgrader": {"grade": True, "grade_id": own}})


def patience(limits, projects):
    """Seconds of the cells of a notebook with two exercises, and one cell behind them."""
    notebook = new_notebook(cells=[new_code_cell("1"), graded("a"), new_code_cell("2"),
                                   new_code_cell("3"), graded("b"), new_code_cell("4")])
    progress = SimpleNamespace(run=SimpleNamespace(notebook=notebook), limits=limits)
    cells = Cells(progress, projects)
    return [cells.patience(index) for index in range(6)]


def test_a_cell_of_a_project_has_the_projects_time():
    limits = Limits()
    assert patience(limits, {"b"}) == [10, 10, 45, 45, 45, 10]
    assert patience(limits, set()) == [10] * 6
    assert patience(Limits(cell_seconds=90), {"b"}) == [90] * 6


def test_an_endless_loop_costs_what_a_class_can_wait_for():
    limits = Limits()
    assert limits.cell_seconds + limits.hurried_seconds + limits.grace_seconds < 15
