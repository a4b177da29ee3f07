"""Trained networks in ``.npz`` files: plain arrays, never pickles.

The file is here: written whole, checked, of a known format, and of the kind that was asked
for. What it says of each kind of network is in `model_kinds`.
"""

import os
import zipfile
from pathlib import Path

import numpy as np

from mlp_lib.networks.parts.model_kinds import KINDS

_FORMAT = 2
_FORMAT_OF_MLP_ALONE = 1  # the same fields, but for the kind
_FORMAT_FIELD, _KIND_FIELD = {"format": (0, "iu")}, {"kind": (0, "U")}
_THETA_FIELD = {"theta": (1, "f")}


def save(path, model):
    """Write ``model`` to ``path`` whole or not at all: an older file stays until then.

    Raises
    ------
    ValueError
        If an activation or the loss is not one of `mlp_lib`, so that no file could name it.
    """
    path = Path(path)
    content = {
        "format": _FORMAT, "kind": model.kind, "theta": model.theta,
        **KINDS[model.kind].describe(model),
    }
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(beside, "wb") as file:
            np.savez(file, **content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def load(path, make, shape):
    """Read the file at ``path``, and ``make`` a network of it; see `predictor.Predictor.load`.

    Parameters
    ----------
    path : path
    make : subclass of predictor.Predictor
    shape : dict
        Some of the arguments that give the shape, with the values wanted.
    """
    kind = KINDS[make.kind]
    unknown = [name for name in shape if name not in kind.shape]
    if unknown:
        raise TypeError(f"the shape of {make.kind} is {kind.shape}; got {', '.join(unknown)}")
    content = _read(path, _FORMAT_FIELD | _KIND_FIELD | _THETA_FIELD | kind.fields)
    try:
        _check_kind(content, make.kind)
        _check_fields(content, _THETA_FIELD | kind.fields)
        model = _build(content, make, shape)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    model.theta[:] = content["theta"]
    return model


def _read(path, names):
    """Those of the arrays ``names`` that a sound file has."""
    try:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()  # numpy alone would not check an array read in part
        if damaged:
            raise ValueError(f"the checksum of {damaged} is wrong")
        with np.load(path, allow_pickle=False) as file:
            return {name: np.asarray(file[name]) for name in names if name in file}
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: no such file, so no network to load") from None
    except Exception as error:  # a damaged archive raises nearly anything
        raise ValueError(f"{path}: not a sound network file ({error})") from error


def _check_kind(content, wanted):
    _check_fields(content, _FORMAT_FIELD)
    form, kind = content["format"].item(), "MLP"
    if form not in (_FORMAT_OF_MLP_ALONE, _FORMAT):
        raise ValueError(f"format {form}, expected {_FORMAT_OF_MLP_ALONE} or {_FORMAT}")
    if form != _FORMAT_OF_MLP_ALONE:
        _check_fields(content, _KIND_FIELD)
        kind = content["kind"].item()
    if kind != wanted:
        raise ValueError(f"holds a network of the kind {kind!r}, expected {wanted!r}")


def _check_fields(content, fields):
    missing = [name for name in fields if name not in content]
    if missing:
        raise ValueError(f"not a network file; it has no {', '.join(missing)}")
    for name, (ndim, kinds) in fields.items():
        found = content[name]
        if found.ndim != ndim or found.dtype.kind not in kinds:
            raise ValueError(
                f"{name} needs {ndim} indices and a dtype of kind {kinds!r}; "
                f"got {found.dtype} of shape {found.shape}"
            )


def _build(content, make, wanted):
    """A network with weights of its own, as the fields describe it.

    The parameters are counted first, so that no size in a file can ask for much memory.
    """
    kind, theta = KINDS[make.kind], content["theta"]
    arguments = kind.arguments(content)
    shape = {name: arguments[name] for name in kind.shape}
    for name, value in wanted.items():
        value = tuple(value) if np.ndim(value) else value
        if shape[name] != value:
            raise ValueError(f"holds a network of {name} {shape[name]}, expected {value}")
    needed = make.n_parameters(**shape)
    if theta.size != needed:
        described = ", ".join(f"{name} {value}" for name, value in shape.items())
        raise ValueError(f"holds {theta.size} parameters, {described} need {needed}")
    return make(**arguments, dtype=theta.dtype)
