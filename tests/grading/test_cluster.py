"""Submissions spread over processes: what comes back, and what happens when a worker dies."""

import os
import time
from functools import partial

import pytest

from mlp_lib.grading import autograde, cluster
from mlp_lib.grading.course import people, records
from tests.grading import classroom
from tests.grading.classroom import CHAPTER, CODE, hand_in, solved

distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed")


def square(number):
    return number * number


def dies_once(folder, number):
    """Ends its process the first time that it is called with 3."""
    mark = folder / str(number)
    if number == 3 and not mark.exists():
        mark.touch()
        os._exit(1)
    return number * number


def dies(number):
    if number == 3:
        os._exit(1)
    return number * number


def cannot():
    raise RuntimeError("install bubblewrap")


@pytest.fixture(scope="module")
def scheduler():
    """Address of a running scheduler with two workers."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1,
                                  dashboard_address="127.0.0.1:0") as own:
        yield own.scheduler_address


def test_every_task_comes_back_once_with_its_result(scheduler):
    found = list(cluster.spread(square, range(40), scheduler))
    assert sorted(found) == [(i, i * i) for i in range(40)]


def test_one_process_needs_no_cluster():
    assert list(cluster.spread(square, iter([2, 3]), workers=1)) == [(2, 4), (3, 9)]


def test_tasks_are_taken_only_as_fast_as_they_are_worked_on(scheduler):
    taken = []

    def tasks():
        for i in range(100):
            taken.append(i)
            yield i

    found = cluster.spread(partial(slow, 0.02), tasks(), scheduler)
    next(found)
    assert len(taken) <= 2 * cluster.AHEAD + 1
    assert len(list(found)) == 99


def slow(seconds, number):
    time.sleep(seconds)
    return number


def test_what_a_dying_worker_had_is_done_elsewhere(scheduler, tmp_path):
    found = dict(cluster.spread(partial(dies_once, tmp_path), range(8), scheduler))
    assert found == {i: i * i for i in range(8)}
    assert (tmp_path / "3").exists()


def test_what_ends_every_worker_is_lost_alone(scheduler):
    found = dict(cluster.spread(dies, range(8), scheduler))
    lost = found.pop(3)
    assert isinstance(lost, cluster.Lost)
    assert "no worker could judge it" in lost.reason
    assert found == {i: i * i for i in range(8) if i != 3}


def test_it_says_once_that_all_workers_have_gone(monkeypatch, capsys):
    monkeypatch.setattr(cluster, "LOOK", 0.1)
    with distributed.LocalCluster(n_workers=1, threads_per_worker=1,
                                  dashboard_address="127.0.0.1:0") as own, \
            distributed.Client(own, set_as_default=False) as client, cluster.watched(client):
        assert client.submit(square, 5).result() == 25
        assert capsys.readouterr().err == ""
        own.scale(0)
        said, until = "", time.monotonic() + 30
        while not said and time.monotonic() < until:
            time.sleep(0.5)
            said = capsys.readouterr().err
        assert said.count(cluster.NO_WORKERS) == 1
        own.scale(1)
        assert client.submit(square, 3).result() == 9


def test_a_worker_that_cannot_grade_is_named_before_anything_is_sent(scheduler):
    with pytest.raises(cluster.ClusterError, match=r"worker tcp.* cannot grade: install bubblewr"):
        list(cluster.spread(square, range(3), scheduler, ready=cannot))
    with pytest.raises(RuntimeError, match="install bubblewrap"):
        list(cluster.spread(square, range(3), workers=1, ready=cannot))


def test_a_scheduler_that_does_not_answer(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with pytest.raises(cluster.ClusterError, match="no dask scheduler answers at tcp"):
        list(cluster.spread(square, [1], "tcp://127.0.0.1:9"))


def test_a_scheduler_without_workers(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with (distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty,
          pytest.raises(cluster.ClusterError, match="has no workers")):
        list(cluster.spread(square, [1], empty.scheduler_address))


def test_without_dask_one_process_does_it_and_an_address_is_refused(monkeypatch):
    monkeypatch.setattr(cluster, "installed", lambda: False)
    assert list(cluster.spread(square, [2], workers=4)) == [(2, 4)]
    with pytest.raises(cluster.ClusterError, match=r"\[cluster\]"):
        list(cluster.spread(square, [2], "tcp://127.0.0.1:9"))


def test_a_class_is_graded_by_two_workers_as_by_one(course, scheduler):
    for student in ("ada", "emmy", "jdoe"):
        hand_in(course, student, solved(course, student))
    tally = autograde.grade(course, CHAPTER, scheduler=scheduler, work=classroom.work,
                            ready=classroom.nothing)
    assert (tally.judged, tally.people) == (3, {})
    assert [records.record(course, CHAPTER, student).score
            for student in ("ada", "emmy", "jdoe")] == [CODE] * 3
    again = autograde.grade(course, CHAPTER, workers=1, work=classroom.work,
                            ready=classroom.nothing)
    assert again.unchanged == 3


def ends_for_emmy(task):
    if task.submission.student == "emmy":
        os._exit(1)
    return classroom.work(task)


def test_a_submission_that_ends_its_workers_waits_for_a_person(course, scheduler):
    for student in ("ada", "emmy"):
        hand_in(course, student, solved(course, student))
    tally = autograde.grade(course, CHAPTER, scheduler=scheduler, work=ends_for_emmy,
                            ready=classroom.nothing)
    assert list(tally.people) == ["emmy"]
    ((student, reason),) = people.waiting(course, CHAPTER)
    assert (student, "no worker could judge it" in reason) == ("emmy", True)
    assert records.record(course, CHAPTER, "ada").score == CODE
