"""Trained networks in ``.npz`` files: plain arrays, never pickles.

The file is here: of a known format, and of the kind that was asked for. How it is written and
read stands in `archives`. What it says of each kind of network is in `model_kinds`.
"""

import numpy as np

from mlp_lib.arrays import finite
from mlp_lib.networks.parts import archives
from mlp_lib.networks.parts.model_kinds import KINDS

_WHAT = "network"
_FORMAT = 2
_FORMAT_OF_MLP_ALONE = 1  # the same fields, but for the kind
_FORMAT_FIELD, _KIND_FIELD = {"format": (0, "iu")}, {"kind": (0, "U")}
_THETA_FIELD = {"theta": (1, "f")}


def save(path, model):
    """Write ``model`` to ``path`` whole or not at all: an older file stays until then.

    Raises
    ------
    ValueError
        If an activation or the loss is not one of `mlp_lib`, so that no file could name it, or
        a weight is not finite.
    """
    archives.write(path, {
        "format": _FORMAT, "kind": model.kind, "theta": finite(model.theta, "theta"),
        **KINDS[model.kind].describe(model),
    })


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
    content = archives.read(path, _WHAT)
    try:
        _check_kind(content, make.kind)
        archives.check_fields(content, _THETA_FIELD | kind.fields, _WHAT)
        finite(content["theta"], "theta")
        model = _build(content, make, shape)
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from error
    model.theta[:] = content["theta"]
    return model


def _check_kind(content, wanted):
    archives.check_fields(content, _FORMAT_FIELD, _WHAT)
    form, kind = content["format"].item(), "MLP"
    if form not in (_FORMAT_OF_MLP_ALONE, _FORMAT):
        raise ValueError(f"format {form}, expected {_FORMAT_OF_MLP_ALONE} or {_FORMAT}")
    if form != _FORMAT_OF_MLP_ALONE:
        archives.check_fields(content, _KIND_FIELD, _WHAT)
        kind = content["kind"].item()
    if kind != wanted:
        raise ValueError(f"holds a network of the kind {kind!r}, expected {wanted!r}")


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
