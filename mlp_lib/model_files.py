"""Trained networks in ``.npz`` files: plain arrays, never pickles."""

import os
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np

from mlp_lib.activations import ELEMENTWISE
from mlp_lib.losses import LOSSES

_FORMAT = 1
_FIELDS = {  # name: (number of indices, kinds of dtype)
    "format": (0, "iu"), "sizes": (1, "iu"), "theta": (1, "f"), "l2": (1, "f"), "loss": (0, "U"),
    "hidden": (0, "U"), "hidden_parameters": (1, "f"),
    "output": (0, "U"), "output_parameters": (1, "f"),
}


def save(path, model):
    """Write ``model`` to ``path`` whole or not at all: an older file stays until then.

    Raises
    ------
    ValueError
        If an activation or the loss is not one of `mlp_lib`, so that no file could name it.
    """
    path = Path(path)
    content = {
        "format": _FORMAT, "sizes": model.sizes, "theta": model.theta, "l2": model.l2,
        "loss": _name(model.loss_function, LOSSES),
    }
    for role, activation in (("hidden", model.hidden), ("output", model.output)):
        content[role] = _name(activation, ELEMENTWISE) if activation else ""
        content[f"{role}_parameters"] = np.array(activation.parameters if activation else (), float)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(beside, "wb") as file:
            np.savez(file, **content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def load(path, make, sizes=None):
    """Read the file at ``path``, and ``make`` a network of it; see `network.MLP.load`."""
    content = _read(path)
    try:
        model = _build(content, make, sizes)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error
    model.theta[:] = content["theta"]
    return model


def _read(path):
    """Fields of the file, each of the right kind."""
    try:
        content = _arrays(path)
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: no such file, so no network to load") from None
    except Exception as error:  # a damaged archive raises nearly anything
        raise ValueError(f"{path}: not a sound network file ({error})") from error
    missing = [name for name in _FIELDS if name not in content]
    if missing:
        raise ValueError(f"{path}: not a network file; it has no {', '.join(missing)}")
    for name, (ndim, kinds) in _FIELDS.items():
        found = content[name]
        if found.ndim != ndim or found.dtype.kind not in kinds:
            raise ValueError(
                f"{path}: {name} needs {ndim} indices and a dtype of kind {kinds!r}; "
                f"got {found.dtype} of shape {found.shape}"
            )
    return content


def _arrays(path):
    with zipfile.ZipFile(path) as archive:
        damaged = archive.testzip()  # numpy alone would not check an array read in part
    if damaged:
        raise ValueError(f"the checksum of {damaged} is wrong")
    with np.load(path, allow_pickle=False) as file:
        return {name: np.asarray(file[name]) for name in _FIELDS if name in file}


def _build(content, make, sizes):
    """A network without weights, as the fields describe it; ValueError if they do not fit."""
    if content["format"] != _FORMAT:
        raise ValueError(f"format {content['format']}, expected {_FORMAT}")
    found, theta = tuple(content["sizes"].tolist()), content["theta"]
    if sizes is not None and found != tuple(sizes):
        raise ValueError(f"holds a network of sizes {found}, expected {tuple(sizes)}")
    needed = sum((m + 1) * n for m, n in pairwise(found))
    if theta.size != needed:
        raise ValueError(f"holds {theta.size} parameters, sizes {found} need {needed}")
    return make(
        found, _activation(content, "hidden"), output=_activation(content, "output"),
        loss=_known(content["loss"].item(), LOSSES), l2=content["l2"].tolist(),
        init="zeros", dtype=theta.dtype,
    )


def _activation(content, role):
    name, parameters = content[role].item(), content[f"{role}_parameters"].tolist()
    if role == "output" and not name:
        return None
    known = _known(name, ELEMENTWISE)
    if len(parameters) != len(known.parameters):
        raise ValueError(f"{name} needs {len(known.parameters)} parameters; got {parameters}")
    return type(known)(*parameters)


def _known(name, table):
    if name not in table:
        raise ValueError(f"unknown name {name!r}, expected one of {list(table)}")
    return table[name]


def _name(thing, table):
    if type(table.get(thing.name)) is not type(thing):
        raise ValueError(f"cannot save {thing!r}: only {list(table)} can be loaded again")
    return thing.name
