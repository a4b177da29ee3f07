"""What ties a cell of a notebook to its exercise."""

NAME = "Ada Lovelace"  # whose numbers the instructor's notebooks answer
INSTRUCTORS = "instructors-only"  # tag of a cell that a learner's copy does not have
PLACEHOLDER = "your name"  # what stands there in a learner's copy


def id_of(role, exercise):
    """nbgrader's id of a cell, such as ``check_03_label_smoothing_gradient``."""
    return f"{role}_{exercise.chapter}_{exercise.name}"


def exercise_id(cell_id):
    """The exercise of a cell: ``check_03_label_smoothing_gradient`` is of that in chapter 03."""
    _, chapter, name = cell_id.split("_", 2)
    return f"{chapter}.{name}"
