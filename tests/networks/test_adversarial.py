"""Two networks against each other: losses and gradients measured, steps, what each leaves alone."""

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient
from mlp_lib.networks import (
    SGD,
    Activation,
    Beside,
    Duel,
    LeakyRelu,
    Linear,
    Stack,
    best_discriminator,
    digit_duel,
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
        steps = list(pair.train(real, batch_size=40))
    assert len(steps) == 10
    assert abs(pair.made(200).mean(axis=0) - real.mean(axis=0)).max() < 0.4 * before


def test_the_mean_generator_follows_the_generator_and_makes_the_samples():
    pair = duel(average=0.9)
    start, real = pair.G.theta.copy(), RNG.normal(size=(12, 4))
    assert pair.mean is not pair.G
    pair.step(real)
    kept = 1 / 11  # less than 0.9 in the first steps
    first = kept * start + (1 - kept) * pair.G.theta
    np.testing.assert_allclose(pair.mean.theta, first, rtol=1e-12)
    for _ in range(200):
        pair.step(real)
    before = pair.mean.theta.copy()
    pair.step(real)
    np.testing.assert_allclose(pair.mean.theta, 0.9 * before + 0.1 * pair.G.theta, rtol=1e-9)
    noise = duel(average=0.9).noise(5)
    pair.noise = lambda n, label: noise
    np.testing.assert_array_equal(pair.made(5), pair.mean.predict_scores(noise))
    plain = duel()
    assert plain.mean is plain.G


def test_a_schedule_and_a_batch_size_are_followed():
    pair, seen = duel(), []
    pair.step = lambda rows, factor: seen.append((rows, factor)) or (0.0, 0.0)
    real = np.arange(44.0).reshape(11, 4)
    steps = pair.train(real, epochs=2, batch_size=5, schedule=lambda t: 1 - t)
    assert len(steps) == len(list(steps)) == 4
    np.testing.assert_allclose([factor for _, factor in seen], [1, 0.75, 0.5, 0.25])
    for first in (0, 2):
        rows = np.vstack([rows for rows, _ in seen[first : first + 2]])
        assert len(np.unique(rows, axis=0)) == 10


def test_a_factor_of_zero_moves_nothing():
    pair = duel()
    before = pair.G.theta.copy(), pair.D.theta.copy()
    pair.step(RNG.normal(size=(6, 4)), factor=0.0)
    np.testing.assert_array_equal(pair.G.theta, before[0])
    np.testing.assert_array_equal(pair.D.theta, before[1])


def test_with_classes_the_noise_names_one_and_the_sample_keeps_its_name():
    pair = duel(classes=2)
    noise = pair.noise(400)
    assert set(map(tuple, noise[:, -2:])) == {(0, 1), (1, 0)}
    assert 100 < noise[:, -1].sum() < 300
    assert np.all(pair.noise(3, label=1)[:, -2:] == [0, 1])
    np.testing.assert_array_equal(pair.noise(2, label=[1, 0])[:, -2:], [[0, 1], [1, 0]])
    assert np.abs(noise[:, 0]).max() > 2
    pair.G = pair.mean = Stack([Beside(Linear(3, 2), n=2)], 3, 4, loss=squared_error)
    assert np.all(pair.made(3, label=0)[:, -2:] == [1, 0])


def test_the_duel_of_digits_is_told_the_class_and_both_networks_move():
    pair = digit_duel(classes=10, average=0.9)
    before = pair.G.theta.copy(), pair.D.theta.copy()
    rows = np.hstack([RNG.random((60, 784)), np.eye(10)[np.arange(60) % 10]]).astype(np.float32)
    losses = np.array(list(pair.train(rows, epochs=3, batch_size=20)))
    assert losses.shape == (9, 2)
    assert np.isfinite(losses).all()
    assert not np.array_equal(pair.G.theta, before[0])
    assert not np.array_equal(pair.D.theta, before[1])
    assert (pair.G.sizes, pair.D.sizes) == ((42, 794), (794, 1))
    made = pair.made(4, label=[3, 1, 4, 1])
    np.testing.assert_array_equal(made[:, 784:].argmax(axis=1), [3, 1, 4, 1])
    assert made[:, :784].min() > 0 < made[:, :784].max() < 1


def test_networks_that_do_not_fit_are_refused():
    pair = duel()
    with pytest.raises(ValueError, match=r"4 outputs need to be the discriminator's inputs.*3"):
        Duel(pair.G, pair.G)
