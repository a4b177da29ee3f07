"""What a training leaves behind: its history, and the bar that shows its progress."""

import contextlib
import math
import time
from dataclasses import dataclass, field


@dataclass
class History:
    """What happened in each finished epoch: lists with one entry an epoch.

    ``loss`` and ``accuracy`` are means over the batches while they were trained on,
    the ``validation_`` ones are measured after the epoch. No loss has the penalty in
    it. ``seconds`` is the training alone. What was not measured is nan. ``best_epoch`` is the
    one with the lowest validation loss, counted from 1, if the training was asked for patience,
    else 0. ``interrupted`` and ``stopped`` say in words what ended it before its last epoch.
    """

    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    validation_loss: list = field(default_factory=list)
    validation_accuracy: list = field(default_factory=list)
    learning_rate: list = field(default_factory=list)
    seconds: list = field(default_factory=list)
    best_epoch: int = 0
    interrupted: str = ""
    stopped: str = ""

    def __len__(self):
        return len(self.loss)

    def __repr__(self):
        losses = f"loss {self.loss[0]:.4f} to {self.loss[-1]:.4f}" if self.loss else ""
        parts = [f"{len(self)} epochs", losses, self.interrupted, self.stopped]
        return f"<history of {', '.join(filter(None, parts))}>"


class EpochMeans:
    """Running means of an epoch, and the progress bar that shows them."""

    def __init__(self, bar):
        self.bar = bar
        self.start()

    def start(self):
        self.loss = self.right = self.rows = 0
        self.began = time.perf_counter()

    def add(self, state):
        self.loss += state.loss * state.rows
        self.right += state.right
        self.rows += state.rows
        if state.batch == state.n_batches:
            self.seconds = time.perf_counter() - self.began
        if self.bar is None:
            return
        if state.batch % 50 == 0 or state.batch == state.n_batches:
            text = f"epoch {state.epoch}, loss {self.loss / self.rows:.4f}"
            share = self.right / self.rows
            self.bar.set_postfix_str(text if math.isnan(share) else f"{text}, accuracy {share:.2%}",
                                     refresh=False)
        self.bar.update()

    def close(self, history, state, validation):
        history.loss.append(self.loss / self.rows)
        history.accuracy.append(self.right / self.rows)
        history.seconds.append(self.seconds)
        history.learning_rate.append(state.learning_rate)
        history.validation_loss.append(validation[0])
        history.validation_accuracy.append(validation[1])


@contextlib.contextmanager
def progress_bar(show, n_batches, epochs, done):
    """Context with a bar over the batches of all ``epochs``, ``done`` of them; or with None."""
    if not show:
        yield None
        return
    from tqdm.auto import tqdm

    with tqdm(total=n_batches * epochs, initial=n_batches * done, unit="batch") as bar:
        yield bar
