"""Judge one submission: a pure function of its files, the released notebook and a secret.

It needs no course folder and no gradebook, so it can run on another machine.
"""

import tempfile
import time
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import nbformat

from mlp_lib.exercises import wire
from mlp_lib.grading.assignments import additions, restoring, variants
from mlp_lib.grading.confinement import Limits
from mlp_lib.grading.judging import showing, submissions, telling
from mlp_lib.grading.judging.marking import LOOK, Judged, Marker
from mlp_lib.grading.judging.results import Mark, Result
from mlp_lib.grading.judging.unaided import Unaided

NO_SANDBOX = "Graded without the sandbox: the student's code ran with all the rights of the grader."


@dataclass(frozen=True)
class Task:
    """All that judging one submission takes.

    Attributes
    ----------
    submission : Submission
    released : str
        JSON text of the notebook that was handed out.
    version : str
        Digest of what is judged, see `Result`.
    secret : bytes
        From which the hidden inputs are drawn; of this submission alone.
    limits : Limits
    sandboxed : bool
    shared : bytes
        From which the inputs are drawn that all of the class get, see ``telling``.
    """

    submission: submissions.Submission
    released: str = field(repr=False)
    version: str
    secret: bytes = field(repr=False)
    limits: Limits = field(default_factory=Limits)
    sandboxed: bool = True
    shared: bytes = field(default=b"", repr=False)


def judge(task, run):
    """Judge a submission; whatever goes wrong becomes a reason, never an exception.

    Parameters
    ----------
    task : Task
    run : callable
        Runs a notebook and computes its answers: `mlp_lib.grading.confinement.execution.run`.
        A project with points is run again, with libraries hidden.

    Returns
    -------
    Result
    """
    started = time.perf_counter()
    try:
        result = judged(task, nbformat.reads(task.released, as_version=4), run)
    except submissions.NeedsPerson as reason:
        result = reasoned(task, str(reason))
    except Exception as error:
        result = lost(task, f"the grading itself stopped: {submissions.in_short(error)}")
    return replace(result, seconds=round(time.perf_counter() - started, 3))


def judged(task, released, run):
    """Restore, run and judge; see `judge`."""
    parsed = submissions.parse(task.submission)
    notebook, notes = restoring.restore(parsed, released)
    marker = Marker(task.submission.student, task.secret, notebook, shared=task.shared,
                    key=variants.key_of(released))
    calls = [call for cell in graded_cells(released) for call in marker.calls(cell)]
    with tempfile.TemporaryDirectory(prefix="mlp-") as folder:
        unpack(task.submission.files, Path(folder))
        ran = run(notebook, folder, calls, task.limits, task.sandboxed)
        if task.sandboxed:  # nothing else can hide libraries
            marker = replace(marker, unaided=Unaided(
                run, notebook, folder, task.limits, task.released))
        marker = replace(
            marker, notebook=ran.notebook, own_code=additions.own_code(notebook, released),
            beside=additions.code_beside(notebook, released),
            elsewhere=elsewhere(task.submission, ran.notebook, released))
        worked = {restoring.grade_id(cell): cell.metadata.get(submissions.WORKED)
                  for cell in parsed.cells}
        cells = [timed(marker.mark(cell, ran.answers), worked) for cell in graded_cells(released)]
    # it was this machine that could not run it, so the next grading tries again
    refused = ran.end == "refused" or any(cell.refused for cell in cells)
    if not (refused or additions.has_any_cell(parsed, released)
            or any(cell.mark.score for cell in cells)):
        raise submissions.NeedsPerson("the notebook holds no answer, and none of the assignment's "
                                      "cells. Is it another notebook?")
    result = result_of(task, ran.notebook, cells, [*notes, *ran.reasons])
    return replace(result, version="") if refused else result


def timed(judged, worked):
    """A mark with the minutes of work, by grade id, as the notebook says."""
    return replace(judged, mark=replace(judged.mark, minutes=worked.get(judged.mark.grade_id)))


def elsewhere(submission, notebook, released):
    """Where else than in its cell an answer in words may stand, as a sentence; or nothing."""
    places = [*submission.papers[:5]]
    if additions.has_own_words(notebook, released):
        places.append("the student's own cells")
    return f"It may stand in: {', '.join(places)}." if places else ""


def unpack(files, folder):
    """Write the files of a submission into an empty folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def graded_cells(notebook):
    """The cells that give points, in order."""
    return [cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade")]


def result_of(task, notebook, cells, remarks, reason=""):
    """The `Result` of a task, with the notebook that shows it."""
    notes = [*task.submission.notes, *map(wire.line, remarks)]
    if not task.sandboxed:
        notes.append(NO_SANDBOX)
        cells = [replace(cell, mark=replace(
            cell.mark, comment=f"{cell.mark.comment}\n\n{NO_SANDBOX}")) for cell in cells]
    marks = tuple(cell.mark for cell in cells)
    displays = {cell.mark.grade_id: cell.html for cell in cells if cell.html}
    shown = showing.graded_notebook(notebook, marks, displays, [*filter(None, [reason]), *notes])
    return Result(
        task.submission.student, task.submission.assignment, task.version,
        task.submission.version, marks, reason, tuple(notes), task.sandboxed,
        timestamp=task.submission.timestamp, notebook=shown)


def reasoned(task, reason):
    """The `Result` that leaves everything to a person, on the notebook as handed out."""
    released = nbformat.reads(task.released, as_version=4)
    cells = [Judged(Mark(cell.metadata.nbgrader.grade_id, float(cell.metadata.nbgrader.points),
                         None, f"{LOOK} {showing.sentence(reason)}", status=telling.OPEN))
             for cell in graded_cells(released)]
    return result_of(task, released, cells, [], reason)


@lru_cache(maxsize=1)
def warm(text):
    """Load and make ready what judging takes, so that a child that is forked later need not.

    Nothing of a submission is touched: ``text`` is the notebook as it was handed out.
    """
    released = nbformat.reads(text, as_version=4)
    marker = Marker("", b"", released)
    for cell in graded_cells(released):
        marker.calls(cell)
    printed = nbformat.v4.new_output("stream", text="warm")
    released.cells.append(nbformat.v4.new_code_cell(outputs=[printed]))
    showing.graded_notebook(released, (), {}, ())


def lost(task, reason):
    """The `Result` of a submission that was not judged; without a version, the next run tries."""
    return replace(reasoned(task, reason), version="")
