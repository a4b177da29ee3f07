"""How many threads the products of matrices take: one, where more would only wait."""

import threading


class OneThread:
    """Context with one BLAS thread, for any number of threads of Python at a time.

    They may leave in another order than they came. If each gave back what it had found, the
    last would leave the one thread of the first to all that follows. So what is given back is
    what was there before the first, and every thread gives it back: OpenBLAS may heed none but
    the thread that set the number first. Who is still inside is then slower for a while.
    """

    def __init__(self):
        self._lock, self._inside, self._before = threading.Lock(), 0, None
        self._own = threading.local()  # how often the thread of Python itself is inside

    def __enter__(self):
        from threadpoolctl import threadpool_limits

        self._own.depth = getattr(self._own, "depth", 0) + 1
        if self._own.depth == 1:
            with self._lock:
                limits = threadpool_limits(1, user_api="blas")
                self._before = self._before if self._inside else limits
                self._inside += 1

    def __exit__(self, *error):
        self._own.depth -= 1
        if self._own.depth == 0:
            with self._lock:
                self._inside -= 1
                self._before.restore_original_limits()


one_thread = OneThread()
