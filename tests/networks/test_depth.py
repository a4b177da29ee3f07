"""Sizes of values and errors through the layers."""

import numpy as np
import pytest

from mlp_lib.calculus import gradient
from mlp_lib.networks import (
    MLP,
    DeepNet,
    cross_entropy,
    depth,
    relu,
    sigmoid,
    softmax,
    tanh,
)


@pytest.fixture
def data():
    rng = np.random.default_rng(5)
    return rng.normal(size=(9, 8)), rng.integers(3, size=9)


@pytest.mark.parametrize("hidden", [sigmoid, relu, tanh], ids=repr)
def test_delta_is_the_root_mean_square_length_of_the_recursion_s_columns(hidden, data):
    X, labels = data
    model = MLP((8, 5, 7, 6, 3), hidden, rng=1, dtype=np.float64)
    _, sizes = depth.sizes_by_layer(model, X, labels)
    lengths = []
    for x, label in zip(X, labels):
        values = [x]
        for W, b in zip(model.W, model.b):
            values.append(hidden(values[-1] @ W + b))
        scores = values[-2] @ model.W[-1] + model.b[-1]
        deltas = [softmax(scores) - np.eye(3)[label]]
        for layer in (3, 2, 1):
            slope = hidden.derivative_from_value(values[layer])
            deltas.insert(0, slope * (model.W[layer] @ deltas[0]))
        lengths.append([np.linalg.norm(delta) for delta in deltas])
    assert np.allclose(sizes, np.sqrt(np.mean(np.square(lengths), axis=0)))


def test_spread_is_that_over_the_samples_and_not_over_the_units(data):
    X, labels = data
    model = MLP((8, 5, 3), rng=1, dtype=np.float64)
    spread, _ = depth.sizes_by_layer(model, X, labels)
    hidden, scores = model.forward(X)
    assert np.allclose(spread, [np.sqrt(np.mean(a.std(axis=0) ** 2)) for a in (hidden, scores)])
    same = np.repeat(X[:1], 9, axis=0)
    assert np.allclose(depth.sizes_by_layer(model, same, labels)[0], 0, atol=1e-15)


def test_neither_size_grows_with_the_number_of_samples(data):
    X, labels = data
    model = MLP((8, 5, 7, 3), relu, rng=1, dtype=np.float64)
    once = depth.sizes_by_layer(model, X, labels)
    thrice = depth.sizes_by_layer(model, np.tile(X, (3, 1)), np.tile(labels, 3))
    assert np.allclose(once, thrice)


def test_dead_units_give_exact_zeros_below_and_the_model_is_left_alone(data):
    X, labels = data
    model = MLP((8, 5, 7, 3), relu, rng=1, dtype=np.float64)
    model.b[1][:] = -100
    before = model.theta.copy()
    _, delta = depth.sizes_by_layer(model, X, labels)
    assert (delta[:2] == 0).all()
    assert delta[2] > 0
    assert np.array_equal(model.theta, before)


def test_what_does_not_fit_is_refused(data):
    X, labels = data
    model = MLP((8, 5, 3))
    with pytest.raises(ValueError, match="need inputs of shape"):
        depth.sizes_by_layer(model, X[:, :7], labels)
    with pytest.raises(ValueError, match="needs labels of shape"):
        depth.sizes_by_layer(model, X, labels[:4])


@pytest.mark.parametrize("hidden", [sigmoid, relu, tanh], ids=repr)
def test_forecast_is_the_mean_over_random_weights(hidden):
    """One step back through many draws of the weights, with everything else held."""
    rng = np.random.default_rng(0)
    X, above = rng.normal(size=(16, 12)), rng.normal(size=(16, 30))
    above /= np.linalg.norm(above, axis=1, keepdims=True)  # all samples count alike
    model = MLP((12, 40, 30), hidden, init=0.3, rng=1, dtype=np.float64)
    model.W[1][:] *= 0.3 / np.sqrt(np.mean(model.W[1] ** 2))
    slope = hidden.derivative(X @ model.W[0])
    squares = []
    for _ in range(400):
        W = rng.normal(scale=0.3, size=(40, 30))
        squares.append(np.sum((slope * (above @ W.T)) ** 2))
    measured = np.sqrt(np.mean(squares) / len(X))
    (forecast,) = depth.delta_factors(model, X)
    assert np.isclose(forecast, measured, rtol=0.02)


def test_forecast_agrees_with_deep_networks_of_unequal_widths():
    rng = np.random.default_rng(2)
    X, labels = rng.normal(size=(32, 60)), rng.integers(5, size=32)
    sizes = (60, *(90, 70) * 8, 5)
    for hidden, init in ((relu, "he"), (relu, 0.05), (sigmoid, "xavier"), (tanh, "xavier")):
        model = MLP(sizes, hidden, init=init, rng=3, dtype=np.float64)
        _, delta = depth.sizes_by_layer(model, X, labels)
        factors = depth.delta_factors(model, X)
        assert factors.shape == (len(sizes) - 2,)
        per_layer = (delta[0] / delta[-1]) ** (1 / len(factors))
        assert np.isclose(per_layer, np.exp(np.mean(np.log(factors))), rtol=0.1)


def test_factors_of_he_and_of_the_sigmoid_bound():
    X = np.random.default_rng(4).normal(size=(64, 100))
    he = depth.delta_factors(MLP((100,) * 12, relu, init="he", dtype=np.float64), X)
    assert np.allclose(he, 1, atol=0.15)
    squeezed = depth.delta_factors(MLP((100,) * 12, sigmoid, init="xavier", dtype=np.float64), X)
    assert (squeezed < 0.26).all()
    assert depth.delta_factors(MLP((100, 10)), X).shape == (0,)
    with pytest.raises(ValueError, match="need inputs of shape"):
        depth.delta_factors(MLP((100, 10)), X.T)


# -- stacks -------------------------------------------------------------------------------------


KINDS = [{"norm": norm, "residual": residual} for norm in (None, "batch") for residual in (0, 1)]


def stack(**kind):
    return DeepNet((8, 8, 8, 8, 3), tanh, rng=1, dtype=np.float64, **kind)


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_delta_of_a_block_is_the_measured_slope_in_its_values(kind, data):
    X, labels = data
    model = stack(**kind)
    _, sizes = depth.sizes_by_block(model, X, labels)
    values = model.layers[0].forward(X).copy()

    def onward(values):
        for layer in model.layers[1:]:
            values = layer.forward(values)
        return cross_entropy(values, labels)

    lengths = 9 * np.linalg.norm(gradient(onward, values), axis=1)  # the loss is a mean over 9
    assert np.allclose(sizes[0], np.sqrt(np.mean(lengths**2)))
    assert sizes.shape == (4,)


def test_of_a_plain_stack_it_is_what_the_mlp_has_behind_the_slope(data):
    X, labels = data
    model, plain = MLP((8, 8, 8, 8, 3), tanh, rng=1, init="he", dtype=np.float64), stack()
    for layer, W in zip(plain.layers, model.W):
        (layer.inner or (layer,))[0].W[:] = W
    _, in_scores = depth.sizes_by_layer(model, X, labels)
    _, in_values = depth.sizes_by_block(plain, X, labels)
    assert np.isclose(in_values[-1], in_scores[-1])
    assert (in_values[:-1] > in_scores[:-1]).all()  # the slope of tanh is below 1


def test_alike_is_the_mean_cosine_of_pairs(data):
    X, labels = data
    model = stack()
    alike, _ = depth.sizes_by_block(model, X, labels)
    values = model.layers[0].forward(X)
    cosines = [a @ b / np.linalg.norm(a) / np.linalg.norm(b)
               for i, a in enumerate(values) for b in values[:i]]
    assert np.isclose(alike[0], np.mean(cosines))
    same, _ = depth.sizes_by_block(model, np.repeat(X[:1], 9, axis=0), labels)
    assert np.allclose(same, 1)


def test_samples_that_switch_every_unit_off_are_alike_in_nothing(data):
    X, labels = data
    model = DeepNet((8, 5, 3), relu, dtype=np.float64)
    model.layers[0].inner[0].b[:] = -100
    alike, delta = depth.sizes_by_block(model, X, labels)
    assert alike[0] == 0
    assert np.isfinite(delta).all()


def test_running_means_stay_where_one_only_asks(data):
    X, labels = data
    model = stack(norm="batch")
    before = model.theta.copy()
    depth.sizes_by_block(model, X, labels)
    assert np.array_equal(model.theta, before)
