"""A processor for each sandbox, so that no notebook slows down another that is judged by its time.

Without it, one that starts dozens of processes would take as many shares of the machine.
"""

import contextlib
import os
import socket

NAME = "\0mlp_lib/processor/{}"  # of a socket without a file; the system frees it in any case


class Processor:
    """One processor that no other sandbox on this machine has; a shared one if none is free."""

    def __init__(self):
        numbers = sorted(os.sched_getaffinity(0), reverse=True)
        self.lock = socket.socket(socket.AF_UNIX)
        self.number = next(filter(self.taken, numbers), numbers[os.getpid() % len(numbers)])

    def taken(self, number):
        """Whether this processor was free, and belongs to this sandbox now."""
        try:
            self.lock.bind(NAME.format(number))
        except OSError:
            return False
        return True

    @contextlib.contextmanager
    def inherited(self):
        """Give it to the processes that are started in a ``with`` statement, and to theirs."""
        before = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {self.number})
        try:
            yield
        finally:
            os.sched_setaffinity(0, before)

    def leave(self):
        """Leave it to others."""
        self.lock.close()
