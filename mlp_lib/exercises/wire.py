"""Cases and outcomes as JSON text, to cross into a sandbox and back.

Nothing is ever unpickled. What comes back may be forged, so it is read as data of the few forms
that are written here, and anything else is a `ValueError`.
"""

import base64
import io
import json
import math

import numpy as np

from mlp_lib.exercises.runner import Case, Failure, Other, Outcome

LONGEST = 4000  # characters of a message or of a type's name
ENTRIES = 1000  # of a dict: keys can be forged that all go to one place of it
PARTS = 500_000  # of a text; each takes memory of its own, many times its letters


def encode(value):
    """A plain value (see `runner.plain`) as something that JSON can hold."""
    if isinstance(value, np.ndarray):
        return {"npy": npy(value)}
    if isinstance(value, np.generic) and not isinstance(value, float | complex | str | bytes):
        return {"scalar": npy(np.asarray(value))}
    if isinstance(value, tuple):
        return {"tuple": [encode(item) for item in value]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, float):
        return {"float": repr(float(value))}
    if isinstance(value, complex):
        return {"complex": [repr(value.real), repr(value.imag)]}
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode("ascii")}
    if isinstance(value, int) and abs(value) >= 2**63:
        return {"int": hex(value)}  # decimal digits are limited in number
    if value is None or isinstance(value, str | int):
        return value
    return {"other": value.type_name if isinstance(value, Other) else type(value).__name__}


def npy(array):
    """An array in the form of a .npy file, in letters."""
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, array, version=(1, 0), allow_pickle=False)
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def array(text):
    """The inverse of `npy`; the header is believed only if the bytes are as many as it says."""
    buffer = io.BytesIO(base64.b64decode(text, validate=True))
    if np.lib.format.read_magic(buffer) != (1, 0):
        raise ValueError("an array of another version of the format")
    shape, fortran, dtype = np.lib.format.read_array_header_1_0(buffer)
    data = buffer.read()
    if dtype.hasobject or not dtype.itemsize or min(shape, default=0) < 0:
        raise ValueError(f"an array of dtype {dtype} and shape {shape}")
    if math.prod(shape) * dtype.itemsize != len(data):
        raise ValueError(f"{len(data)} bytes for an array of shape {shape}, {dtype}")
    return np.ndarray(shape, dtype, data, order="F" if fortran else "C").copy(order="K")


def decode(value):
    """The inverse of `encode`."""
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) != 1 or (kind := next(iter(value))) not in DECODERS:
        raise ValueError(f"not an encoded value: keys {sorted(value)[:5]}")
    return DECODERS[kind](value[kind])


def table(pairs):
    """A dict from the pairs that `encode` makes of one."""
    if len(pairs) > ENTRIES:
        raise ValueError(f"a dict of {len(pairs)} entries")
    return {decode(key): decode(item) for key, item in pairs}


def words(text):
    """Text of a message, short enough, that can be written to any file."""
    if not isinstance(text, str):
        raise TypeError(f"a text was wanted, {type(text).__name__} came")
    return sound(text[:LONGEST])


def line(text):
    """`words` on one line, without characters that a terminal or a table would obey."""
    return "".join(letter if letter.isprintable() else " " for letter in words(text))


def sound(text):
    """Text that can be written to any file: halves of characters become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


DECODERS = {
    "npy": array,
    "scalar": lambda text: array(text)[()],
    "tuple": lambda items: tuple(map(decode, items)),
    "dict": table,
    "float": float,
    "complex": lambda parts: complex(*map(float, parts)),
    "bytes": lambda text: base64.b64decode(text, validate=True),
    "int": lambda digits: int(digits, 16),
    "other": lambda name: Other(words(name)),
}


def pack_cases(cases):
    """JSON text of a list of `Case`; their ``truth`` stays here."""
    return json.dumps([[case.name, encode(tuple(case.args))] for case in cases])


def unpack_cases(text):
    """List of `Case` from `pack_cases`.

    Raises
    ------
    ValueError
        If the text is damaged.
    """
    return unpacked(text, lambda name, args: Case(words(name), decode(args)), "cases")


def pack_outcomes(outcomes):
    """JSON text of a list of `Outcome`."""
    return json.dumps([
        [encode(o.value), o.failure and [o.failure.kind, o.failure.message, o.failure.line],
         list(o.mutated), o.overwritten, o.seconds]
        for o in outcomes
    ])


def unpack_outcomes(text):
    """List of `Outcome` from `pack_outcomes`.

    Raises
    ------
    ValueError
        If the text is damaged or forged in a form that is none of ours, or has too many parts.
    """
    return unpacked(text, outcome, "outcomes")


def outcome(value, failure, mutated, overwritten, seconds):
    """One `Outcome` from its five parts, whatever these are."""
    mutated, seconds = tuple(map(int, mutated)), float(seconds)
    if not 0 <= seconds < math.inf or min(mutated, default=0) < 0:
        raise ValueError(f"{seconds} seconds; changed arguments {mutated}")
    if failure is not None:
        kind, message, line = map(words, failure)
        failure = Failure(kind, message, line)
    return Outcome(decode(value), failure, mutated, bool(overwritten), seconds)


def bounded(text):
    """The ``text``, unless it has more than `PARTS` parts."""
    if (parts := sum(map(text.count, "[{,"))) > PARTS:
        raise ValueError(f"it has {parts} parts")
    return text


def unpacked(text, make, what):
    """List of what ``make`` gives of each entry; any damage is one kind of exception."""
    try:
        return [make(*entry) for entry in json.loads(bounded(text))]
    except Exception as error:  # JSON, base64, array header, types, depth: all may be forged
        raise ValueError(f"this text does not hold {what}: {type(error).__name__}: "
                         f"{str(error)[:300]}") from error
