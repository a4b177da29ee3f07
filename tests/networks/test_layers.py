"""Layers of a stack: every gradient measured, precision, copies, and what is refused."""

import copy

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient, derivative
from mlp_lib.networks import (
    Activation,
    BatchNorm,
    Beside,
    Chain,
    Embedding,
    Gelu,
    LayerNorm,
    Linear,
    Patches,
    Positions,
    Residual,
    RMSNorm,
    SelfAttention,
    attend,
    attend_gradients,
    causal_mask,
    normalise,
    normalise_gradient,
    tanh,
)

ROWS, SEQUENCES = (7, 5), (3, 5, 6)  # (N, n) and (N, T, width)
LAYERS = {
    "linear": (lambda: Linear(5, 3), ROWS),
    "linear on sequences": (lambda: Linear(6, 4), SEQUENCES),
    "activation": (lambda: Activation(tanh), ROWS),
    "gelu": (lambda: Gelu(), ROWS),
    "residual": (lambda: Residual(Linear(5, 4), Gelu(), Linear(4, 5)), ROWS),
    "beside": (lambda: Beside(Linear(5, 4), Activation(tanh), n=2), ROWS),
    "chain": (lambda: Chain(Linear(5, 4), Activation(tanh), Linear(4, 2)), ROWS),
    "layer norm": (lambda: LayerNorm(5), ROWS),
    "layer norm of sequences": (lambda: LayerNorm(6), SEQUENCES),
    "rms norm": (lambda: RMSNorm(5), ROWS),
    "batch norm": (lambda: BatchNorm(5), ROWS),
    "batch norm of sequences": (lambda: BatchNorm(6), SEQUENCES),
    "one head": (lambda: SelfAttention(6), SEQUENCES),
    "two heads": (lambda: SelfAttention(6, heads=2), SEQUENCES),
    "three causal heads": (lambda: SelfAttention(6, heads=3, causal=True), SEQUENCES),
    "positions": (lambda: Positions(5, 6), SEQUENCES),
    "patches": (lambda: Patches(6, 2), (4, 36)),
}
every_layer = pytest.mark.parametrize(("make", "shape"), LAYERS.values(), ids=LAYERS)


def laid_out(make, seed=0, dtype=float):
    """A layer, its parameters in one row, none of them 0 or 1, and its gradients in another."""
    layer, rng = make(), np.random.default_rng(seed)
    theta, grad = rng.normal(size=layer.n_parameters).astype(dtype), np.zeros(
        layer.n_parameters, dtype)
    layer.lay_out(theta, grad)
    return layer, theta, grad


def inputs(shape, dtype=float):
    return np.random.default_rng(5).normal(size=shape).astype(dtype)


def weighted(layer, X):
    """A number that all outputs count in, and its gradient in the input."""
    out = layer.forward(X)
    weights = np.cos(np.arange(out.size)).reshape(out.shape).astype(out.dtype)
    value = float((weights * out).sum())
    return value, layer.backward(weights)


@every_layer
def test_the_gradient_in_the_input_is_as_measured(make, shape):
    layer, _, _ = laid_out(make)
    X = inputs(shape)
    check_gradient(lambda x: weighted(layer, x)[0], X, weighted(layer, X)[1].copy(), rtol=1e-6)


@every_layer
def test_the_gradients_in_the_parameters_are_as_measured(make, shape):
    layer, theta, grad = laid_out(make)
    X = inputs(shape)

    def at(values):
        theta[:] = values
        return weighted(layer, X)[0]

    if theta.size:
        at(theta.copy())
        check_gradient(at, theta.copy(), grad.copy(), rtol=1e-6, atol=1e-9)


@every_layer
def test_float32_stays_float32(make, shape):
    layer, _, grad = laid_out(make, dtype=np.float32)
    double, _, grad64 = laid_out(make)
    X = inputs(shape)
    _, dX = weighted(layer, X.astype(np.float32))
    _, wanted = weighted(double, X)
    assert dX.dtype == np.float32
    for found, right in ((dX, wanted), (grad, grad64)):
        np.testing.assert_allclose(found, right, atol=2e-4 * max(1, abs(right).max(initial=0)))


@every_layer
def test_a_second_batch_of_another_size_and_a_copy_do_the_same(make, shape):
    layer, _, _ = laid_out(make)
    X = inputs(shape)
    value, dX = weighted(layer, X)
    dX, other = dX.copy(), copy.deepcopy(layer)
    if "batch" not in type(layer).__name__.lower():
        weighted(layer, X[:-1])
    for each in (layer, other):
        again, found = weighted(each, X)
        assert again == value
        np.testing.assert_array_equal(found, dX)


@every_layer
def test_either_half_of_the_way_back_is_that_of_the_whole(make, shape):
    layer, _, grad = laid_out(make)
    X = inputs(shape)
    dX, wanted = weighted(layer, X)[1].copy(), grad.copy()
    G = np.cos(np.arange(layer.forward(X).size)).reshape(layer.forward(X).shape)
    np.testing.assert_array_equal(layer.through(G), dX)
    grad[:] = 0
    layer.into_parameters(G)
    np.testing.assert_array_equal(grad, wanted)


def test_a_wrong_way_back_is_found():
    layer, _, _ = laid_out(lambda: LayerNorm(5))
    layer.centre = False
    X = inputs(ROWS)
    with_mean = weighted(layer, X)[1].copy()
    layer.centre = True
    with pytest.raises(AssertionError):
        check_gradient(lambda x: weighted(layer, x)[0], X, with_mean)


def test_gelu_of_more_numbers_than_are_taken_at_once():
    X = np.linspace(-6, 6, 70_007)
    layer, u = Gelu(), np.sqrt(2 / np.pi) * (X + 0.044715 * X**3)
    slope = np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * X**2) * (1 - np.tanh(u) ** 2)
    np.testing.assert_allclose(layer.forward(X), X * (1 + np.tanh(u)) / 2, atol=1e-14)
    np.testing.assert_allclose(layer.backward(np.cos(X)),
                               np.cos(X) * ((1 + np.tanh(u)) + X * slope) / 2, atol=1e-13)


def test_embedding_is_the_product_with_one_hot_rows():
    layer, _, grad = laid_out(lambda: Embedding(7, 4))
    words = np.array([[3.0, 3, 0], [6, 3, 2]])
    one_hot = np.eye(7)[words.astype(int)]
    np.testing.assert_array_equal(layer.forward(words), one_hot @ layer.E)
    G = inputs((2, 3, 4))
    assert layer.backward(G) is None
    np.testing.assert_allclose(layer.dE, np.einsum("ntv,ntw->vw", one_hot, G), atol=1e-15)
    assert not grad.reshape(7, 4)[[1, 4, 5]].any()


# -- normalisation --------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [0, 1])
def test_normalised_numbers_have_mean_0_and_variance_1(axis):
    Z, mean, scale = normalise(inputs(ROWS) * 3 + 7, axis)
    np.testing.assert_allclose(Z.mean(axis), 0, atol=1e-14)
    np.testing.assert_allclose(Z.var(axis), 1)
    np.testing.assert_allclose(Z / scale + mean, inputs(ROWS) * 3 + 7)


@pytest.mark.parametrize("centre", [True, False])
def test_the_gradient_is_that_of_the_whole_jacobian(centre):
    x, dz = inputs((6,)), np.cos(np.arange(6.0))
    J = derivative(lambda v: normalise(v, 0, centre=centre)[0], x)
    Z, _, scale = normalise(x, 0, centre=centre)
    np.testing.assert_allclose(normalise_gradient(Z, scale, dz, 0, centre=centre), J.T @ dz,
                               atol=1e-8)
    lost = np.linalg.matrix_rank(J, tol=1e-6)
    assert lost == (4 if centre else 5)  # the mean, and the direction of Z


def test_batch_norm_remembers_and_then_does_not_look_at_the_batch():
    layer, rng = BatchNorm(3, momentum=0.5), np.random.default_rng(2)
    batches = [rng.normal(4, 2, size=(50, 3)) for _ in range(40)]
    for batch in batches:
        layer.forward(batch)
    last = np.zeros(3)
    for batch in batches:
        last += 0.5 * (batch.mean(0) - last)
    np.testing.assert_allclose(layer.running_mean, last)
    np.testing.assert_allclose(layer.running_variance, 4, rtol=0.3)
    one = layer.forward(batches[0][:1], training=False).copy()
    np.testing.assert_array_equal(layer.forward(batches[0], training=False)[:1], one)


def test_the_running_variance_is_the_unbiased_one():
    layer, X = BatchNorm(5, eps=0.0, momentum=1.0), inputs(ROWS)
    layer.forward(X)
    np.testing.assert_allclose(layer.running_variance, X.var(0, ddof=1))


def test_batch_norm_folds_into_the_layer_before():
    before, layer = Linear(4, 3), BatchNorm(3)
    X = inputs((9, 4)) + 2
    layer.forward(before.forward(X))
    layer.gamma[:], layer.beta[:] = (2, 0.5, -1), (1, 2, 3)
    W, b = layer.folded(before.W, before.b)
    np.testing.assert_allclose(X @ W + b, layer.forward(before.forward(X), training=False))


def test_a_batch_of_one_is_refused():
    with pytest.raises(ValueError, match=r"two rows or more.*one row has no variance"):
        BatchNorm(3).forward(np.ones((1, 3)))


# -- attention ------------------------------------------------------------------------------


@pytest.mark.parametrize("masked", [False, True])
def test_gradients_of_attention_are_as_measured(masked):
    rng = np.random.default_rng(3)
    Q, K, V = rng.normal(size=(5, 4)), rng.normal(size=(5, 4)), rng.normal(size=(5, 3))
    weights, mask = rng.normal(size=(5, 3)), causal_mask(5) if masked else None
    H, P = attend(Q, K, V, mask)
    assert H.shape == (5, 3)
    np.testing.assert_allclose(P.sum(axis=1), 1)
    gradients = attend_gradients(Q, K, V, P, weights)
    for k, (of, found) in enumerate(zip((Q, K, V), gradients)):
        def at(A, k=k):
            QKV = [Q, K, V]
            QKV[k] = A
            return float((weights * attend(*QKV, mask)[0]).sum())
        check_gradient(at, of, found, rtol=1e-7)


def test_a_mask_lets_nothing_flow_back_from_later_rows():
    layer, _, _ = laid_out(lambda: SelfAttention(6, heads=2, causal=True))
    X = inputs(SEQUENCES)
    out = layer.forward(X).copy()
    later = X.copy()
    later[:, 3:] += 1
    np.testing.assert_array_equal(layer.forward(later)[:, :3], out[:, :3])
    assert not np.triu(layer.P, 1).any()
    G = np.zeros(SEQUENCES)
    G[:, 2] = 1  # only row 2 counts
    layer.forward(X)
    dX = layer.backward(G)
    assert not dX[:, 3:].any()
    assert dX[:, :3].all()


def test_large_scores_overflow_nothing():
    Q = np.full((3, 2), 1e3)
    H, P = attend(Q, Q * np.arange(1, 4)[:, None], np.eye(3))
    assert np.isfinite(H).all()
    np.testing.assert_allclose(P[:, 2], 1)


# -- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(("wrong", "words"), [
    (lambda: SelfAttention(6, heads=4), "4 do not divide 6"),
    (lambda: Patches(28, 5), "5 pixels do not fill a side of 28"),
    (lambda: Activation(np.tanh), "element-wise activation"),
    (lambda: SelfAttention(6).forward(np.ones((2, 6))), r"sequences.*got the shape \(2, 6\)"),
    (lambda: Residual(Linear(4, 3)).forward(np.ones((2, 4))), r"\(2, 4\).*\(2, 3\).*the same"),
])
def test_what_does_not_fit_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()
