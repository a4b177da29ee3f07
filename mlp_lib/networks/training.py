"""Training by mini-batches: the loop, its history, and what stops it."""

import contextlib
import math
import operator
from dataclasses import dataclass

import numpy as np

from mlp_lib.networks.losses import CrossEntropy
from mlp_lib.networks.optimizers import SGD, Optimizer
from mlp_lib.networks.parts.blas import one_thread
from mlp_lib.networks.parts.history import EpochMeans, History, progress_bar

# Below this batch size one BLAS thread. A second one gains nothing up to 32, and a tenth at
# most up to here: what it saves in the products is lost where the cores fetch each other's
# results. Two threads that wait for a core busy otherwise are ten times slower than one
# (`python -m tests.benchmarks.mlp --part threads` measures it).
SMALL_BATCH = 100


class NonFiniteLoss(FloatingPointError):
    """The loss became inf or nan. ``history`` holds the epochs that were finished."""

    history = None


@dataclass
class Step:
    """Where the training stands after a batch. ``right`` is nan without class labels."""

    epoch: int = 1
    batch: int = 0
    n_batches: int = 0
    loss: float = math.nan
    right: float = math.nan
    rows: int = 0
    learning_rate: float = math.nan


def train(model, data, *, epochs=10, batch_size=32, optimizer=None, schedule=None,
          validation=None, rng=0, progress=True, callbacks=()):
    """Train ``model`` in place by mini-batches.

    Parameters
    ----------
    model : network.MLP, or another with the methods that `iterate` asks of it
    data : pair (X, Y)
        Inputs (N, n_in) and targets, as the model's loss takes them.
    epochs, batch_size : int
        Passes over the data; rows a step. The last batch of an epoch may be smaller.
    optimizer : optimizers.Optimizer, optional
        ``SGD(0.1)`` by default. It starts afresh.
    schedule : callable, optional
        Factor on the learning rate as a function of the progress, 0 to 1.
    validation : pair (X, Y), optional
        Measured after every epoch.
    rng : int or numpy.random.Generator
        Seed of the order of the rows.
    progress : bool
        Whether to show a progress bar.
    callbacks : iterable of callables
        Each is called as ``callback(model, history)`` after every epoch.

    Returns
    -------
    History
        Of the finished epochs. An interrupt (Ctrl-C, the stop button) ends the
        training there; the model keeps what it has learned, and
        ``history.interrupted`` says where it was.

    Raises
    ------
    NonFiniteLoss
        If the loss becomes inf or nan. The message names epoch, batch and the first
        layer that went wrong; the weights are put back to the end of the last
        finished epoch, and the exception carries the history.
    ValueError
        If shapes, labels or numbers do not fit.
    """
    history, state, epochs = History(), Step(), operator.index(epochs)
    validation = _checked_validation(model, validation)
    steps = iterate(model, data, epochs=epochs, batch_size=batch_size, optimizer=optimizer,
                    schedule=schedule, rng=rng)
    try:
        n_batches = -(-len(data[0]) // batch_size)
        with _blas_threads(batch_size), progress_bar(progress, epochs * n_batches) as bar:
            means = EpochMeans(bar)
            for state in steps:
                means.add(state)
                if state.batch == state.n_batches:
                    means.close(history, state, _evaluate(model, validation))
                    for callback in callbacks:
                        callback(model, history)
                    means.start()
    except KeyboardInterrupt:
        history.interrupted = f"interrupted in epoch {state.epoch}, batch {state.batch}"
    except NonFiniteLoss as error:
        error.history = history
        raise
    finally:
        steps.close()
    return history


def iterate(model, data, *, epochs=None, batch_size=32, optimizer=None, schedule=None, rng=0):
    """Generator that trains one batch each time it is asked, and yields a `Step`.

    For demos and for loops of one's own; `train` is built on it. Without ``epochs``
    it goes on for ever, and takes no schedule. The `Step` is one object that changes.
    The other parameters and errors are those of `train`.

    Of the model it asks ``theta``, ``dtype``, ``n_outputs``, ``loss_function``,
    ``check_inputs``, ``buffers`` (with ``x``, ``outputs``, ``grad``), ``forward_backward``
    and ``first_non_finite``; `train` also asks ``predict_scores``.
    """
    X, Y = _checked(model, data)
    batch_size = operator.index(batch_size)
    epochs = None if epochs is None else operator.index(epochs)
    if batch_size < 1 or (epochs is not None and epochs < 0):
        raise ValueError(f"need batch_size >= 1, epochs >= 0; got {batch_size}, {epochs}")
    if schedule and epochs is None:
        raise ValueError("a schedule needs the number of epochs")
    optimizer = SGD(0.1) if optimizer is None else optimizer
    if not isinstance(optimizer, Optimizer):
        raise ValueError(f"optimizer needs one of mlp_lib.networks.optimizers; got {optimizer!r}")
    optimizer.reset(model.theta)
    worker = _Worker(model, X, Y, optimizer)
    return _iterate(worker, epochs, min(batch_size, len(X)), schedule, np.random.default_rng(rng))


def _iterate(worker, epochs, batch_size, schedule, rng):
    n_rows = len(worker.X)
    state = Step(epoch=0, n_batches=-(-n_rows // batch_size))
    while epochs is None or state.epoch < epochs:
        state.epoch += 1
        worker.start_epoch()
        order = rng.permutation(n_rows)
        for batch in range(1, state.n_batches + 1):
            state.batch = batch
            rows = order[(state.batch - 1) * batch_size : state.batch * batch_size]
            progress = state.epoch - 1 + (state.batch - 1) / state.n_batches
            worker.step(rows, float(schedule(progress / epochs)) if schedule else 1.0, state)
            if state.batch == state.n_batches:
                worker.end_epoch(state)
            yield state


class _Worker:
    """Takes single steps: gathers a batch, forward, backward, and moves the weights."""

    def __init__(self, model, X, Y, optimizer):
        self.model, self.X, self.Y, self.optimizer = model, X, Y, optimizer
        self.labels = _class_labels(model, Y)
        self.buffers = {}

    def start_epoch(self):
        self.before = self.model.theta.copy()

    def step(self, rows, factor, state):
        if len(rows) not in self.buffers:
            self.buffers[len(rows)] = self.model.buffers(len(rows))
        work, model, optimizer = self.buffers[len(rows)], self.model, self.optimizer
        x = self.X.take(rows, axis=0, out=work.x, mode="clip")
        with np.errstate(over="ignore", invalid="ignore"):
            loss = model.forward_backward(x, self.Y[rows], work, optimizer.scale(factor))
            if not math.isfinite(loss):
                where = f"the loss is {loss}, and {model.first_non_finite(x)}"
                raise self._non_finite(where, state)
            optimizer.step(model.theta, work.grad)
        state.rows, state.loss = len(rows), loss
        state.learning_rate = optimizer.learning_rate * factor
        if self.labels is not None:
            right = work.outputs.argmax(axis=1) == self.labels[rows]
            state.right = np.count_nonzero(right)

    def end_epoch(self, state):
        if not np.isfinite(self.model.theta).all():
            with np.errstate(over="ignore", invalid="ignore"):
                where = f"after the step, {self.model.first_non_finite(self.X[:1])}"
            raise self._non_finite(where, state)

    def _non_finite(self, where, state):
        """The error to raise; the weights go back to where the epoch began."""
        self.model.theta[:] = self.before
        return NonFiniteLoss(
            f"epoch {state.epoch}, batch {state.batch}: {where}. The weights are back "
            "where the epoch began; try a smaller learning rate."
        )


def _checked(model, data):
    """Inputs and targets that fit the model, all finite; ValueError if not."""
    if not isinstance(data, tuple | list) or len(data) != 2:
        size = f" of {len(data)}" if hasattr(data, "__len__") else ""
        raise ValueError(f"data needs a pair (X, Y); got {type(data).__name__}{size}")
    X = model.check_inputs(data[0])
    Y = model.loss_function.check((len(X), model.n_outputs), data[1], model.dtype)
    for name, array in (("inputs", X), ("targets", Y)):
        if not _all_finite(array):
            row = int(np.argwhere(~np.isfinite(array))[0, 0])
            raise ValueError(f"the {name} hold a number that is not finite, in row {row}")
    return X, Y


def _checked_validation(model, data):
    """The same for data to validate on, which may be None; the error says whose it is."""
    try:
        return None if data is None else _checked(model, data)
    except ValueError as error:
        raise ValueError(f"validation: {error}") from None


def _all_finite(array):
    """Whether no number is inf or nan; one sum where all is well, which is 4 times as fast."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.isfinite(array.sum()) or np.isfinite(array).all())


def _class_labels(model, Y):
    """Class of each row, or None where the loss is not one of classes."""
    if Y.ndim == 1:
        return Y
    return Y.argmax(axis=1) if isinstance(model.loss_function, CrossEntropy) else None


def _evaluate(model, data):
    """Loss without the penalty, and accuracy, on ``data``; nan where they are not defined."""
    if data is None:
        return math.nan, math.nan
    X, Y = data
    with np.errstate(over="ignore", invalid="ignore"):
        outputs = model.predict_scores(X)
        loss = model.loss_function.value_and_gradient(outputs, Y)[0]
    labels = _class_labels(model, Y)
    right = math.nan if labels is None else float(np.mean(outputs.argmax(axis=1) == labels))
    return loss, right


def _blas_threads(batch_size):
    """Context with one BLAS thread for small batches, and all of them for larger ones."""
    return one_thread if batch_size < SMALL_BATCH else contextlib.nullcontext()
