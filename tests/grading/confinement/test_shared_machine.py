"""One notebook leaves enough of the machine to the grader and to those that run beside it."""

import os
import platform
import socket
import struct
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mlp_lib.grading.confinement import Call, Limits, namespaces, seccomp
from mlp_lib.grading.confinement.execution import run
from mlp_lib.grading.confinement.resources import groups, processors
from mlp_lib.grading.confinement.resources.processors import Processor
from mlp_lib.grading.confinement.resources.usage import threads
from mlp_lib.grading.confinement.room import remove
from tests.grading.boxes import sandbox_or_skip  # noqa: F401

LIMITS = Limits(cell_seconds=120, probe_seconds=60, grace_seconds=1, notebook_seconds=300)
KNOWN = platform.machine() in seccomp.MACHINES


def value(cells, folder, name, limits=LIMITS):
    """What a variable of a notebook is in the end, and its run."""
    book = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    result = run(book, folder, [Call(name, name)], limits)
    return result.answers[name].value, result


# ---------------------------------------------------------------- the filter of system calls


def filtered(program, architecture, number, *arguments):
    """What a filter gives back for a system call: an interpreter of the few orders it uses."""
    steps = list(struct.iter_unpack("=HBBI", program))
    at, register = 0, None
    known = {seccomp.NUMBER: number, seccomp.ARCHITECTURE: architecture}
    known |= {16 + 8 * i: arguments[i] if i < len(arguments) else 0 for i in range(6)}
    while True:
        order, yes, no, k = steps[at]
        at += 1
        if order == seccomp.RETURN:
            return k
        if order == seccomp.LOAD:
            register = known[k]
        elif order == seccomp.AND:
            register &= k
        else:
            at += yes if (register == k if order == seccomp.EQUAL else register >= k) else no


REFUSED = {"memfd_create", "memfd_secret", "shmget", "semget", "msgget", "io_uring_setup",
           "add_key", "request_key", "keyctl", "unshare", "setns", "userfaultfd", "clone3"}
BY_ARGUMENTS = [
    ("mmap", (0, 4096, 3, 0x22), seccomp.ALLOW), ("mmap", (0, 4096, 3, 0x01), seccomp.ALLOW),
    ("mmap", (0, 4096, 3, 0x21), seccomp.FORBIDDEN), ("mmap", (0, 9, 3, 0x4021), seccomp.FORBIDDEN),
    ("clone", (0x3D0F00,), seccomp.ALLOW), ("clone", (17,), seccomp.ALLOW),
    ("clone", (0x10000011,), seccomp.FORBIDDEN), ("socket", (1, 1), seccomp.ALLOW),
    ("socket", (16, 3), seccomp.ALLOW), ("socket", (2, 1), seccomp.NO_FAMILY),
    ("socket", (38, 5), seccomp.NO_FAMILY), ("socketpair", (1, 1), seccomp.ALLOW),
    ("socketpair", (30, 1), seccomp.NO_FAMILY), ("setsockopt", (3, 1, 7), seccomp.IGNORED),
    ("setsockopt", (3, 1, 33), seccomp.IGNORED), ("setsockopt", (3, 1, 2), seccomp.ALLOW),
    ("setsockopt", (3, 6, 7), seccomp.ALLOW),
]


@pytest.mark.parametrize("machine", seccomp.MACHINES)
def test_the_filter_refuses_what_it_names_and_nothing_else(machine):
    architecture, numbers = seccomp.MACHINES[machine]
    program, number = seccomp.program(machine), dict(zip(seccomp.CALLS, numbers, strict=True))
    name = {value: key for key, value in number.items()}
    found = {n: filtered(program, architecture, n, 1) for n in range(600)}
    assert {name[n] for n, how in found.items() if how == seccomp.NOT_THERE} == REFUSED
    assert {name[n] for n, how in found.items() if how == seccomp.IGNORED} == {"sched_setaffinity"}
    for call, arguments, how in BY_ARGUMENTS:
        assert filtered(program, architecture, number[call], *arguments) == how, (call, arguments)
    assert filtered(program, architecture, seccomp.X32 + 1) == seccomp.NOT_THERE
    assert filtered(program, 0x40000003, 1) == seccomp.NOT_THERE  # calls of another machine


def test_a_machine_whose_numbers_are_not_known_has_no_filter(monkeypatch):
    assert seccomp.program("abacus") == b""
    monkeypatch.setattr(platform, "machine", lambda: "abacus")
    assert namespaces.filtering() == ([], [])


HOARD = """
import ctypes, mmap, os, socket
system, got = ctypes.CDLL(None, use_errno=True), []
def tried(name, function):
    try:
        if (result := function()) is None or not isinstance(result, int) or result >= 0:
            got.append(name)
    except OSError:
        pass
tried("memfd", lambda: os.write(os.memfd_create("hoard"), bytes(2**20)))
tried("shm", lambda: system.shmget(0, 2**20, 0o1600))
tried("sem", lambda: system.semget(0, 9, 0o1600))
tried("msg", lambda: system.msgget(0, 0o1600))
tried("shared mapping", lambda: mmap.mmap(-1, 2**20))
tried("users", lambda: system.unshare(0x10000000))
tried("loopback", lambda: socket.create_server(("127.0.0.1", 0)))
tried("session keys", lambda: system.syscall({keyctl}, 0, -3, 0))
"""
KEYCTL = dict(zip(seccomp.CALLS, seccomp.MACHINES.get(platform.machine(), (0, ()))[1]))


@pytest.mark.skipif(not KNOWN, reason="the numbers of this machine's system calls are not known")
@pytest.mark.usefixtures("boxed")
@pytest.mark.parametrize("filters", [True, False])
def test_no_memory_is_got_that_no_limit_counts_and_no_key(tmp_path, monkeypatch, filters):
    if not filters:
        monkeypatch.setattr(seccomp, "program", lambda: b"")
    got = value([HOARD.replace("{keyctl}", str(KEYCTL["keyctl"]))], tmp_path, "got")[0]
    assert (got == []) is filters


ZERO = """
import mmap, os
file = os.open("/dev/zero", os.O_RDWR)
zeros = os.read(file, 10)
try:
    shared = bool(mmap.mmap(file, 2**20))
except OSError:
    shared = False
seen = [zeros, shared]
"""


@pytest.mark.usefixtures("boxed")
def test_zeros_can_be_read_and_give_no_memory(tmp_path):
    assert value([ZERO], tmp_path, "seen")[0] == [bytes(10), False]


BUFFERS = """
import resource, socket
kept, held = [], 0
try:
    while held < 400 * 2**20:
        one, other = socket.socketpair()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**26)
        one.setblocking(False)
        kept.append(other)
        try:
            while True:
                held += one.send(bytes(2**16))
        except BlockingIOError:
            pass
        {after}
except OSError:
    pass
import time
time.sleep(60)
"""


@pytest.mark.skipif(not KNOWN, reason="the numbers of this machine's system calls are not known")
@pytest.mark.usefixtures("boxed")
@pytest.mark.parametrize("after", ["kept.append(one)", "one.close()"])
def test_what_sockets_hold_is_counted(tmp_path, after):
    limits = replace(LIMITS, memory_in_all=220 * 2**20, open_files=4000)
    _, result = value([BUFFERS.replace("{after}", after)], tmp_path, "held", limits)
    assert result.reasons == ["Cell 1 was stopped because the notebook held more than 220 MiB of "
                              "memory."]


HONEST = """
import multiprocessing, socket, threading
one, other = socket.socketpair()
one.sendall(b"hello")
said = other.recv(5)
lock, number = multiprocessing.Lock(), multiprocessing.Value("i", 5)
context = multiprocessing.get_context("fork")
with context.Pool(2) as pool:
    lengths = pool.map(len, ["a", "bb"])
with multiprocessing.Manager() as manager:
    shared = list(manager.list([1]))
thread = threading.Thread(target=print)
thread.start(); thread.join()
fine = [said, number.value, lengths, shared]
"""


@pytest.mark.usefixtures("boxed")
def test_programs_of_several_processes_work_as_elsewhere(tmp_path):
    assert value([HONEST], tmp_path, "fine")[0] == [b"hello", 5, [1, 2], [1]]


# ---------------------------------------------------------------- control groups


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A tree of groups as systemd makes it for a user, without the system behind it."""
    (tmp_path / "user" / "app" / "shell.scope").mkdir(parents=True)
    (tmp_path / "user" / "app" / "cgroup.subtree_control").write_text("cpu memory pids\n")
    (tmp_path / "user" / "app" / "cgroup.procs").touch()
    (tmp_path / "own").write_text("4:memory:/x\n0::/user/app/shell.scope\n")
    monkeypatch.setattr(groups, "ROOT", tmp_path)
    monkeypatch.setattr(groups, "OWN", tmp_path / "own")
    return tmp_path


def test_a_group_is_made_beside_the_graders_own_where_memory_is_bounded(tree):
    made = Path(groups.new(1234))
    assert made.parent == tree / "user" / "app"
    assert (made / "memory.max").read_text() == "1234\n"
    assert (made / "memory.swap.max").read_text() == "0\n"
    for file in made.iterdir():
        file.unlink()
    groups.remove(str(made))
    assert not made.exists()


@pytest.mark.parametrize("change", [
    lambda tree: (tree / "own").write_text("4:memory:/x\n"),
    lambda tree: (tree / "own").unlink(),
    lambda tree: (tree / "user" / "app" / "cgroup.subtree_control").write_text("cpu\n"),
    lambda tree: (tree / "user" / "app" / "cgroup.procs").unlink(),
])
def test_where_there_is_no_such_place_there_is_no_group(tree, change):
    change(tree)
    assert groups.new(1234) == ""
    groups.remove("")


# ---------------------------------------------------------------- the end of a grader


GRADER = """
import sys, time
from mlp_lib.grading.confinement import Limits
from mlp_lib.grading.confinement.room import PYTHON, Room
room = Room(sys.argv[1], Limits())
print(room.base, flush=True)
running = room.start([PYTHON, "-c", "import time; time.sleep(100)", sys.argv[2]])
print("started", flush=True)
time.sleep(100)
"""


@pytest.mark.usefixtures("boxed")
@pytest.mark.parametrize("moment", [0, 1, 2, 3, 5, 8, 13, 21, 34, 55])
def test_a_sandbox_ends_with_its_grader_whenever_that_is(tmp_path, moment):
    mark = f"mark of {os.getpid()} {moment}"
    grader = subprocess.Popen([sys.executable, "-c", GRADER, str(tmp_path), mark],
                              stdout=subprocess.PIPE, text=True)
    base = grader.stdout.readline().strip()
    time.sleep(moment / 1000)
    grader.kill()
    grader.communicate()
    until = time.monotonic() + 60
    while left := [one for one in psutil.process_iter(["cmdline"])
                   if mark in " ".join(one.info["cmdline"] or [])]:
        assert time.monotonic() < until, left
        time.sleep(0.05)
    remove(base)


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


STARTS_MORE = """
import subprocess, sys, threading
wait = "import sys; print('here', flush=True); sys.stdin.read()"
threading.Thread(target=threading.Event().wait, daemon=True).start()
subprocess.run([sys.executable, "-c", wait])
"""


@pytest.mark.usefixtures("names")
def test_a_process_gets_it_with_all_that_it_has_started_and_this_one_keeps_all():
    before, own = os.sched_getaffinity(0), Processor()
    other = subprocess.Popen([sys.executable, "-c", STARTS_MORE], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    with other:
        other.stdout.readline()
        own.give(other.pid)
        found = [os.sched_getaffinity(thread) for thread in threads(other.pid)]
    assert found == [{own.number}] * 3
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
