"""A processor for each notebook, so that none slows down another that is judged by its time.

Without it, one that starts dozens of processes would take as many shares of the machine.
"""

import contextlib
import os
import socket

from mlp_lib.grading.confinement.resources.usage import threads

NAME = "\0mlp_lib/processor/{}"  # of a socket without a file; the system frees it in any case


class Processor:
    """One processor that no other notebook on this machine has; a shared one if none is free."""

    def __init__(self):
        numbers = sorted(os.sched_getaffinity(0), reverse=True)
        self.lock = socket.socket(socket.AF_UNIX)
        self.number = next(filter(self.taken, numbers), numbers[os.getpid() % len(numbers)])

    def taken(self, number):
        """Whether this processor was free, and belongs to this notebook now."""
        try:
            self.lock.bind(NAME.format(number))
        except OSError:
            return False
        return True

    def give(self, pid):
        """Keep a process with its descendants to it, and all that they will start."""
        kept = set()
        while new := threads(pid) - kept:  # what started meanwhile is found in the next round
            for thread in new:
                with contextlib.suppress(OSError):  # it has ended
                    os.sched_setaffinity(thread, {self.number})
            kept |= new

    def leave(self):
        """Leave it to others."""
        self.lock.close()
