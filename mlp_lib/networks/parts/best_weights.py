"""Early stopping: the weights of the best epoch, and when it is time to go back to them."""

import numpy as np

from mlp_lib.networks.parts.arguments import whole


class BestWeights:
    """Keeps the weights of the epoch with the lowest validation loss.

    Parameters
    ----------
    model
    patience : int or None
        Epochs in a row without a lower validation loss after which it is over. With None
        nothing is kept, and it is never over.
    validation
        The data to validate on; there must be some.

    Attributes
    ----------
    theta : (P,) ndarray, or None before the first epoch whose validation loss is a number
    """

    def __init__(self, model, patience, validation):
        if patience is not None:
            patience = whole(patience, "patience")
            if validation is None:
                raise ValueError("patience needs validation data: it is their loss that is watched")
        self.model, self.patience, self.theta, self._from = model, patience, None, 0

    def go_on(self, theta, history):
        """Go on after the epochs of ``history``, whose best weights were ``theta``, or None."""
        if self.patience is None or theta is None:
            history.best_epoch, self._from = 0, len(history)
        else:
            self.theta = theta

    def note(self, history):
        """Keep the weights if the epoch that has ended is the best so far."""
        losses = np.array(history.validation_loss[self._from :])
        if self.patience is None or np.isnan(losses).all():
            return
        if np.nanargmin(losses) == len(losses) - 1:
            history.best_epoch, self.theta = len(history), self.model.theta.copy()

    def is_over(self, history):
        """Whether the patience is at its end; ``history.stopped`` then says so."""
        if self.patience is None:
            return False
        if len(history) - max(history.best_epoch, self._from) < self.patience:
            return False
        kept = f", the weights are those of epoch {history.best_epoch}" * bool(history.best_epoch)
        history.stopped = f"stopped after epoch {len(history)}{kept}"
        return True

    def put_back(self):
        """Give the model the best weights, if there are any."""
        if self.theta is not None:
            self.model.theta[:] = self.theta
