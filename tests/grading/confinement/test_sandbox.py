"""The sandbox itself: what it shows, what it bounds, what it says where it cannot be had."""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from mlp_lib.grading.confinement import MIB, Limits, sandbox, view
from mlp_lib.grading.confinement.environment import PYTHON, environment
from mlp_lib.grading.confinement.launching import Manager
from mlp_lib.grading.confinement.provisioner import SandboxProvisioner
from mlp_lib.grading.confinement.resources.usage import family, memory_of
from mlp_lib.grading.confinement.room import Refused, Room, copy_folder, open_to_all
from tests.grading.boxes import sandbox_or_skip  # noqa: F401

HANGS = 300  # seconds
LIMITS = Limits(disk=4 * MIB)
LOOK = """
import json, os, resource, socket, sys
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
seen = {
    "user": [*os.getresuid(), *os.getresgid(), *os.getgroups()],
    "capabilities": int(status["CapEff"], 16) | int(status["CapPrm"], 16),
    "no_new_privileges": int(status["NoNewPrivs"]),
    "host": socket.gethostname(), "interfaces": [name for _, name in socket.if_nameindex()],
    "root": sorted(os.listdir("/")), "processes": [p for p in os.listdir("/proc") if p.isdigit()],
    "variables": sorted(os.environ), "files": sorted(os.listdir(".")), "here": os.getcwd(),
}
def writable(folder):
    try:
        open(folder + "/probe", "w").close()
        return True
    except OSError:
        return False
places = ["/", "/usr", "/etc", "/dev", "/inbox", "/root", "/tmp", "/dev/shm", ".", "/sockets",
          *[p for p in sys.path if os.path.isdir(p) and p != os.getcwd()]]
seen["writable"] = sorted(p for p in places if os.path.isdir(p) and writable(p))
try:
    with open("large", "wb") as file:
        file.write(bytes(8 * 2**20))
    seen["full"] = False
except OSError as error:
    seen["full"] = error.strerror
"""


@pytest.fixture
def room(tmp_path):
    (tmp_path / "submission").mkdir()
    (tmp_path / "submission" / "data.txt").write_text("data")
    room = Room(tmp_path / "submission", LIMITS)
    yield room
    room.close()


def inside(room, code):
    """Run code in the sandbox as the kernel is run; give back its names ``seen``."""
    program = ("import json, sys; sys.path.insert(0, '/')\nimport kernel_start\n"
               f"settings = json.loads({room.kernel()[3]!r})\n"
               "if settings['user'] is not None: kernel_start.leave_root(settings['user'])\n"
               "kernel_start.fill_from(settings['inbox'])\n"
               "kernel_start.lower(settings['limits'], True)\n"
               f"{code}\nopen('/sockets/seen.json', 'w').write(json.dumps(seen))")
    running = room.start([PYTHON, "-P", "-c", program])
    code = running.process.wait(timeout=HANGS)
    running.kill()
    assert code == 0, room.complaints.read_text()
    return json.loads((room.sockets / "seen.json").read_text())


@pytest.mark.usefixtures("boxed")
def test_the_view_from_inside(room):
    seen = inside(room, LOOK)
    assert set(seen["user"]) <= {65534}
    assert (seen["capabilities"], seen["no_new_privileges"]) == (0, 1)
    assert (seen["host"], seen["interfaces"]) == ("sandbox", ["lo"])
    assert len(seen["processes"]) == 2
    assert not {"home", "var", "run", "srv", "sys", "mnt", "boot"} & set(seen["root"])
    assert (seen["here"], seen["files"]) == ("/submission", ["data.txt"])
    assert seen["writable"] == [".", "/dev/shm", "/sockets", "/tmp"]
    assert seen["full"] == "No space left on device"
    assert set(seen["variables"]) - {"PWD"} == set(environment(LIMITS, "/tmp"))


@pytest.mark.usefixtures("boxed")
def test_limits_hold_and_cannot_be_raised(room):
    seen = inside(room, """
import resource
names = ["AS", "FSIZE", "CORE", "NPROC", "NOFILE", "CPU"]
seen = {name: resource.getrlimit(getattr(resource, "RLIMIT_" + name)) for name in names}
try:
    resource.setrlimit(resource.RLIMIT_NPROC, (4000, 4000))
    seen["raised"] = True
except ValueError:
    seen["raised"] = False
""")
    assert seen.pop("raised") is False
    assert seen == {"AS": [LIMITS.memory] * 2, "FSIZE": [LIMITS.file_size] * 2, "CORE": [0, 0],
                    "NPROC": [LIMITS.processes] * 2, "NOFILE": [LIMITS.open_files] * 2,
                    "CPU": [LIMITS.cpu_seconds, LIMITS.cpu_seconds + 1]}


@pytest.mark.usefixtures("boxed")
def test_nothing_outlives_the_grader(tmp_path):
    code = ("import sys, time\nfrom mlp_lib.grading.confinement import Limits\n"
            "from mlp_lib.grading.confinement.room import PYTHON, Room\n"
            "room = Room(sys.argv[1], Limits())\n"
            "room.start([PYTHON, '-c', 'import time; time.sleep(600)', 'mark of an orphan'])\n"
            "print(room.base, flush=True)\ntime.sleep(600)")
    grader = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE,
                              text=True)
    base = grader.stdout.readline().strip()
    wait_until(lambda: marked("mark of an orphan"))
    grader.kill()
    grader.communicate()
    wait_until(lambda: not marked("mark of an orphan"))
    for folder in sorted(Path(base).rglob("*"), reverse=True):
        folder.rmdir() if folder.is_dir() else folder.unlink()
    os.rmdir(base)


def marked(mark):
    """Processes that were started with this last word, bubblewrap itself left out."""
    lines = [process.info["cmdline"] or [""] for process in psutil.process_iter(["cmdline"])]
    return [line for line in lines if line[-1] == mark and "bwrap" not in line[0]]


def wait_until(true):
    """Wait for what must come; the bound only ends a test of what never does."""
    deadline = time.monotonic() + HANGS
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.usefixtures("boxed")
def test_other_programs_get_confined_kernels_by_the_provisioners_name(tmp_path):
    (tmp_path / "data.txt").write_text("data")
    program = ("from nbclient import NotebookClient\n"
               "from nbformat.v4 import new_code_cell, new_notebook\n"
               "cell = new_code_cell('import os; print(os.getuid(), os.listdir())')\n"
               "NotebookClient(new_notebook(cells=[cell])).execute()\n"
               "print(cell.outputs[0].text)")
    said = subprocess.check_output(
        [sys.executable, "-c", program], cwd=tmp_path, text=True,
        env=os.environ | {"JUPYTER_DEFAULT_PROVISIONER_NAME": "mlp-lib-sandbox"})
    assert said.strip() == "65534 ['data.txt']"
    assert os.listdir(tmp_path) == ["data.txt"]


@pytest.mark.usefixtures("boxed")
def test_a_kernel_is_interrupted_restarted_and_leaves_no_folder(tmp_path):
    manager = Manager()
    manager.provide(SandboxProvisioner)
    manager.start_kernel(cwd=str(tmp_path), limits=LIMITS)
    first = manager.provisioner.room.base
    manager.restart_kernel(now=True)
    second = manager.provisioner.room.base
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=HANGS)
    sent = client.execute("print('begun', flush=True)\nwhile True: pass")
    wait_until(lambda: client.get_iopub_msg(timeout=HANGS)["content"].get("text") == "begun\n")
    manager.interrupt_kernel()
    while (reply := client.get_shell_msg(timeout=HANGS))["parent_header"]["msg_id"] != sent:
        pass  # a slow kernel was asked several times whether it is ready
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert not first.exists()
    assert not second.exists()


def test_links_and_pipes_are_not_copied(tmp_path):
    source = tmp_path / "source"
    (source / "sub").mkdir(parents=True)
    (source / "sub" / "helper.py").write_text("x = 1")
    (source / "sub" / "helper.py").chmod(0o600)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "marks.txt").write_text("marks")
    (source / "link").symlink_to(tmp_path / "outside" / "marks.txt")
    (source / "folder").symlink_to(tmp_path / "outside")
    os.mkfifo(source / "pipe")
    copy_folder(source, tmp_path / "copy", LIMITS)
    open_to_all(tmp_path / "copy")
    copied = sorted(path.relative_to(tmp_path / "copy").as_posix()
                    for path in (tmp_path / "copy").rglob("*"))
    assert copied == ["sub", "sub/helper.py"]
    assert (tmp_path / "copy" / "sub" / "helper.py").stat().st_mode & 0o777 == 0o644


@pytest.mark.parametrize("limits", [replace(LIMITS, submission_files=2),
                                    replace(LIMITS, submission_bytes=29)])
def test_a_large_submission_is_refused(tmp_path, limits):
    (tmp_path / "in").mkdir()
    for i in range(3):
        (tmp_path / "in" / f"{i}.txt").write_bytes(bytes(10))
    with pytest.raises(Refused, match="holds more than"):
        copy_folder(tmp_path / "in", tmp_path / "out", limits)
    copy_folder(tmp_path / "in", tmp_path / "fits", LIMITS)


def test_sockets_have_short_paths_whatever_the_folder_for_temporary_files(tmp_path, monkeypatch):
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    (tmp_path / "submission").mkdir()
    room = Room(tmp_path / "submission", LIMITS)
    try:
        assert len(os.fsencode(room.sockets / "kernel-65535")) <= 107
    finally:
        room.close()
    assert not room.base.exists()


@pytest.fixture
def forgetful():
    """The answer whether there is a sandbox is not remembered, before and after."""
    sandbox.problem.cache_clear()
    yield
    sandbox.problem.cache_clear()


@pytest.mark.usefixtures("forgetful")
def test_without_bubblewrap_the_error_says_how_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(sandbox.SandboxError) as caught:
        sandbox.require()
    for words in ("bubblewrap", "apt install bubblewrap", "dnf install", "--no-sandbox"):
        assert words in str(caught.value)


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize("script", ["echo 'bwrap: No permissions' >&2; exit 1",
                                    "echo 'bwrap: Unknown option --size' >&2; exit 1"])
def test_a_bubblewrap_that_may_not_work_is_quoted(monkeypatch, tmp_path, script):
    (tmp_path / "bwrap").write_text(f"#!/bin/sh\n{script}\n")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(sandbox.SandboxError, match=script.split("'")[1]):
        sandbox.require()


def test_only_the_outermost_folders_are_shown(tmp_path):
    for name in ("a/b", "a/c", "ab"):
        (tmp_path / name).mkdir(parents=True)
    names = ["a/b", "ab", "a", "a/c", "missing"]
    shown = view.outermost([str(tmp_path / name) for name in names] + ["/usr/lib"])
    assert shown == [tmp_path / "ab", tmp_path / "a"]


def test_a_closed_folder_is_made_anew_and_an_open_one_is_shown_as_it_is(tmp_path):
    closed = tmp_path / "closed"
    (closed / "lib").mkdir(parents=True)
    (closed / "lib64").symlink_to("lib")
    closed.chmod(0o700)
    words = " ".join(view.shown(closed))
    assert f"--perms 0755 --dir {closed} " in words
    assert words.endswith(f"--ro-bind {closed}/lib {closed}/lib --symlink lib {closed}/lib64")
    closed.chmod(0o755)
    assert view.shown(closed)[-3:] == ["--ro-bind", str(closed), str(closed)]


def test_memory_is_counted_over_the_family_without_counting_shared_pages_twice():
    code = ("import os, time\nheld = os.urandom(2**20) * 100\n"
            "for _ in range(4): os.fork() or time.sleep(600)\nprint(flush=True)\ntime.sleep(600)")
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    try:
        parent.stdout.readline()
        wait_until(lambda: len(family(parent.pid)) == 5)
        assert memory_of(family(parent.pid), 10**12) > 400 * MIB
        assert 100 * MIB < memory_of(family(parent.pid), 0) < 250 * MIB
    finally:
        for process in family(parent.pid):
            process.kill()
        parent.communicate()
