"""What cannot be judged by its values goes to a person, with the reason; it is never 0 in silence.

One class, graded once in the real sandbox.
"""

import re
from types import SimpleNamespace

import nbformat
import pytest

from mlp_lib.grading import autograde
from mlp_lib.grading.confinement import Limits
from mlp_lib.grading.course import people, records
from tests.grading import classroom
from tests.grading.boxes import sandbox_or_skip  # noqa: F401
from tests.grading.classroom import CHAPTER, MARKS, answer, hand_in, solved
from tests.grading.honest import HEAD, RIGHT, TARGETS, first, function, replaced

pytestmark = pytest.mark.usefixtures("boxed")
LIMITS = Limits(cell_seconds=2, probe_seconds=3, grace_seconds=1, notebook_seconds=8)
LABEL, NUMBER = "check_03_label_smoothing_gradient", "check_03_my_cross_entropy"
CHOICE, WORDS = "check_03_shift_of_scores", "written_03_softmax_in_words"
UNTOUCHED = "as it was handed out"
SLOW = f"""import time
{HEAD}    until = time.process_time() + 60
    while time.process_time() < until: pass
{TARGETS}    return (softmax(Z) - T) / N"""
RENAMED = RIGHT.replace("def label_smoothing_gradient", "def gradient_of_the_smoothed_loss")
TABLE = f"weights = np.load('weights.npy')\n{RIGHT}".replace("(N, C),", "(N, C), weights[0] *")
READ = RIGHT.replace("    return", "    np.load('weights.npy')\n    return")


def elsewhere(*sources, check=None):
    """The answer cell is as it was handed out; beside it stand cells of the student's own."""
    def change(notebook):
        own = answer(notebook, "label_smoothing_gradient")
        own.source = UNTOUCHED
        place = notebook.cells.index(own) + 1
        first(*sources, place=place)(notebook)
        if check:
            replaced(*check)(notebook)
        return notebook
    return change


# what is changed, and by the id of a graded cell what a person is told; all else has its points
CASES = {
    "asks for the name": (replaced("NAME = ", "NAME = input('Your id? ') #"), {
        NUMBER: r"does not define `my_cross_entropy`.*NameError"}),
    "slow cells before the answers": (first(*["import time\ntime.sleep(1.6)"] * 8), {}),
    "slow experiment at its head": (function(f"import time\ntime.sleep(60)\n{RIGHT}"), {}),
    "slow answer": (function(SLOW), {LABEL: r" s\. Cell 11 was stopped after 2 s\.$"}),
    "endless answer": (
        function(f"{HEAD}    while True: pass"),
        {LABEL: r"`\w+` was stopped after [\d.]+ s\. Cell 11 was stopped after 2 s\.$"}),
    "library in the answer": (
        function(RIGHT.replace("    N,", "    import nosuchlibrary\n    N,", 1)),
        {LABEL: "Every call stopped with ModuleNotFoundError: No module named 'nosuchlibrary'"}),
    "library at its head": (
        function(f"import nosuchlibrary as n\n{RIGHT.replace('softmax(', 'n.softmax(')}"),
        {LABEL: r"stopped with NameError.*Cell \d+ stopped with ModuleNotFoundError"}),
    "file that is missing": (function(READ), {LABEL: "stopped with FileNotFoundError.*weights"}),
    "table that is missing": (
        function(TABLE), {LABEL: r"NameError: name 'weights'.*Cell \d+ stopped with FileNotFound"}),
    "another name": (function(RENAMED), {LABEL: "does not define `label_smoothing_gradient`"}),
    "another name elsewhere": (elsewhere(RENAMED), {LABEL: "code of the student's own"}),
    "another name in the check": (
        elsewhere("hint('03.2')", check=(
            'check("03.label_smoothing_gradient", label_smoothing_gradient)',
            f'{RENAMED}\ncheck("03.2", gradient_of_the_smoothed_loss)')),
        {LABEL: "code of the student's own"}),
    "ends its kernel": (function(f"import os\n{HEAD}    os._exit(1)"), {LABEL: "ended the kernel"}),
    "cell ends its kernel": (
        function(f"{RIGHT}\nimport os\nos._exit(1)"),
        {LABEL: r"does not define `label_smoothing_gradient`.*Cell \d+ ended the kernel"}),
    "too much memory": (
        function(RIGHT.replace("    N,", "    np.ones(10**10)\n    N,", 1)),
        {LABEL: "stopped with .*MemoryError"}),
    "asks for a value": (
        function(RIGHT.replace("    N,", "    input()\n    N,", 1)),
        {LABEL: "StdinNotImplementedError"}),
    "is no Python": (function(f"this is no Python\n{RIGHT}"),
                     {LABEL: r"is no Python: .* \(line 1: `this is no Python`\)"}),
}
UNANSWERED = {
    "not answered": elsewhere(),
    "hints alone": elsewhere("hint('03.2')\nprogress()", "# I do not know", "%pip --version"),
}


@pytest.fixture(scope="module")
def graded(boxed, tmp_path_factory):
    """The class after its grading."""
    folder, changes = tmp_path_factory.mktemp("people"), {
        **{name: change for name, (change, _) in CASES.items()}, **UNANSWERED}
    course = classroom.new_course(folder, "\n".join(["id", *changes]))
    blank = answer(nbformat.read(course.released(CHAPTER), as_version=4),
                   "label_smoothing_gradient")
    for name, change in changes.items():
        notebook = change(solved(course, name))
        for cell in notebook.cells:
            if cell.source == UNTOUCHED:
                cell.source = blank.source
        hand_in(course, name, notebook)
    tally = autograde.grade(course, CHAPTER, workers=2, limits=LIMITS)
    return SimpleNamespace(course=course, tally=tally)


def marks(graded, name):
    """Marks by the id of their cells."""
    return {mark.grade_id: mark for mark in records.record(graded.course, CHAPTER, name).marks}


@pytest.mark.parametrize("name", CASES)
def test_a_person_is_asked_and_told_why(graded, name):
    found, asked = marks(graded, name), CASES[name][1]
    for own, words in asked.items():
        assert found[own].score is None
        assert re.search(words, found[own].person, re.DOTALL), found[own].person
    assert {own for own, mark in found.items() if mark.person} == set(asked)


@pytest.mark.parametrize("name", CASES)
def test_everything_else_has_its_points(graded, name):
    found = {own: mark.score for own, mark in marks(graded, name).items()}
    wanted = MARKS | dict.fromkeys([WORDS, *CASES[name][1]])
    assert found == wanted


@pytest.mark.parametrize("name", UNANSWERED)
def test_what_is_not_answered_is_zero_and_asks_nobody(graded, name):
    found = marks(graded, name)[LABEL]
    assert (found.score, found.person) == (0, "")
    assert "not answered" in found.comment.lower()


def test_the_list_of_people_has_each_of_them_and_no_other(graded):
    asked = {name for name, (_, words) in CASES.items() if words}
    assert set(dict(people.waiting(graded.course, CHAPTER))) == asked == set(graded.tally.people)


@pytest.mark.parametrize("name", ["slow cells before the answers", "slow experiment at its head"])
def test_what_took_too_long_is_said_all_the_same(graded, name):
    notes = records.record(graded.course, CHAPTER, name).notes
    assert re.search(r"was stopped (after 2 s|before cell \d+: 8 s were over)", " ".join(notes))
