"""The steps of a training: batch by batch, epoch by epoch, and what they stop at."""

import math
from dataclasses import dataclass

import numpy as np

from mlp_lib.networks.parts.blas import one_for_small
from mlp_lib.networks.parts.training_data import class_labels


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


def steps(worker, epochs, batch_size, schedule, rng, done=0):
    """Generator of a `Step` after each batch, from the epoch after the ``done`` ones on."""
    n_rows = len(worker.X)
    state = Step(epoch=done, n_batches=worker.n_batches(batch_size))
    while epochs is None or state.epoch < epochs:
        state.epoch += 1
        worker.start_epoch()
        order = rng.permutation(n_rows)
        for batch in range(1, state.n_batches + 1):
            state.batch = batch
            rows = order[(state.batch - 1) * batch_size : state.batch * batch_size]
            progress = state.epoch - 1 + (state.batch - 1) / state.n_batches
            worker.step(rows, schedule(progress / epochs) if schedule else 1.0, state)
            if state.batch == state.n_batches:
                worker.end_epoch(state)
            yield state


class Counted:
    """An iterator over items whose number is known before: a bar asks `len` for it."""

    def __init__(self, items, n_items):
        self.items, self.n_items = iter(items), n_items

    def __len__(self):
        return self.n_items

    def __iter__(self):
        return self

    def __next__(self):
        return next(self.items)


class Worker:
    """Takes single steps: gathers a batch, forward, backward, and moves the weights."""

    def __init__(self, model, X, Y, optimizer):
        self.model, self.X, self.Y, self.optimizer = model, X, Y, optimizer
        self.labels = class_labels(model, Y)
        self.buffers = {}
        optimizer.reset(model.theta)

    def keep(self, n_rows):
        """Go on with the first ``n_rows`` of the data."""
        self.X, self.Y = self.X[:n_rows], self.Y[:n_rows]
        self.labels = None if self.labels is None else self.labels[:n_rows]

    def n_batches(self, batch_size):
        """Batches in an epoch; the last may be smaller."""
        return -(-len(self.X) // batch_size)

    def start_epoch(self):
        self.before = self.model.theta.copy()

    def step(self, rows, factor, state):
        if len(rows) not in self.buffers:
            self.buffers[len(rows)] = self.model.buffers(len(rows))
        work, model, optimizer = self.buffers[len(rows)], self.model, self.optimizer
        x = self.X.take(rows, axis=0, out=work.x, mode="clip")
        with one_for_small, np.errstate(over="ignore", invalid="ignore"):
            loss = model.forward_backward(x, self.Y[rows], work, optimizer.scale(factor))
            if not math.isfinite(loss):
                where = f"the loss is {loss}, and {model.first_non_finite(x)}"
                raise self._non_finite(where, state)
            optimizer.step(model.theta, work.grad)
        state.rows, state.loss = len(rows), loss
        state.learning_rate = optimizer.learning_rate * factor
        if self.labels is not None:
            right = model.classes(work.outputs) == self.labels[rows]
            state.right = np.count_nonzero(right) * len(rows) / right.size

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
