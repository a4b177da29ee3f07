"""Whether students' notebooks can be run in a sandbox here, in words.

Inside there is no network, one unprivileged user, the system and the Python environment for
reading only, `mlp_lib` without references and without the grading, and a working folder that
lives in memory and vanishes at the end. The kernel talks to the grader through sockets in a
folder that both see.
"""

import shutil
import sys
import tempfile
from functools import lru_cache

from mlp_lib.grading.confinement.limits import Limits
from mlp_lib.grading.confinement.room import Room

INSTALL = (
    "Install bubblewrap 0.8 or newer (Debian, Ubuntu: apt install bubblewrap; Fedora: dnf install "
    "bubblewrap). Or grade with --no-sandbox: then students' code may do all that you may do."
)
NO_SANDBOX = (
    "Grading WITHOUT a sandbox: the students' code runs as you. It can read and change your files, "
    "other submissions and the gradebook, and use the network. The results are marked with it."
)


class SandboxError(RuntimeError):
    """The sandbox cannot be used; the message says why and what to do."""


@lru_cache(maxsize=1)
def problem():
    """Why no sandbox can be started here, in a sentence; empty if one can.

    One is started, so that a system that forbids it is noticed too.
    """
    if not sys.platform.startswith("linux"):
        return "The grading sandbox needs Linux."
    if shutil.which("bwrap") is None:
        return "The grading sandbox needs bubblewrap, and there is no program bwrap on PATH."
    with tempfile.TemporaryDirectory() as empty:
        room = Room(empty, Limits())
        try:
            return trial(room)
        finally:
            room.close()


def trial(room):
    """Let a kernel in a sandbox say its version; why it could not, or nothing."""
    try:
        running = room.start(room.kernel("--version"))
    except OSError as error:
        return f"bubblewrap cannot make the grading sandbox: {error}."
    code = running.process.wait()
    running.kill()
    said = room.last_words()
    return f"The grading sandbox does not work here (exit code {code}: {said})." if code else ""


def require():
    """Make sure that a sandbox can be started.

    Raises
    ------
    SandboxError
        If not: why, how to install what is missing, and that there is ``--no-sandbox``.
    """
    if words := problem():
        raise SandboxError(f"{words} {INSTALL}")
