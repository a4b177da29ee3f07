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


def sizes_by_block(model, X, Y):
    """How alike the samples are, and the size of the error, behind each layer of a stack.

    Parameters
    ----------
    model : stack.Stack
        Its layers are asked as in a training; running means stay as they were.
    X : (N, n_in) array_like of float
        N >= 2.
    Y : targets, as the model's loss takes them

    Returns
    -------
    alike : (L,) ndarray
        Mean cosine of the values of two different samples behind each layer, -1 to 1: 1 where
        all samples point the same way. A row of zeros has no direction and counts as 0.
    delta : (L,) ndarray
        Typical length of a sample's slope there: of the sum of all losses in the values of that
        sample, root mean square over the samples. Only through batch normalisation do they reach
        the losses of the other samples.

    Raises
    ------
    ValueError
        If ``X`` or ``Y`` do not fit the model.
    """
    X = model.check_inputs(X)
    Y = model.loss_function.check((len(X), model.n_outputs), Y, model.dtype)
    kept, values, alike, delta = model.theta.copy(), X, [], []
    for layer in model.layers:
        values = layer.forward(values)
        alike.append(_mean_cosine(values))
    model.theta[:] = kept
    _, G = model.loss_function.value_and_gradient(values, Y, None, 1.0)
    for layer in reversed(model.layers):
        delta.insert(0, np.sqrt(len(X)) * np.linalg.norm(G))
        G = layer.backward(G)
    return np.array(alike), np.array(delta)


def _mean_cosine(values):
    """Mean of the cosines between two different rows."""
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    units = np.divide(values, lengths, out=np.zeros_like(values), where=lengths > 0)
    of_pairs = np.sum(units.sum(axis=0) ** 2) - np.sum(units**2)
    return of_pairs / (len(values) * (len(values) - 1))
