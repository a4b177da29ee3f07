"""Start bubblewrap in namespaces of its own, and end or interrupt what runs in them."""

import contextlib
import json
import os
import signal
import subprocess
from pathlib import Path

from mlp_lib.grading.confinement import seccomp
from mlp_lib.grading.confinement.environment import PYTHON
from mlp_lib.grading.confinement.resources import groups
from mlp_lib.grading.confinement.resources.processors import Processor

NOBODY = 65534
GUARD = Path(__file__).parent / "inside" / "guard.py"


def as_root():
    """Whether the grader is root: then the sandbox needs a second user, because the system
    never counts the processes of root."""
    return os.geteuid() == 0


def unsharing():
    """Options that give the sandbox namespaces of its own."""
    users = (["--uid", "0", "--gid", "0", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
             if as_root() else
             ["--uid", str(NOBODY), "--gid", str(NOBODY), "--disable-userns"])
    return ["--unshare-all", "--unshare-user", "--cap-drop", "ALL", *users]


def map_users(pid):
    """Let root and nobody, and no others, exist in the namespace of process ``pid``."""
    for kind in ("uid_map", "gid_map"):
        with open(f"/proc/{pid}/{kind}", "w", encoding="ascii") as file:
            file.write(f"0 0 1\n{NOBODY} {NOBODY} 1\n")


class Sandboxed:
    """A running sandbox.

    Parameters
    ----------
    process : subprocess.Popen
        The guard of bubblewrap outside the namespaces.
    first : int
        The process that is number 1 inside; when it ends, so does everything else there.
    lifeline : int
        End of a pipe; when it is closed, all of it ends.
    gate : file
        The end to write to of the pipe that the program reads from.
    group : str
        Its control group, or nothing.
    """

    def __init__(self, process, first, lifeline, gate, group):
        self.process, self.first, self.processor = process, first, None
        self.lifeline, self.gate, self.group = lifeline, gate, group
        self.handle = os.pidfd_open(first)

    def open_gate(self):
        """Let the program go on that waits for this, once, on a processor of its own."""
        self.processor = Processor()
        self.processor.give(self.first)
        with contextlib.suppress(OSError), self.gate:  # it has ended
            self.gate.write(b"1")

    def program(self):
        """Number of the process that was started inside; None once it is gone."""
        children = Path(f"/proc/{self.first}/task/{self.first}/children")
        with contextlib.suppress(OSError, IndexError):
            return int(children.read_text(encoding="ascii").split()[0])

    def interrupt(self):
        """Send SIGINT to the program that was started, and to nothing else."""
        if program := self.program():
            with contextlib.suppress(OSError):
                os.kill(program, signal.SIGINT)

    def files(self, folders):
        """How many files and folders there are in these writable ``folders`` of the inside."""
        with contextlib.suppress(OSError):  # it has ended
            about = [os.statvfs(f"/proc/{self.first}/root{folder}") for folder in folders]
            return sum(one.f_files - one.f_ffree for one in about)
        return 0

    def sockets(self):
        """How many sockets there are inside, also closed ones that still hold something."""
        with contextlib.suppress(OSError, ValueError, IndexError), open(
                f"/proc/{self.first}/net/sockstat", encoding="ascii") as file:
            return int(file.readline().split()[2])
        return 0

    def kill(self):
        """End everything inside at once."""
        if self.handle is None:
            return
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.handle, signal.SIGKILL)
        os.close(self.handle)
        self.handle = None
        self.gate.close()
        os.close(self.lifeline)
        self.process.wait()
        if self.processor is not None:
            self.processor.leave()
        groups.remove(self.group)


def filtering():
    """The end of a pipe with the filter of system calls, and the options that name it."""
    if not (program := seccomp.program()):
        return [], []
    end = pipe_with(program)
    return [end], ["--seccomp", str(end)]


def pipe_with(data):
    """The end to read from of a pipe that holds ``data``."""
    reading, writing = os.pipe()
    with open(writing, "wb") as file:
        file.write(data)
    return reading


def guarded(lifeline, group, line):
    """A command line that ends with its grader."""
    return [PYTHON, "-I", "-S", str(GUARD), str(lifeline), group, *line]


def start(options, command, complaints, memory):
    """Start ``command`` in a new sandbox.

    The options go through a pipe: inside, the command line of process 1 can be read.

    Parameters
    ----------
    options : list of str
        Of bubblewrap, see `mlp_lib.grading.confinement.view`.
    command : list of str
        Program and arguments, as seen inside.
    complaints : path
        File for the standard error of bubblewrap and of the command.
    memory : int
        Bytes that all of it may hold, where the system counts them.

    Returns
    -------
    Sandboxed

    Raises
    ------
    OSError
        If bubblewrap cannot be started or ends before it has made the namespaces.
    """
    filters, filtered = filtering()
    words = [*unsharing(), *filtered, *options]
    given = pipe_with("\0".join(words).encode())
    told, telling = os.pipe()
    waiting, go = os.pipe()
    lifeline, held = os.pipe()
    closed, gate = os.pipe()
    ends = (given, telling, waiting, lifeline, *filters)
    blocked = ["--userns-block-fd", str(waiting)] if as_root() else []
    group = groups.new(memory)
    line = ["bwrap", "--args", str(given), "--info-fd", str(telling), *blocked, "--", *command]
    try:
        with open(complaints, "wb") as errors:
            process = subprocess.Popen(
                guarded(lifeline, group, line), pass_fds=ends, stdin=closed,
                stdout=subprocess.DEVNULL, stderr=errors, start_new_session=True, cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath)})
    finally:
        for end in (*ends, closed):
            os.close(end)
    try:
        first = released(told, go, process, complaints)
    except BaseException:
        os.close(held)
        os.close(gate)
        groups.remove(group)
        raise
    return Sandboxed(process, first, held, os.fdopen(gate, "wb", buffering=0), group)


def released(told, go, process, complaints):
    """Number of the process that is 1 inside, once it may go on."""
    with open(told, "rb") as answer, open(go, "wb") as permission:
        first = first_process(answer.read(), process, complaints)
        if as_root():
            map_users(first)
        permission.write(b"1")
    return first


def first_process(answer, process, complaints):
    """Number of the process that is 1 inside, from what bubblewrap tells about itself."""
    try:
        return json.loads(answer)["child-pid"]
    except ValueError:
        process.wait()
        with open(complaints, encoding="utf-8", errors="replace") as file:
            raise OSError(file.read(2000).strip() or "bwrap ended without a word") from None
