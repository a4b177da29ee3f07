"""A process and everything it has started: what they hold, and their end."""

import contextlib
from pathlib import Path

import psutil


def family(pid):
    """The process ``pid`` and its descendants, as far as they still exist."""
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return []


def threads(pid):
    """Numbers of the threads of a process and of its descendants."""
    found, waiting = set(), [pid]
    while waiting:
        for thread in tasks(waiting.pop()):
            found.add(int(thread.name))
            with contextlib.suppress(OSError):
                waiting += (thread / "children").read_text(encoding="ascii").split()
    return found


def tasks(pid):
    """Folders of the threads of a process, as far as it still exists."""
    with contextlib.suppress(OSError):
        return list(Path(f"/proc/{pid}/task").iterdir())
    return []


def resident(process):
    """Bytes of memory that a process holds, shared ones included."""
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def proportional(process):
    """Bytes of memory, each shared page divided among those who share it."""
    try:
        about = process.memory_full_info()
    except psutil.Error:
        return resident(process)
    return getattr(about, "pss", about.rss)


def processor_seconds(processes):
    """Seconds that processes and those that they have waited for have had the processor."""
    found = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            found += sum(process.cpu_times()[:4])  # user, system, and the same of its children
    return found


def waited_seconds(pid):
    """Seconds for which the main thread of a process was ready, and others had the processor."""
    with contextlib.suppress(OSError, ValueError, IndexError), open(
            f"/proc/{pid}/task/{pid}/schedstat", encoding="ascii") as file:
        return int(file.read().split()[1]) / 1e9
    return 0.0


def memory_of(processes, enough):
    """Bytes of memory that processes hold together.

    Parameters
    ----------
    processes : list of psutil.Process
    enough : int
        Below this number of bytes the quick count, which counts shared memory twice, is given.

    Returns
    -------
    int
    """
    quick = sum(map(resident, processes))
    return quick if quick <= enough else sum(map(proportional, processes))


def kill_family(pid):
    """End a process and its descendants; one that has left its parent is not found."""
    for process in family(pid):
        with contextlib.suppress(psutil.Error):
            process.kill()
