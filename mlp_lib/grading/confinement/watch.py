"""What a notebook holds, looked at from outside a few times in a second."""

import time
from pathlib import Path

import psutil

from mlp_lib.grading.confinement.limits import MIB
from mlp_lib.grading.confinement.resources.usage import family, memory_of, resident
from mlp_lib.grading.confinement.view import IN_MEMORY

UNREAD = 512 * MIB  # by which this process may grow: a message without end is never delivered
OUTER = 3  # processes of bubblewrap, and their guard
BUFFER = "/proc/sys/net/core/wmem_default"  # bytes that a socket may hold
PAUSE = 0.2  # seconds between two looks


class Watch:
    """Looks at what one notebook holds.

    Parameters
    ----------
    limits : Limits
    """

    def __init__(self, limits):
        self.limits, self.next = limits, 0.0
        self.own = resident(psutil.Process())

    def objections(self, pid, inside=None):
        """Why the kernel must end, and what that means for its run, if it must.

        Nothing if it was looked at just now.

        Parameters
        ----------
        pid : int
            Of its outermost process.
        inside : SandboxProvisioner, optional
            Of a kernel in a sandbox.

        Yields
        ------
        (str, str)
            See `mlp_lib.grading.confinement.kernel.Ended`.
        """
        if time.monotonic() < self.next:
            return
        self.next = time.monotonic() + PAUSE
        if resident(psutil.Process()) > self.own + UNREAD:
            yield "was stopped because it sent more than can be heard", "output flood"
        found = self.of_processes(family(pid), in_sockets(inside) if inside else 0)
        for why in (*found, *(self.of_files(inside) if inside else ())):
            yield why, "kernel died"

    def of_processes(self, processes, elsewhere):
        """What is too much of memory, of which some is held ``elsewhere``, or of processes."""
        limits = self.limits
        allowed = limits.memory_in_all - elsewhere
        if memory_of(processes, allowed) > allowed:
            yield ("was stopped because the notebook held more than "
                   f"{limits.memory_in_all // MIB} MiB of memory")
        if len(processes) > limits.processes + OUTER:
            yield f"was stopped because it started more than {limits.processes} processes"

    def of_files(self, inside):
        """Files where none may be, or many more than anyone needs."""
        if inside.room.crowded():
            yield "was stopped because it wrote files among the kernel's sockets"
        if inside.running.files(IN_MEMORY) > self.limits.files:
            yield f"was stopped because it made more than {self.limits.files} files"


def in_sockets(inside):
    """Bytes that the sockets in a sandbox may hold."""
    sockets = inside.running.sockets()
    return sockets and sockets * int(Path(BUFFER).read_text(encoding="ascii"))
