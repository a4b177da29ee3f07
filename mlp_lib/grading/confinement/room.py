"""The folders of one sandbox on the grader's machine."""

import contextlib
import json
import os
import shutil
import stat
import tempfile
from pathlib import Path

from mlp_lib.grading.confinement.environment import PYTHON, settings
from mlp_lib.grading.confinement.namespaces import NOBODY, as_root, start
from mlp_lib.grading.confinement.view import IN_MEMORY, INBOX, SCRIPT, SOCKETS, options

CONNECTION = "kernel.json"  # among the sockets: how to speak to the kernel
SOCKET_PATH = 107 - len("/sockets/kernel-65535")  # bytes that a socket's path may have, less ours


class Refused(ValueError):
    """A submission that cannot be run; the message says why."""


def plain_files(folder):
    """Pairs of the plain files below ``folder``, with their size; links are not followed."""
    for where, folders, names in os.walk(folder, followlinks=False):
        folders[:] = [name for name in folders if not os.path.islink(os.path.join(where, name))]
        for name in names:
            path = os.path.join(where, name)
            about = os.lstat(path)
            if stat.S_ISREG(about.st_mode):
                yield path, about.st_size


def copy_folder(source, target, limits):
    """Copy the plain files of a submission; links, pipes and devices are left out.

    Raises
    ------
    Refused
        If there are more files or bytes than the ``limits`` allow.
    """
    Path(target).mkdir(parents=True, exist_ok=True)
    files = size = 0
    for path, bytes_of_one in plain_files(source):
        files, size = files + 1, size + bytes_of_one
        if files > limits.submission_files or size > limits.submission_bytes:
            raise Refused(
                f"The submission's folder holds more than {limits.submission_files} files or "
                f"{limits.submission_bytes // 2**20} MiB.")
        copy = Path(target, os.path.relpath(path, source))
        copy.parent.mkdir(parents=True, exist_ok=True)
        reading = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        with open(reading, "rb") as file, open(copy, "wb") as new:
            shutil.copyfileobj(file, new)


def open_to_all(folder):
    """Let the sandbox's user read a copy, whatever the owner's habit of closing files."""
    for where, _, names in os.walk(folder):
        os.chmod(where, 0o755)
        for name in names:
            os.chmod(os.path.join(where, name), 0o644)


def temporary_folder():
    """A new folder, short enough for sockets in it."""
    base = tempfile.mkdtemp(prefix="mlp-")
    if len(os.fsencode(base)) <= SOCKET_PATH:
        return Path(base)
    os.rmdir(base)
    return Path(tempfile.mkdtemp(prefix="mlp-", dir="/tmp"))


def remove(folder):
    """Remove a folder, also what a notebook has closed in it."""
    for where, folders, _ in os.walk(folder):
        for path in (os.path.join(where, name) for name in folders):
            if not os.path.islink(path):
                with contextlib.suppress(OSError):  # it is being removed
                    os.chmod(path, 0o700)
    shutil.rmtree(folder, ignore_errors=True)


class Room:
    """What a sandbox shares with this machine: a copy of the submission, and the sockets.

    Parameters
    ----------
    folder : path or None
        The submission's folder; it is never shown inside, only copied. None if it comes later, see
        `fill`.
    limits : Limits
    hidden : collection of str
        Names of libraries that cannot be imported in it.
    """

    def __init__(self, folder, limits, hidden=()):
        self.limits, self.hidden = limits, hidden
        self.base = temporary_folder()
        self.inbox, self.sockets = self.base / "inbox", self.base / "sockets"
        self.complaints = self.base / "complaints.txt"
        self.inbox.mkdir()
        self.inbox.chmod(0o755)
        self.sockets.mkdir()
        self.sockets.chmod(0o777)  # the folder above it is closed to all other users
        if folder is not None:
            self.fill(folder)

    def fill(self, folder):
        """Copy a submission in; if it is refused, all folders are gone."""
        try:
            copy_folder(folder, self.inbox, self.limits)
        except BaseException:
            self.close()
            raise
        open_to_all(self.inbox)

    def kernel(self, *arguments):
        """The kernel's command line, as inside the sandbox."""
        told = settings(self.limits, INBOX, NOBODY if as_root() else None)
        return [PYTHON, "-P", SCRIPT, told, *arguments]

    def tell_connection(self, connection_file):
        """Copy a connection file for the inside, where the sockets have another path."""
        about = json.loads(Path(connection_file).read_text(encoding="utf-8"))
        inside = self.sockets / CONNECTION
        inside.write_text(json.dumps(about | {"ip": f"{SOCKETS}/kernel"}), encoding="utf-8")
        inside.chmod(0o644)

    def start(self, command):
        """Start a command in a sandbox with these folders."""
        limits = self.limits
        memory = limits.memory_in_all + len(IN_MEMORY) * limits.disk
        return start(options(self, limits), command, self.complaints, memory)

    def last_words(self):
        """The last line of what bubblewrap or the kernel complained about."""
        with open(self.complaints, "rb") as file:
            file.seek(max(0, os.path.getsize(self.complaints) - 4000))
            lines = file.read().decode("utf-8", "replace").split("\n")
        return next((line.strip()[:500] for line in reversed(lines) if line.strip()), "no message")

    def crowded(self):
        """Whether something else than sockets was put among the sockets."""
        entries = [entry for entry in os.scandir(self.sockets) if entry.name != CONNECTION]
        return len(entries) > 20 or any(
            entry.is_symlink() or entry.is_dir() or entry.is_file() for entry in entries)

    def close(self):
        """Remove the folders."""
        remove(self.base)
