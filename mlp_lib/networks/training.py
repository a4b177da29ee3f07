"""Training by mini-batches: the loop, its history, and what stops it."""

from mlp_lib import browser
from mlp_lib.arrays import generator
from mlp_lib.networks.parts import training_data as given
from mlp_lib.networks.parts.arguments import whole
from mlp_lib.networks.parts.best_weights import BestWeights
from mlp_lib.networks.parts.blas import one_for_small
from mlp_lib.networks.parts.checkpoint import Checkpoint
from mlp_lib.networks.parts.history import EpochMeans, History, progress_bar
from mlp_lib.networks.parts.steps import NonFiniteLoss, Step, Worker, steps


def train(model, data, *, epochs=10, batch_size=32, optimizer=None, schedule=None,
          validation=None, patience=None, checkpoint=None, rng=0, progress=True, callbacks=()):
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
        Factor on the learning rate, a finite number, as a function of the progress, 0 to 1.
    validation : pair (X, Y), optional
        Measured after every epoch.
    patience : int, optional
        Early stopping: the training ends after so many epochs in a row without a lower
        validation loss. However it ends, the model then has the weights of its best epoch,
        ``history.best_epoch``.
    checkpoint : path, optional
        File that is written after every epoch. If it is there at the start, the training goes
        on from it, and ends as if it had never been interrupted, to the last bit. ``epochs``
        counts those before, so a larger number prolongs a training that was finished; the
        learning rate and the schedule may be others, too.
    rng : int or numpy.random.Generator
        Seed of the order of the rows.
    progress : bool
        Whether to show a progress bar.
    callbacks : iterable of callables
        Each is called as ``callback(model, history)`` after every epoch.

    Returns
    -------
    History
        Of the finished epochs; in a browser they go through some of the rows only, and say so.
        An interrupt (Ctrl-C, the stop button) ends the
        training there; the model keeps what it has learned, and
        ``history.interrupted`` says where it was.

    Raises
    ------
    NonFiniteLoss
        If the loss becomes inf or nan. The message names epoch, batch and the first
        layer that went wrong; the weights are put back to the end of the last
        finished epoch, and the exception carries the history.
    ValueError, TypeError
        If shapes, labels, numbers or functions do not fit; if the checkpoint is of another
        training.

    Warns
    -----
    UserWarning
        If the inputs look like images whose grey values, 0 to 255, were not scaled.
    """
    epochs, batch_size = whole(epochs, "epochs", 0), whole(batch_size, "batch_size")
    callbacks, rng = given.checked_callbacks(callbacks), generator(rng)
    worker = _worker(model, data, optimizer, epochs)
    validation = given.checked_validation(model, validation)
    validation = validation and [part[:browser.rows_to_judge(len(part))] for part in validation]
    best = BestWeights(model, patience, validation)
    file = None
    if checkpoint is not None:
        file = Checkpoint(checkpoint, worker, batch_size, rng, best)
    history = file.go_on(epochs) if file else History()
    run = steps(worker, epochs, batch_size, given.checked_schedule(schedule, epochs), rng,
                done=epochs if best.is_over(history) else len(history))
    state = Step()
    try:
        with one_for_small, progress_bar(progress, worker.n_batches(batch_size), epochs,
                                         len(history)) as bar:
            means = EpochMeans(bar)
            for state in run:
                means.add(state)
                if state.batch == state.n_batches:
                    means.close(history, state, given.evaluate(model, validation))
                    _end_epoch(model, history, best, callbacks, file)
                    if best.is_over(history):
                        break
                    means.start()
    except KeyboardInterrupt:
        history.interrupted = f"interrupted in epoch {state.epoch}, batch {state.batch}"
    except NonFiniteLoss as error:
        error.history = history
        if history.best_epoch:
            error.add_note(f"For the patience they are those of epoch {history.best_epoch}.")
        raise
    finally:
        run.close()
        best.put_back()
    return history


def _end_epoch(model, history, best, callbacks, file):
    for callback in callbacks:
        callback(model, history)
    best.note(history)
    if file:
        file.write(history)


def iterate(model, data, *, epochs=None, batch_size=32, optimizer=None, schedule=None, rng=0):
    """Generator that trains one batch each time it is asked, and yields a `Step`.

    For demos and for loops of one's own; `train` is built on it. Without ``epochs``
    it goes on for ever, and takes no schedule; with it, in a browser, an epoch goes through some of
    the rows only, as in `train`. The `Step` is one object that changes.
    The other parameters and errors are those of `train`.

    Of the model it asks ``theta``, ``dtype``, ``n_outputs``, ``loss_function``,
    ``check_inputs``, ``buffers`` (with ``x``, ``outputs``, ``grad``), ``forward_backward``,
    ``classes`` and ``first_non_finite``; `train` also asks ``predict_scores``.
    """
    epochs = None if epochs is None else whole(epochs, "epochs", 0)
    batch_size, schedule = whole(batch_size, "batch_size"), given.checked_schedule(schedule, epochs)
    worker = _worker(model, data, optimizer, epochs)
    return steps(worker, epochs, batch_size, schedule, generator(rng))


def _worker(model, data, optimizer, epochs):
    X, Y = given.checked(model, data)
    given.warn_if_not_scaled(model, X, stacklevel=3)
    worker = Worker(model, X, Y, given.checked_optimizer(optimizer))
    if epochs is not None:
        worker.keep(browser.rows_of_an_epoch(len(worker.X), epochs))
    return worker
