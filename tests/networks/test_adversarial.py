"""Two networks against each other: losses and gradients measured, steps, what each leaves alone."""

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient
from mlp_lib.networks import (
    SGD,
    Activation,
    Duel,
    LeakyRelu,
    Linear,
    Stack,
    best_discriminator,
    discriminator_loss,
    generator_loss,
    sigmoid,
    squared_error,
)

RNG = np.random.default_rng(4)
REAL, MADE = RNG.normal(size=(5, 1)), RNG.normal(size=(7, 1))


def duel(**options):
    generator = Stack([Linear(3, 6), Activation(LeakyRelu(0.2)), Linear(6, 4)], 3, 4,
                      loss=squared_error, dtype=np.float64)
    discriminator = Stack([Linear(4, 5), Activation(LeakyRelu(0.2)), Linear(5, 1)], 4, 1,
                          dtype=np.float64, rng=1)
    return Duel(generator, discriminator, **options)


def test_the_best_discriminator_has_the_least_loss():
    real, made = np.array([0.5, 0.3, 0.2]), np.array([0.1, 0.1, 0.8])
    scores = np.log(real / made)
    np.testing.assert_allclose(best_discriminator(real, made), sigmoid(scores))

    def loss(s):
        return float(real @ np.logaddexp(0, -s) + made @ np.logaddexp(0, s))

    check_gradient(loss, scores, np.zeros(3), atol=1e-9)
    assert loss(scores) < loss(scores + 0.1)
    assert loss(scores) < loss(scores - 0.1)
    assert np.isnan(best_discriminator(0, 0))


def test_gradients_of_the_losses_are_as_measured():
    _, dreal, dmade = discriminator_loss(REAL, MADE)
    check_gradient(lambda s: discriminator_loss(s, MADE)[0], REAL, dreal)
    check_gradient(lambda s: discriminator_loss(REAL, s)[0], MADE, dmade)
    for saturating in (False, True):
        gradient = generator_loss(MADE, saturating)[1]
        check_gradient(lambda s, kind=saturating: generator_loss(s, kind)[0], MADE, gradient)


def test_where_the_discriminator_is_sure_only_one_loss_has_a_slope():
    sure = np.full((1, 1), -20.0)
    assert abs(generator_loss(sure, saturating=True)[1]) < 1e-8
    assert generator_loss(sure)[1] == pytest.approx(-1)


@pytest.mark.parametrize("saturating", [False, True])
def test_the_gradient_that_reaches_the_generator_is_as_measured(saturating):
    pair = duel(saturating=saturating)
    z, G, D = pair.noise(8), pair.G, pair.D

    def at(theta):
        G.theta[:] = theta
        return generator_loss(D.chain.forward(G.chain.forward(z)), saturating)[0]

    theta = G.theta.copy()
    at(theta)
    G.chain.backward(D.chain.backward(
        generator_loss(D.chain.forward(G.chain.forward(z)), saturating)[1]))
    check_gradient(at, theta, G.grad.copy(), rtol=1e-6)


def test_each_step_moves_one_network_by_its_own_gradient():
    pair = duel(optimizers=(SGD(0.5), SGD(0.25)), rng=3)
    other = duel(rng=3)
    real = RNG.normal(size=(6, 4)) + 2
    G, D = other.G, other.D
    made = G.chain.forward(other.noise(6)).copy()

    loss_D, dreal, dmade = discriminator_loss(*np.split(D.predict_scores(np.vstack([real, made])),
                                                        [6]))
    D.chain.forward(np.vstack([real, made]))
    D.chain.backward(np.vstack([dreal, dmade]))
    D.theta -= 0.25 * D.grad
    loss_G, dscores = generator_loss(D.chain.forward(made))
    G.chain.backward(D.chain.backward(dscores))
    G.theta -= 0.5 * G.grad

    assert pair.step(real) == pytest.approx((loss_D, loss_G))
    np.testing.assert_allclose(pair.D.theta, D.theta, rtol=1e-12)
    np.testing.assert_allclose(pair.G.theta, G.theta, rtol=1e-12)


def test_a_generator_learns_where_the_real_ones_are():
    pair = duel(optimizers=(SGD(0.05), SGD(0.05)), rng=2)
    real = RNG.normal(size=(400, 4)) * 0.3 + [2, -1, 0, 1]
    before = abs(pair.made(200).mean(axis=0) - real.mean(axis=0)).max()
    for _ in range(30):
        steps = list(pair.epoch(real, batch_size=40))
    assert len(steps) == 10
    assert abs(pair.made(200).mean(axis=0) - real.mean(axis=0)).max() < 0.4 * before


def test_networks_that_do_not_fit_are_refused():
    pair = duel()
    with pytest.raises(ValueError, match=r"4 outputs need to be the discriminator's inputs.*3"):
        Duel(pair.G, pair.G)
