"""The process that judges submissions for a grader: each in a child of its own, which may die.

It reads tasks from a pipe and answers each with a result, or with why there is none. What judging
needs is loaded once; a child starts with nothing that an earlier submission has left.
"""

import os
import pickle
import select
import signal
import sys
import tempfile
import time
import warnings

from mlp_lib.grading.confinement import execution, room, sandbox
from mlp_lib.grading.judging import bounds
from mlp_lib.grading.judging.tasks import judge
from mlp_lib.grading.judging.unaided import KNOWN

LENGTH = 8  # bytes that say how long a message is
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


def in_child(task, known, ending):
    """Judge within bounds and write the result, with what was found out, to the pipe."""
    warnings.simplefilter("ignore")  # that there is no sandbox is said once, by the command
    KNOWN.update(known)
    bounds.bind()
    result = judge(task, execution.run)
    with open(ending, "wb") as pipe:
        pickle.dump((result, dict(KNOWN)), pipe)


def forked(task, known, folder):
    """Start a child; return its number and the pipe that its result comes from."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    code = 1
    try:
        os.close(reading)
        tempfile.tempdir = folder
        in_child(task, known, writing)
        code = 0
    finally:
        os._exit(code)


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


def judged(task, known):
    """What a child makes of a task: (result, what was found out), or in words how it ended."""
    if task.sandboxed:
        sandbox.require()  # its answer, and what it had to look up, is there for all children
    folder = tempfile.mkdtemp(prefix="mlp-")
    pid, reading = forked(task, known, folder)
    try:
        text = heard(reading, time.monotonic() + WAIT * task.limits.notebook_seconds)
        if text is None:
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    finally:
        os.close(reading)
        room.remove(folder)
    if text is None:
        return "it did not come to an end"
    return pickle.loads(text) if status == 0 else ended(os.waitstatus_to_exitcode(status))


def ended(code):
    """How a child came to its end, in words."""
    if code == -signal.SIGXCPU:
        return f"it took more than {bounds.SECONDS} s of the processor"
    if code < 0:
        return f"its process was ended ({signal.strsignal(-code)})"
    return f"it needed more than {bounds.MEMORY // 2**20} MiB, or its process failed"


def main():
    """Judge what comes, until the grader closes its end."""
    pipes = sys.stdin.buffer, os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing that is printed is an answer
    send(pipes[1], "ready")
    while True:
        try:
            task, known = receive(pipes[0])
        except EOFError:
            return
        send(pipes[1], judged(task, known))


if __name__ == "__main__":
    main()
