"""What every layer of a `stack.Stack` is: a way forward, a way back, and memory for both."""

import copy
import math

import numpy as np

from mlp_lib.arrays import generator


class Layer:
    """A step of a network, whose way back needs what its way forward has left.

    Subclasses set ``shapes`` and give `forward` and `backward`, and `draw` if their parameters
    are not 0 at first. By itself a layer has parameters in float64; in a network they are views of
    the network's ``theta``.

    Attributes
    ----------
    shapes : dict
        Shape of each parameter by its name, such as ``W``. The parameter itself is the attribute
        of that name, and what `backward` finds for it the attribute ``dW``.
    inner : tuple of Layer
        The layers that it is made of.
    """

    shapes, inner = {}, ()

    def __init__(self, rng=0):
        self._rooms, self._rooms_of_twin = {}, {}
        self.lay_out(np.zeros(self.n_parameters), np.zeros(self.n_parameters))
        self.draw(generator(rng))

    @property
    def n_parameters(self):
        """How many numbers its parameters are, with those of the layers inside."""
        own = sum(math.prod(shape) for shape in self.shapes.values())
        return own + sum(layer.n_parameters for layer in self.inner)

    def lay_out(self, theta, grad):
        """Take views of ``theta`` for the parameters, and of ``grad`` for their gradients."""
        start = 0
        for name, shape in self.shapes.items():
            end = start + math.prod(shape)
            setattr(self, name, theta[start:end].reshape(shape))
            setattr(self, f"d{name}", grad[start:end].reshape(shape))
            start = end
        for layer in self.inner:
            end = start + layer.n_parameters
            layer.lay_out(theta[start:end], grad[start:end])
            start = end

    def draw(self, rng):
        """Set the parameters to what they are before any training."""
        for layer in self.inner:
            layer.draw(rng)

    def forward(self, X, training=True):
        """What the layer makes of ``X``; it keeps what `backward` needs."""
        raise NotImplementedError

    def backward(self, G):
        """Gradient in the last ``X`` from ``G``, the one in the layer's output.

        The gradients in the parameters are in ``dW`` and so on afterwards.
        """
        raise NotImplementedError

    def through(self, G):
        """Gradient in the last ``X`` alone, for a network that is not to move."""
        return self.backward(G)

    def into_parameters(self, G):
        """Gradients in the parameters alone, where nothing below is to move."""
        self.backward(G)

    def twin(self):
        """The layer once more, with memory of its own for its passes, for `lay_out`."""
        twin = copy.copy(self)
        twin._rooms, twin.inner = self._rooms_of_twin, tuple(each.twin() for each in self.inner)
        return twin

    def room(self, name, shape, dtype):
        """An array to write to, in the memory that it had before if that is large enough."""
        array, size = self._rooms.get(name), math.prod(shape)
        if array is None or array.size < size or array.dtype != dtype:
            array = self._rooms[name] = np.empty(size, dtype)
        return array[:size].reshape(shape)

    def __getstate__(self):
        return {**vars(self), "_rooms": {}, "_rooms_of_twin": {}}  # a copy has memory of its own

    def __repr__(self):
        return f"<{type(self).__name__}, {self.n_parameters} parameters>"


class Chain(Layer):
    """Layers one after another; the way back runs through them in reverse."""

    def __init__(self, *layers):
        self.inner = layers
        super().__init__()

    def forward(self, X, training=True):
        for layer in self.inner:
            X = layer.forward(X, training)
        return X

    def backward(self, G):
        for layer in reversed(self.inner):
            G = layer.backward(G)
        return G

    def through(self, G):
        for layer in reversed(self.inner):
            G = layer.through(G)
        return G

    def into_parameters(self, G):
        first, *others = self.inner
        for layer in reversed(others):
            G = layer.backward(G)
        first.into_parameters(G)


def rows(A):
    """``A`` (..., n) as a matrix: all that stands before the last index, as rows."""
    return A.reshape(-1, A.shape[-1])
