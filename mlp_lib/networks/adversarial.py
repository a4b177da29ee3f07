"""Two networks against each other: one makes samples, the other tells them from real ones.

The discriminator D gives each sample a score; ``sigmoid(D(x))`` is its probability of being real.
It minimises ``mean softplus(-D(x)) + mean softplus(D(G(z)))``. The generator G makes a sample of a
row z of noise. Its gradient comes through the discriminator, whose weights stay as they are then.
"""

import numpy as np

from mlp_lib import arrays
from mlp_lib.networks.activations import sigmoid
from mlp_lib.networks.optimizers import Adam
from mlp_lib.networks.parts.blas import one_for_small


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
    rng : int or numpy.random.Generator
        Of the noise.
    """

    def __init__(self, generator, discriminator, optimizers=None, *, saturating=False, rng=0):
        if generator.n_outputs != discriminator.sizes[0] or discriminator.n_outputs != 1:
            raise ValueError(
                f"the generator's {generator.n_outputs} outputs need to be the discriminator's "
                f"inputs, which are {discriminator.sizes[0]}, and that needs 1 output; it has "
                f"{discriminator.n_outputs}")
        self.G, self.D, self.saturating = generator, discriminator, saturating
        self.rng = arrays.generator(rng)
        self.optimizers = optimizers or tuple(Adam(2e-4, betas=(0.5, 0.999)) for _ in range(2))
        for optimizer, network in zip(self.optimizers, (generator, discriminator)):
            optimizer.reset(network.theta)

    def noise(self, n):
        """``n`` rows of normal noise, as the generator takes it: (n, n_in)."""
        return self.rng.standard_normal((n, self.G.sizes[0])).astype(self.G.dtype)

    def made(self, n):
        """``n`` samples that the generator makes as it is: (n, n_outputs)."""
        return self.G.predict_scores(self.noise(n))

    def step(self, real):
        """One step of the discriminator on the rows of ``real``, one of the generator.

        Returns
        -------
        loss_D, loss_G : float
            Before their steps.
        """
        with one_for_small:
            made = self.G.chain.forward(self.noise(len(real)))
            return self._teach(real, made), self._improve(made)

    def _teach(self, real, made):
        """The discriminator's step. Nothing of it goes back into the generator."""
        scores = self.D.chain.forward(np.vstack([real, made]))
        loss, *gradients = discriminator_loss(*np.split(scores, [len(real)]))
        optimizer = self.optimizers[1]
        self.D.chain.backward(np.vstack(gradients) * scores.dtype.type(optimizer.scale(1.0)))
        optimizer.step(self.D.theta, self.D.grad)
        return loss

    def _improve(self, made):
        """The generator's step, by the gradient that comes through the discriminator."""
        loss, dscores = generator_loss(self.D.chain.forward(made), self.saturating)
        optimizer = self.optimizers[0]
        dmade = self.D.chain.backward(dscores * made.dtype.type(optimizer.scale(1.0)))
        self.G.chain.backward(dmade)
        optimizer.step(self.G.theta, self.G.grad)
        return loss

    def epoch(self, real, batch_size=128):
        """Steps over all rows of ``real`` in a random order; a generator of both losses."""
        order = self.rng.permutation(len(real))
        for start in range(0, len(real) - batch_size + 1, batch_size):
            yield self.step(real[order[start : start + batch_size]])
