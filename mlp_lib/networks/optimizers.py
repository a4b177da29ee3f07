"""How a step is made of a gradient: SGD with momentum, Adam, and learning-rate schedules.

A schedule is a function of the progress ``t`` of the training, from 0 (start) to 1
(end), that gives a factor on the learning rate.
"""

import numpy as np


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
        if not (np.isfinite(learning_rate) and learning_rate > 0):
            raise ValueError(f"need a finite learning rate > 0; got {learning_rate}")
        self.learning_rate = float(learning_rate)

    def reset(self, theta):
        """Forget earlier steps; ``theta`` (P,) is what comes next. A first step needs no reset."""

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

    def __init__(self, learning_rate, momentum=0.0):
        super().__init__(learning_rate)
        if not 0 <= momentum < 1:
            raise ValueError(f"need 0 <= momentum < 1; got {momentum}")
        self.momentum = float(momentum)
        self._velocity = None

    def reset(self, theta):
        self._velocity = np.zeros_like(theta) if self.momentum else None

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

    def __init__(self, learning_rate=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(learning_rate)
        if len(betas) != 2 or not all(0 <= beta < 1 for beta in betas):
            raise ValueError(f"need two betas, each in 0 <= beta < 1; got {betas}")
        if not eps > 0:
            raise ValueError(f"need eps > 0; got {eps}")
        self.betas, self.eps = tuple(float(beta) for beta in betas), float(eps)
        self._factor, self._mean = 1.0, None

    def reset(self, theta):
        self._mean, self._square, self._work = (np.zeros_like(theta) for _ in range(3))
        self._steps = 0

    def scale(self, factor):
        self._factor = factor
        return 1.0

    def step(self, theta, grad):
        if self._mean is None:
            self.reset(theta)
        self._steps += 1
        first, second = self.betas
        work = np.multiply(grad, grad, out=self._work)
        for average, new, beta in ((self._square, work, second), (self._mean, grad, first)):
            new *= 1 - beta
            average *= beta
            average += new
        np.sqrt(self._square, out=work)
        work *= 1 / np.sqrt(1 - second**self._steps).item()
        work += self.eps
        np.divide(self._mean, work, out=work)
        work *= self.learning_rate * self._factor / (1 - first**self._steps)
        theta -= work


def cosine(t):
    """Half a cosine from 1 at the start to 0 at the end."""
    return 0.5 * (1 + np.cos(np.pi * t)).item()


def linear(t):
    """Straight line from 1 at the start to 0 at the end."""
    return 1 - t
