"""Stands between the grader and bubblewrap, outside: ends a sandbox when its grader is gone.

bubblewrap asks the system for that a little after it has started. A grader that is killed before
then would leave the sandbox behind. This process adopts whatever bubblewrap leaves, and ends it.
It is started by path with nothing but the standard library.
"""

import contextlib
import ctypes
import os
import select
import signal
import sys

ADOPT = 36  # PR_SET_CHILD_SUBREAPER


def end_all():
    """End the children, and theirs, which are adopted on the way."""
    while True:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:
            for pid in file.read().split():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(int(pid), signal.SIGKILL)
        try:
            os.wait()
        except ChildProcessError:
            return


def main(lifeline, group, command):
    """Run a command until it ends, or the other end of ``lifeline`` is closed.

    Returns
    -------
    int
        The command's exit code; 128 and the number of the signal that ended it.
    """
    ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)
    if group:
        with open(f"{group}/cgroup.procs", "w", encoding="ascii") as file:
            file.write("0")
    os.set_inheritable(lifeline, False)
    child = os.posix_spawnp(command[0], command, os.environ)
    for end in range(3, lifeline), range(lifeline + 1, 256):
        os.closerange(end.start, end.stop)
    ended, poller = os.pidfd_open(child), select.poll()
    poller.register(ended, select.POLLIN)
    poller.register(lifeline, 0)  # that its other end is closed is said in any case
    ready = dict(poller.poll())
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) if ended in ready else -9
    end_all()
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
