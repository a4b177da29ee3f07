"""Depth: how large the values and the errors are in each layer of a network."""

import numpy as np


def sizes_by_layer(model, X, Y):
    """Spread of the values, and size of the error delta, in each layer of a network.

    Parameters
    ----------
    model : network.MLP
    X : (N, n_in) array_like of float
    Y : targets, as the model's loss takes them

    Returns
    -------
    spread : (L,) ndarray
        How far the samples differ in a layer: the standard deviation of a unit's value
        over the samples, as root mean square over the units. 0 where all samples have
        become alike; the last entry is that of the scores.
    delta : (L,) ndarray
        Typical length of one sample's ``delta`` of a layer, the slope of its own loss in
        the scores of that layer: root mean square over the samples, without the ``1 / N``.

    Raises
    ------
    ValueError
        If ``X`` or ``Y`` do not fit the model.

    Notes
    -----
    Source: seed 001 (10) and (34) for ``delta`` (S1-E10, S1-E34).
    """
    X = model.check_inputs(X)
    Y = model.loss_function.check((len(X), model.n_outputs), Y, model.dtype)
    work = model.buffers(len(X))
    model.forward_backward(X, Y, work)
    spread = [np.sqrt(a.var(axis=0).mean()) for a in work.a]
    delta = [np.sqrt(len(X)) * np.linalg.norm(d) for d in work.d]
    return np.array(spread), np.array(delta)


def delta_factors(model, X):
    """Forecast of the factors by which each hidden layer multiplies the length of delta.

    Parameters
    ----------
    model : network.MLP
        With random weights of mean 0, as after `MLP.initialise`.
    X : (N, n_in) array_like of float

    Returns
    -------
    (L - 1,) ndarray
        ``sqrt(n_l * mean(slope_l**2) * mean(W**2))`` for the hidden layers l = 1 .. L - 1,
        where W are the weights that lead out of layer l: the expected length of layer l's
        delta over that of layer l + 1. Below 1 delta vanishes with depth, above 1 it explodes.

    Raises
    ------
    ValueError
        If ``X`` does not fit the model.

    Notes
    -----
    Source: seed 001 (32), its mean square over random weights (S1-E32).
    """
    values = model.forward(model.check_inputs(X))[:-1]
    slopes = [model.hidden.derivative_from_value(a) for a in values]
    squares = [slope.shape[1] * np.mean(slope**2) * np.mean(W**2)
               for slope, W in zip(slopes, model.W[1:])]
    return np.sqrt(squares)
