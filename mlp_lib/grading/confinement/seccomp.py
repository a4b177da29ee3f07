"""Changes some system calls in a sandbox.

Some give memory which no limit counts: a file in memory without a folder, a shared mapping or
System V shared memory belongs to no process once it is unmapped, a socket's buffers belong to none
at all, and a namespace for users of its own brings folders in memory. A notebook could fill the
machine. Others reach the keys of whoever started the grading. Programs that ask for it find a
system without it. To choose a processor or the size of a buffer succeeds, and changes nothing.
"""

import platform
import struct

CALLS = ("memfd_create", "memfd_secret", "shmget", "semget", "msgget", "io_uring_setup",
         "add_key", "request_key", "keyctl", "unshare", "setns", "userfaultfd", "clone3",
         "sched_setaffinity", "setsockopt", "mmap", "clone", "socket", "socketpair")
COMMON = (279, 447, 194, 190, 186, 425, 217, 218, 219, 97, 268, 282, 435, 122, 208, 222, 220,
          198, 199)
MACHINES = {  # as the kernel names the architecture, and the numbers there; see syscalls(2)
    "x86_64": (0xC000003E, (319, 447, 29, 64, 68, 425, 248, 249, 250, 272, 308, 323, 435, 203,
                            54, 9, 56, 41, 53)),
    "aarch64": (0xC00000B7, COMMON),
    "riscv64": (0xC00000F3, COMMON),
}
X32 = 0x40000000  # numbers from here on are other names for the same calls; on x86_64 alone
LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06  # of the filter, seccomp(2)
NUMBER, ARCHITECTURE = 0, 4  # where these stand in what is filtered
ALLOW, IGNORED = 0x7FFF0000, 0x00050000
NOT_THERE, FORBIDDEN, NO_FAMILY = (IGNORED | error for error in (38, 1, 97))
SHARED_WITHOUT_FILE = 0x21  # MAP_SHARED and MAP_ANONYMOUS
NEW_USERS = 0x10000000  # CLONE_NEWUSER
SOCKET, BUFFERS = 1, (7, 8, 32, 33)  # SOL_SOCKET, and SO_SNDBUF, SO_RCVBUF and their FORCE
FAMILIES = (1, 16)  # of sockets: in a folder, and to ask the system; there is no network


def argument(i):
    """The step that loads an argument of a call, or its lower half."""
    return (LOAD, 0, 0, 16 + 8 * i)


def either(values, found, otherwise):
    """Steps that return ``found`` if what was loaded is one of the values."""
    return [*((EQUAL, len(values) - i, 0, value) for i, value in enumerate(values)),
            (RETURN, 0, 0, otherwise), (RETURN, 0, 0, found)]


def rule(name):
    """Steps that decide on a call of this name."""
    rules = {
        "sched_setaffinity": [(RETURN, 0, 0, IGNORED)],
        "setsockopt": [argument(1), (EQUAL, 1, 0, SOCKET), (RETURN, 0, 0, ALLOW),
                       argument(2), *either(BUFFERS, IGNORED, ALLOW)],
        "mmap": [argument(3), (AND, 0, 0, SHARED_WITHOUT_FILE),
                 *either([SHARED_WITHOUT_FILE], FORBIDDEN, ALLOW)],
        "clone": [argument(0), (AND, 0, 0, NEW_USERS), *either([NEW_USERS], FORBIDDEN, ALLOW)],
        "socket": [argument(0), *either(FAMILIES, ALLOW, NO_FAMILY)],
        "socketpair": [argument(0), *either(FAMILIES, ALLOW, NO_FAMILY)],
    }
    return rules.get(name, [(RETURN, 0, 0, NOT_THERE)])


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
    architecture, numbers = known
    steps = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, architecture), (RETURN, 0, 0, NOT_THERE),
             (LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, NOT_THERE)]
    for name, number in zip(CALLS, numbers, strict=True):
        decided = rule(name)
        steps += [(EQUAL, 0, len(decided), number), *decided]
    return b"".join(struct.pack("=HBBI", *step) for step in [*steps, (RETURN, 0, 0, ALLOW)])
