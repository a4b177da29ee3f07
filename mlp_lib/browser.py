"""What is made fit where the book runs in the tab of a browser, decided here alone.

Python has one thread there, products of matrices take some twenty times as long, and a file of
``data/`` is brought from the site when it is first asked for. What is smaller there says so on
the page; the numbers in prose stay those of an installed book, and what only the whole training
reaches is asserted as ``assert browser.HERE or ...``.
"""

import functools
import sys
import warnings

HERE = sys.platform == "emscripten"  # Python that runs in a browser
ROWS = 12_000  # that a training goes through in all its epochs: some seconds
FEWEST = 1000  # in each of them, at least
if HERE:  # progress bars watch themselves from a thread, where there is one
    warnings.filterwarnings("ignore", message="tqdm:disabling monitor support")


def suits(installed, in_browser):
    """One of two values: where the book is installed, or in a browser."""
    return in_browser if HERE else installed


def rows_of_an_epoch(rows, epochs):
    """How many of its ``rows`` a training goes through in each epoch: all of them, but not here.

    Parameters
    ----------
    rows, epochs : int
        What was asked for.

    Returns
    -------
    int
        In a browser ``ROWS / epochs``, at least `FEWEST`, if there are so many. It is said.
    """
    kept = min(rows, max(FEWEST, ROWS // max(epochs, 1)))
    if not HERE or kept == rows:
        return rows
    _say(f"This runs in a browser, where a training is slow: each epoch takes {kept:,} of the "
         f"{rows:,} rows. The text tells what the installed book finds with all of them.")
    return kept


def rows_to_judge(rows):
    """How many of the ``rows`` for validation are measured after each epoch."""
    return suits(rows, min(rows, FEWEST))


@functools.cache  # once is enough: the next network of a comparison is cut likewise
def _say(words):
    print(words)


def fetched(name):
    """Content of a file of ``data/``, brought from the site that this tab was opened from.

    Parameters
    ----------
    name : str
        Path below ``data/``, such as ``mnist/train-labels-idx1-ubyte.gz``.

    Raises
    ------
    FileNotFoundError
        If the site does not give it.
    """
    from js import XMLHttpRequest, location  # of the browser

    request = XMLHttpRequest.new()  # the kernel's own thread waits, never the page
    request.open("GET", f"{location.href.split('/extensions/')[0]}/static/data/{name}", False)
    request.responseType = "arraybuffer"
    request.send()
    if request.status != 200:
        raise FileNotFoundError(f"{name} could not be brought from the site: the answer was "
                                f"{request.status} {request.statusText}")
    return request.response.to_bytes()
