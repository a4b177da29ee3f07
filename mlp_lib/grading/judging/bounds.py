"""Bounds of time and memory for work on what a student made.

Time is the processor's: a busy machine takes none from anybody.
"""

try:
    import resource
except ImportError:  # Windows has no such limits
    resource = None

from mlp_lib.exercises import clock
from mlp_lib.grading.confinement import MIB

TooLong, seconds = clock.TooLong, clock.seconds

MEMORY = 1024 * MIB  # by which the judging of one submission may grow
SECONDS = 120  # of the processor, of judging one submission
MARK_SECONDS = 30  # of the processor, of comparing one answer


def bind():
    """Bound this process from now on: by `MEMORY`, and by `SECONDS` of the processor.

    The system ends it with a signal if it takes longer; more memory is a `MemoryError`. Processes
    that it starts may lift both for themselves.
    """
    if resource is None:
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    lower("RLIMIT_AS", size_now() + MEMORY)
    lower("RLIMIT_CPU", int(used + SECONDS) + 1)


def lower(name, value):
    """Lower a soft limit of this process."""
    which = getattr(resource, name)
    hard = resource.getrlimit(which)[1]
    resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def size_now():
    """Bytes of this process's address space."""
    import psutil

    return psutil.Process().memory_info().vms
