"""The network: every gradient measured, extreme inputs, precision, and what is refused."""

import copy
import pickle
import re

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient
from mlp_lib.networks import (
    INITIALISATIONS,
    MLP,
    cross_entropy,
    hinge,
    relu,
    sigmoid,
    softmax,
    squared_error,
)
from mlp_lib.networks.parts.buffers import Buffers, empty_aligned

X3 = np.array([[0.5, -1.0, 2.0], [1.5, 0.3, -0.7]])


def flat(dW, db):
    return np.concatenate([part.ravel() for pair in zip(dW, db) for part in pair])


def in_precision(model, dtype):
    other = MLP(model.sizes, model.hidden, output=model.output, loss=model.loss_function,
                l2=model.l2, dtype=dtype)
    other.theta[:] = model.theta
    return other


# -- gradients ----------------------------------------------------------------------------


def test_gradient_agrees_with_measured_slopes(problem):
    model, X, Y = problem

    def loss_at(theta):
        model.theta[:] = theta
        return model.loss(X, Y)

    theta, (loss, dW, db) = model.theta.copy(), model.gradients(X, Y)
    assert loss == pytest.approx(model.loss(X, Y), rel=1e-14)
    check_gradient(loss_at, theta, flat(dW, db), rtol=1e-7, atol=1e-10)


def test_float32_gradient_is_float32_and_agrees_with_float64(problem):
    model, X, Y = problem
    _, dW, db = in_precision(model, np.float32).gradients(X, Y)
    assert {part.dtype for part in dW + db} == {np.dtype(np.float32)}
    expected = model.gradients(X, Y)[1:]
    for found, wanted in zip(dW + db, expected[0] + expected[1]):
        np.testing.assert_allclose(found, wanted, atol=1e-4 * np.abs(wanted).max(), rtol=1e-4)


def test_every_array_of_a_float32_pass_is_float32(network, task, make_problem):
    problem = make_problem(network[0], network[1], task)
    model = in_precision(problem.model, np.float32)
    X = model.check_inputs(problem.X)
    for values in (model.forward(X), [model.predict_scores(problem.X), X]):
        assert {a.dtype for a in values} == {np.dtype(np.float32)}
    assert model.predict_proba(problem.X).dtype == np.float32


def test_a_pass_with_buffers_is_the_pass_without(problem):
    model, X, Y = problem
    buffers = Buffers(model, len(X))
    for array in (*buffers.a, *buffers.d, buffers.grad):
        array.fill(np.nan)
    model.forward_backward(X, model.loss_function.check((len(X), 3), Y), buffers, scale=0.25)
    _, dW, db = model.gradients(X, Y)
    np.testing.assert_allclose(buffers.grad, 0.25 * flat(dW, db), rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sizes", [(3, 2), (5, 7, 3), (11, 5, 7, 3)])
def test_what_a_step_writes_begins_on_a_cache_line(sizes, dtype):
    models = [MLP(sizes, dtype=dtype) for _ in range(20)]  # chance aligns every fourth array
    for work, model in [(model.buffers(13), model) for model in models]:
        written = (model.theta, work.grad, work.x, *work.a, *work.d, *work.slope)
        assert {array.ctypes.data % 64 for array in written} == {0}
        assert {array.dtype for array in written} == {np.dtype(dtype)}
        assert [a.shape for a in work.a] == [(13, n) for n in sizes[1:]]


def test_an_aligned_array_has_the_shape_asked_for_and_room_of_its_own():
    first, second = (empty_aligned((3, 5), np.float64) for _ in range(2))
    first.fill(1)
    second.fill(2)
    assert first.shape == (3, 5)
    assert first.flags.c_contiguous
    assert first.sum() == 15
    assert not np.shares_memory(first, second)


def test_gradients_are_fresh_arrays(make_problem):
    model, X, Y = make_problem(2)
    dW = model.gradients(X, Y)[1]
    before = [part.copy() for part in dW]
    model.gradients(-X, Y)
    np.testing.assert_array_equal(dW[0], before[0])


def test_the_gradient_of_the_penalty_is_twice_lambda_times_the_weight(make_problem):
    model, X, Y = make_problem(3)
    plain = model.gradients(X, Y)
    model.l2 = (0.1, 0.0, 0.7)
    loss, dW, db = model.gradients(X, Y)
    for l2, W, with_penalty, without in zip(model.l2, model.W, dW, plain[1]):
        np.testing.assert_allclose(with_penalty - without, 2 * l2 * W, atol=1e-15)
    np.testing.assert_array_equal(np.concatenate(db), np.concatenate(plain[2]))
    penalty = 0.1 * (model.W[0] ** 2).sum() + 0.7 * (model.W[2] ** 2).sum()
    assert loss - plain[0] == pytest.approx(penalty) == model.penalty()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_losses_and_penalties_are_numbers_of_python(dtype):
    model = MLP((3, 5, 4), l2=0.3, dtype=dtype)
    for number in (model.gradients(X3, [2, 0])[0], model.loss(X3, [2, 0]), model.penalty()):
        assert type(number) is float


# -- forward: known answers ---------------------------------------------------------------


def test_one_layer_is_softmax_regression():
    model = MLP((3, 4), dtype=np.float64, rng=5)
    P, one_hot = softmax(X3 @ model.W[0] + model.b[0]), np.eye(4)[[2, 0]]
    np.testing.assert_allclose(model.predict_proba(X3), P, rtol=1e-14)
    np.testing.assert_allclose(model.gradients(X3, [2, 0])[1][0], X3.T @ (P - one_hot) / 2)


def test_layers_by_hand():
    model = MLP((2, 2, 1), relu, output=sigmoid, loss=squared_error, dtype=np.float64)
    model.W[0][:], model.b[0][:] = [[1, -1], [2, 1]], [0, -1]
    model.W[1][:], model.b[1][:] = [[1], [5]], [-4]
    a1, a2 = model.forward(np.array([[1.0, 1.0], [2.0, 2.0]]))
    np.testing.assert_array_equal(a1, [[3, 0], [6, 0]])
    np.testing.assert_allclose(a2, 1 / (1 + np.exp([[1.0], [-2.0]])))


def test_theta_holds_the_layers_in_order_and_its_views_are_live():
    model = MLP((3, 2, 4))
    model.theta[:] = np.arange(model.theta.size)
    np.testing.assert_array_equal(model.W[0], [[0, 1], [2, 3], [4, 5]])
    np.testing.assert_array_equal(model.b[0], [6, 7])
    np.testing.assert_array_equal(flat(model.W, model.b), model.theta)


@pytest.mark.parametrize("n_rows", [1, 2047, 2048, 2049, 5000])
def test_predictions_in_blocks_are_the_predictions_at_once(n_rows):
    model, X = MLP((3, 4, 2), dtype=np.float64), np.random.default_rng(0).normal(size=(n_rows, 3))
    np.testing.assert_allclose(model.predict_scores(X), model.forward(X)[-1], rtol=1e-12)
    np.testing.assert_array_equal(model.predict(X), model.predict_proba(X).argmax(axis=1))


def test_accuracy_is_the_share_of_right_rows():
    model = MLP((2, 2))
    model.W[0][:] = np.eye(2)
    assert model.accuracy([[1, 0], [0, 1], [3, 2], [5, 4]], [0, 1, 1, 1]) == 0.5


@pytest.mark.parametrize(("sizes", "labels", "message"), [
    ((2, 2), [0, 1, 1], r"one label a row, \(2,\); got \(3,\)"),
    ((2, 2), [3, 7], r"labels need to be classes, 0\.\.1; got 3"),
    ((2, 3), [0, -1], r"labels need to be classes, 0\.\.2; got -1"),
    ((2, 3), [0.5, 1], r"got 0\.5"),
    ((2, 3), [1, np.nan], "got nan"),
    ((2, 1), [1, 2], r"labels need to be classes, 0\.\.1; got 2"),
    ((2, 2), ["no", "yes"], "need real numbers in labels"),
])
def test_labels_that_are_no_classes_are_not_counted_but_named(sizes, labels, message):
    with pytest.raises(ValueError, match=message):
        MLP(sizes).accuracy(np.eye(2), labels)


@pytest.mark.parametrize("n_outputs", [1, 4])
def test_a_row_whose_scores_hold_nan_is_never_right_and_has_no_class(n_outputs):
    model = MLP((3, n_outputs), init="zeros")
    assert model.accuracy(np.eye(3), [0, 0, 0]) == 1
    model.W[0][1] = np.nan  # the score of the second row alone is nan times 1
    model.W[0][[0, 2]] = 0
    X = np.array([[0.0, 0, 1], [0, 1, 0]])
    assert model.accuracy(X, [0, 0]) == 0
    with pytest.raises(ValueError, match=r"row 0 has no class: .* is 1: its weights hold nan"):
        model.predict(X)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_inputs_that_are_not_finite_are_named(value):
    model, X = MLP((3, 2)), np.zeros((4, 3))
    X[2, 1] = value
    for use in (model.predict, model.predict_proba, lambda X: model.accuracy(X, [0, 0, 0, 0]),
                lambda X: model.loss(X, [0, 0, 0, 0]), lambda X: model.gradients(X, [0, 0, 0, 0])):
        with pytest.raises(ValueError, match="the inputs hold a number that is not finite, in row"):
            use(X)


# -- extreme inputs: warnings are errors in these tests -------------------------------------


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("loss", [cross_entropy, hinge])
def test_inputs_of_ten_thousand_do_not_overflow(activation, loss, dtype):
    model = MLP((3, 5, 4), activation, loss=loss, dtype=dtype, rng=1)
    value, dW, db = model.gradients([[1e4, -1e4, 1e4], [-1e4, 1e4, 0]], [0, 3])
    assert np.isfinite(value)
    assert np.isfinite(flat(dW, db)).all()


def test_scores_of_ten_thousand_have_the_known_loss_and_gradient():
    model = MLP((1, 3), dtype=np.float64)
    model.W[0][:] = [[1e4, -1e4, 0]]
    loss, dW, db = model.gradients([[1.0], [1.0]], [0, 1])
    assert loss == (0 + 2e4) / 2
    np.testing.assert_array_equal(db[0], [0.5, -0.5, 0])
    np.testing.assert_array_equal(dW[0], [[0.5, -0.5, 0]])


def test_equal_rows_have_the_gradient_of_one_row(network, task, make_problem):
    model, X, Y = make_problem(network[0], network[1], task)
    many = model.gradients(np.repeat(X[:1], 6, axis=0), np.repeat(Y[:1], 6, axis=0))
    one = model.gradients(X[:1], Y[:1])
    np.testing.assert_allclose(flat(*many[1:]), flat(*one[1:]), rtol=1e-10, atol=1e-14)


def test_the_gradient_of_a_batch_is_the_mean_of_those_of_its_rows(network, task, make_problem):
    model, X, Y = make_problem(network[0], network[1], task)
    rows = [flat(*model.gradients(X[i : i + 1], Y[i : i + 1])[1:]) for i in range(len(X))]
    whole = flat(*model.gradients(X, Y)[1:])
    np.testing.assert_allclose(np.mean(rows, axis=0), whole, rtol=1e-10, atol=1e-14)


def test_zero_weights_give_the_loss_log_c_and_no_gradient_in_the_hidden_layers():
    model = MLP((3, 5, 6, 4), relu, init="zeros", dtype=np.float64)
    loss, dW, db = model.gradients(X3, [1, 1])
    assert loss == pytest.approx(np.log(4), rel=1e-15)
    assert not flat(dW, db[:-1]).any()
    np.testing.assert_array_equal(db[-1], [0.25, -0.75, 0.25, 0.25])


def test_a_dead_relu_layer_passes_no_gradient_down():
    model = MLP((3, 5, 4), relu, rng=1, l2=0.1, dtype=np.float64)
    model.b[0][:] = -1e4
    _, dW, db = model.gradients(X3, [1, 2])
    np.testing.assert_array_equal(dW[0], 0.2 * model.W[0])
    assert not db[0].any()
    assert db[1].any()


# -- seeds, copies, what is refused ---------------------------------------------------------


@pytest.mark.parametrize("init", [*INITIALISATIONS, 0.3])
def test_same_seed_same_weights_in_either_precision(init):
    first, second = (MLP((50, 40, 30), init=init, rng=7, dtype=np.float64) for _ in range(2))
    single = MLP((50, 40, 30), init=init, rng=7)
    np.testing.assert_array_equal(first.theta, second.theta)
    np.testing.assert_array_equal(single.theta, first.theta.astype(np.float32))
    assert init == "zeros" or (MLP((50, 40, 30), init=init, rng=8).theta != single.theta).any()


@pytest.mark.parametrize(("init", "deviation"), [
    ("xavier", np.sqrt(2 / 500)), ("he", np.sqrt(2 / 400)), ("lecun", 1 / 20), ("zeros", 0), (3, 3)
])
def test_initial_weights_have_the_deviation_of_their_scheme(init, deviation):
    model = MLP((400, 100), init=init)
    assert model.W[0].std() == pytest.approx(deviation, rel=0.02)
    assert not model.b[0].any()


def test_a_generator_goes_on_and_a_seed_starts_again():
    rng = np.random.default_rng(4)
    assert (MLP((3, 2), rng=rng).theta != MLP((3, 2), rng=rng).theta).any()
    model = MLP((3, 2), rng=4)
    before = model.theta.copy()
    model.initialise(rng=4)
    np.testing.assert_array_equal(model.theta, before)


@pytest.mark.parametrize("duplicate", [
    copy.copy, copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model)),
])
def test_the_weights_of_a_copy_are_views_of_its_theta(duplicate):
    model = duplicate(MLP((3, 5, 4)))
    model.theta[:] = 2
    assert all((part == 2).all() for part in model.W + model.b)


def test_a_deep_copy_is_independent():
    model = MLP((3, 5, 4))
    copy.deepcopy(model).theta[:] = 0
    assert model.W[0].any()


@pytest.mark.parametrize(("arguments", "message"), [
    ({"sizes": (3,)}, r"two or more widths, each >= 1; got \(3,\)"),
    ({"sizes": (3, 0, 2)}, "each number of sizes needs a whole number >= 1; got 0"),
    ({"hidden": np.tanh}, "hidden needs an element-wise activation"),
    ({"hidden": softmax}, "got <activation softmax>"),
    ({"output": "sigmoid"}, "output needs an element-wise activation .* got 'sigmoid'"),
    ({"loss": "hinge"}, "loss needs one of .* got 'hinge'"),
    ({"l2": -0.1}, "l2 needs one number >= 0, or 1 of them; got -0.1"),
    ({"l2": [0.1, 0.2]}, r"got \[0.1, 0.2\]"),
    ({"l2": np.nan}, "got nan"),
    ({"init": "glorot"}, r"one of \['xavier', .* got 'glorot'"),
    ({"init": -1.0}, "init needs a finite number >= 0; got -1.0"),
    ({"init": np.nan}, "got nan"),
    ({"init": None}, "need real numbers in init; got object"),
    ({"l2": None}, "need real numbers in l2; got object"),
    ({"dtype": np.float16}, "float32 or float64; got float16"),
    ({"dtype": int}, "got int64"),
])
def test_a_wrong_argument_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        MLP(**({"sizes": (3, 2)} | arguments))


@pytest.mark.parametrize(("sizes", "message"), [
    ((3, 2.5), r"each number of sizes needs a whole number >= 1; got 2\.5 \(float\)"),
    (784, r"sizes needs a row of whole numbers such as \(784, 200, 10\); got 784 \(int\)"),
    ("784", r"sizes needs a row of whole numbers .* got '784' \(str\)"),
    (None, r"got None \(NoneType\)"),
])
def test_widths_that_are_no_whole_numbers_are_named(sizes, message):
    with pytest.raises(TypeError, match=message):
        MLP(sizes)


@pytest.mark.parametrize("X", [np.zeros(shape) for shape in [(3,), (2, 4), (0, 3), (1, 2, 3)]])
def test_inputs_that_do_not_fit_are_named(X):
    model = MLP((3, 2))
    message = re.escape(f"need inputs of shape (N, 3), N > 0; got {X.shape}")
    for use in (model.predict, model.predict_proba, lambda X: model.gradients(X, [0])):
        with pytest.raises(ValueError, match=message):
            use(X)


def test_a_network_says_what_it_is():
    assert repr(MLP((784, 200, 10), relu)) == "<MLP 784-200-10 relu, 159010 parameters, float32>"
