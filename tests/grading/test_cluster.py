"""Submissions spread over processes and machines: what comes back, and who may listen."""

import os
import shutil
import subprocess
import sys
import time
from functools import partial

import psutil
import pytest

from mlp_lib.grading import __main__ as commands
from mlp_lib.grading import autograde, cluster
from mlp_lib.grading.confinement import Limits
from mlp_lib.grading.course import people, records
from mlp_lib.grading.judging import apart
from tests.grading import classroom, worst
from tests.grading.boxes import sandbox_or_skip  # noqa: F401
from tests.grading.classroom import CHAPTER, CODE, hand_in, solved
from tests.grading.jobs import (
    cannot,
    dies,
    dies_once,
    ends_after_the_others,
    gives_what_cannot_travel,
    raises,
    slow,
    square,
)

dask = pytest.importorskip("dask", reason="dask is not installed")
distributed = pytest.importorskip("distributed", reason="dask.distributed is not installed")


far = partial(cluster.spread, trusted=True)  # by a scheduler without TLS


@pytest.fixture(scope="module")
def scheduler():
    """Address of a running scheduler with two workers."""
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1,
                                  dashboard_address="127.0.0.1:0") as own:
        yield own.scheduler_address


def test_every_task_comes_back_once_with_its_result(scheduler):
    found = list(far(square, range(40), scheduler))
    assert sorted(found) == [(i, i * i) for i in range(40)]


def test_one_process_needs_no_cluster():
    assert list(cluster.spread(square, iter([2, 3]), workers=1)) == [(2, 4), (3, 9)]


def test_with_nothing_to_do_nothing_is_started_or_asked():
    assert list(cluster.spread(square, iter([]), workers=2, ready=cannot)) == []
    assert list(cluster.spread(square, iter([]), "tcp://127.0.0.1:9")) == []


LEAN = """import sys
{start}
print(sorted({{"lark", "torch", "pandas", "sklearn", "distributed"}} & set(sys.modules)))
"""


@pytest.mark.parametrize("start", [
    apart.START.format(sys.path).replace("forking.main()", "forking"),
    "import mlp_lib.grading.__main__\nfrom mlp_lib.grading import autograde"])
def test_no_process_loads_what_it_does_not_need(start):
    said = subprocess.check_output([sys.executable, "-c", LEAN.format(start=start)], text=True)
    assert said == "[]\n"


def test_tasks_are_taken_only_as_fast_as_they_are_worked_on(scheduler):
    taken = []

    def tasks():
        for i in range(100):
            taken.append(i)
            yield i

    found = far(partial(slow, 0.02), tasks(), scheduler)
    next(found)
    assert len(taken) <= 2 * cluster.AHEAD + 1
    assert len(list(found)) == 99


def test_what_a_dying_worker_had_is_done_elsewhere(scheduler, tmp_path):
    found = dict(far(partial(dies_once, tmp_path), range(8), scheduler))
    assert found == {i: i * i for i in range(8)}
    assert (tmp_path / "3").exists()


def test_what_ends_every_worker_is_lost_alone(scheduler):
    found = dict(far(dies, range(8), scheduler))
    lost = found.pop(3)
    assert isinstance(lost, cluster.Lost)
    assert "no worker could judge it" in lost.reason
    assert found == {i: i * i for i in range(8) if i != 3}


@pytest.mark.parametrize("address", ["tcp://10.0.0.1:8786", "10.0.0.1:8786", "ws://a", "tlsx://a"])
def test_a_scheduler_without_tls_is_refused(address):
    with pytest.raises(cluster.ClusterError, match=r"without TLS.*--trusted-network"):
        list(cluster.spread(square, [1], address))


def test_the_command_line_says_whether_a_network_is_trusted(course, monkeypatch, capsys):
    hand_in(course, "ada", solved(course, "ada"))
    words = ["autograde", CHAPTER, "--course", str(course.root), "--scheduler", "tcp://127.0.0.1:9"]
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    assert commands.main(words) == 2
    assert "is used without TLS" in capsys.readouterr().err
    assert commands.main([*words, "--trusted-network"]) == 2
    assert "no dask scheduler answers" in capsys.readouterr().err


@pytest.fixture
def certificate(tmp_path):
    """A certificate that signs itself, and its key."""
    own = tmp_path / "own.pem", tmp_path / "own.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=dask", "-out", own[0], "-keyout", own[1]],
                   check=True, capture_output=True)
    return tuple(map(str, own))


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_with_tls_only_who_has_the_certificate_is_served(certificate):
    public, key = certificate
    tls = {"distributed.comm.require-encryption": True, "distributed.comm.tls.ca-file": public}
    for role in ("client", "worker", "scheduler"):
        own = f"distributed.comm.tls.{role}"
        tls |= {f"{own}.cert": public, f"{own}.key": key}
    with dask.config.set(tls), distributed.LocalCluster(
            n_workers=1, threads_per_worker=1, protocol="tls://", processes=False,
            security=distributed.Security(), dashboard_address="127.0.0.1:0") as served:
        address = served.scheduler_address
        assert address.startswith("tls://")
        assert list(cluster.spread(square, [3], address)) == [(3, 9)]
        with dask.config.set({key: None for key in tls}), \
                pytest.raises(cluster.ClusterError, match="no dask scheduler answers"):
            list(cluster.spread(square, [3], address))


def test_here_every_task_comes_back_once_with_its_result():
    assert sorted(cluster.spread(square, iter(range(20)), workers=2)) == [
        (i, i * i) for i in range(20)]


def test_here_what_a_dying_process_had_is_done_by_another(tmp_path):
    found = dict(cluster.spread(partial(dies_once, tmp_path), range(6), workers=2))
    assert found == {i: i * i for i in range(6)}


@pytest.mark.parametrize(("function", "words"), [
    (dies, "3 processes ended at it"), (raises, "ValueError: not this one"),
    (gives_what_cannot_travel, "no worker could judge it")])
def test_here_what_no_process_can_do_is_lost_alone(function, words):
    found = dict(cluster.spread(function, range(6), workers=2))
    assert words in found.pop(3).reason
    assert found == {i: i * i for i in range(6) if i != 3}


def test_here_no_port_is_opened_and_no_process_is_left():
    own = psutil.Process()
    before = set(own.children(recursive=True))
    found = cluster.spread(square, range(50), workers=2)
    next(found)
    workers = set(own.children(recursive=True)) - before
    assert len(workers) >= 2
    assert not [c for one in [own, *workers] for c in one.net_connections()
                if c.status == "LISTEN" and one is not own]
    found.close()
    gone, _ = psutil.wait_procs([w for w in workers if "spawn_main" in " ".join(cmdline(w))], 300)
    assert len(gone) == 2


def test_here_processes_end_with_a_grader_that_is_killed():
    grader = psutil.Popen([sys.executable, "-c", (
        "from functools import partial\nfrom mlp_lib.grading import processes\n"
        "from tests.grading.jobs import slow\n"
        "list(processes.spread(partial(slow, 600), range(2), 2))")])
    until, workers = time.monotonic() + 60, []
    while len(workers) < 2 and time.monotonic() < until:
        workers = [one for one in grader.children() if "spawn_main" in " ".join(cmdline(one))]
        time.sleep(0.1)
    grader.kill()
    grader.wait()
    assert len(workers) == 2
    assert not psutil.wait_procs(workers, 60)[1]


def cmdline(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return ["spawn_main"]


def test_the_worst_of_a_class_holds_up_nobody_else(course):
    for student in ("ada", "emmy", "jdoe"):
        hand_in(course, student, solved(course, student))
    others = [course.results(CHAPTER) / f"{student}.json" for student in ("emmy", "jdoe")]
    tally = autograde.grade(course, CHAPTER, ready=classroom.nothing, workers=2,
                            work=partial(ends_after_the_others, "ada", others))
    assert (tally.judged, tally.people) == (3, {})
    assert [records.record(course, CHAPTER, student).score for student in ("ada", "emmy", "jdoe")
            ] == [CODE] * 3


@pytest.mark.usefixtures("boxed")
def test_in_a_class_with_the_worst_all_others_have_their_marks(tmp_path):
    honest, bad = ["first", "in the middle", "last"], list(worst.TEN)
    names = [honest[0], *bad[:5], honest[1], *bad[5:], honest[2]]
    course = classroom.new_course(tmp_path, "\n".join(["id", *names]))
    for name in names:
        hand_in(course, name, worst.TEN.get(name, lambda book: book)(solved(course, name)))
    tally = autograde.grade(course, CHAPTER, workers=2, limits=Limits(
        cell_seconds=2, probe_seconds=2, grace_seconds=1, notebook_seconds=10))
    found = {name: records.record(course, CHAPTER, name) for name in names}
    assert {name for name in honest if found[name].score != CODE or found[name].reasons} == set()
    assert tally.judged == len(names)
    assert {name for name in worst.TEN if found[name].version == ""} == set()
    assert {"endless loop in an answer", "deaf loop in an answer"} <= set(tally.people)


def test_here_tasks_are_taken_only_as_they_are_worked_on():
    taken = []

    def tasks():
        for i in range(50):
            taken.append(i)
            yield i

    found = cluster.spread(square, tasks(), workers=2)
    next(found)
    assert len(taken) <= 3
    assert len(list(found)) == 49


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
        list(far(square, range(3), scheduler, ready=cannot))
    with pytest.raises(RuntimeError, match="install bubblewrap"):
        list(cluster.spread(square, range(3), workers=1, ready=cannot))


def test_a_scheduler_that_does_not_answer(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with pytest.raises(cluster.ClusterError, match="no dask scheduler answers at tcp"):
        list(far(square, [1], "tcp://127.0.0.1:9"))


def test_a_scheduler_without_workers(monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    with (distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty,
          pytest.raises(cluster.ClusterError, match="has no workers")):
        list(far(square, [1], empty.scheduler_address))


def test_without_dask_this_machine_does_it_and_an_address_is_refused(monkeypatch):
    monkeypatch.setattr(cluster, "installed", lambda: False)
    assert list(cluster.spread(square, [2], workers=4)) == [(2, 4)]
    with pytest.raises(cluster.ClusterError, match=r"\[cluster\]"):
        list(far(square, [2], "tcp://127.0.0.1:9"))


@pytest.mark.parametrize("far_away", [False, True])
def test_a_class_is_graded_by_two_workers_as_by_one(course, scheduler, far_away):
    for student in ("ada", "emmy", "jdoe"):
        hand_in(course, student, solved(course, student))
    tally = autograde.grade(course, CHAPTER, scheduler=scheduler if far_away else None, workers=2,
                            trusted=True, work=classroom.work, ready=classroom.nothing)
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
    tally = autograde.grade(course, CHAPTER, scheduler=scheduler, trusted=True,
                            work=ends_for_emmy, ready=classroom.nothing)
    assert list(tally.people) == ["emmy"]
    ((student, reason),) = people.waiting(course, CHAPTER)
    assert (student, "no worker could judge it" in reason) == ("emmy", True)
    assert records.record(course, CHAPTER, "ada").score == CODE
