"""How a step is made of a gradient: SGD with momentum, Adam, and learning-rate schedules.

A schedule is a function of the progress ``t`` of the training, from 0 (start) to 1
(end), that gives a factor on the learning rate.
"""

import numpy as np

from mlp_lib.arrays import a_number
from mlp_lib.networks.parts.portions import pieces


def _zeros(theta):
    """Zeros like ``theta``, in float32 at least: float16 has no squares of small gradients."""
    return np.zeros(theta.shape, np.result_type(theta, np.float32))


class Optimizer:
    """Turns gradients into steps of the parameters.

    Parameters
    ----------
    learning_rate : float
        Step size, > 0 and finite.

    Raises
    ------
    ValueError
        If a number is out of its range; so do the subclasses.
    """

    def __init__(self, learning_rate):
        self.learning_rate = a_number(learning_rate, "a finite learning rate > 0",
                                      lambda rate: 0 < rate < np.inf)

    memory = ()  # names of the attributes in which a step leaves something for the next

    def reset(self, theta):
        """Forget earlier steps; ``theta`` (P,) is what comes next. A first step needs no reset."""

    def state(self):
        """What it remembers of earlier steps: a dict of arrays, by the names in ``memory``."""
        return {name: np.array(value) for name in self.memory
                if (value := getattr(self, name)) is not None}

    def restore(self, state):
        """Remember what `state` gave, after a `reset`; ValueError if it is of another optimizer."""
        own = self.state()
        if {name: value.shape for name, value in state.items()} != {
                name: value.shape for name, value in own.items()}:
            raise ValueError(f"{type(self).__name__} remembers {list(own)} of earlier steps, each "
                             f"of the shape of the parameters; got {list(state)}")
        for name, value in state.items():
            setattr(self, name, value.astype(own[name].dtype) if value.ndim else value.item())

    def scale(self, factor):
        """Factor that the backward pass shall put on the gradient.

        ``factor`` is the schedule's. Backward is linear in the gradient it starts
        from, so a step size is cheapest there: N K products instead of P.
        """
        raise NotImplementedError

    def step(self, theta, grad):
        """Move ``theta`` (P,) in place by the scaled gradient ``grad`` (P,), which is used up."""
        raise NotImplementedError


class SGD(Optimizer):
    """Stochastic gradient descent: ``v = momentum v + rate grad``, ``theta = theta - v``.

    Parameters
    ----------
    learning_rate : float
        Step size, > 0.
    momentum : float
        Share of the last step that is kept, in ``0 <= momentum < 1``.
    """

    memory = ("_velocity",)

    def __init__(self, learning_rate, momentum=0.0):
        super().__init__(learning_rate)
        self.momentum = a_number(momentum, "0 <= momentum < 1", lambda share: 0 <= share < 1)
        self._velocity = None

    def reset(self, theta):
        self._velocity = _zeros(theta) if self.momentum else None

    def scale(self, factor):
        return self.learning_rate * factor

    def step(self, theta, grad):
        if self.momentum:
            if self._velocity is None:
                self.reset(theta)
            self._velocity *= self.momentum
            self._velocity += grad
            grad = self._velocity
        theta -= grad


class Adam(Optimizer):
    """Adam: the step is the mean gradient over the root of the mean squared gradient.

    Parameters
    ----------
    learning_rate : float
        Step size, > 0.
    betas : pair of float
        Decay of the two running means, each in ``0 <= beta < 1``.
    eps : float
        Added to the root, > 0.

    Notes
    -----
    Source: D. Kingma and J. Ba, Adam: a method for stochastic optimization, 2015.
    """

    memory = ("_mean", "_square", "_steps")

    def __init__(self, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(learning_rate)
        pair = list(betas) if isinstance(betas, tuple | list | np.ndarray) else []
        if len(pair) != 2:
            raise ValueError(f"need two betas, each in 0 <= beta < 1; got {betas!r}")
        self.betas = tuple(a_number(beta, f"two betas, each in 0 <= beta < 1, unlike {betas!r}",
                                    lambda beta: 0 <= beta < 1) for beta in pair)
        self.eps = a_number(eps, "a finite eps > 0", lambda eps: 0 < eps < np.inf)
        self._factor, self._mean, self._square, self._steps = 1.0, None, None, 0

    def reset(self, theta):
        self._mean, self._square, self._work = (_zeros(theta) for _ in range(3))
        self._steps = 0

    def scale(self, factor):
        self._factor = factor
        return 1.0

    def step(self, theta, grad):
        if self._mean is None:
            self.reset(theta)
        self._steps += 1
        arrays = (theta, grad.astype(self._mean.dtype, copy=False), self._mean, self._square,
                  self._work)
        for piece in pieces(*arrays) if theta.flags.c_contiguous else [arrays]:
            self._move(*piece)

    def _move(self, theta, grad, mean, square, work):
        first, second = self.betas
        np.multiply(grad, grad, out=work)
        for average, new, beta in ((square, work, second), (mean, grad, first)):
            new *= 1 - beta
            average *= beta
            average += new
        np.sqrt(square, out=work)
        work *= 1 / np.sqrt(1 - second**self._steps).item()
        work += max(self.eps, float(np.finfo(work.dtype).tiny))  # an eps of 0 there gave 0 / 0
        np.divide(mean, work, out=work)
        work *= self.learning_rate * self._factor / (1 - first**self._steps)
        theta -= work


def cosine(t):
    """Half a cosine from 1 at the start to 0 at the end."""
    return 0.5 * (1 + np.cos(np.pi * t)).item()


def linear(t):
    """Straight line from 1 at the start to 0 at the end."""
    return 1 - t
