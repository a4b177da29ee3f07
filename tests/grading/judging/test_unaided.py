"""A project earns nothing by what it rules out, however that is imported; no honest one notices."""

import re
from dataclasses import replace
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from nbformat.v4 import new_code_cell

from mlp_lib.exercises import Verdict, catalogue
from mlp_lib.exercises.runner import Outcome
from mlp_lib.exercises.wire import unpack_cases
from mlp_lib.grading.assignments import notebooks
from mlp_lib.grading.confinement import Answer, Limits, execution
from mlp_lib.grading.judging import Task, judge, libraries, submissions, unaided
from mlp_lib.grading.judging import tasks as judging
from mlp_lib.grading.judging.unaided import NotRun, Unaided
from tests.grading.boxes import sandbox_or_skip  # noqa: F401
from tests.grading.classroom import handed_out
from tests.grading.hidden_imports import ANSWERS

TANH, STITCH = "06.train_with_tanh", "09.rectify_and_stitch"


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    """What a handed-out notebook loads is found out anew."""
    monkeypatch.setattr(unaided, "KNOWN", {})


def instructors(project):
    """The instructor's notebook with the setup and one project."""
    number, name = project.split(".")
    notebook = notebooks.instructors(number)
    notebook.cells = [cell for cell in notebook.cells
                      if f"_{number}_" not in cell.id or f"_{number}_{name}" in cell.id]
    return notebook


def own(project):
    """The project's answer cell, by its id."""
    return f"answer_{project.replace('.', '_')}"


def answered(project, source):
    """A student's notebook with an answer."""
    notebook = handed_out(instructors(project))
    next(cell for cell in notebook.cells if cell.id == own(project)).source = source
    return notebook


def task(project, notebook, sandboxed=True):
    """What judging a notebook takes."""
    name = catalogue.chapter(project.split(".")[0]).notebook
    content = nbformat.writes(notebook).encode()
    submission = submissions.Submission("ada", name, {f"{name}.ipynb": content})
    released = nbformat.writes(handed_out(instructors(project)))
    return Task(submission, released, "version", b"secret", Limits(), sandboxed)


class Runs:
    """Runs notebooks for real, and keeps what was hidden in each run."""

    def __init__(self):
        self.hidden = []

    def __call__(self, *arguments, hidden=()):
        self.hidden.append(hidden)
        return execution.run(*arguments, hidden=hidden)


# ---------------------------------------------------------------- in the real sandbox


@pytest.mark.usefixtures("boxed")
@pytest.mark.parametrize(("project", "how"), ANSWERS)
def test_a_hidden_import_earns_nothing_and_is_a_question_to_a_person(project, how, monkeypatch):
    monkeypatch.setattr(unaided, "TRIES", 1)
    _, exercise = catalogue.find(project)
    notebook = answered(project, ANSWERS[project, how])
    assert libraries.ruled_out(notebook, exercise.without) == ""
    result = judge(task(project, notebook), execution.run)
    (mark,) = result.marks
    assert (mark.score, result.score, result.version) == (None, 0, "version")
    assert "reached only where libraries can be imported" in mark.person
    assert exercise.without[0] in mark.person


@pytest.mark.usefixtures("boxed")
@pytest.mark.parametrize(("project", "how"), [(TANH, "falls back"), (STITCH, "finder")])
def test_without_the_second_run_it_would_earn_points(project, how, monkeypatch):
    monkeypatch.setattr(judging, "Unaided", lambda *given: None)
    result = judge(task(project, answered(project, ANSWERS[project, how])), execution.run)
    assert result.reasons == ()
    assert result.score >= 2


SHOWS = """print("my notes")
import matplotlib.pyplot as plt
from mlp_lib import plotting
from mlp_lib.datasets import load_photograph
street = load_photograph("leuvenA")
plt.imshow(street)
plt.show()
{answer}"""
FRAGILE = "from mlp_lib.networks import softmax\nfrom mlp_lib import demos"


@pytest.mark.usefixtures("boxed")
@pytest.mark.parametrize("project", [TANH, STITCH])
def test_an_honest_project_keeps_its_marks_and_its_outputs(project):
    notebook, runs = instructors(project), Runs()
    cell = next(cell for cell in notebook.cells if cell.id == own(project))
    cell.source = SHOWS.format(answer=cell.source)
    notebook.cells.append(new_code_cell(FRAGILE))  # demos know the network: fails the second time
    result = judge(task(project, notebook), runs)
    assert (result.reasons, result.notes) == ((), ())
    assert [mark.score for mark in result.marks] == [mark.max_score for mark in result.marks]
    assert "image/png" in result.notebook
    assert "my notes" in result.notebook
    assert "ModuleNotFoundError" not in result.notebook
    assert len(set(runs.hidden)) == 2
    kept = {"PIL"} if project == STITCH else set()
    assert set(runs.hidden[-1]) == set(catalogue.find(project)[1].without) - kept


# ---------------------------------------------------------------- what is evidence


PROJECT = SimpleNamespace(without=("network", "torch", "numpy"), goals={
    "learned": (None, "at least 0.9"), "accuracy": (None, "at least 0.96"),
    "seconds": (None, "at most 10 seconds")})
RIGHT = Verdict("1", "", "passed", right=(True, True, True))


def verdict(*right):
    """A verdict on some goals, or on an exception."""
    return Verdict("1", "", "wrong", right=right or (False,))


def required(first, *others, end="finished", reasons=(), project=PROJECT, seconds=300):
    """What was hidden in each run without libraries, where these give the other verdicts."""
    hidden, verdicts = [], iter(others)

    def run(notebook, folder, calls, limits, sandboxed, hidden=()):
        answers = {"loaded": Answer((Outcome(["numpy", "mlp_lib.networks.losses", "sys"]),))}
        return SimpleNamespace(end=end if hidden else "finished", reasons=reasons, answers=answers)

    def counted(*arguments, **named):
        hidden.append(named["hidden"]) if named else None
        return run(*arguments, **named)

    limits = Limits(notebook_seconds=seconds)
    again = Unaided(counted, None, None, limits, nbformat.writes(nbformat.v4.new_notebook()))
    again.require(project, first, [], lambda answers: next(verdicts))
    return hidden


def test_once_is_enough_where_the_goals_are_reached_again():
    assert required(RIGHT, RIGHT) == [("network", "torch")]
    assert required(verdict(True, False, False), RIGHT) == [("network", "torch")]


def test_a_time_that_is_missed_only_the_second_time_is_no_evidence():
    assert len(required(RIGHT, verdict(True, True, False))) == 1


def test_a_goal_that_is_missed_by_chance_is_tried_again():
    half = verdict(True, False, False)
    assert len(required(RIGHT, half, half, RIGHT)) == 3
    assert len(required(RIGHT, verdict(), verdict(False, True, False), half)) == 3


@pytest.mark.parametrize("other", [verdict(), verdict(True, False, False),
                                   verdict(False, False, False), Verdict("1", "", "unanswered")])
def test_a_goal_that_is_missed_each_time_is_a_question(other):
    with pytest.raises(submissions.NeedsPerson) as caught:
        required(RIGHT, *[other] * unaided.TRIES)
    words = "only where libraries can be imported that the exercise rules out (network, torch): "
    assert words in str(caught.value)
    assert "at least 0.96. Does the answer use one of them?" in str(caught.value)


def test_what_was_stopped_or_takes_long_is_not_tried_again():
    for how in ({"end": "time limit"}, {"seconds": -1}):
        with pytest.raises(submissions.NeedsPerson, match="reached only where"):
            required(RIGHT, verdict(), **how)


def test_a_machine_that_cannot_run_it_again_says_so():
    with pytest.raises(NotRun, match=r"could not be run a second time.*Disk full\."):
        required(RIGHT, end="refused", reasons=["Disk full."])


def test_an_answer_that_no_mistake_kept_away_is_said_to_be_of_the_second_run():
    def cannot_be_told(answers):
        raise submissions.NeedsPerson("`f` was not computed")

    with pytest.raises(submissions.NeedsPerson, match=r"in a second run, .* was not computed"):
        unaided.second(cannot_be_told, {})


def test_nothing_is_run_again_where_nothing_is_ruled_out_or_all_of_it_is_needed():
    for names in ((), ("numpy", "networks.losses")):
        assert required(RIGHT, project=SimpleNamespace(**vars(PROJECT) | {"without": names})) == []


def test_it_has_more_time_than_the_first_run():
    limits = Limits(probe_seconds=3, project_seconds=7)
    patient = unaided.patient(limits)
    assert (patient.probe_seconds, patient.project_seconds) == (6, 14)
    assert replace(unaided.patient(limits), cpu_seconds=1).memory == limits.memory


# ---------------------------------------------------------------- from the notebook to the mark


def stand_in(second, end="finished"):
    """A run that gives the reference's answer to the stitching first, and then ``second``."""
    _, exercise = catalogue.find(STITCH)

    def run(notebook, folder, calls, limits, sandboxed, hidden=()):
        answers = {"loaded": Answer((Outcome(["numpy"]),))}
        for call in calls:
            if call.cases is not None:
                (case,) = unpack_cases(call.cases)
                first = Outcome(exercise.reference(*case.args), seconds=1.0)
                answers[call.key] = Answer((second(first) if hidden else first,))
        run.hidden.append(hidden)
        ended = (end, ["The disk is full."]) if hidden else ("finished", [])
        return SimpleNamespace(notebook=notebook, answers=answers, end=ended[0], reasons=ended[1])

    run.hidden = []
    return run


@pytest.fixture(scope="module")
def stitched():
    return instructors(STITCH)


def test_a_slower_second_run_changes_no_mark(stitched):
    run = stand_in(lambda first: replace(first, seconds=100.0))
    result = judge(task(STITCH, stitched), run)
    assert (result.score, result.reasons) == (10, ())
    assert len(run.hidden) == 3


def test_a_worse_second_run_is_a_question_without_numbers_or_inputs(stitched):
    run = stand_in(lambda first: Outcome((np.eye(3), first.value[1])))
    result = judge(task(STITCH, stitched), run)
    (mark,) = result.marks
    assert (mark.score, result.version) == (None, "version")
    assert "(geometry, cv2, " in mark.person
    assert ": H off by at most 0.45 pixels; " in mark.person
    words = mark.person.split(": ", 1)[1].replace("cv2", "")
    assert re.findall(r"[\d.]*\d", words) == ["0.45", "1", "0", "1"]  # those of the goals
    assert len(run.hidden) == 2 + unaided.TRIES


def test_a_second_run_that_the_machine_refuses_is_made_again_by_the_next_grading(stitched):
    result = judge(task(STITCH, stitched), stand_in(lambda first: first, end="refused"))
    (mark,) = result.marks
    assert (mark.score, result.version) == (None, "")
    assert "The disk is full." in mark.person


def test_without_a_sandbox_nothing_is_run_a_second_time(stitched):
    run = stand_in(lambda first: Outcome())
    result = judge(task(STITCH, stitched, sandboxed=False), run)
    assert (result.score, run.hidden) == (10, [()])
    with pytest.raises(ValueError, match="only a sandbox can hide"):
        execution.run(stitched, "", [], sandboxed=False, hidden=("torch",))
