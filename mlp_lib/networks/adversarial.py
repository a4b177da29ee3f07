"""Two networks against each other: one makes samples, the other tells them from real ones.

The discriminator D gives each sample a score; ``sigmoid(D(x))`` is its probability of being real.
It minimises ``mean softplus(-D(x)) + mean softplus(D(G(z)))``. The generator G makes a sample of a
row z of noise. Its gradient comes through the discriminator, whose weights stay as they are then.
"""

import copy

import numpy as np

from mlp_lib import arrays, browser
from mlp_lib.networks.activations import LeakyRelu, sigmoid
from mlp_lib.networks.layers import Activation, Beside, Linear
from mlp_lib.networks.losses import squared_error
from mlp_lib.networks.normalisation import BatchNorm
from mlp_lib.networks.optimizers import Adam
from mlp_lib.networks.parts.blas import one_for_small
from mlp_lib.networks.parts.steps import Counted
from mlp_lib.networks.stack import Stack


def best_discriminator(real, made):
    """What the best discriminator says where the two densities have the values given.

    Parameters
    ----------
    real, made : array_like of float
        Densities of the real and of the made samples at some points, of the same shape.

    Returns
    -------
    ndarray of that shape
        Probability of being real, ``real / (real + made)``; nan where both are 0.

    Notes
    -----
    Source: Goodfellow et al., *Generative Adversarial Nets* (2014), proposition 1.
    """
    real, made = np.asarray(real, float), np.asarray(made, float)
    with np.errstate(invalid="ignore"):
        return real / (real + made)


def discriminator_loss(real, made):
    """Loss of the discriminator, and its gradients in the scores of both.

    Parameters
    ----------
    real, made : (N, 1) and (M, 1) ndarrays
        Scores of real and of made samples.

    Returns
    -------
    loss : float
    dreal, dmade : ndarrays of the shapes of real and made
    """
    loss = np.logaddexp(0, -real).mean() + np.logaddexp(0, made).mean()
    return float(loss), (sigmoid(real) - 1) / len(real), sigmoid(made) / len(made)


def generator_loss(made, saturating=False):
    """Loss of the generator, and its gradient in the scores of what it made.

    Parameters
    ----------
    made : (M, 1) ndarray
        Scores of made samples.
    saturating : bool
        ``-mean softplus(D)``, exactly what the discriminator wants to have small, turned round.
        Its slope is near 0 where the discriminator is sure. The other, ``mean softplus(-D)``, has
        its largest slope there.
    """
    if saturating:
        return -float(np.logaddexp(0, made).mean()), -sigmoid(made) / len(made)
    return float(np.logaddexp(0, -made).mean()), (sigmoid(made) - 1) / len(made)


class Duel:
    """A generator and a discriminator, and the alternating steps of both.

    Parameters
    ----------
    generator, discriminator : stack.Stack
        The outputs of the one are inputs of the other, which has one output.
    optimizers : pair of optimizers.Optimizer, optional
        Of the generator and of the discriminator; ``Adam(2e-4, betas=(0.5, 0.999))`` each.
    saturating : bool
        See `generator_loss`.
    average : float
        Share that a running mean of the generator's parameters keeps in a step, 0 to 1; with 0
        it is the generator itself.
    classes : int
        How many of the last inputs of both networks, and of the outputs of the generator, are a
        one-hot row that names a class. The noise then ends in one that is drawn by lot.
    rng : int or numpy.random.Generator
        Of the noise.

    Attributes
    ----------
    G, D : stack.Stack
    mean : stack.Stack
        The generator with the running mean of its parameters, or ``G`` itself.

    Notes
    -----
    Adam's first share of 0.5 is that of Radford, Metz and Chintala, *Unsupervised Representation
    Learning with Deep Convolutional Generative Adversarial Networks* (2015). Classes are those of
    Mirza and Osindero, *Conditional Generative Adversarial Nets* (2014). The running mean is that
    of Yazici et al., *The Unusual Effectiveness of Averaging in GAN Training* (2018).
    """

    def __init__(self, generator, discriminator, optimizers=None, *, saturating=False, average=0.0,
                 classes=0, rng=0):
        if generator.n_outputs != discriminator.sizes[0] or discriminator.n_outputs != 1:
            raise ValueError(
                f"the generator's {generator.n_outputs} outputs need to be the discriminator's "
                f"inputs, which are {discriminator.sizes[0]}, and that needs 1 output; it has "
                f"{discriminator.n_outputs}")
        self.G, self.D, self.saturating = generator, discriminator, saturating
        self.average = arrays.a_number(average, "0 <= average < 1", lambda share: 0 <= share < 1)
        self.mean, self.done = copy.deepcopy(generator) if average else generator, 0
        self.classes, self.rng = classes, arrays.generator(rng)
        self.optimizers = optimizers or tuple(Adam(2e-4, betas=(0.5, 0.999)) for _ in range(2))
        for optimizer, network in zip(self.optimizers, (generator, discriminator)):
            optimizer.reset(network.theta)

    def noise(self, n, label=None):
        """``n`` rows of normal noise, as the generator takes it: (n, n_in).

        With classes they end in one-hot rows: of the class ``label``, or of classes drawn by lot.
        """
        noise = self.rng.standard_normal((n, self.G.sizes[0])).astype(self.G.dtype)
        if self.classes:
            labels = self.rng.integers(self.classes, size=n) if label is None else label
            noise[:, -self.classes:] = np.arange(self.classes) == np.reshape(labels, (-1, 1))
        return noise

    def made(self, n, label=None):
        """``n`` samples that the generator makes, with the mean of its parameters.

        They are (n, n_outputs); with classes they end in one-hot rows, see `noise`.
        """
        return self.mean.predict_scores(self.noise(n, label))

    def step(self, real, factor=1.0):
        """One step of the discriminator on the rows of ``real``, one of the generator.

        Parameters
        ----------
        real : (N, n_outputs) ndarray
        factor : float
            On both learning rates.

        Returns
        -------
        loss_D, loss_G : float
            Before their steps.
        """
        with one_for_small:
            made = self.G.chain.forward(self.noise(len(real)))
            return self.teach(real, made, factor), self.improve(made, factor)

    def teach(self, real, made, factor=1.0):
        """The discriminator's step. Nothing of it goes back into the generator."""
        with one_for_small:
            scores = self.D.chain.forward(np.vstack([real, made]))
            loss, *gradients = discriminator_loss(*np.split(scores, [len(real)]))
            self.D.chain.into_parameters(self._scaled(1, np.vstack(gradients), factor))
            self._move(1, self.D)
        return loss

    def improve(self, made, factor=1.0):
        """The generator's step, by the gradient that comes through the discriminator.

        ``made`` is what the generator's last way forward has left.
        """
        with one_for_small:
            loss, dscores = generator_loss(self.D.chain.forward(made), self.saturating)
            dmade = self.D.chain.through(self._scaled(0, dscores, factor))
            self.G.chain.into_parameters(dmade)
            self._move(0, self.G)
        self._follow()
        return loss

    def _scaled(self, which, dscores, factor):
        """The gradient in the scores, as the optimizer takes it."""
        return dscores * dscores.dtype.type(self.optimizers[which].scale(factor))

    def _move(self, which, network):
        """A network's step, by the gradient that its layers have found."""
        self.optimizers[which].step(network.theta, network.grad)

    def _follow(self):
        """Let the running mean follow the generator; at first it forgets faster."""
        self.done += 1
        if self.mean is not self.G:
            kept = min(self.average, self.done / (self.done + 10))
            self.mean.theta += self.G.dtype.type(1 - kept) * (self.G.theta - self.mean.theta)

    def train(self, real, epochs=1, batch_size=128, schedule=None):
        """Steps over all rows of ``real``, epoch by epoch, each in a random order.

        Parameters
        ----------
        real : (N, n_outputs) ndarray
            In a browser an epoch goes through some of the rows only, and says so.
        epochs, batch_size : int
            Rows that are left over, too few for a batch, are left out of an epoch.
        schedule : callable, optional
            From the progress, 0 to 1, to a factor on both learning rates.

        Returns
        -------
        iterator of pairs (loss_D, loss_G)
            A pair after each step; before it they were so large. `len` is how many it gives.
        """
        real = real[:browser.rows_of_an_epoch(len(real), epochs)]
        steps = self._turns(real, epochs, batch_size, schedule)
        return Counted(steps, epochs * (len(real) // batch_size))

    def _turns(self, real, epochs, batch_size, schedule):
        """Generator of the steps of `train`."""
        batches = len(real) // batch_size
        for epoch in range(epochs):
            order = self.rng.permutation(len(real))
            for batch in range(batches):
                progress = (epoch + batch / batches) / epochs
                rows = order[batch * batch_size : (batch + 1) * batch_size]
                yield self.step(real[rows], schedule(progress) if schedule else 1.0)


def digit_duel(rng=0, rates=(1e-3, 1e-3), classes=0, **options):
    """A generator of digits from 32 random numbers, a discriminator, and their steps.

    Parameters
    ----------
    rng : int
        Seed of the weights and of the noise.
    rates : pair of float
        Adam's, of the generator and of the discriminator.
    classes : int
        Of which both are told one, see `Duel`.
    **options
        Of `Duel`.

    Returns
    -------
    Duel
    """
    wide = [(Linear(m, n, "he"), BatchNorm(n), Activation(LeakyRelu(0.2)))
            for m, n in ((32 + classes, 256), (256, 512))]
    layers = [*wide[0], *wide[1], Linear(512, 784), Activation(sigmoid)]
    layers = [Beside(*layers, n=classes)] if classes else layers
    generator = Stack(layers, 32 + classes, 784 + classes, loss=squared_error, rng=rng)
    wide = [(Linear(m, n, "he"), Activation(LeakyRelu(0.2)))
            for m, n in ((784 + classes, 256), (256, 128))]
    discriminator = Stack([*wide[0], *wide[1], Linear(128, 1)], 784 + classes, 1, rng=rng)
    steps = [Adam(rate, betas=(0.5, 0.999)) for rate in rates]
    return Duel(generator, discriminator, steps, classes=classes, rng=rng, **options)
