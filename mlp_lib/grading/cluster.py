"""Spread submissions over processes or machines with dask.distributed.

Workers get one submission each and send its result back. A worker that dies has its submission
judged elsewhere; what ends several workers comes back as lost.
"""

import contextlib
import importlib.util
import itertools
import logging
import os
import signal
import sys
import threading

HOW_TO_INSTALL = 'in the workbook: python -m pip install -e ".[cluster]"'
PATIENCE = 15.0  # seconds until a scheduler or a first worker answers
LOOK = 15.0  # seconds between two looks at whether there are workers
NO_WORKERS = ("The scheduler has no workers left; the grading goes on when one comes: dask worker "
              "ADDRESS --nthreads 1. Or stop it with Ctrl-C: what was judged is kept.")
LARGE = "200 MiB"  # a submission may be this large without dask's advice about it
AHEAD = 3  # submissions under way for each process, so that none waits for the coordinator


class ClusterError(RuntimeError):
    """The cluster cannot be used; the message says why and what to do."""


class Lost:
    """Stands for the result of a submission that no worker brought back."""

    def __init__(self, reason):
        self.reason = reason


def installed():
    """Whether dask.distributed is there."""
    return importlib.util.find_spec("distributed") is not None


def spread(function, tasks, scheduler=None, workers=None, ready=None):
    """Call a function on every task, on many processes; yield as they end.

    Parameters
    ----------
    function : callable
        Of one task; it and the tasks travel to the workers.
    tasks : iterable
        Taken only as fast as they are worked on.
    scheduler : str, optional
        Address of a running dask scheduler; without it a local cluster is used.
    workers : int, optional
        Processes of the local cluster; as many as processors if not given. One needs no cluster.
    ready : callable, optional
        Called first on each machine, here or at the scheduler's; raises if it cannot work.

    Yields
    ------
    (task, result or Lost)

    Raises
    ------
    ClusterError
        If the scheduler cannot be reached, has no workers, or a worker is not ready.
    """
    workers = workers or os.cpu_count() or 1
    if scheduler is None and ready:
        ready()
    if scheduler is None and (workers == 1 or not installed()):
        yield from ((task, function(task)) for task in tasks)
        return
    with connected(scheduler, workers) as client:
        check(client, ready if scheduler else None)
        with watched(client):
            yield from flow(client, function, iter(tasks))


@contextlib.contextmanager
def connected(scheduler, workers):
    """A client of the scheduler, or of a local cluster that ends with it."""
    if not installed():
        raise ClusterError(f"grading on several machines needs dask.distributed: {HOW_TO_INSTALL}")
    from dask import config
    from distributed import Client, LocalCluster

    with contextlib.ExitStack() as stack:
        stack.enter_context(config.set({"distributed.admin.large-graph-warning-threshold": LARGE}))
        if scheduler is None:
            with deaf():
                scheduler = stack.enter_context(LocalCluster(
                    n_workers=workers, threads_per_worker=1, dashboard_address="127.0.0.1:0",
                    silence_logs=logging.ERROR))
        try:
            yield stack.enter_context(Client(scheduler, timeout=PATIENCE, set_as_default=False))
        except OSError as error:
            raise ClusterError(f"no dask scheduler answers at {scheduler}: {error}") from error


@contextlib.contextmanager
def deaf():
    """Processes that start here do not hear Ctrl-C: it stops this one, which ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def check(client, ready):
    """Make sure that there are workers, and that each can work if that can be asked."""
    with contextlib.suppress(TimeoutError):
        client.wait_for_workers(1, timeout=PATIENCE)
    if not client.nthreads():
        raise ClusterError("the scheduler has no workers; start some: dask worker ADDRESS "
                           "--nthreads 1")
    answers = client.run(ready, on_error="return") if ready else {}
    for worker, answer in answers.items():
        if isinstance(answer, BaseException):
            raise ClusterError(f"worker {worker} cannot grade: {answer}")


@contextlib.contextmanager
def watched(client):
    """Say so, on stderr, whenever all workers have gone: without one nothing comes to an end."""
    over = threading.Event()

    def look(had=True):
        while not over.wait(LOOK):
            has = bool(client.nthreads())
            if had and not has:
                print(f"\n{NO_WORKERS}", file=sys.stderr, flush=True)
            had = has

    watch = threading.Thread(target=look, daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()


def flow(client, function, tasks):
    """Keep the workers busy, and yield (task, result or `Lost`) as they end."""
    from distributed import as_completed

    under_way = {}

    def submit(task):
        future = client.submit(function, task, pure=False)
        under_way[future.key] = task
        return future

    room = AHEAD * max(sum(client.nthreads().values()), 1)
    first = [submit(task) for task in itertools.islice(tasks, room)]
    ended = as_completed(first, loop=client.loop, with_results=True, raise_errors=False)
    for future, result in ended:  # results come along: a worker that dies later takes none away
        task = under_way.pop(future.key)
        for another in itertools.islice(tasks, 1):
            ended.add(submit(another))
        yield task, result if future.status == "finished" else lost(result)


def lost(error):
    """`Lost` for what as_completed gives of a failure: kind, exception, traceback."""
    reason = error[1] if isinstance(error, tuple) else error
    return Lost(f"no worker could judge it: {' '.join(str(reason).split())[:300]}")
