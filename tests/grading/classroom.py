"""A small class for the tests: a course, honest submissions, and a stand-in for the sandbox."""

import contextlib
import copy
import io
import json
from types import SimpleNamespace

import nbformat
from nbgrader.preprocessors import ComputeChecksums, LockCells

from mlp_lib.exercises import Written, catalogue, runner, variant, wire
from mlp_lib.grading.assignments import copies, names, notebooks
from mlp_lib.grading.confinement import Answer
from mlp_lib.grading.course import setting_up
from mlp_lib.grading.judging import tasks as judging

CHAPTER = "03_softmax"
ROSTER = """id,first_name,last_name,email
ada,Ada,Lovelace,ada@example.org
emmy,Emmy,Noether,
jdoe,Jane,"Doe, the elder",
"""
NAMES = ("label_smoothing_gradient", "my_cross_entropy", "shift_of_scores", "softmax_in_words")
EXERCISES = [catalogue.find(f"03.{name}")[1] for name in NAMES]  # a function, a number, ...
MARKS = {names.id_of("written" if isinstance(exercise, Written) else "check", exercise):
         float(exercise.points) for exercise in EXERCISES}
CODE = sum(points for own, points in MARKS.items() if own.startswith("check"))  # without a person


def instructors():
    """The instructor's notebook of a chapter, with one exercise of each kind."""
    notebook = notebooks.instructors("03")
    notebook.cells = [cell for cell in notebook.cells
                      if "_03_" not in cell.id or cell.id.split("_03_")[1] in NAMES]
    return notebook


def handed_out(source):
    """What students get of an instructor's notebook, as nbgrader releases it."""
    released = copies.learners(source)
    for preprocessor in (LockCells(), ComputeChecksums()):
        released, _ = preprocessor.preprocess(released, {})
    return released


def new_course(folder, roster=ROSTER):
    """A course with its assignment released."""
    from mlp_lib.grading.course import handing

    path, sources = folder / "roster.csv", folder / "sources"
    path.write_text(roster, encoding="utf-8")
    sources.mkdir()
    nbformat.write(instructors(), sources / f"{CHAPTER}.ipynb")
    course = setting_up.init(folder / "course", path, sources)
    handing.release(course, CHAPTER)
    return course


def solved(course, student):
    """The released notebook with every answer right, as a student would hand it in."""
    source = nbformat.read(course.root / "source" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)
    right = {cell.id: cell.source for cell in source.cells}
    notebook = nbformat.read(course.released(CHAPTER), as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = right[cell.id]
        if cell.source.startswith("NAME ="):
            cell.source = f"NAME = {student!r}"
    return notebook


def answer(notebook, name):
    """The answer cell of an exercise."""
    return next(cell for cell in notebook.cells
                if cell.metadata.get("nbgrader", {}).get("grade_id") in (
                    f"answer_03_{name}", f"written_03_{name}"))


def hand_in(course, student, notebook, stamp="2026-11-20 10:00:00 UTC"):
    """Put a notebook, or whatever text, into a student's folder."""
    folder = course.submitted(CHAPTER, student)
    folder.mkdir(parents=True, exist_ok=True)
    text = notebook if isinstance(notebook, str) else json.dumps(notebook)
    (folder / f"{CHAPTER}.ipynb").write_text(text, encoding="utf-8")
    (folder / "timestamp.txt").write_text(stamp, encoding="utf-8")
    return folder


def stand_in(notebook, folder, calls, limits, sandboxed):
    """STAND-IN for `execution.run`: runs the cells in this process, without any confinement."""
    notebook, names = copy.deepcopy(notebook), {"__name__": "student"}
    for cell in notebook.cells:
        if cell.cell_type == "code" and not cell.metadata.get("nbgrader", {}).get("grade"):
            cell.outputs = run_cell(cell.source, names)
    variant()  # a sandbox would have vanished with what the cells set
    return SimpleNamespace(notebook=notebook, reasons=[], end="finished",
                           answers={call.key: computed(call, names) for call in calls})


def run_cell(source, names):
    """Outputs of a cell."""
    printed = io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(source, names)
    except Exception as error:
        return [nbformat.v4.new_output("error", ename=type(error).__name__, evalue=str(error))]
    text = printed.getvalue()
    return [nbformat.v4.new_output("stream", text=text)] if text else []


def computed(call, names):
    """The answer to a call, as the sandbox gives it."""
    if call.name not in names:
        return Answer((), "missing", f"The notebook does not define `{call.name}`.")
    if call.cases is None:
        return Answer((runner.Outcome(runner.plain(names[call.name])),))
    return Answer(tuple(runner.run(names[call.name], wire.unpack_cases(call.cases))))


def work(task):
    """Judge with the stand-in; for `autograde.grade`."""
    return judging.judge(task, stand_in)


def nothing():
    """In place of the sandbox's own check."""
