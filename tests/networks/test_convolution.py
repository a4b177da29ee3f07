"""Convolution, pooling, and the network made of them: laws, known answers, measured slopes."""

import copy
import pickle
import re

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient
from mlp_lib.networks import (
    SGD,
    Adam,
    ConvNet,
    convolution_matrix,
    correlate,
    correlate_gradients,
    max_pool,
    max_pool_gradient,
    output_size,
    training,
)
from mlp_lib.networks.parts.correlation import Correlation, empty_batch

SETTINGS = [  # (stride, padding): none, one of both, pairs, and more padding than kernel
    (1, 0), (2, 0), (1, 1), (2, 1), ((2, 3), (1, 0)), ((1, 2), (0, 3)), (3, 4),
]
every_setting = pytest.mark.parametrize(("stride", "padding"), SETTINGS)


@pytest.fixture
def rng():
    return np.random.default_rng(7)


def by_hand(X, K, stride, padding):
    """The definition, sum by sum, for a batch."""
    (s, t), (p, q) = np.broadcast_to(stride, 2), np.broadcast_to(padding, 2)
    X = np.pad(X, ((0, 0), (0, 0), (p, p), (q, q)))
    (n, c, H, W), (f, _, h, w) = X.shape, K.shape
    out = np.zeros((n, f, (H - h) // s + 1, (W - w) // t + 1))
    for m, g, i, j in np.ndindex(out.shape):
        patch = X[m, :, i * s : i * s + h, j * t : j * t + w]
        assert patch.shape == (c, h, w)
        out[m, g, i, j] = (patch * K[g]).sum()
    return out


# -- one image ------------------------------------------------------------------------------


def test_the_printed_sums_of_the_document():
    X = np.arange(1.0, 10).reshape(3, 3)
    K = np.array([[2.0, 3], [5, 7]])
    assert correlate(X, K).tolist() == [[2 + 6 + 20 + 35, 4 + 9 + 25 + 42],
                                        [8 + 15 + 35 + 56, 10 + 18 + 40 + 63]]
    assert convolution_matrix(K, (3, 3)).tolist() == [
        [2, 3, 0, 5, 7, 0, 0, 0, 0], [0, 2, 3, 0, 5, 7, 0, 0, 0],
        [0, 0, 0, 2, 3, 0, 5, 7, 0], [0, 0, 0, 0, 2, 3, 0, 5, 7]]


@every_setting
def test_the_matrix_does_what_the_correlation_does(rng, stride, padding):
    X, K = rng.normal(size=(7, 9)), rng.normal(size=(3, 2))
    setting = {"stride": stride, "padding": padding}
    H, K_hat = correlate(X, K, **setting), convolution_matrix(K, X.shape, **setting)
    assert K_hat.shape == (H.size, X.size)
    np.testing.assert_allclose(K_hat @ X.ravel(), H.ravel(), atol=1e-14)
    G = rng.normal(size=H.shape)
    dK, dX = correlate_gradients(X, K, G, **setting)
    np.testing.assert_allclose(K_hat.T @ G.ravel(), dX.ravel(), atol=1e-14)
    assert (dK * K).sum() == pytest.approx((G * H).sum(), rel=1e-12)  # both are <G, K * X>
    assert (dX * X).sum() == pytest.approx((G * H).sum(), rel=1e-12)


@every_setting
def test_gradients_of_one_image_agree_with_measured_slopes(rng, stride, padding):
    X, K = rng.normal(size=(7, 9)), rng.normal(size=(3, 2))
    setting = {"stride": stride, "padding": padding}
    C = rng.normal(size=correlate(X, K, **setting).shape)

    def loss(X, K):
        return (C * np.sin(correlate(X, K, **setting))).sum()

    dK, dX = correlate_gradients(X, K, C * np.cos(correlate(X, K, **setting)), **setting)
    check_gradient(lambda K: loss(X, K), K, dK, rtol=1e-7)
    check_gradient(lambda X: loss(X, K), X, dX, rtol=1e-7)


def test_gradients_are_correlations_too(rng):
    X, K, G = (rng.normal(size=size) for size in ((7, 9), (3, 2), (5, 8)))
    dK, dX = correlate_gradients(X, K, G)
    np.testing.assert_allclose(dK, correlate(X, G))
    np.testing.assert_allclose(dX, correlate(G, K[::-1, ::-1], padding=(2, 1)))


def test_a_gradient_with_the_kernel_flipped_by_mistake_is_caught(rng):
    X, K = rng.normal(size=(4, 5)), rng.normal(size=(3, 2))
    wrong = correlate_gradients(X, K[::-1, ::-1], np.ones((2, 4)))[1]
    with pytest.raises(AssertionError, match="yours"):
        check_gradient(lambda X: correlate(X, K).sum(), X, wrong)


# -- batches --------------------------------------------------------------------------------


@every_setting
@pytest.mark.parametrize("n", [1, 4])
def test_batches_with_channels_follow_the_definition(rng, stride, padding, n):
    X, K = rng.normal(size=(n, 3, 7, 9)), rng.normal(size=(5, 3, 4, 2))
    H = correlate(X, K, stride=stride, padding=padding)
    np.testing.assert_allclose(H, by_hand(X, K, stride, padding), atol=1e-13)


@every_setting
def test_gradients_of_batches_agree_with_measured_slopes(rng, stride, padding):
    X, K = rng.normal(size=(4, 3, 7, 9)), rng.normal(size=(5, 3, 4, 2))
    setting = {"stride": stride, "padding": padding}
    C = rng.normal(size=correlate(X, K, **setting).shape)

    def loss(X, K):
        return (C * np.sin(correlate(X, K, **setting))).sum()

    dK, dX = correlate_gradients(X, K, C * np.cos(correlate(X, K, **setting)), **setting)
    assert (dK.shape, dX.shape) == (K.shape, X.shape)
    check_gradient(lambda K: loss(X, K), K, dK, rtol=1e-7)
    check_gradient(lambda X: loss(X, K), X, dX, rtol=1e-7)


@pytest.mark.parametrize("shape", [(1, 1), (7, 9), (1, 9)])
def test_smallest_and_largest_kernels(rng, shape):
    X, K = rng.normal(size=(4, 3, 7, 9)), rng.normal(size=(2, 3, *shape))
    np.testing.assert_allclose(correlate(X, K), by_hand(X, K, 1, 0), atol=1e-13)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("padding", [0, 2])
def test_the_kernel_decides_the_precision(rng, dtype, padding):
    X, K = rng.normal(size=(4, 3, 7, 9)), rng.normal(size=(5, 3, 4, 2)).astype(dtype)
    H = correlate(X, K, padding=padding)
    dK, dX = correlate_gradients(X, K, np.ones(H.shape), padding=padding)
    assert H.dtype == dK.dtype == dX.dtype == dtype
    single = correlate(X[0, 0], K[0, 0])
    assert single.dtype == convolution_matrix(K[0, 0], (7, 9)).dtype == dtype


def test_whole_numbers_become_float64():
    assert correlate([[1, 2], [3, 4]], [[1, 1]]).dtype == np.float64


def test_the_memory_of_an_input_does_not_matter_and_inputs_are_left_alone(rng):
    X, K = rng.normal(size=(4, 3, 7, 9)), rng.normal(size=(5, 3, 4, 2))
    last = empty_batch(X.shape, float)
    last[...] = X
    H = correlate(X, K)
    assert H.transpose(1, 2, 3, 0).flags.c_contiguous
    before = X.copy(), K.copy(), H.copy()
    one, other = correlate_gradients(X, K, H), correlate_gradients(last, np.asfortranarray(K), H)
    for mine, theirs in zip(one, other):
        np.testing.assert_array_equal(mine, theirs)
    for array, old in zip((X, K, H), before):
        np.testing.assert_array_equal(array, old)


@pytest.mark.parametrize("padding", [0, (1, 2)])
def test_a_place_is_used_again_without_a_trace_of_the_last_batch(rng, padding):
    K = rng.normal(size=(5, 3, 4, 2))
    place = Correlation((4, 3, 7, 9), K.shape, padding=padding, dtype=float)
    for _ in range(3):
        X = rng.normal(size=(4, 3, 7, 9))
        G = place.forward(X, K).copy()
        np.testing.assert_array_equal(G, correlate(X, K, padding=padding))
        dK, dX = correlate_gradients(X, K, G, padding=padding)
        np.testing.assert_array_equal(place.gradient_K(G), dK)
        np.testing.assert_array_equal(place.gradient_X(K, G), dX)


@pytest.mark.parametrize(("X", "K", "message"), [
    ((2, 5, 6), (3, 2), r"need an image .* got \(2, 5, 6\) and \(3, 2\)"),
    ((5, 6), (4, 5, 3, 2), r"need an image .* got \(5, 6\) and \(4, 5, 3, 2\)"),
    ((5, 6), (3, 2, 2), r"got shape \(3, 2, 2\)"),
    ((4, 3, 7, 9), (5, 2, 4, 2), r"got \(4, 3, 7, 9\) and \(5, 2, 4, 2\)"),
    ((0, 3, 7, 9), (5, 3, 4, 2), r"got \(0, 3, 7, 9\)"),
    ((5, 6), (6, 2), r"image \(5, 6\), kernel \(6, 2\)"),
    ((5, 6), (0, 2), r"kernel \(0, 2\)"),
])
def test_shapes_that_do_not_fit_are_named(X, K, message):
    with pytest.raises(ValueError, match=message):
        correlate(np.zeros(X), np.zeros(K))


def test_gradients_name_the_shape_they_want():
    with pytest.raises(ValueError, match=r"\(3, 5\); got \(5, 6\)"):
        correlate_gradients(np.zeros((5, 6)), np.zeros((3, 2)), np.zeros((5, 6)))


@pytest.mark.parametrize(("stride", "padding"), [(0, 0), (1, -1), ((1, 0), 0)])
def test_a_stride_of_0_and_a_negative_padding_are_refused(stride, padding):
    with pytest.raises(ValueError, match="need stride >= 1, padding >= 0"):
        output_size((5, 6), (3, 2), stride, padding)


@pytest.mark.parametrize(("image", "kernel"), [((5, 6, 3), (3, 2)), ((5, 6), (3,)), ((5,), (3,))])
def test_a_size_has_rows_and_columns(image, kernel):
    with pytest.raises(ValueError, match=re.escape(f"got {image} and {kernel}")):
        output_size(image, kernel)


@pytest.mark.parametrize(("bad", "error", "message"), [
    ((1, 2, 3), ValueError, r"one whole number, or a pair of them; got \(1, 2, 3\)"),
    ((1,), ValueError, r"got \(1,\)"), (1.5, TypeError, "float"), ((1.0, 2), TypeError, "float"),
])
def test_a_stride_is_one_or_two_whole_numbers(bad, error, message):
    with pytest.raises(error, match=message):
        output_size((5, 6), (3, 2), stride=bad)


def test_the_matrix_is_that_of_one_kernel_on_one_image():
    with pytest.raises(ValueError, match=r"got \(5, 3, 4, 2\)"):
        convolution_matrix(np.zeros((5, 3, 4, 2)), (7, 9))


# -- pooling ----------------------------------------------------------------------------------


def test_pooling_takes_the_largest_and_leaves_the_odd_row_out():
    X = np.array([[1.0, 5, 2, 0, 9], [3, 4, 8, 7, 9], [9, 9, 9, 9, 9]])
    assert max_pool(X).tolist() == [[5, 8]]
    assert max_pool(X[None, None, :2, :2]).tolist() == [[[[5]]]]


def test_lists_are_images_and_kernels_too():
    X, K = [[1, 5, 2, 0], [3, 4, 7, 6], [9, 8, 0, 1]], [[1, 2], [0, -1]]
    np.testing.assert_array_equal(max_pool(X), [[5, 7]])
    np.testing.assert_array_equal(max_pool_gradient(X, [[5, 7]], [[0.5, 2]]),
                                  [[0, 0.5, 0, 0], [0, 0, 2, 0], [0, 0, 0, 0]])
    np.testing.assert_array_equal(convolution_matrix(K, [3, 4]) @ np.ravel(X),
                                  correlate(X, K).ravel())


@pytest.mark.parametrize(("call", "error", "message"), [
    (lambda: max_pool("ab"), ValueError, "need real numbers in X; got <U2"),
    (lambda: max_pool([None]), ValueError, "need real numbers in X; got object"),
    (lambda: max_pool_gradient(np.ones((2, 2)), "a", [[1]]), ValueError, "need real numbers in P"),
    (lambda: convolution_matrix(None, (3, 3)), ValueError,
     r"need a kernel \(h, w\) and \(H, W\); got \(\)"),
    (lambda: convolution_matrix(np.ones((2, 2)), 5), ValueError,
     r"need a kernel \(h, w\) and \(H, W\); got \(2, 2\) and 5"),
    (lambda: convolution_matrix(np.ones((2, 2)), (5.0, 4)), TypeError, r"got 5\.0 \(float\)"),
    (lambda: correlate(np.ones((3, 3)), np.ones((2, 2)), stride=None), TypeError,
     r"stride needs a whole number; got None \(NoneType\)"),
    (lambda: correlate(np.ones((3, 3)), np.ones((2, 2)), padding="ab"), TypeError,
     r"padding needs a whole number; got 'ab' \(str\)"),
    (lambda: output_size(28, (3, 3)), TypeError, "the shape needs a row of whole numbers"),
    (lambda: ConvNet(kernel=(3, 3)), TypeError,
     r"kernel, its rows and columns alike, needs a whole number >= 1; got \(3, 3\) \(tuple\)"),
    (lambda: ConvNet(filters=8), TypeError,
     r"filters needs a row of whole numbers such as \(8, 16\); got 8 \(int\)"),
    (lambda: ConvNet(28), TypeError, r"image_shape needs .* such as \(1, 28, 28\); got 28"),
    (lambda: ConvNet(n_classes=None), TypeError, "n_classes needs a whole number >= 1; got None"),
    (lambda: ConvNet(n_classes=0), ValueError, "n_classes needs a whole number >= 1; got 0"),
])
def test_what_is_no_image_no_kernel_and_no_size_is_named(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_pooling_is_the_maximum_of_every_block(rng):
    X = rng.normal(size=(4, 3, 7, 9))
    blocks = X[..., :6, :8].reshape(4, 3, 3, 2, 4, 2)
    np.testing.assert_array_equal(max_pool(X), blocks.max(axis=(3, 5)))


def test_gradient_of_pooling_agrees_with_measured_slopes(rng):
    X, C = rng.normal(size=(4, 3, 7, 9)), rng.normal(size=(4, 3, 3, 4))
    P = max_pool(X)
    grad = max_pool_gradient(X, P, C * np.cos(P))
    check_gradient(lambda X: (C * np.sin(max_pool(X))).sum(), X, grad, rtol=1e-7)
    assert not grad[:, :, 6].any()
    assert not grad[:, :, :, 8].any()


def test_of_equal_numbers_the_first_takes_the_whole_gradient():
    X = np.array([[2.0, 2, 1, 3], [2, 2, 3, 3]])
    grad = max_pool_gradient(X, max_pool(X), np.array([[10.0, 7]]))
    assert grad.tolist() == [[10, 0, 0, 7], [0, 0, 0, 0]]


def test_the_gradient_of_whole_numbers_is_not_rounded():
    X = np.array([[1, 2], [3, 4]])
    grad = max_pool_gradient(X, max_pool(X), np.array([[0.5]]))
    assert grad.tolist() == [[0, 0], [0, 0.5]]


def test_pooling_writes_where_it_is_told_and_names_wrong_shapes(rng):
    X = rng.normal(size=(2, 3, 4, 6)).astype(np.float32)
    out, into = np.empty((2, 3, 2, 3), np.float32), np.full_like(X, 5)
    assert max_pool(X, out=out) is out
    assert max_pool_gradient(X, out, out, out=into) is into
    np.testing.assert_array_equal(into, max_pool_gradient(X, out, out))
    with pytest.raises(ValueError, match=r"\(2, 3, 2, 3\); got \(2, 3, 2, 3\), \(2, 3, 2, 2\)"):
        max_pool_gradient(X, out, out[..., :2])
    with pytest.raises(ValueError, match=r"got shape \(1, 6\)"):
        max_pool(np.zeros((1, 6)))
    with pytest.raises(ValueError, match=r"got shape \(6,\)"):
        max_pool(np.zeros(6))


# -- the network ------------------------------------------------------------------------------


@pytest.fixture
def problem(rng):
    net = ConvNet((2, 13, 16), filters=(3, 4), kernel=3, n_classes=5, dtype=np.float64)
    for c in net.c:
        c[:] = 0.3 * rng.normal(size=c.shape)
    net.b[:] = rng.normal(size=5)
    return net, rng.normal(size=(6, 2 * 13 * 16)), rng.integers(5, size=6)


def test_the_network_is_what_its_formula_says(problem):
    net, X, _ = problem
    A = X.reshape(6, 2, 13, 16)
    for K, c in zip(net.K, net.c):
        A = max_pool(np.maximum(correlate(A, K) + c, 0))       # ReLU before the pooling
    np.testing.assert_allclose(net.predict_scores(X), A.reshape(6, -1) @ net.W + net.b)
    assert net.images == [(2, 13, 16), (3, 5, 7), (4, 1, 2)]
    assert net.sizes == (416, 105, 8, 5)
    assert net.theta.size == 3 * 2 * 9 + 3 + 4 * 3 * 9 + 4 + 8 * 5 + 5


def test_every_gradient_of_the_network_agrees_with_measured_slopes(problem):
    net, X, y = problem
    loss, grad = net.gradient(X, y)

    def loss_at(theta):
        net.theta[:] = theta
        return net.loss(X, y)

    assert loss == pytest.approx(net.loss(X, y))
    for part in (*net.views(grad)[0], *net.views(grad)[1], *net.views(grad)[2:]):
        assert np.abs(part).max() > 1e-3
    check_gradient(loss_at, net.theta.copy(), grad, directions=20, rtol=1e-7)


def test_training_serves_it_like_the_other_network(problem):
    net, X, y = problem
    histories = [training.train(copy.deepcopy(net), (X, y), epochs=30, batch_size=4, progress=False,
                                optimizer=optimizer) for optimizer in (SGD(0.1), Adam(0.01))]
    for history in histories:
        assert history.loss[-1] < 0.5 * history.loss[0]
    again = training.train(net, (X, y), epochs=30, batch_size=4, progress=False, optimizer=SGD(0.1),
                           validation=(X, y))
    assert again.loss == histories[0].loss
    assert net.accuracy(X, y) == again.validation_accuracy[-1]


def test_float32_stays_float32_and_agrees_with_float64(problem):
    net, X, y = problem
    small = ConvNet((2, 13, 16), filters=(3, 4), kernel=3, n_classes=5)
    small.theta[:] = net.theta
    grad = small.gradient(X, y)[1]
    assert grad.dtype == small.predict_scores(X).dtype == np.float32
    np.testing.assert_allclose(grad, net.gradient(X, y)[1], atol=1e-5)


def test_copies_and_pickles_have_their_own_weights(problem):
    net, X, _ = problem
    for twin in (copy.deepcopy(net), pickle.loads(pickle.dumps(net))):
        before = net.predict_scores(X)
        twin.theta[:] = 0
        assert not twin.K[0].any()
        assert not twin.W.any()
        np.testing.assert_array_equal(net.predict_scores(X), before)


def test_predictions_do_not_depend_on_the_block(problem):
    net, X, _ = problem
    many = np.tile(X, (90, 1))                                 # 540 images: two blocks
    np.testing.assert_allclose(net.predict_scores(many)[-6:], net.predict_scores(X), rtol=1e-12)


def test_a_layer_that_is_not_finite_is_named(problem):
    net, X, y = problem
    net.K[1][2, 0, 1, 1] = np.inf
    with pytest.raises(training.NonFiniteLoss, match="wrong is 2: its weights hold inf"):
        training.train(net, (X, y), epochs=1, progress=False)
    net.K[1][2, 0, 1, 1] = 0
    assert net.first_non_finite(X) == "all layers are finite"
    net.c[0][1] = -np.inf
    assert net.first_non_finite(X).endswith("is 1: its biases hold -inf")
    net.c[0][1], net.K[0][:], net.K[1][:] = 0, 1e200, 1e200
    with np.errstate(over="ignore", invalid="ignore"):
        assert net.first_non_finite(abs(X)).endswith("is 2: its values hold inf")


@pytest.mark.parametrize("arguments", [
    {"filters": ()}, {"filters": (4, 4, 4, 4)}, {"filters": (0,)}, {"kernel": 29}, {"kernel": 0},
    {"dtype": np.int32}, {"n_classes": 0},
])
def test_a_network_that_cannot_be_is_refused(arguments):
    with pytest.raises(ValueError, match="need"):
        ConvNet(**arguments)


def test_a_network_says_what_it_is(problem):
    assert repr(problem[0]) == "<ConvNet 2x13x16-3x5x7-4x1x2-5, 214 parameters, float64>"
    assert repr(ConvNet()) == "<ConvNet 1x28x28-8x13x13-16x5x5-10, 5258 parameters, float32>"


def test_inputs_of_another_size_are_named(problem):
    with pytest.raises(ValueError, match=r"need inputs of shape \(N, 416\), N > 0; got \(6, 415\)"):
        problem[0].predict(problem[1][:, 1:])


def test_labels_that_do_not_fit_are_named(problem):
    net, X, y = problem
    with pytest.raises(ValueError, match=r"need labels in 0\.\.4; got 5\.\.9"):
        net.gradient(X, y % 2 * 4 + 5)


def test_initial_weights_have_the_deviation_that_is_told():
    net = ConvNet((3, 40, 41), filters=(20, 30), kernel=5, n_classes=10, rng=3)
    assert net.K[0].std() == pytest.approx(np.sqrt(2 / 75), rel=0.05)
    assert net.K[1].std() == pytest.approx(np.sqrt(2 / 500), rel=0.05)
    assert net.W.std() == pytest.approx(np.sqrt(1 / len(net.W)), rel=0.05)
    assert not any(part.any() for part in (*net.c, net.b))


# -- an independent oracle ----------------------------------------------------------------------


@every_setting
def test_values_and_gradients_are_those_of_autograd(rng, stride, padding):
    torch = pytest.importorskip("torch", reason="pip install -e .[bench] brings the oracle")
    X, K = rng.normal(size=(4, 3, 7, 9)), rng.normal(size=(5, 3, 4, 2))
    x, k = (torch.tensor(array, requires_grad=True) for array in (X, K))
    h = torch.nn.functional.conv2d(x, k, stride=stride, padding=padding)
    G = rng.normal(size=h.shape)
    h.backward(torch.tensor(G))
    H = correlate(X, K, stride=stride, padding=padding)
    np.testing.assert_allclose(H, h.detach(), atol=1e-12)
    dK, dX = correlate_gradients(X, K, G, stride=stride, padding=padding)
    np.testing.assert_allclose(dK, k.grad, rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(dX, x.grad, rtol=1e-10, atol=1e-12)


def test_the_gradient_of_the_network_is_that_of_autograd(problem):
    torch = pytest.importorskip("torch", reason="pip install -e .[bench] brings the oracle")
    F = torch.nn.functional
    net, X, y = problem
    parts = [torch.tensor(part, requires_grad=True)
             for pair in [*zip(net.K, net.c), (net.W, net.b)] for part in pair]
    a = torch.tensor(X).reshape(6, 2, 13, 16)
    for k, c in zip(parts[:-2:2], parts[1:-2:2]):
        a = F.max_pool2d(torch.relu(F.conv2d(a, k, c.flatten())), 2)
    loss = F.cross_entropy(a.flatten(1) @ parts[-2] + parts[-1], torch.tensor(y))
    loss.backward()
    expected = np.concatenate([part.grad.numpy().ravel() for part in parts])
    mine = net.gradient(X, y)
    assert mine[0] == pytest.approx(loss.item(), rel=1e-12)
    np.testing.assert_allclose(mine[1], expected, rtol=1e-10, atol=1e-14)
