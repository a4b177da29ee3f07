"""How many threads the products of matrices take: one, where more would only wait."""

import sys
import threading

import numpy as np

# A second thread saves half of a product's time at most. Where its core is busy otherwise, it
# waits there for its turn, some 5 ms whatever the product is. Below so many multiplications
# (1 ms or two) the half is not worth that; `python -m tests.benchmarks.mlp --part threads`
# measures it.
SMALL_PRODUCT = 50_000_000


class Threads:
    """The number of BLAS threads, which belongs to the process, and who wants one of them.

    It is one as long as a thread of Python is in `one_thread`, or in `one_for_small` without a
    large product at hand. Afterwards it is what it was before, in whatever order they leave.
    """

    def __init__(self):
        self._lock, self._inside = threading.Lock(), {"one": 0, "small": 0, "large": 0}
        self._before = ()  # the libraries that were set to one, and their numbers before
        self._known, self._libraries = 0, ()

    def count(self, what, by):
        """Count a thread of Python in or out, and set the number that is wanted now."""
        with self._lock:
            self._inside[what] += by
            one = self._inside["one"] or (self._inside["small"] and not self._inside["large"])
            if one and not self._before:
                self._before = [(each, each.num_threads) for each in self._blas()]
                self._set((library, 1) for library, _ in self._before)
            elif not one and self._before:
                self._set(self._before)
                self._before = ()

    def _blas(self):
        """The BLAS libraries that are loaded; a new one comes with a module of Python."""
        if self._known != len(sys.modules):
            from threadpoolctl import ThreadpoolController

            self._libraries = ThreadpoolController().select(user_api="blas").lib_controllers
            self._known = len(sys.modules)
        return self._libraries

    def _set(self, numbers):
        """Set the number of each library, whichever thread of Python set it before.

        From some version on, threadpoolctl lets only the thread that came first set the number of
        OpenBLAS. A kernel runs the buttons of a demo now in one thread, now in another.
        """
        for library, number in numbers:
            release = getattr(library, "clear_controlling_thread", lambda force: None)
            release(force=True)
            library.set_num_threads(number)
            release(force=True)


class Hold:
    """Context that may be entered again inside, and by any thread of Python."""

    def __init__(self, threads, what):
        self._threads, self._what = threads, what

    def __enter__(self):
        self._threads.count(self._what, 1)

    def __exit__(self, *error):
        self._threads.count(self._what, -1)


_threads = Threads()
one_thread = Hold(_threads, "one")
one_for_small = Hold(_threads, "small")  # `matmul` lifts it for a large product
_large = Hold(_threads, "large")


def matmul(A, B, out=None):
    """The product ``A @ B`` of matrices or vectors; inside `one_for_small`, with the threads
    that its size deserves, counted as the multiplications it takes.
    """
    if A.size * B.shape[-1] < SMALL_PRODUCT:
        return np.matmul(A, B, out=out)
    with _large:
        return np.matmul(A, B, out=out)
