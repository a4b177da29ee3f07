"""One output that says yes or no: its loss, its classes, and what is warned of."""

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient
from mlp_lib.networks import (
    MLP,
    SGD,
    ConvNet,
    binary_cross_entropy,
    cross_entropy,
    hinge,
    relu,
    sigmoid,
    squared_error,
    tanh,
    train,
)


@pytest.fixture
def halves():
    """Forty rows on two sides of a plane, and whether they lie above: (X, labels)."""
    rng = np.random.default_rng(2)
    X = rng.normal(size=(40, 4))
    labels = (X @ [1, -2, 0.5, 1] > 0).astype(int)
    return X + 0.3 * (2 * labels[:, None] - 1) * np.array([1, -2, 0.5, 1]), labels


# -- the loss -----------------------------------------------------------------------------


@pytest.mark.parametrize("Y", [[1, 0, 1], [True, False, True], [0.3, 0.0, 1.0]])
def test_the_loss_is_the_cross_entropy_of_the_scores_zero_and_z(Y):
    Z, share = np.array([[0.7], [-2.0], [5.0]]), np.array(Y, float)
    pairs, soft = np.hstack([np.zeros((3, 1)), Z]), np.column_stack([1 - share, share])
    for targets in (Y, np.reshape(Y, (3, 1))):
        assert binary_cross_entropy(Z, targets) == pytest.approx(cross_entropy(pairs, soft))
        np.testing.assert_allclose(binary_cross_entropy.gradient(Z, targets)[:, 0],
                                   cross_entropy.gradient(pairs, soft)[:, 1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_without_bound_cost_what_they_must(dtype):
    Z = np.array([[1e4], [-1e4], [np.inf], [-np.inf]], dtype)
    assert binary_cross_entropy(Z, [1, 0, 1, 0]) == 0
    assert binary_cross_entropy(Z[:2], [0, 1]) == 1e4
    assert binary_cross_entropy(Z[2:], [1, 1]) == np.inf
    np.testing.assert_array_equal(binary_cross_entropy.gradient(Z[:2], [0, 1]), [[0.5], [-0.5]])


@pytest.mark.parametrize(("shape", "Y", "message"), [
    ((2, 3), [0, 1], "binary_cross_entropy needs one output; got 3"),
    ((2, 1), [0, 2], r"targets from 0 \(no\) to 1 \(yes\); got 2"),
    ((2, 1), [-1, 1], "got -1"),
    ((2, 1), [0.5, np.nan], "got nan"),
    ((2, 1), [0, 1, 1], r"real targets of shape \(2, 1\); got int64 of \(3, 1\)"),
    ((2, 1), ["no", "yes"], "needs real targets"),
])
def test_targets_that_do_not_fit_are_named(shape, Y, message):
    with pytest.raises(ValueError, match=message):
        binary_cross_entropy(np.zeros(shape), Y)


# -- the network --------------------------------------------------------------------------


@pytest.mark.parametrize("loss", [None, cross_entropy, binary_cross_entropy])
def test_one_output_has_the_binary_cross_entropy_and_its_gradient(halves, loss):
    model = MLP((4, 5, 1), tanh, loss=loss, l2=0.1, dtype=np.float64)
    assert model.loss_function is binary_cross_entropy

    def loss_at(theta):
        model.theta[:] = theta
        return model.loss(*halves)

    theta, (_, dW, db) = model.theta.copy(), model.gradients(*halves)
    grad = np.concatenate([part.ravel() for pair in zip(dW, db) for part in pair])
    assert np.abs(grad).min() > 1e-6
    check_gradient(loss_at, theta, grad, rtol=1e-7)


@pytest.mark.parametrize("make", [
    lambda: MLP((4, 5, 1)), lambda: MLP((4, 5, 1), tanh, output=sigmoid, loss=squared_error),
    lambda: MLP((4, 5, 1), tanh, loss=squared_error),
])
def test_it_learns_to_say_yes_and_no(halves, make):
    X, labels = halves
    model = make()
    Y = labels if model.loss_function is binary_cross_entropy else labels[:, None]
    history = train(model, (X, Y), validation=(X, Y), epochs=200, batch_size=8, optimizer=SGD(0.3),
                    progress=False)
    assert model.accuracy(X, labels) == 1
    np.testing.assert_array_equal(model.predict(X), labels)
    if model.loss_function is binary_cross_entropy:
        assert history.accuracy[-1] == history.validation_accuracy[-1] == 1
        proba = model.predict_proba(X)
        assert proba.shape == (40, 2)
        np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-6)
        np.testing.assert_array_equal(proba.argmax(axis=1), labels)


@pytest.mark.parametrize(("output", "loss", "threshold"), [
    (None, binary_cross_entropy, 0), (sigmoid, squared_error, 0.5), (tanh, squared_error, 0),
    (None, squared_error, 0.5), (relu, squared_error, 0.5),
])
def test_the_threshold_lies_between_the_targets(output, loss, threshold):
    model = MLP((1, 1), output=output, loss=loss, dtype=np.float64)
    assert model.threshold == threshold
    outputs = np.array([[threshold - 1e-9], [threshold + 1e-9]])
    np.testing.assert_array_equal(model.classes(outputs), [0, 1])


def test_a_sigmoid_gives_the_probability_itself():
    model = MLP((1, 1), output=sigmoid, loss=squared_error, dtype=np.float64)
    model.W[0][:] = 1
    np.testing.assert_allclose(model.predict_proba([[2.0]])[0, 1], sigmoid(2.0))


def test_a_convnet_with_one_class_says_yes_or_no(tmp_path):
    model = ConvNet((1, 6, 7), (4,), 3, 1, rng=3)
    rng = np.random.default_rng(0)
    labels = np.arange(60) % 2
    X = rng.random((60, 42)) * 0.5 + 0.5 * labels[:, None]
    train(model, (X, labels), epochs=60, batch_size=10, optimizer=SGD(0.3), progress=False)
    assert model.accuracy(X, labels) == 1
    model.save(tmp_path / "m.npz")
    loaded = ConvNet.load(tmp_path / "m.npz")
    assert loaded.loss_function is binary_cross_entropy
    np.testing.assert_array_equal(loaded.predict(X), labels)


def test_a_file_of_before_with_one_output_has_the_loss_that_can_train_it(tmp_path):
    model, path = MLP((3, 1)), tmp_path / "old.npz"
    np.savez(path, format=2, kind="MLP", sizes=(3, 1), theta=model.theta, l2=(0.0,),
             loss="cross_entropy", hidden="sigmoid", hidden_parameters=np.zeros(0), output="",
             output_parameters=np.zeros(0))
    assert MLP.load(path).loss_function is binary_cross_entropy


# -- a sigmoid before a loss of scores ------------------------------------------------------


@pytest.mark.parametrize("output", [sigmoid, tanh])
@pytest.mark.parametrize(("sizes", "loss"), [
    ((4, 3), None), ((4, 3), cross_entropy), ((4, 3), hinge), ((4, 1), binary_cross_entropy),
])
def test_a_bounded_output_before_a_loss_of_scores_is_warned_of(output, sizes, loss):
    message = f"takes scores, which may be any numbers; after {output.name} they lie between two"
    with pytest.warns(UserWarning, match=message) as warned:
        MLP(sizes, output=output, loss=loss)
    assert [each.filename for each in warned] == [__file__]


def test_no_other_output_is_warned_of():
    for output, loss in [(None, cross_entropy), (relu, cross_entropy), (sigmoid, squared_error)]:
        MLP((4, 3), output=output, loss=loss)  # warnings are errors in these tests
