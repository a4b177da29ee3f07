"""Limits of time that a teacher sets."""

import pytest

from mlp_lib.grading import autograde, settings
from mlp_lib.grading.confinement import Limits
from mlp_lib.grading.course import CourseError
from tests.grading import classroom
from tests.grading.classroom import CHAPTER, hand_in, solved


def configure(course, *lines):
    path = course.root / "nbgrader_config.py"
    path.write_text("\n".join([path.read_text(), *lines, ""]))


def test_without_settings_the_defaults_hold(course):
    assert settings.limits(course) == Limits()


def test_what_the_teacher_sets_reaches_the_sandbox(course):
    configure(course, "c.Limits.cell_seconds = 7", "c.Limits.notebook_seconds = 20.5",
              "c.Limits.memory = 2**30")
    hand_in(course, "ada", solved(course, "ada"))
    seen = []

    def work(task):
        seen.append(task.limits)
        return classroom.work(task)

    autograde.grade(course, CHAPTER, workers=1, work=work, ready=classroom.nothing)
    assert (seen[0].cell_seconds, seen[0].notebook_seconds, seen[0].memory) == (7, 20.5, 2**30)
    assert seen[0].probe_seconds == Limits().probe_seconds


@pytest.mark.parametrize("name", settings.TIMEOUTS)
def test_nbgraders_timeout_is_the_time_of_a_cell(course, name):
    configure(course, f"c.{name}.timeout = 600")
    own = settings.limits(course)
    assert own.cell_seconds == 600
    assert own.notebook_seconds == own.cpu_seconds == settings.CELLS * 600


def test_ours_goes_before_nbgraders_and_what_is_set_is_not_stretched(course):
    configure(course, "c.Execute.timeout = 600", "c.Limits.cell_seconds = 100",
              "c.Limits.notebook_seconds = 150")
    own = settings.limits(course)
    assert (own.cell_seconds, own.notebook_seconds, own.cpu_seconds) == (100, 150, 300)


def test_an_answer_in_an_endless_loop_costs_at_most_15_seconds():
    assert Limits().probe_seconds + Limits().grace_seconds <= 15


def test_a_longer_time_for_answers_is_one_for_projects(course):
    assert Limits().project_seconds > 3 * Limits().probe_seconds
    configure(course, "c.Limits.probe_seconds = 90")
    assert settings.limits(course).project_seconds == 90
    configure(course, "c.Limits.project_seconds = 30")
    assert settings.limits(course).project_seconds == 30


@pytest.mark.parametrize(("line", "words"), [
    ("c.Limits.cells = 3", "sets Limits.cells, which there is not; there are .*cell_seconds"),
    ("c.Limits.cell_seconds = '3'", "a number above 0 was wanted"),
    ("c.Limits.cell_seconds = 0", "a number above 0 was wanted"),
    ("c.Limits.cell_seconds = float('inf')", "a number above 0 was wanted"),
    ("c.Limits.kernels = True", "a number above 0 was wanted"),
    ("c.Execute.timeout = -1", "no notebook is graded without a limit"),
    ("c.Execute.timeout = None", "no notebook is graded without a limit"),
])
def test_a_limit_that_is_none_is_refused_in_words(course, line, words):
    configure(course, line)
    with pytest.raises(CourseError, match=words):
        settings.limits(course)


def test_after_a_change_all_is_judged_again(course):
    hand_in(course, "ada", solved(course, "ada"))
    options = {"workers": 1, "work": classroom.work, "ready": classroom.nothing}
    assert autograde.grade(course, CHAPTER, **options).judged == 1
    assert autograde.grade(course, CHAPTER, **options).judged == 0
    configure(course, "c.Limits.cell_seconds = 90")
    assert autograde.grade(course, CHAPTER, **options).judged == 1
