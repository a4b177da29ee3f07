"""What every network can be asked, whatever its layers are."""

import numpy as np

from mlp_lib.arrays import as_numbers
from mlp_lib.networks.activations import softmax
from mlp_lib.networks.parts import model_files


class Predictor:
    """What a user asks of any network. Subclasses give ``predict_scores``, ``loss_function``,
    ``dtype`` and ``sizes``, and ``penalty`` where there is one; for files ``theta``,
    ``n_parameters``, and ``kind``, their key in `model_kinds.KINDS`.
    """

    def predict_proba(self, X):
        """Softmax of the outputs: (N, n_out), rows sum to 1.

        They are the class probabilities where the outputs are the scores of a
        cross-entropy; after another loss, or an output activation, they are not.
        """
        return softmax(self.predict_scores(X))

    def predict(self, X):
        """Class with the highest score, for each row of ``X``: (N,) of int."""
        return self.predict_scores(X).argmax(axis=1)

    def accuracy(self, X, labels):
        """Share of the rows of ``X`` whose highest score is at their label; 0 to 1."""
        labels = as_numbers(labels, "labels")
        if labels.shape != np.shape(X)[:1]:
            raise ValueError(f"need one label a row, {np.shape(X)[:1]}; got {labels.shape}")
        return float(np.mean(self.predict(X) == labels))

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
            If its loss or an activation is one that no file could name.
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
            If there is no such file; if it is damaged, of another kind, or of another shape.
        TypeError
            If the class has no such name.
        """
        return model_files.load(path, cls, shape)

    def check_inputs(self, X):
        """``X`` as an array (N, n_in) of the network's precision; ValueError if it is not."""
        X = np.asarray(as_numbers(X, "X"), self.dtype)
        if X.ndim != 2 or X.shape[1] != self.sizes[0] or not len(X):
            raise ValueError(f"need inputs of shape (N, {self.sizes[0]}), N > 0; got {X.shape}")
        return X


def first_non_finite(layers):
    """Words for the first of ``layers``, triples (weights, biases, values), not all finite."""
    for number, arrays in enumerate(layers, start=1):
        for name, array in zip(("weights", "biases", "values"), arrays):
            bad = array[~np.isfinite(array)]
            if bad.size:
                return f"the first layer that went wrong is {number}: its {name} hold {bad[0]}"
    return "all layers are finite"
