"""Trained networks in ``.npz`` files: plain arrays, never pickles."""

import os
import zipfile
import zlib
from pathlib import Path

import numpy as np

_FORMAT = 1


def save(path, model):
    """Write ``model`` to ``path`` whole or not at all: an older file stays until then."""
    path = Path(path)
    output = model.output.name if model.output else ""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(beside, "wb") as file:
            np.savez(
                file, format=_FORMAT, sizes=model.sizes, theta=model.theta, l2=model.l2,
                hidden=model.hidden.name, output=output, loss=model.loss_function.name,
            )
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def load(path, make, activations, losses, sizes=None):
    """Read the file at ``path``, and ``make`` a network of it.

    ``activations`` and ``losses`` say which names the file may use. Errors are
    those of `network.MLP.load`.
    """
    content = _read(path)
    found = tuple(int(n) for n in content["sizes"])
    if sizes is not None and found != tuple(sizes):
        raise ValueError(f"{path}: holds a network of sizes {found}, expected {tuple(sizes)}")
    names = {key: str(content[key]) for key in ("hidden", "output", "loss")}
    for key, known in (("hidden", activations), ("output", {"": None, **activations}), ("loss", losses)):
        if names[key] not in known:
            raise ValueError(f"{path}: unknown {key} {names[key]!r}, expected one of {list(known)}")
    theta = content["theta"]
    try:
        model = make(
            found, activations[names["hidden"]], output=activations.get(names["output"]),
            loss=losses[names["loss"]], l2=content["l2"].tolist(), init="zeros", dtype=theta.dtype,
        )
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    if theta.shape != model.theta.shape:
        raise ValueError(f"{path}: {theta.shape} parameters, sizes {found} need {model.theta.shape}")
    model.theta[:] = theta
    return model


def _read(path):
    wanted = ("format", "sizes", "theta", "l2", "hidden", "output", "loss")
    try:
        with np.load(path, allow_pickle=False) as file:
            content = {key: file[key] for key in wanted if key in file}
    except FileNotFoundError:
        raise FileNotFoundError(f"{path}: no such file, so no network to load") from None
    except (ValueError, EOFError, OSError, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
        raise ValueError(f"{path}: not a sound network file ({error})") from error
    missing = [key for key in wanted if key not in content]
    if missing:
        raise ValueError(f"{path}: not a network file; it has no {', '.join(missing)}")
    if content["format"] != _FORMAT:
        raise ValueError(f"{path}: format {content['format']}, expected {_FORMAT}")
    return content
