"""A course's own numbers: with a key, other ones are drawn than those of the open book.

The notebook that is handed out names the key. Without one the numbers are those of the book.
"""

import hashlib
import hmac
from types import SimpleNamespace

IN_USE = SimpleNamespace(key="")  # by the notebook of this process


def variant(key=""):
    """Let `given` and `check` use a course's own numbers, in this notebook from now on.

    Parameters
    ----------
    key : str
        From the course; without one, the book's numbers.
    """
    if not isinstance(key, str):
        raise TypeError(f"the key of a course was wanted, as text; {key!r} came")
    IN_USE.key = key


def seed_of(text, key=None, book=0):
    """Seed of what is drawn.

    Parameters
    ----------
    text : str
        What is drawn, and for whom.
    key : str, optional
        The one in use if not given.
    book : int
        The seed without a key.
    """
    key = IN_USE.key if key is None else key
    if not key:
        return book
    return int.from_bytes(hmac.digest(key.encode(), text.encode(), hashlib.sha256)[:8], "big")
