"""Losses: known values, gradients, extreme scores, targets that do not fit."""

import numpy as np
import pytest

from mlp_lib.calculus import check_gradient
from mlp_lib.networks import (
    absolute_error,
    binary_cross_entropy,
    cross_entropy,
    hinge,
    softmax,
    squared_error,
)
from mlp_lib.networks.losses import BY_NAME

CLASS_LOSSES = [cross_entropy, hinge]
REAL_LOSSES = [squared_error, absolute_error]


def outputs_and_targets(n, k, loss, seed=0):
    rng = np.random.default_rng(seed)
    if loss is binary_cross_entropy:
        return rng.normal(size=(n, 1)), rng.random((n, 1))
    Y = rng.integers(k, size=n) if loss in CLASS_LOSSES else rng.normal(size=(n, k))
    return rng.normal(size=(n, k)), Y


@pytest.mark.parametrize(("n", "k"), [(1, 2), (5, 3), (64, 10)])
@pytest.mark.parametrize("loss", BY_NAME.values(), ids=BY_NAME)
def test_gradient_agrees_with_measured_slopes(loss, n, k):
    Z, Y = outputs_and_targets(n, k, loss)
    check_gradient(lambda Z: loss(Z, Y), Z, loss.gradient(Z, Y), rtol=1e-8)


def test_gradient_for_soft_targets_agrees_with_measured_slopes():
    rng = np.random.default_rng(1)
    Z, Y = rng.normal(size=(6, 4)), rng.dirichlet(np.ones(4), 6)
    check_gradient(lambda Z: cross_entropy(Z, Y), Z, cross_entropy.gradient(Z, Y), rtol=1e-8)


def test_known_values():
    Z, Y = np.array([[1.0, 3.0], [0.0, -1.0]]), np.array([[0.0, 1.0], [2.0, -1.0]])
    assert squared_error(Z, Y) == (1 + 4 + 4) / 2
    assert absolute_error(Z, Y) == (1 + 2 + 2) / 2
    assert hinge(Z, [0, 0]) == (3 + 0) / 2
    expected = (np.log1p(np.exp(-2)) + np.log1p(np.exp(-1))) / 2
    assert cross_entropy(Z, [1, 0]) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("n_classes", [1, 2, 10])
def test_equal_scores_cost_log_c_whatever_they_are(n_classes):
    for score in (-1e4, 0.0, 1e4):
        Z = np.full((3, n_classes), score)
        assert cross_entropy(Z, [0, 0, n_classes - 1]) == pytest.approx(np.log(n_classes))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_scores_of_ten_thousand_do_not_overflow(dtype):
    Z = np.array([[1e4, -1e4, 0.0], [-1e4, 1e4, 0.0]], dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert cross_entropy(Z, [0, 1]) == 0
        assert cross_entropy(Z, [1, 0]) == 2e4
        dZ = cross_entropy.gradient(Z, [1, 2])
        np.testing.assert_array_equal(dZ * 2, [[1, -1, 0], [0, 1, -1]])
        assert hinge(Z, [1, 1]) == (2e4 + 1 + 1e4 + 1) / 2


INF = np.inf


@pytest.mark.parametrize(("Z", "label", "loss", "dZ"), [
    (np.array([[0, -INF]]), 0, 0, [[0, 0]]),
    (np.array([[0, -INF]]), 1, INF, [[1, -1]]),
    (np.array([[0, -INF, 0]]), 0, np.log(2), [[-0.5, 0, 0.5]]),
    (np.array([[3e38, -3e38]], np.float32), 0, 0, [[0, 0]]),
    (np.array([[3e38, -3e38]], np.float32), 1, 2 * float(np.float32(3e38)), [[1, -1]]),
    (np.array([[6e4, -6e4]], np.float16), 1, 2 * float(np.float16(6e4)), [[1, -1]]),
    (np.array([[1.7e308, -1.7e308]]), 0, 0, [[0, 0]]),
])
def test_a_class_that_is_ruled_out_costs_only_where_it_is_true(Z, label, loss, dZ):
    with np.errstate(all="raise", under="ignore"):
        for Y in ([label], np.eye(Z.shape[1])[[label]]):
            assert cross_entropy(Z, Y) == pytest.approx(loss, rel=1e-12)
            grad = cross_entropy.gradient(Z, Y)
            assert grad.dtype == Z.dtype
            np.testing.assert_allclose(grad, dZ)


def test_a_training_step_sees_a_score_of_minus_infinity_in_the_same_way():
    Z, Y = np.array([[0, -INF], [1, 1]], np.float32), np.array([[1, 0], [0.5, 0.5]], np.float32)
    loss, dZ = cross_entropy.value_and_gradient(Z, Y)
    assert loss == pytest.approx(np.log(2) / 2)
    np.testing.assert_array_equal(dZ, np.zeros((2, 2)))


@pytest.mark.parametrize("f", [softmax, lambda Z: cross_entropy(Z, [0] * len(Z)),
                               lambda Z: cross_entropy.gradient(Z, [0] * len(Z))])
def test_a_row_of_minus_infinity_alone_is_named_and_an_overflow_stays_seen(f):
    with pytest.raises(ValueError, match="above -inf in every row; row 1 holds -inf alone"):
        f([[0, 1], [-INF, -INF]])
    with np.errstate(all="raise", under="ignore"):
        assert np.isnan(f([[0, INF]])).any()


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("loss", BY_NAME.values(), ids=BY_NAME)
def test_sums_do_not_overflow_in_low_precision(loss, dtype):
    n, k = (12000, 1) if loss is binary_cross_entropy else (40, 300)
    large = {np.float16: 300, np.float32: 1e20}[dtype]
    Z = np.full((n, k), large, dtype)
    Z[:, : min(1, k - 1)] = 0
    Y = np.zeros(n, int) if loss in CLASS_LOSSES else np.zeros((n, k), dtype)
    with np.errstate(all="raise", under="ignore"):
        value, dZ = loss(Z, Y), loss.gradient(Z, Y)
        assert value == pytest.approx(loss(Z.astype(float), Y), rel=1e-12)
        assert np.isfinite(value)
        assert dZ.dtype == dtype
        np.testing.assert_allclose(dZ, loss.gradient(Z.astype(float), Y), rtol=1e-3)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_rows_of_probabilities_may_be_rounded_to_their_own_type(dtype):
    Y = np.full((2, 3), 1 / 3, dtype)
    assert cross_entropy(np.zeros((2, 3), dtype), Y) == pytest.approx(np.log(3), rel=1e-3)
    with pytest.raises(ValueError, match="sums to"):
        cross_entropy(np.zeros((2, 3), dtype), Y * dtype(1.01))


def test_one_hot_rows_are_the_labels():
    Z, labels = outputs_and_targets(5, 3, cross_entropy)
    expected = cross_entropy.gradient(Z, labels)
    for dtype in (float, int, bool):
        one_hot = np.eye(3, dtype=dtype)[labels]
        assert cross_entropy(Z, one_hot) == pytest.approx(cross_entropy(Z, labels), rel=1e-15)
        np.testing.assert_allclose(cross_entropy.gradient(Z, one_hot), expected)


def test_rows_of_the_gradient_sum_to_zero():
    for loss in CLASS_LOSSES:
        Z, Y = outputs_and_targets(6, 4, loss)
        np.testing.assert_allclose(loss.gradient(Z, Y).sum(axis=1), 0, atol=1e-16)


@pytest.mark.parametrize("loss", BY_NAME.values(), ids=BY_NAME)
def test_the_mean_over_two_copies_is_the_mean_over_one(loss):
    Z, Y = outputs_and_targets(5, 3, loss)
    assert loss(np.vstack([Z, Z]), np.concatenate([Y, Y])) == pytest.approx(loss(Z, Y))


@pytest.mark.parametrize("loss", BY_NAME.values(), ids=BY_NAME)
def test_float32_outputs_give_float32_gradients_also_with_targets_in_float64(loss):
    Z, Y = outputs_and_targets(5, 3, loss)
    assert loss.gradient(Z.astype(np.float32), Y).dtype == np.float32
    assert type(loss(Z.astype(np.float32), Y)) is float
    soft = np.full((5, 3), 1 / 3)
    assert cross_entropy.gradient(np.zeros((5, 3), np.float32), soft).dtype == np.float32


@pytest.mark.parametrize("loss", BY_NAME.values(), ids=BY_NAME)
def test_outputs_and_targets_are_not_changed(loss):
    Z, Y = outputs_and_targets(5, 3, loss)
    before = Z.copy(), Y.copy()
    loss(Z, Y), loss.gradient(Z, Y)
    np.testing.assert_array_equal(Z, before[0])
    np.testing.assert_array_equal(Y, before[1])


@pytest.mark.parametrize("loss", BY_NAME.values(), ids=BY_NAME)
def test_a_scale_multiplies_the_gradient_and_not_the_loss(loss):
    Z, Y = outputs_and_targets(5, 3, loss)
    out = np.empty_like(Z)
    value, dZ = loss.value_and_gradient(Z, Y, out=out, scale=0.3)
    assert dZ is out
    assert value == loss(Z, Y)
    np.testing.assert_allclose(dZ, 0.3 * loss.gradient(Z, Y), rtol=1e-14)


def test_absolute_error_has_slope_zero_where_it_is_zero():
    np.testing.assert_array_equal(absolute_error.gradient([[1.0, 2.0]], [[1.0, 5.0]]), [[0, -1]])


@pytest.mark.parametrize("loss", CLASS_LOSSES)
@pytest.mark.parametrize(("labels", "message"), [
    ([0, 3], r"labels in 0\.\.2; got 0\.\.3"),
    ([-1, 0], r"labels in 0\.\.2; got -1\.\.0"),
    ([0.0, 1.0], "integer labels; got float64"),
    ([True, False], "integer labels; got bool"),
    ([0, 1, 2], r"labels of shape \(2,\); got \(3,\)"),
    ([[0], [1]], r"labels of shape \(2,\); got \(2, 1\)"),
])
def test_labels_that_do_not_fit_are_named(loss, labels, message):
    with pytest.raises(ValueError, match=message):
        loss(np.zeros((2, 3)), labels)


@pytest.mark.parametrize(("row", "message"), [
    ([0.7, 0.7], r"row 1 sums to 1\.4"),
    ([0.25, 0.25], r"row 1 sums to 0\.5"),
    ([-0.5, 1.5], r"least entry is -0\.5"),
    ([np.nan, 1.0], "row 1 sums to nan"),
])
def test_target_rows_that_are_no_probabilities_are_named(row, message):
    with pytest.raises(ValueError, match=message):
        cross_entropy(np.zeros((2, 2)), [[0.5, 0.5], row])


@pytest.mark.parametrize("loss", REAL_LOSSES)
@pytest.mark.parametrize("targets", [[0, 1], [[0, 1, 2]], [["a", "b"]], [[1j, 0]]])
def test_real_targets_that_do_not_fit_are_named(loss, targets):
    with pytest.raises(ValueError, match=rf"{loss.name} needs real targets of shape \(1, 2\); got"):
        loss(np.zeros((1, 2)), targets)


@pytest.mark.parametrize("shape", [(3,), (0, 3), (3, 0), (1, 2, 3)])
def test_outputs_need_rows_and_columns(shape):
    with pytest.raises(ValueError, match=r"outputs of shape \(N, K\)"):
        cross_entropy(np.zeros(shape), np.zeros(shape[:1], int))
