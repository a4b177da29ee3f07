"""A submission is judged in a process of its own, which may die; that is a matter of it alone."""

import contextvars
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import pytest

from mlp_lib.grading.confinement import MIB, sandbox
from mlp_lib.grading.judging import Task, apart, bounds, forking, judge_apart, submissions
from tests.grading.boxes import sandbox_or_skip  # noqa: F401
from tests.grading.classroom import CHAPTER, CODE, hand_in, solved


def task_of(course, student="ada"):
    """What judging right answers takes."""
    folder = hand_in(course, student, solved(course, student))
    released = course.released(CHAPTER).read_text(encoding="utf-8")
    return Task(submissions.gather(folder, student, CHAPTER), released, "version", b"secret")


def spin(task, run):
    while True:
        pass


def sleep(task, run):
    time.sleep(60)


def grow(task, run):
    return bytearray(bounds.MEMORY + 2**20)


def vanish(task, run):
    os.kill(os.getpid(), signal.SIGKILL)


def fill(task, run):
    Path(tempfile.mkdtemp(), "file").write_bytes(bytes(10))
    return "judged"


PARENTS = contextvars.ContextVar("PARENTS", default=None)


def inherited(task, run):
    return PARENTS.get()


@pytest.fixture
def here(course, monkeypatch, tmp_path):
    """Children of this process judge; its folder for temporary files is one of the test's own."""
    reading, writing = os.pipe()
    (tmp_path / "temporary").mkdir()
    with open(reading) as pipe, open(writing, "w"):
        monkeypatch.setattr(sys, "stdin", pipe)
        monkeypatch.setattr(sandbox, "require", lambda: None)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
        monkeypatch.setattr(bounds, "SECONDS", 1)
        monkeypatch.setattr(bounds, "MEMORY", 200 * MIB)

        def judged(judge, wait=100):
            monkeypatch.setattr(forking, "judge", judge)
            monkeypatch.setattr(forking, "WAIT", wait)
            task = task_of(course)
            child = forking.child_for(task)
            child.give(task, {})
            answer = child.result()
            assert list((tmp_path / "temporary").iterdir()) == []
            return answer
        yield judged


@pytest.mark.parametrize(("judge", "words"), [
    (spin, "took more than 1 s of the processor"), (grow, "needed more than 200 MiB"),
    (vanish, "was ended (Killed)")])
def test_what_takes_too_much_is_said_in_words_and_the_next_is_judged(here, judge, words):
    assert words in here(judge)
    assert here(fill) == ("judged", {})


def test_a_child_has_no_event_loop_of_its_parents(here):
    kept = PARENTS.set("a loop is kept in such a variable")
    assert here(inherited) == (None, {})
    PARENTS.reset(kept)


def test_what_hangs_after_its_answer_is_killed(here, monkeypatch):
    pauses = iter((0, 60))  # before it starts a kernel, and when it ends it
    monkeypatch.setattr(forking, "LAST", 0.5)
    monkeypatch.setattr(forking.spare, "end", lambda: time.sleep(next(pauses)))
    assert "was ended (Killed)" in here(fill)


def test_what_hangs_without_work_ends_too(here):
    assert here(sleep, wait=0.001) == "it did not come to an end"


def deaf():
    """Work that takes every error for its own."""
    while True:
        try:
            sum(range(1000))
        except Exception as error:
            raise AssertionError("the stop was taken for an error of the work") from error


def test_work_is_stopped_by_the_time_it_takes_itself():
    with pytest.raises(bounds.TooLong, match=r"more than 0\.2 s of the pro"), bounds.seconds(0.2):
        deaf()
    before = signal.getsignal(signal.SIGVTALRM)
    with bounds.seconds(0.2):
        time.sleep(0.5)
    assert signal.getsignal(signal.SIGVTALRM) == before


@pytest.mark.usefixtures("boxed")
def test_right_answers_have_their_marks_and_a_dead_process_costs_one_submission_nothing(course):
    task = task_of(course)
    assert judge_apart(task).score == CODE
    (waiting,) = apart.idle
    waiting.process.kill()
    ended = judge_apart(task)
    assert (ended.version, {mark.score for mark in ended.marks}) == ("", {None})
    assert "the process that judges has ended" in ended.reason
    assert judge_apart(task).score == CODE


def test_who_cannot_start_a_process_is_told_so(course, monkeypatch):
    monkeypatch.setattr(apart, "idle", [])
    monkeypatch.setattr(apart, "START", "raise OSError('no more processes')")
    result = judge_apart(task_of(course))
    assert "OSError: no more processes" in result.reason
    assert result.version == ""
