"""What a student has added to a notebook: cells of their own, in which an answer may stand."""

import re

from mlp_lib.grading.assignments.restoring import grade_id, marked

HEADING = "## "  # of an exercise
ASIDE = re.compile(r"\s*(#.*|[%!?].*|(hint|progress|check)\(.*\)\s*)?")  # lines that answer nothing


def has_any_cell(notebook, released):
    """Whether a submitted notebook has an id of those that were handed out."""
    known = {grade_id(cell) for cell in released.cells if marked(cell)}
    return any(grade_id(cell) in known for cell in notebook.cells)


def has_own_words(notebook, released):
    """Whether the student added cells with words: an answer may stand in one of them.

    The ``notebook`` has run: words in a cell of code are comments, or an error.
    """
    return any(map(in_words, own_cells(notebook, released)))


def own_code(notebook, released):
    """Text of the cells of code that the student added."""
    return "\n".join(cell.source for cell in own_cells(notebook, released)
                     if cell.cell_type == "code")


def code_beside(notebook, released):
    """Whether there is code of the student's own among the cells of an exercise.

    Returns
    -------
    set of str
        nbgrader's ids of the graded cells of such exercises.
    """
    own, found = list(map(id, own_cells(notebook, released))), set()
    for section in sections(notebook):
        if any(id(cell) in own and computes(cell) for cell in section):
            found.update(map(grade_id, section))
    return found - {None}


def sections(notebook):
    """The cells from one exercise's heading to the next."""
    found = [[]]
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith(HEADING):
            found.append([])
        found[-1].append(cell)
    return found


def computes(cell):
    """Whether a cell holds more than comments, hints and checks."""
    return cell.cell_type == "code" and not all(map(ASIDE.fullmatch, cell.source.splitlines()))


def own_cells(notebook, released):
    """The cells that were not handed out, and are not empty."""
    handed_out = {cell.source.strip() for cell in released.cells}
    return [cell for cell in notebook.cells if not marked(cell) and cell.source.strip()
            and cell.source.strip() not in handed_out]


def in_words(cell):
    """Whether a cell holds words and no code."""
    lines = filter(None, map(str.strip, cell.source.splitlines()))
    return (cell.cell_type != "code" or all(line.startswith("#") for line in lines)
            or any(output.get("ename") == "SyntaxError" for output in cell.outputs))
