"""The instructor's notebooks, built from the exercises; the learner's copies, made from them.

An answer stands once, in the module of its exercise. `write_all` puts it into the instructor's
notebook between nbgrader's solution marks, and nbgrader takes it out again for the learner.
"""

import ast
import inspect
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import mlp_lib
from mlp_lib.exercises import Choice, Number, Project, Written, catalogue
from mlp_lib.grading.assignments.copies import learners
from mlp_lib.grading.assignments.names import INSTRUCTORS, NAME, id_of

NOTEBOOKS = Path(mlp_lib.__file__).resolve().parents[1] / "notebooks"
LEARNERS = NOTEBOOKS / "exercises"
SOURCES = LEARNERS / "source"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

HOW = """\
Each exercise is a variant of something in chapter NUMBER. Write your answer where the \
cell says that it is not answered yet, and run the check below it.

- A check says whether the answer passed; if not, which mistake it is, or where it differs.
- `hint("NUMBER.1")` gives the first of three hints; call it again for the next.
- `progress()` shows what you have passed so far. It is kept on your computer.
- A function gets its arguments as they are and leaves them as they are. What it \
returns may be a list or float32, and operations may come in any order."""

WHO = """\
Some exercises give you numbers of your own. Write your name here; in a class, the id that your \
teacher gave you."""


def nbgrader(cell_id, grade=False, solution=False, points=None):
    """Metadata of a cell for nbgrader."""
    entry = {"grade": grade, "grade_id": cell_id, "locked": grade and not solution,
             "schema_version": 3, "solution": solution, "task": False}
    return {"nbgrader": entry | ({"points": points} if grade else {})}


def marked(lines, indent=""):
    """Lines between nbgrader's solution marks."""
    return "\n".join([f"{indent}### BEGIN SOLUTION", *lines, f"{indent}### END SOLUTION"])


def split_reference(function):
    """Source of a function: the lines down to its docstring, and the lines of its body."""
    source = inspect.getsource(function)
    lines, tree = source.splitlines(), ast.parse(source).body[0]
    end = tree.body[0].end_lineno
    return lines[:end], lines[end:]


def function_answer(exercise):
    """Answer cell's source of a function."""
    head, body = split_reference(exercise.reference)
    return "\n".join([*head, marked(body, "    ")])


def number_answer(exercise):
    """Answer cell's source of a value: the reference, called with the learner's numbers."""
    source = inspect.getsource(exercise.reference).splitlines()
    call = f"{exercise.reference.__name__}({', '.join(exercise.parameters())})"
    return marked([*source, "", "", f"{exercise.name} = {call}"])


def given_source(exercise):
    """Source of the cell that draws and shows the learner's numbers."""
    names = exercise.parameters()
    shown = "\n".join(f'print("{name} =", {name}, sep="\\n")' for name in names)
    target = ", ".join(names) + ("," if len(names) == 1 else "")
    return f'{target} = given("{exercise.id}", NAME).values()\n{shown}'


def prompt(label, exercise):
    """Markdown of an exercise: heading, what is asked, where it belongs."""
    points = f"{exercise.points} point{'s' if exercise.points > 1 else ''}"
    parts = [f"## Exercise {label} · {exercise.title} ({points})", exercise.prompt.strip()]
    if isinstance(exercise, Choice):
        parts.append("\n".join(f"- **{key}** – {text}" for key, text in exercise.options.items()))
        parts.append(f"Assign the letter to `{exercise.name}`.")
    if isinstance(exercise, Number):
        parts.append(f"Assign your answer to `{exercise.name}`.")
    if isinstance(exercise, Written):
        parts.append("A person reads your answer. What earns points:")
        parts.append("\n".join(f"- ({points}) {text}" for points, text in exercise.rubric))
    return "\n\n".join([*parts, f"*Builds on {exercise.ground}.*"])


def check_cell(exercise):
    """The locked cell that checks, and carries the points."""
    name = ", NAME" if isinstance(exercise, Number) else ""
    cell_id = id_of("check", exercise)
    metadata = nbgrader(cell_id, grade=True, points=exercise.points)
    if isinstance(exercise, Project):
        metadata["tags"] = ["nbval-ignore-output"]
    return new_code_cell(f'check("{exercise.id}", {exercise.name}{name})', id=cell_id,
                         metadata=metadata)


def answer_source(exercise):
    """Answer cell's source, with the solution between its marks."""
    if isinstance(exercise, Choice):
        return marked([f'{exercise.name} = "{exercise.right}"'])
    return number_answer(exercise) if isinstance(exercise, Number) else function_answer(exercise)


def helper_cells(exercise):
    """A cell for each helper of a project's answer; a learner's copy has none of them."""
    return [new_code_cell(inspect.getsource(helper).rstrip(), metadata={"tags": [INSTRUCTORS]},
                          id=f"{id_of('helper', exercise)}_{i}")
            for i, helper in enumerate(getattr(exercise, "helpers", ()), 1)]


def cells(label, exercise):
    """All cells of one exercise."""
    own = [new_markdown_cell(prompt(label, exercise), id=id_of("prompt", exercise))]
    if isinstance(exercise, Written):
        cell_id = id_of("written", exercise)
        metadata = nbgrader(cell_id, grade=True, solution=True, points=exercise.points)
        text = marked(exercise.solution.strip().splitlines())
        return [*own, new_markdown_cell(text, id=cell_id, metadata=metadata)]
    if isinstance(exercise, Number):
        own.append(new_code_cell(given_source(exercise), id=id_of("given", exercise)))
    own += helper_cells(exercise)
    cell_id = id_of("answer", exercise)
    own.append(new_code_cell(answer_source(exercise), id=cell_id,
                             metadata=nbgrader(cell_id, solution=True)))
    if getattr(exercise, "example", ""):
        own.append(new_code_cell(exercise.example, id=id_of("example", exercise)))
    return [*own, check_cell(exercise)]


def setup_source(chapter, names):
    """Source of the first code cell: imports, those of `mlp_lib` last and in order."""
    lines = [line for line in chapter.setup.splitlines() if line.strip()]
    own = sorted([line for line in lines if line.startswith("from mlp_lib")]
                 + [f"from mlp_lib.exercises import {names}"])
    others = [line for line in lines if line not in own]
    return "\n".join([*others, "", *own] if others else own)


def instructors(number):
    """The instructor's notebook of a chapter, without outputs.

    Parameters
    ----------
    number : str
        Of the chapter, as in "03".

    Returns
    -------
    nbformat.NotebookNode
    """
    chapter, own = catalogue.chapter(number), catalogue.exercises(number)
    personal = any(isinstance(exercise, Number) for exercise in own.values())
    names = "check, given, hint, progress" if personal else "check, hint, progress"
    how = HOW.replace("NUMBER", number)
    book = [
        new_markdown_cell(f"# {number} · Exercises: {chapter.title}\n\n{how}", id="title"),
        new_code_cell(setup_source(chapter, names), id="setup"),
    ]
    if personal:
        book += [new_markdown_cell(WHO, id="who"), new_code_cell(f'NAME = "{NAME}"', id="name")]
    for label, exercise in own.items():
        book += cells(label, exercise)
    return new_notebook(cells=book, metadata={"kernelspec": KERNEL,
                                              "language_info": {"name": "python"}})


def keep_outputs(notebook, before):
    """Take over a stored notebook's settings, and outputs of the cells that are as they were."""
    known = {cell.id: cell for cell in before.cells}
    for cell in notebook.cells:
        old = known.get(cell.id)
        if cell.cell_type == "code" and old is not None and old.source == cell.source:
            cell.outputs, cell.execution_count = old.outputs, old.execution_count
    notebook.metadata = before.metadata | notebook.metadata


def write_changed(notebook, path):
    """Write a notebook unless its file says the same; whether it was written."""
    text = nbformat.writes(notebook)
    if path.exists() and path.read_text(encoding="utf-8").rstrip("\n") == text.rstrip("\n"):
        return False
    path.write_text(f"{text}\n", encoding="utf-8")
    return True


def write_all(folder=LEARNERS):
    """Write instructor's notebooks and learner's copies that are not as their exercises say.

    Parameters
    ----------
    folder : Path
        Of the copies; the instructor's are in its ``source``. Outputs that are stored there stay.

    Returns
    -------
    list of Path
        Those that were written.
    """
    (folder / "source").mkdir(parents=True, exist_ok=True)
    written = []
    for number in catalogue.chapter_numbers():
        path = folder / "source" / f"{catalogue.chapter(number).notebook}.ipynb"
        source = instructors(number)
        copy = learners(source)
        if path.exists():
            keep_outputs(source, nbformat.read(path, as_version=4))
        written += [place for notebook, place in ((source, path), (copy, folder / path.name))
                    if write_changed(notebook, place)]
    return written
