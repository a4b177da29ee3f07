"""What a training is given: its data and functions, checked, and measured on them."""

import math
import warnings

import numpy as np

from mlp_lib.networks.losses import BinaryCrossEntropy, CrossEntropy, SequenceCrossEntropy
from mlp_lib.networks.optimizers import SGD, Optimizer
from mlp_lib.networks.parts.predictor import all_finite

_FEWEST_PIXELS, _GREY_VALUES = 9, (16, 65535)  # what inputs of an image not scaled are told by


def checked(model, data):
    """Inputs and targets that fit the model, all finite; ValueError if not.

    TypeError if the model is none.
    """
    if isinstance(model, type) or not hasattr(model, "check_inputs"):
        got = f"the class {model.__name__}" if isinstance(model, type) else repr(model)
        raise TypeError(f"model needs a network, such as MLP((784, 10)); got {got:.80}")
    if not isinstance(data, tuple | list) or len(data) != 2:
        size = f" of {len(data)}" if hasattr(data, "__len__") else ""
        raise ValueError(f"data needs a pair (X, Y); got {type(data).__name__}{size}")
    X = all_finite(model.check_inputs(data[0]), "the inputs")
    Y = model.loss_function.check((len(X), model.n_outputs), data[1], model.dtype)
    return X, all_finite(Y, "the targets")


def checked_validation(model, data):
    """The same for data to validate on, which may be None; the error says whose it is."""
    try:
        return None if data is None else checked(model, data)
    except ValueError as error:
        raise ValueError(f"validation: {error}") from None


def warn_if_not_scaled(model, X, stacklevel):
    """Warn where the inputs look like grey values 0..255 instead of 0..1."""
    least, most = _GREY_VALUES
    words = isinstance(model.loss_function, SequenceCrossEntropy)
    if not words and X.shape[1] >= _FEWEST_PIXELS and X.min() >= 0 and least <= X.max() <= most:
        warnings.warn(
            f"the inputs go up to {X.max():g}, like the grey values of images that are not scaled. "
            "Networks learn badly from such numbers: divide them, here and where you predict, so "
            "that they lie in 0..1 (X / 255).", stacklevel=stacklevel + 1)


def checked_optimizer(optimizer):
    """``optimizer`` or the default."""
    optimizer = SGD(0.1) if optimizer is None else optimizer
    if not isinstance(optimizer, Optimizer):
        raise ValueError(f"optimizer needs one of mlp_lib.networks.optimizers; got {optimizer!r}")
    return optimizer


def checked_schedule(schedule, epochs):
    """``schedule`` as a function whose factors are finite numbers, or None."""
    if schedule is None:
        return None
    if not callable(schedule):
        raise TypeError(f"schedule needs a function of the progress, 0 to 1; got {schedule!r}")
    if epochs is None:
        raise ValueError("a schedule needs the number of epochs")

    def factor_at(progress):
        factor = schedule(progress)
        try:
            number = float(factor)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise ValueError("schedule needs to give a finite number; at the progress "
                             f"{progress:.3g} it gave {factor!r}")
        return number

    return factor_at


def checked_callbacks(callbacks):
    """``callbacks`` as a list of functions."""
    if not hasattr(callbacks, "__iter__"):
        raise TypeError(f"callbacks needs a list of functions, such as [f]; got {callbacks!r}")
    callbacks = list(callbacks)
    for each in callbacks:
        if not callable(each):
            raise TypeError(f"callbacks needs functions; one of them is {each!r}")
    return callbacks


def class_labels(model, Y):
    """Class of each row, or None where the loss is not one of classes."""
    if Y.ndim == 1 or isinstance(model.loss_function, SequenceCrossEntropy):
        return Y
    if isinstance(model.loss_function, BinaryCrossEntropy):
        return Y[:, 0] > 0.5
    return Y.argmax(axis=1) if isinstance(model.loss_function, CrossEntropy) else None


def evaluate(model, data):
    """Loss without the penalty, and accuracy, on ``data``; nan where they are not defined."""
    if data is None:
        return math.nan, math.nan
    X, Y = data
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = model.predict_scores(X)
        loss = model.loss_function.value_and_gradient(outputs, Y)[0]
    labels = class_labels(model, Y)
    if labels is None:
        return loss, math.nan
    right = (model.classes(outputs) == labels).reshape(len(X), -1)
    return loss, float(np.mean(right & ~np.isnan(outputs).any(axis=1, keepdims=True)))
