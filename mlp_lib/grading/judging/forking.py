"""The process that judges submissions for a grader: each in a child of its own, which may die.

It reads tasks from a pipe and answers each with a result, or with why there is none. What judging
needs is loaded once; a child starts with nothing that an earlier submission has left. The child
for the next submission starts its kernel while the present one is judged.
"""

import contextlib
import contextvars
import os
import pickle
import select
import signal
import sys
import tempfile
import time
import warnings

from mlp_lib.grading.confinement import execution, room, sandbox, spare
from mlp_lib.grading.judging import bounds
from mlp_lib.grading.judging.tasks import judge, warm
from mlp_lib.grading.judging.unaided import KNOWN

LENGTH = 8  # bytes that say how long a message is
LAST = 60  # seconds in which a child that has answered, or has no task, ends its kernel
WAIT = 10  # times all a notebook may take, on the clock: beyond it the child hangs


def send(pipe, message):
    """Write one message to a binary pipe."""
    text = pickle.dumps(message)
    pipe.write(len(text).to_bytes(LENGTH, "big") + text)
    pipe.flush()


def receive(pipe):
    """The next message of a binary pipe; EOFError if there is none."""
    length = int.from_bytes(read(pipe, LENGTH), "big")
    return pickle.loads(read(pipe, length))


def read(pipe, length):
    """So many bytes, or EOFError."""
    text = pipe.read(length)
    if len(text) < length:
        raise EOFError("the other end of the pipe is closed")
    return text


class Child:
    """A child that will judge one submission; it waits for it, and its kernel starts meanwhile.

    Parameters
    ----------
    limits : Limits or None
        Of a kernel in a sandbox that is started ahead; without them there is none.
    """

    def __init__(self, limits):
        self.folder = tempfile.mkdtemp(prefix="mlp-")
        self.task = tempfile.TemporaryFile()  # noqa: SIM115 (a pipe would hold the writer up)
        waiting, gate = os.pipe()
        self.gate = os.fdopen(gate, "wb", buffering=0)  # a child without a task sees it closed
        self.answer, ending = os.pipe()
        self.pid = os.fork()
        if self.pid:
            os.close(waiting)
            os.close(ending)
            return
        code = 1
        try:
            self.gate.close()
            os.close(self.answer)
            tempfile.tempdir = self.folder
            # with no event loop of the parent's: the two would share what each waits for
            contextvars.Context().run(self.work, limits, waiting, ending)
            code = 0
        finally:
            os._exit(code)

    def work(self, limits, waiting, ending):
        """What the child does: judge within bounds, and write the result to a pipe."""
        warnings.simplefilter("ignore")  # that there is no sandbox is said once, by the command
        if limits is not None:
            spare.begin(limits)
        if os.read(waiting, 1):
            self.task.seek(0)
            task, known = pickle.load(self.task)
            KNOWN.update(known)
            bounds.bind()
            result = judge(task, execution.run)
            with open(ending, "wb") as pipe:
                pickle.dump((result, dict(KNOWN)), pipe)
        spare.end()

    def give(self, task, known):
        """Let it judge."""
        self.limits = task.limits
        pickle.dump((task, known), self.task)
        self.task.flush()
        with contextlib.suppress(OSError), self.gate:  # a child that has ended says so later
            self.gate.write(b"1")

    def result(self):
        """What it makes of its task: (result, what was found out), or in words how it ended."""
        try:
            text = heard(self.answer, time.monotonic() + WAIT * self.limits.notebook_seconds)
            if text is None:
                os.kill(self.pid, signal.SIGKILL)
        finally:
            status = self.end()
        if text is None:
            return "it did not come to an end"
        return pickle.loads(text) if status == 0 else ended(os.waitstatus_to_exitcode(status))

    def end(self):
        """Let it end, and remove what it leaves; its status."""
        self.gate.close()
        status = waited(self.pid, time.monotonic() + LAST)
        os.close(self.answer)
        self.task.close()
        remove(self.folder)
        return status


def waited(pid, until):
    """Status of a child that is about to end; one that does not until then is killed."""
    found, status = os.waitpid(pid, os.WNOHANG)
    while not found:
        if time.monotonic() > until:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)
        found, status = os.waitpid(pid, os.WNOHANG)
    return status


def remove(folder):
    """Remove a folder, in which a kernel that is being ended may still write for a moment."""
    for _ in range(50):
        room.remove(folder)
        if not os.path.exists(folder):
            return
        time.sleep(0.02)


def child_for(task):
    """A child for a task of this kind."""
    with contextlib.suppress(Exception):  # the child meets it again, and says so
        warm(task.released)
    if task.sandboxed:
        sandbox.require()  # its answer, and what it had to look up, is there for all children
    return Child(task.limits if task.sandboxed else None)


def heard(reading, until):
    """All bytes of a child's pipe; None if it takes too long, or the grader is gone."""
    parts = []
    while time.monotonic() < until:
        ready, _, _ = select.select([reading, sys.stdin.fileno()], [], [], 1)
        if sys.stdin.fileno() in ready:  # it asks one thing at a time: so its end is closed
            return None
        if reading in ready:
            if not (part := os.read(reading, 2**20)):
                return b"".join(parts)
            parts.append(part)
    return None


def ended(code):
    """How a child came to its end, in words."""
    if code == -signal.SIGXCPU:
        return f"it took more than {bounds.SECONDS} s of the processor"
    if code < 0:
        return f"its process was ended ({signal.strsignal(-code)})"
    return f"it needed more than {bounds.MEMORY // 2**20} MiB, or its process failed"


def tasks(pipe):
    """The messages of a binary pipe until it is closed."""
    with contextlib.suppress(EOFError):
        while True:
            yield receive(pipe)


def main():
    """Judge what comes, until the grader closes its end."""
    pipes = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing that is printed is an answer
    send(pipes[1], "ready")
    following = None
    for task, known in tasks(pipes[0]):
        child, following = following or child_for(task), None
        child.give(task, known)
        with contextlib.suppress(OSError):  # then it is tried again when there is a task
            following = child_for(task)
        send(pipes[1], child.result())
    if following:
        following.end()


if __name__ == "__main__":
    main()
