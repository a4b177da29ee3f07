"""Submissions spread over processes of this machine. They talk through pipes: there is no port
that another user could find.
"""

import contextlib
import multiprocessing
import os
import signal
import threading
from multiprocessing.connection import wait

DEATHS = 3  # processes that one submission may end until it is given up
SPAWN = multiprocessing.get_context("spawn")


class Lost:
    """Stands for the result of a submission that no worker brought back."""

    def __init__(self, reason):
        self.reason = f"no worker could judge it: {' '.join(str(reason).split())[:300]}"


def serve(function, pipe):
    """What a process does: take tasks and give results until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C stops the other end, which ends this one
    threading.Thread(target=leave_with, args=(multiprocessing.parent_process().sentinel,),
                     daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            task = pipe.recv()
            try:
                answer = (True, function(task))
            except Exception as error:
                answer = (False, f"{type(error).__name__}: {error}")
            try:
                pipe.send(answer)
            except OSError:
                raise
            except Exception as error:  # a result that cannot be pickled
                pipe.send((False, f"{type(error).__name__}: {error}"))


def leave_with(parent):
    """End this process as soon as its parent has ended, however that ended."""
    wait([parent])
    os._exit(1)


class Worker:
    """A process, and the task that it has."""

    def __init__(self, function):
        self.pipe, other = SPAWN.Pipe()
        self.process = SPAWN.Process(target=serve, args=(function, other), daemon=True)
        with deaf():
            self.process.start()
        other.close()

    def give(self, task):
        """Hand over a task; if the process is dead already, its pipe says so later."""
        self.task = task
        with contextlib.suppress(OSError):
            self.pipe.send(task)

    def take(self):
        """Whether the task came back, and its result or what it raised; EOFError if it died."""
        try:
            return self.pipe.recv()
        except OSError as error:
            raise EOFError from error

    def end(self):
        """End the process."""
        self.pipe.close()
        self.process.terminate()
        self.process.join()


@contextlib.contextmanager
def deaf():
    """A process that starts here does not hear Ctrl-C, not even before it can say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def spread(function, tasks, count):
    """Call a function on every task, in so many processes.

    A process that dies has its task done by another, until that has ended `DEATHS`.

    Parameters
    ----------
    function : callable
        Of one task; both are pickled.
    tasks : iterable
        Taken only when a process is free.
    count : int

    Yields
    ------
    (task, result or Lost)
    """
    tasks, again, busy, free = iter(tasks), [], [], []
    try:
        while True:
            while len(busy) < count and (turn := next_turn(again, tasks)):
                worker = free.pop() if free else Worker(function)
                worker.deaths = turn[1]
                worker.give(turn[0])
                busy.append(worker)
            if not busy:
                return
            ready = wait([worker.pipe for worker in busy])
            worker = next(worker for worker in busy if worker.pipe in ready)
            busy.remove(worker)
            yield from came_back(worker, again, free)
    finally:
        for worker in [*busy, *free]:
            worker.end()


def next_turn(again, tasks):
    """The next task, and how many processes it has ended; None if there is none left."""
    if again:
        return again.pop()
    return next(((task, 0) for task in tasks), None)


def came_back(worker, again, free):
    """What one process gave, as none or one pair of task and result."""
    try:
        fine, value = worker.take()
    except EOFError:
        worker.end()
        if worker.deaths + 1 < DEATHS:
            again.append((worker.task, worker.deaths + 1))
        else:
            yield worker.task, Lost(f"{DEATHS} processes ended at it")
        return
    free.append(worker)
    yield worker.task, value if fine else Lost(value)
