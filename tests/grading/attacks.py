"""Hostile submissions as data: what each does, and what it must come to in the gradebook.

Each answers the choice and the number rightly, which must keep their marks, and gives a wrong
function or tries to have one taken for right. `{word}` in a text is filled in by the test.
What an attack gets hold of it prints behind LOOT.
"""

from dataclasses import dataclass, field

import nbformat

from tests.grading.hostile import ANSWERS, NOTEBOOKS, PATCHED, SPOILS_THE_REST
from tests.grading.tampering import HOWS, NOTED, many_cells, nested, tampered, with_text

LABEL, NUMBER = "check_03_label_smoothing_gradient", "check_03_my_cross_entropy"
CHOICE, WORDS = "check_03_shift_of_scores", "written_03_softmax_in_words"
CONTAINED = {LABEL: 0.0, NUMBER: 1.0, CHOICE: 1.0, WORDS: 0.0}
FOR_A_PERSON = {LABEL: None, NUMBER: None, CHOICE: None, WORDS: 0.0}
NOT_READ = dict.fromkeys(CONTAINED)
HEAD = "def label_smoothing_gradient(Z, labels, epsilon):\n"
WRONG = f"{HEAD}    return np.zeros_like(Z)"


@dataclass(frozen=True)
class Attack:
    """A submission that means harm.

    Attributes
    ----------
    cells : tuple of str
        Code cells before the answers.
    answer : str
        The answer cell of the function.
    says : str
        A pattern that is found in the remarks, the comments or the graded notebook.
    marks : dict
        Marks by cell; None for one that is left to a person.
    files : dict
        Text by path, beside the notebook.
    change : callable
        What else is done to the notebook, which it gets and gives back; or text, or bytes.
    """

    cells: tuple = ()
    answer: str = WRONG
    says: str = "Exercise 03"
    marks: dict = field(default_factory=lambda: CONTAINED)
    files: dict = field(default_factory=dict)
    change: object = lambda notebook: notebook

    @property
    def needs_a_person(self):
        """Whether it must be on the list; an answer in words that is to be read is no reason."""
        return any(self.marks[own] is None for own in (LABEL, NUMBER, CHOICE))


LOOT = {  # what shows, in a last cell, what a notebook of `hostile` got hold of
    "spy": "found", "looks for references": "found", "writes elsewhere": "written",
    "dials the grader": "[reached] * reached",
    "burst of 1,000 processes": "[n for n in [started] if n >= 64]",
    "own numpy and mlp_lib": "[origin for origin in origins if 'submission' in origin]",
}
SAYS = {"8 GB": "MemoryError", "sys.exit": "SystemExit",
        "200 MB in one print": "put out more|was stopped",
        "200 MB in many prints": "put out more|was stopped",
        "endless displays": "put out more|was stopped"}


def from_cells(name, hostile):
    """A notebook of `hostile` as a submission."""
    shows = (f"print('LOOT', {LOOT[name]})",) if name in LOOT else ()
    says = SAYS.get(name, hostile.says.replace("Cell 2", r"Cell \d").replace("(", r"\(")
                    .replace(")", r"\)") or (r"LOOT \[\]" if shows else "Exercise 03"))
    marks = CONTAINED | ({NUMBER: None} if hostile.cells == (PATCHED,) else {})  # it broke `given`
    if "data.txt" in hostile.files:  # which may be the answer in words
        marks = marks | {WORDS: None}
    return Attack((*hostile.cells, *shows), says=says, files=hostile.files, marks=marks)


ENDS = {"time": "was stopped after", "flood": "put out more|was stopped", "ended": "the kernel",
        "too long": "gave an answer of", "forged": "no answer that could be read",
        "none": "no answer came out", "broken": "could not be handed over", "": "Exercise 03.2"}


def from_answer(name, source, problem):
    """An answer of `hostile` as a submission."""
    marks = CONTAINED | ({LABEL: None} if problem else {})  # it gave no value that could be judged
    if name in SPOILS_THE_REST:  # of which the number was computed before
        marks = marks | {CHOICE: None}
    return Attack(answer=f"{source}\n{HEAD}    return bad(Z)", says=ENDS[problem], marks=marks)


TAKES_OVER = """
import sqlite3
written = []
for place in {targets}:
    try:
        with open(place, "a") as file:
            file.write(" ")
        written.append(place)
    except OSError:
        pass
try:
    with sqlite3.connect("{gradebook}") as book:
        book.execute("UPDATE grade SET manual_score = 100")
    written.append("the gradebook")
except sqlite3.Error:
    pass
print("LOOT", written)
"""
PLANTED_LINK = """
import pathlib
found = [name for name in ("link.txt", "folder/secret") if pathlib.Path(name).exists()]
print("LOOT", found)
"""
CHECK_LIES = """
import mlp_lib.exercises
from IPython.display import HTML
check = mlp_lib.exercises.check = lambda *args: HTML("5.0")
"""
BY_TIME = """
import time
defined, calls = time.monotonic(), []
""" + HEAD + """
    calls.append(time.monotonic() - defined)
    if len(calls) > 1 and calls[-1] - calls[-2] < 30:  # a machine is calling
        raise KeyError("graded", len(calls))
    return np.zeros_like(Z)
"""
BY_STACK = """
import gc, sys
""" + HEAD + """
    frame, found = sys._getframe().f_back, []
    while frame is not None:
        for value in [*frame.f_locals.values(), *frame.f_globals.values()]:
            found += [value, getattr(value, "truth", None), getattr(value, "reference", None)]
        for name in ("same", "plain", "failure", "difference", "allclose"):
            if name in frame.f_globals and "mlp_lib" in frame.f_globals.get("__name__", ""):
                frame.f_globals["same"] = lambda *args: True
        frame = frame.f_back
    for value in found + gc.get_objects():
        if type(value) is np.ndarray and value.shape == Z.shape and value is not Z:
            return value
    return np.zeros_like(Z)
"""
BY_ENVIRONMENT = """
import os, sys
graded = os.environ.get("USER") == "student" or sys.flags.safe_path
""" + HEAD + """
    if graded:
        import importlib
        for name in ("mlp_lib.exercises.chapters.ch03.label_smoothing_gradient",
                     "mlp_lib.exercises.catalogue"):
            try:
                found = importlib.import_module(name)
                exercise = getattr(found, "EXERCISE", None) or found.find("03.2")[1]
                return exercise.reference(Z, labels, epsilon)
            except (ImportError, LookupError):
                pass
    return np.zeros_like(Z)
"""
ALWAYS_EQUAL = """
class Yes(np.ndarray):
    __array_priority__ = 1e9
    def yes(self, *args, **kwargs): return True
    __eq__ = __le__ = __ge__ = __lt__ = all = any = __array_ufunc__ = __array_function__ = yes
""" + HEAD + """
    return np.zeros_like(Z).view(Yes)
"""
NOT_FINITE = f"{HEAD}    return np.full_like(Z, np.nan if epsilon > 0.2 else np.inf)"
WITHOUT_END = f"{HEAD}    return np.broadcast_to(0.0, (10**6, 10**6))"
FORGED_PICKLE = """
import base64, io, json
import IPython.display as D
class Evil:
    def __reduce__(self):
        return (io.open, ("{owned}", "w"))
buffer = io.BytesIO()
np.save(buffer, np.array([Evil()], dtype=object), allow_pickle=True)
value = {"npy": base64.b64encode(buffer.getvalue()).decode()}
send = D.publish_display_data
def forge(data, *args, **kwargs):
    outcomes = json.dumps([[value, None, [], False, 0.0]])
    send({form: {"word": "answer", "text": outcomes} for form in data})
D.publish_display_data = forge
"""


def everything_at_once(notebook):
    """All letters for the choice, and no number for the number."""
    for cell in notebook.cells:
        if "shift_of_scores" in cell.metadata.get("nbgrader", {}).get("grade_id", ""):
            cell.source = cell.source.replace('"b"', '"a, b, c, d, e"')
        if cell.source.startswith("NAME"):
            cell.source += "\nclass Any(float):\n    __eq__ = __lt__ = lambda *args: True"
        if cell.get("id") == "answer_03_my_cross_entropy":
            cell.source = "my_cross_entropy = Any('nan')"
    return notebook


ATTACKS = {
    **{name: from_cells(name, hostile) for name, hostile in NOTEBOOKS.items()},
    **{f"answer {name}": from_answer(name, source, problem)
       for name, (source, problem) in ANSWERS.items() if "def bad" in source},
    **{f"cells {how}": Attack(change=tampered(how), says=NOTED.get(how, "Exercise 03"))
       for how in HOWS},
    "takes over": Attack((TAKES_OVER,), says=r"LOOT \[\]"),
    "planted link": Attack((PLANTED_LINK,), says=r"link\.txt was left out[\s\S]*LOOT \[\]"),
    "check that lies": Attack((CHECK_LIES,)),
    "detects by time": Attack(answer=BY_TIME, says="Exercise 03.2 (not yet|stopped)"),
    "detects by stack": Attack(answer=BY_STACK),
    "detects by environment": Attack(answer=BY_ENVIRONMENT),
    "always equal": Attack(answer=ALWAYS_EQUAL),
    "not finite": Attack(answer=NOT_FINITE),
    "without end": Attack(answer=WITHOUT_END),
    "everything at once": Attack(
        change=everything_at_once, marks=CONTAINED | {NUMBER: 0.0, CHOICE: 0.0}),
    "forged pickle": Attack((FORGED_PICKLE,), says=ENDS["forged"], marks=FOR_A_PERSON),
    "half a file": Attack(change=lambda notebook: nbformat.writes(notebook)[:3000],
                          says="is damaged", marks=NOT_READ),
    "no text": Attack(change=lambda notebook: b"\xff\xfe\x00PK", says="is damaged",
                      marks=NOT_READ),
    "nested lists": Attack(change=lambda notebook: "[" * 10**6, says="is damaged", marks=NOT_READ),
    "nested metadata": Attack(change=nested, says="Exercise 03"),
    "huge file": Attack(change=with_text(21 * 2**20), says="it is too large", marks=NOT_READ),
    "many cells": Attack(change=many_cells, says=r"at most \d+ cells", marks=NOT_READ),
    "large text": Attack(change=with_text(15 * 2**20), marks=CONTAINED | {WORDS: None}),
}
