"""What every network can be asked, whatever its layers are."""

import numpy as np

from mlp_lib.arrays import as_numbers, in_precision
from mlp_lib.networks.activations import Sigmoid, Tanh, sigmoid, softmax
from mlp_lib.networks.losses import BinaryCrossEntropy
from mlp_lib.networks.parts import model_files
from mlp_lib.networks.parts.parameters import Parameters


class Predictor(Parameters):
    """What a user asks of any network. Subclasses give ``predict_scores``, ``loss_function``,
    ``dtype``, ``sizes`` and ``n_outputs``, ``penalty`` where there is one, and ``output``, the
    activation of the output, if there may be one; for files ``n_parameters``, and ``kind``, their
    key in `model_kinds.KINDS`.
    """

    output = None

    def predict_proba(self, X):
        """Softmax of the outputs: (N, n_out), rows sum to 1; with one output (N, 2), no and yes.

        They are the class probabilities where the outputs are the scores of a
        cross-entropy, or one output ends in a sigmoid; after another loss or output
        activation they are not.
        """
        scores = self.predict_scores(X)
        if self.n_outputs > 1:
            return softmax(scores)
        yes = scores if isinstance(self.output, Sigmoid) else sigmoid(scores)
        return np.hstack([1 - yes, yes])

    def predict(self, X):
        """Class of each row of ``X``: (N,) of int.

        It is the one with the highest score. A network with one output says 1 (yes) where the
        output is larger than `threshold`, else 0 (no).

        Raises
        ------
        ValueError
            If a row has no class, because its scores hold nan.
        """
        scores = self.predict_scores(X)
        lost = np.isnan(scores).any(axis=1)
        if lost.any():
            raise ValueError(f"row {lost.argmax()} has no class: its scores hold nan, and "
                             f"{self.first_non_finite(self.check_inputs(X)[lost][:1])}")
        return self.classes(scores)

    def classes(self, outputs):
        """Class of each row of ``outputs``, which are not checked; see `predict`."""
        if self.n_outputs > 1:
            return outputs.argmax(axis=1)
        return (outputs[:, 0] > self.threshold).astype(int)

    @property
    def threshold(self):
        """Above it one output says yes: 0 for a score or tanh, 0.5 between the targets 0 and 1."""
        score = isinstance(self.loss_function, BinaryCrossEntropy)
        return 0.0 if isinstance(self.output, Tanh) or (score and self.output is None) else 0.5

    def accuracy(self, X, labels):
        """Share of the rows of ``X`` whose class is their label, 0 to 1; see `predict`.

        A row whose scores hold nan has no class, and counts as wrong.

        Raises
        ------
        ValueError
            If there is not one label a row, or one is not a class of the network.
        """
        labels, most = as_numbers(labels, "labels"), max(self.n_outputs, 2) - 1
        if labels.shape != np.shape(X)[:1]:
            raise ValueError(f"need one label a row, {np.shape(X)[:1]}; got {labels.shape}")
        strange = labels[~np.isin(labels, np.arange(most + 1))]
        if strange.size:
            raise ValueError(f"labels need to be classes, 0..{most}; got {strange[0]}")
        scores = self.predict_scores(X)
        right = self.classes(scores) == labels
        return float(np.mean(right & ~np.isnan(scores).any(axis=1)))

    def loss(self, X, Y):
        """Mean loss over the rows of ``X``, with the penalty."""
        return self.loss_function(self.predict_scores(X), Y) + self.penalty()

    def penalty(self):
        """What the loss adds for large weights: nothing, by default."""
        return 0.0

    def save(self, path):
        """Write the network to a ``.npz`` file; an older file of that name is replaced whole.

        Raises
        ------
        ValueError
            If its loss or an activation is one that no file could name, or a weight is not
            finite.
        OSError
            If the folder does not exist, or nothing can be written there.
        """
        model_files.save(path, self)

    @classmethod
    def load(cls, path, **shape):
        """Read a network of this kind that `save` wrote.

        Parameters
        ----------
        path : path
        **shape : optional
            What is wanted of its shape, by the names that the class has for it: ``sizes`` of
            an `MLP`; ``image_shape``, ``filters``, ``kernel``, ``n_classes`` of a `ConvNet`.

        Raises
        ------
        FileNotFoundError, ValueError
            If there is no such file; if it is damaged, of another kind, or of another shape; if
            a weight is not finite.
        TypeError
            If the class has no such name.
        """
        return model_files.load(path, cls, shape)

    def check_inputs(self, X):
        """``X`` as an array (N, n_in) of the network's precision, all numbers finite.

        ValueError if it is not.
        """
        X = in_precision(as_numbers(X, "X"), "X", self.dtype)
        if X.ndim != 2 or X.shape[1] != self.sizes[0] or not len(X):
            raise ValueError(f"need inputs of shape (N, {self.sizes[0]}), N > 0; got {X.shape}")
        return all_finite(X, "the inputs")


def all_finite(array, name):
    """``array`` itself; ValueError names the row that holds inf or nan.

    Where all is well it is one sum, which is four times as fast as a look at each number.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(array.sum()) or np.isfinite(array).all():
            return array
    row = int(np.argwhere(~np.isfinite(array))[0, 0])
    raise ValueError(f"{name} hold a number that is not finite, in row {row}")


def first_non_finite(layers):
    """Words for the first of ``layers``, triples (weights, biases, values), not all finite."""
    for number, arrays in enumerate(layers, start=1):
        for name, array in zip(("weights", "biases", "values"), arrays):
            bad = array[~np.isfinite(array)]
            if bad.size:
                return f"the first layer that went wrong is {number}: its {name} hold {bad[0]}"
    return "all layers are finite"
