"""Work in portions: pieces that stay in a core's cache, halves in two threads of Python.

With halves two cores meet once in a pass, and not at every product; and where one of them is busy
with something else, no more than its half waits for it.
"""

import contextvars
from concurrent.futures import ThreadPoolExecutor

from mlp_lib import browser
from mlp_lib.networks.parts.blas import one_thread


def pieces(*arrays, size=65_536):
    """The numbers of arrays of one shape, so many at once as stay in a core's cache."""
    flat = [array.reshape(-1) for array in arrays]
    for start in range(0, flat[0].size, size):
        yield [array[start : start + size] for array in flat]


def halves(n):
    """The two halves of ``n`` rows, as slices."""
    return slice(0, n // 2), slice(n // 2, n)


def at_once(work, first, second):
    """``[work(first), work(second)]``, the second computed in another thread.

    There are always two halves, whatever the number of cores, so that a sum of both is the same
    to the last bit everywhere. Both have ended when this returns or raises.
    """
    if browser.HERE:  # where there is one thread
        return [work(first), work(second)]
    with ThreadPoolExecutor(1) as pool, one_thread:
        other = pool.submit(contextvars.copy_context().run, work, second)  # with numpy's errstate
        return [work(first), other.result()]
