"""Files below an opened folder, without links: others may change the folder while it is read.

A path is looked up anew at every use, and a folder in it may be a link by then. So each folder is
opened relative to the one that holds it, and what is known of a file is asked of the open file.
"""

import os
import stat
from contextlib import contextmanager

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
DEPTH = 20  # of folders in folders
ENTRIES = 10_000  # of all folders together


@contextmanager
def folder(path, above=None):
    """An open folder, for a ``with`` statement.

    Parameters
    ----------
    path : path
        Its folders are trusted, the last one must be no link.
    above : int, optional
        Open folder that ``path`` is relative to.

    Raises
    ------
    OSError
        If it is no folder, or a link.
    """
    handle = os.open(path, FOLDER, dir_fd=above)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def below(top, parts):
    """An open folder below another; no part of the way may be a link."""
    handle = os.dup(top)
    try:
        for part in parts:
            inner = os.open(part, FOLDER, dir_fd=handle)
            os.close(handle)
            handle = inner
        yield handle
    finally:
        os.close(handle)


def listed(top, entries=ENTRIES):
    """Paths of what lies below an open folder: files, and links or closed folders.

    Hidden folders are left out; so is what is nested deeper than `DEPTH`, or comes after
    so many ``entries``: the names of those folders stand for it.

    Returns
    -------
    (list of str, list of str)
        Files or devices; and what is not looked into.
    """
    files, closed, waiting, seen = [], [], [()], 0
    while waiting and seen <= entries:
        parts = waiting.pop()
        try:
            with below(top, parts) as handle, os.scandir(handle) as found:
                inside = [(entry.name, entry.is_dir(follow_symlinks=False),
                           entry.is_symlink()) for entry, _ in zip(found, range(entries))]
        except OSError:
            inside = []
            closed.append("/".join(parts))
        for name, is_folder, is_link in sorted(inside):
            path, seen = (*parts, name), seen + 1
            if is_folder and name.startswith("."):
                continue
            if is_folder and len(path) <= DEPTH and seen <= entries:
                waiting.append(path)
            else:
                (closed if is_folder or is_link or seen > entries else files).append(
                    "/".join(path))
    return files, [*closed, *map("/".join, waiting)]


def changed(top, path):
    """When a file below an open folder was changed, in seconds; None if it is gone."""
    *folders, name = path.split("/")
    try:
        with below(top, folders) as handle:
            return os.stat(name, dir_fd=handle, follow_symlinks=False).st_mtime
    except OSError:
        return None


def read(top, path, limit, owner=None):
    """Content and status of a plain file below an open folder.

    Parameters
    ----------
    top : int
    path : str
        Relative; parts between slashes.
    limit : int
        Bytes that are read at most.
    owner : int, optional
        Number of the user that the file must belong to.

    Returns
    -------
    (bytes or None, os.stat_result)
        None if there are more than ``limit``.

    Raises
    ------
    OSError
        If it cannot be read, is no plain file or a link, or belongs to somebody else.
    """
    *folders, name = path.split("/")
    with below(top, folders) as handle:
        file = os.open(name, FILE, dir_fd=handle)
    with open(file, "rb") as opened:
        status = os.fstat(file)
        if not stat.S_ISREG(status.st_mode):
            raise OSError("it is no plain file")
        if owner is not None and status.st_uid != owner:
            raise PermissionError("it belongs to somebody else")
        content = opened.read(limit + 1)
    return (content if len(content) <= limit else None), status
