"""Cases and outcomes as JSON text, to cross into a sandbox and back. Nothing is ever unpickled."""

import base64
import io
import json

import numpy as np

from mlp_lib.exercises.runner import Case, Failure, Other, Outcome


def encode(value):
    """A plain value (see `runner.plain`) as something that JSON can hold."""
    if isinstance(value, np.ndarray):
        buffer = io.BytesIO()
        np.save(buffer, value, allow_pickle=False)
        return {"npy": base64.b64encode(buffer.getvalue()).decode("ascii")}
    if isinstance(value, tuple):
        return {"tuple": [encode(item) for item in value]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[encode(key), encode(item)] for key, item in value.items()]}
    if isinstance(value, float):
        return {"float": repr(float(value))}
    if value is None or isinstance(value, str | bool | int):
        return value
    return {"other": value.type_name if isinstance(value, Other) else type(value).__name__}


def decode(value):
    """The inverse of `encode`.

    Raises
    ------
    ValueError
        If the text is none of ours; an array of objects is refused.
    """
    if isinstance(value, list):
        return [decode(item) for item in value]
    if not isinstance(value, dict):
        return value
    if len(value) != 1 or (kind := next(iter(value))) not in DECODERS:
        raise ValueError(f"not an encoded value: keys {sorted(value)[:5]}")
    return DECODERS[kind](value[kind])


DECODERS = {
    "npy": lambda text: np.load(io.BytesIO(base64.b64decode(text)), allow_pickle=False),
    "tuple": lambda items: tuple(map(decode, items)),
    "dict": lambda pairs: {decode(key): decode(item) for key, item in pairs},
    "float": float,
    "other": lambda name: Other(str(name)),
}


def pack_cases(cases):
    """JSON text of a list of `Case`."""
    return json.dumps([[case.name, encode(tuple(case.args))] for case in cases])


def unpack_cases(text):
    """List of `Case` from `pack_cases`."""
    return [Case(name, decode(args)) for name, args in json.loads(text)]


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
    ValueError, TypeError
        If the text is damaged or forged in a form that is none of ours.
    """
    return [
        Outcome(decode(value), failure and Failure(*map(str, failure)),
                tuple(map(int, mutated)), bool(overwritten), float(seconds))
        for value, failure, mutated, overwritten, seconds in json.loads(text)
    ]
