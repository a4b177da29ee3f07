"""Changes some system calls in a sandbox.

Some give memory which no limit counts: a file in memory without a folder, or System V shared
memory, belongs to no process once it is unmapped, and a notebook could fill the machine. Programs
that ask for it find a system without it. To choose a processor succeeds, and changes nothing: each
sandbox keeps its own (`mlp_lib.grading.confinement.processors`).
"""

import platform
import struct

# numbers of memfd_create, memfd_secret, shmget, semget, msgget, io_uring_setup, and last of
# sched_setaffinity; see syscalls(2)
COMMON = (279, 447, 194, 190, 186, 425, 122)
MACHINES = {  # as the kernel names the architecture, and the numbers there
    "x86_64": (0xC000003E, (319, 447, 29, 64, 68, 425, 203)),
    "aarch64": (0xC00000B7, COMMON),
    "riscv64": (0xC00000F3, COMMON),
}
X32 = 0x40000000  # numbers from here on are other names for the same calls; on x86_64 alone
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # of the packet filter, seccomp(2)
NUMBER, ARCHITECTURE = 0, 4  # where these stand in what is filtered
ALLOW, IGNORED, NOT_THERE = 0x7FFF0000, 0x00050000, 0x00050000 | 38  # the last is ENOSYS


def program(machine=None):
    """The filter for ``bwrap --seccomp``.

    Parameters
    ----------
    machine : str, optional
        As `platform.machine` names it; this one if not given.

    Returns
    -------
    bytes
        Empty for a machine whose numbers are not known here: there is no filter then.
    """
    known = MACHINES.get(machine or platform.machine())
    if known is None:
        return b""
    architecture, (*refused, affinity) = known
    last = len(refused) + 2  # steps from the first of these to the last line
    steps = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 0, last + 3, architecture),
             (LOAD, 0, 0, NUMBER), (AT_LEAST, last + 1, 0, X32),
             *((EQUAL, last - i, 0, number) for i, number in enumerate(refused)),
             (EQUAL, 1, 0, affinity),
             (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, IGNORED), (RETURN, 0, 0, NOT_THERE)]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
