"""Spread submissions over processes of this machine, or over machines with dask.distributed.

A dask scheduler lets whoever reaches it run programs as the teacher. So it is used only with TLS,
or where the teacher says that nobody else reaches it; on one machine there is none (`processes`).
Workers get one submission each and send its result back. A worker that dies has its submission
judged elsewhere; what ends several workers comes back as lost.
"""

import contextlib
import importlib.util
import itertools
import os
import sys
import threading

from mlp_lib.grading import processes
from mlp_lib.grading.processes import Lost

HOW_TO_INSTALL = 'in the workbook: python -m pip install -e ".[cluster]"'
PATIENCE = 15.0  # seconds until a scheduler or a first worker answers
LOOK = 15.0  # seconds between two looks at whether there are workers
NO_WORKERS = ("The scheduler has no workers left; the grading goes on when one comes: dask worker "
              "ADDRESS --nthreads 1. Or stop it with Ctrl-C: what was judged is kept.")
LARGE = "200 MiB"  # a submission may be this large without dask's advice about it
ENCRYPTED = ("tls", "wss")  # protocols of dask
AHEAD = 3  # submissions under way for each process, so that none waits for the coordinator


class ClusterError(RuntimeError):
    """The cluster cannot be used; the message says why and what to do."""


def installed():
    """Whether dask.distributed is there."""
    return importlib.util.find_spec("distributed") is not None


def spread(function, tasks, scheduler=None, workers=None, ready=None, trusted=False):
    """Call a function on every task, on many processes; yield as they end.

    Parameters
    ----------
    function : callable
        Of one task; it and the tasks travel to the workers.
    tasks : iterable
        Taken only as fast as they are worked on.
    scheduler : str, optional
        Address of a running dask scheduler; without it processes of this machine are used.
    workers : int, optional
        Processes of this machine; as many as processors if not given.
    ready : callable, optional
        Called first on each machine, here or at the scheduler's; raises if it cannot work. Not
        if there is nothing to do.
    trusted : bool
        Whether a scheduler without TLS may be used.

    Yields
    ------
    (task, result or Lost)

    Raises
    ------
    ClusterError
        If the scheduler does not use TLS, cannot be reached, has no workers, or a worker is not
        ready.
    """
    tasks = iter(tasks)
    if not (first := list(itertools.islice(tasks, 1))):
        return
    tasks = itertools.chain(first, tasks)
    if scheduler is None:
        yield from here(function, tasks, workers or os.cpu_count() or 1, ready)
        return
    if not trusted and scheduler.partition("://")[0] not in ENCRYPTED:
        raise ClusterError(f"the scheduler at {scheduler} is used without TLS: whoever reaches it "
                           "reads the course's secret and runs programs as you. Start it with "
                           "dask's TLS (the address begins with tls://), or say "
                           "--trusted-network if nobody else can reach it")
    with connected(scheduler) as client:
        check(client, ready)
        with watched(client):
            yield from flow(client, function, tasks)


def here(function, tasks, workers, ready):
    """`spread` on this machine."""
    if ready:
        ready()
    if workers == 1:
        yield from ((task, function(task)) for task in tasks)
    else:
        yield from processes.spread(function, tasks, workers)


@contextlib.contextmanager
def connected(scheduler):
    """A client of the scheduler."""
    if not installed():
        raise ClusterError(f"grading on several machines needs dask.distributed: {HOW_TO_INSTALL}")
    from dask import config
    from distributed import Client

    with contextlib.ExitStack() as stack:
        stack.enter_context(config.set({"distributed.admin.large-graph-warning-threshold": LARGE}))
        try:
            client = Client(scheduler, timeout=PATIENCE, set_as_default=False)
        except (OSError, TypeError) as error:  # TypeError: TLS, and no certificate configured
            raise ClusterError(f"no dask scheduler answers at {scheduler}: {error}") from error
        yield stack.enter_context(client)


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
    return Lost(error[1] if isinstance(error, tuple) else error)
