"""Exercises of a student's package: their modules are there, their text is not to be read.

That is no secret: who wants to can open it, or ask the check's own functions. It keeps an answer
from being met by chance, by a search, or by ``inspect.getsource``.
"""

import base64
import hashlib
import textwrap
import zlib

FORM = '''\
"""An exercise; its text is closed."""

from mlp_lib.exercises.closed import opened

opened(globals(), """
{text}
""")
'''


def mixed(data, name):
    """Bytes mixed with a stream that the name gives; mixed twice they are as before."""
    blocks = (hashlib.sha256(f"{name} {i}".encode()).digest() for i in range(len(data) // 32 + 1))
    return bytes(one ^ two for one, two in zip(data, b"".join(blocks), strict=False))


def closed(source, name):
    """The text of a module whose own text is closed.

    Parameters
    ----------
    source : str
        Of the module.
    name : str
        Its last name, as in "temperature_slope".
    """
    data = base64.b64encode(mixed(zlib.compress(source.encode("utf-8"), 9), name)).decode("ascii")
    return FORM.format(text="\n".join(textwrap.wrap(data, 96)))


def opened(names, text):
    """Run a closed module in its own namespace.

    Parameters
    ----------
    names : dict
        ``globals()`` of the module.
    text : str
        From `closed`.
    """
    name = names["__name__"].rpartition(".")[2]
    source = zlib.decompress(mixed(base64.b64decode(text), name)).decode("utf-8")
    exec(compile(source, f"<exercise {name}>", "exec"), names)
