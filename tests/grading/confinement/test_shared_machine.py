"""One notebook leaves enough of the machine to the grader and to those that run beside it."""

import os
import platform
import socket
import struct
import time
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mlp_lib.grading.confinement import Call, Limits, namespaces, processors, seccomp
from mlp_lib.grading.confinement.execution import run
from mlp_lib.grading.confinement.processors import Processor
from tests.grading.boxes import sandbox_or_skip  # noqa: F401

LIMITS = Limits(cell_seconds=10, probe_seconds=5, grace_seconds=1, notebook_seconds=30)
KNOWN = platform.machine() in seccomp.MACHINES


def value(cells, folder, name, limits=LIMITS):
    """What a variable of a notebook is in the end, and its run."""
    book = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    result = run(book, folder, [Call(name, name)], limits)
    return result.answers[name].value, result


# ---------------------------------------------------------------- the filter of system calls


def filtered(program, architecture, number):
    """What a filter gives back for a system call: an interpreter of the few orders it uses."""
    steps = list(struct.iter_unpack("=HBBI", program))
    at, register = 0, None
    while True:
        order, yes, no, k = steps[at]
        at += 1
        if order == seccomp.RETURN:
            return k
        if order == seccomp.LOAD:
            register = {seccomp.NUMBER: number, seccomp.ARCHITECTURE: architecture}[k]
        else:
            at += yes if (register == k if order == seccomp.EQUAL else register >= k) else no


@pytest.mark.parametrize("machine", seccomp.MACHINES)
def test_the_filter_refuses_what_it_names_and_nothing_else(machine):
    architecture, (*refused, affinity) = seccomp.MACHINES[machine]
    program = seccomp.program(machine)
    found = {n: filtered(program, architecture, n) for n in range(600)}
    assert {n for n, how in found.items() if how == seccomp.NOT_THERE} == set(refused)
    assert {n for n, how in found.items() if how == seccomp.IGNORED} == {affinity}
    assert filtered(program, architecture, seccomp.X32 + 1) == seccomp.NOT_THERE
    assert filtered(program, 0x40000003, 1) == seccomp.NOT_THERE  # calls of another machine


def test_a_machine_whose_numbers_are_not_known_has_no_filter(monkeypatch):
    assert seccomp.program("abacus") == b""
    monkeypatch.setattr(platform, "machine", lambda: "abacus")
    assert namespaces.filtering() == ([], [])


HOARD = """
import ctypes, os
system, got = ctypes.CDLL(None, use_errno=True), []
try:
    file = os.memfd_create("hoard")
    got.append(os.write(file, bytes(2**20)))
except OSError:
    pass
got += [one for one in (system.shmget(0, 2**20, 0o1600), system.semget(0, 9, 0o1600),
                        system.msgget(0, 0o1600)) if one >= 0]
"""


@pytest.mark.skipif(not KNOWN, reason="the numbers of this machine's system calls are not known")
@pytest.mark.usefixtures("boxed")
@pytest.mark.parametrize("filters", [True, False])
def test_no_memory_is_got_that_no_limit_counts(tmp_path, monkeypatch, filters):
    if not filters:
        monkeypatch.setattr(seccomp, "program", lambda: b"")
    assert bool(value([HOARD], tmp_path, "got")[0]) is not filters


# ---------------------------------------------------------------- files


MANY = """
import os
for i in range(200):
    os.mkdir(f"{folder}/many{i}")
    for j in range(1000):
        os.mknod(f"{folder}/many{i}/{j}")
"""


@pytest.mark.usefixtures("boxed")
@pytest.mark.parametrize("folder", ["/tmp", "/dev/shm", "/submission"])
def test_empty_files_do_not_fill_the_memory(tmp_path, folder):
    cells = [f"folder = {folder!r}", MANY, "after = 5"]
    after, result = value(cells, tmp_path, "after", replace(LIMITS, files=5000))
    assert result.reasons == ["Cell 2 was stopped because it made more than 5000 files."]
    assert after == 5


# ---------------------------------------------------------------- processors


@pytest.fixture
def names(monkeypatch):
    """Processors of the test's own: this machine may be grading."""
    monkeypatch.setattr(processors, "NAME", f"\0test {os.getpid()} {time.monotonic()} {{}}")


@pytest.mark.usefixtures("names")
def test_each_has_a_processor_of_its_own_as_long_as_there_are_some(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {3, 5})
    first, second, third = Processor(), Processor(), Processor()
    assert [first.number, second.number] == [5, 3]
    assert third.number in (3, 5)
    second.leave()
    fourth = Processor()
    assert fourth.number == 3
    for one in (first, third, fourth):
        one.leave()


@pytest.mark.usefixtures("names")
def test_this_process_itself_keeps_all_processors():
    before, own = os.sched_getaffinity(0), Processor()
    with own.inherited():
        assert os.sched_getaffinity(0) == {own.number}
    assert os.sched_getaffinity(0) == before
    own.leave()


@pytest.mark.skipif(not KNOWN, reason="the numbers of this machine's system calls are not known")
@pytest.mark.usefixtures("boxed", "names")
def test_a_notebook_has_one_processor_and_cannot_take_another(tmp_path):
    taken = ("import os\nos.sched_setaffinity(0, range(os.cpu_count()))\n"
             "mine = list(os.sched_getaffinity(0))")
    mine, _ = value([taken], tmp_path, "mine")
    assert len(mine) == 1
    with socket.socket(socket.AF_UNIX) as lock:  # it was left to others
        lock.bind(processors.NAME.format(mine[0]))
