"""Put back what was handed out: locked cells, ids, points. The student's own work stays.

Grading finds answers by nbgrader's ``grade_id``, so whatever happened to it in a submission
(deleted, doubled, renamed, 1000 points written in) is mended from the released notebook first.
"""

import copy

import nbformat
from nbgrader import utils

MISSING = "This cell was missing from the submission. It stands here for its comment."


def marked(cell):
    """Whether nbgrader knows the cell by an id."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade_id"))


def grade_id(cell):
    """nbgrader's id of a cell; None if it has none of text."""
    known = cell.metadata.get("nbgrader", {}).get("grade_id")
    return known if isinstance(known, str) else None


def is_manual(cell):
    """Whether a person gives the points: an answer in words."""
    return bool(utils.is_grade(cell) and utils.is_solution(cell))


def untouched(cell):
    """Whether an answer is as it was handed out, or gone, and no picture is attached to it."""
    own = cell.metadata.nbgrader.get("checksum")
    return cell.source == f"# {MISSING}" or (
        own == utils.compute_checksum(cell) and not cell.get("attachments"))


def restore(notebook, released):
    """A copy of a submitted notebook whose graded, locked and answer cells are those handed out.

    Parameters
    ----------
    notebook : NotebookNode
        From `mlp_lib.grading.judging.submissions.parse`.
    released : NotebookNode
        What was handed out.

    Returns
    -------
    (NotebookNode, list of str)
        And what was mended, each in words.
    """
    notes = []
    known = {grade_id(cell): cell for cell in released.cells if marked(cell)}
    cells = copy.deepcopy(notebook.cells)
    places = first_places(cells, known)
    for i, cell in enumerate(cells):
        own = grade_id(cell)
        if "nbgrader" in cell.metadata and places.get(own) != i:
            notes += stray(own, known)
            del cell.metadata["nbgrader"]
        elif own in known:
            cells[i] = mended(cell, known[own], notes)
    cells = [one for old, new in zip(notebook.cells, cells, strict=True)
             for one in (*written_in(old, new), new)]
    for own in known:
        if own not in places:
            put_back(cells, own, known, notes)
    return nbformat.v4.new_notebook(cells=with_ids(cells), metadata=released.metadata), notes


def first_places(cells, known):
    """Where each known cell stands: of doubles, the first that the student wrote in."""
    places = {}
    for i, cell in enumerate(cells):
        own = grade_id(cell)
        if own not in known:
            continue
        kept = cells[places[own]] if own in places else None
        unwritten = kept is not None and kept.source == known[own].source != cell.source
        if kept is None or (unwritten and not utils.is_locked(known[own])):
            places[own] = i
    return places


def stray(own, known):
    """Notes on a cell that carries nbgrader's metadata and should not."""
    if own in known:
        return [f"{own} stood there more than once; one of them counts as that cell"]
    return [f"a cell was marked {own[:60]!r}, which the assignment does not have"] if own else []


def mended(cell, original, notes):
    """The cell as it must be: a locked one as handed out, an answer with its own metadata back."""
    own = grade_id(original)
    if utils.is_locked(original):
        if cell.source != original.source or cell.cell_type != original.cell_type:
            notes.append(f"{own} had been changed; it was put back as handed out")
        elif points(cell) != points(original):
            notes.append(f"{own} had {points(cell)!r:.40} points written in; it has "
                         f"{points(original)}")
        return copy.deepcopy(original)
    new = copy.deepcopy(original)
    new.source = cell.source
    if cell.cell_type != original.cell_type:
        notes.append(f"{own} had been turned into a {cell.cell_type} cell")
    if "attachments" in cell and original.cell_type == "markdown":
        new["attachments"] = cell["attachments"]
    return new


def written_in(old, new):
    """What a student wrote in a locked cell, as a cell of their own: it may be the answer."""
    if not utils.is_locked(new) or " ".join(old.source.split()) == " ".join(new.source.split()):
        return []
    own = copy.deepcopy(old)
    del own.metadata["nbgrader"]
    return [own]


def points(cell):
    """nbgrader's points of a cell, None if it has none."""
    return cell.metadata.nbgrader.get("points")


def put_back(cells, own, known, notes):
    """Insert a cell that is missing, behind the one that stood before it when handed out."""
    new = copy.deepcopy(known[own])
    if utils.is_solution(new) and not utils.is_grade(new):
        new.source = f"# {MISSING}"  # the stub would overwrite an answer that stands elsewhere
    notes.append(f"{own} was missing; it was put back")
    order = list(known)
    before = set(order[: order.index(own)])
    after = set(order[order.index(own) + 1 :])
    last = [i for i, cell in enumerate(cells) if grade_id(cell) in before]
    first = [i for i, cell in enumerate(cells) if grade_id(cell) in after]
    place = last[-1] + 1 if last and (not first or utils.is_grade(new)) else (
        first[0] if first else len(cells))
    settings = utils.is_locked(new) and not utils.is_grade(new)  # what all cells build on
    cells.insert(0 if settings and not before else place, new)


def with_ids(cells):
    """The cells, each with an id of its own."""
    for i, cell in enumerate(cells):
        cell["id"] = f"cell-{i}"
    return cells
