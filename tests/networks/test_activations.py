"""Activations: values, derivatives, extreme scores, precision."""

import numpy as np
import pytest

from mlp_lib.calculus import derivative, jacobian
from mlp_lib.networks import activations as act

Z = np.array([[-3.0, -0.4, 0.7], [1.3, -1.1, 4.0]])  # no entry at a kink
EXTREME = np.array([-1e4, -800.0, -90.0, 0.0, 90.0, 800.0, 1e4])


def test_derivative_is_the_measured_slope_of_each_entry_and_no_other(activation):
    expected = np.einsum("ij,ik,jl->ijkl", activation.derivative(Z), np.eye(2), np.eye(3))
    np.testing.assert_allclose(derivative(activation, Z), expected, rtol=1e-9, atol=1e-11)


def test_derivative_from_the_value_is_the_derivative(activation):
    np.testing.assert_array_equal(
        activation.derivative_from_value(activation(Z)), activation.derivative(Z)
    )


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_precision_is_kept(activation, dtype):
    z = Z.astype(dtype)
    assert activation(z).dtype == activation.derivative(z).dtype == dtype


@pytest.mark.parametrize("number", [np.float64(0.3), 0.3])
def test_a_parameter_of_numpy_does_not_upcast(number):
    for made in (act.LeakyRelu(number), act.Elu(number)):
        assert made.parameters == (0.3,)
        assert type(made.parameters[0]) is float


def test_integers_are_taken_as_real_numbers(activation):
    np.testing.assert_array_equal(activation([-2, 0, 3]), activation(np.array([-2.0, 0.0, 3.0])))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_scores_stay_finite_and_raise_no_flag(activation, dtype):
    z = EXTREME.astype(dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        assert np.isfinite(activation(z)).all()
        assert np.isfinite(activation.derivative(z)).all()


def test_values_and_derivatives_at_extreme_scores():
    np.testing.assert_array_equal(act.sigmoid(EXTREME)[[0, 3, 6]], [0, 0.5, 1])
    np.testing.assert_array_equal(act.tanh(EXTREME)[[0, 3, 6]], [-1, 0, 1])
    np.testing.assert_array_equal(act.relu(EXTREME)[[0, 3, 6]], [0, 0, 1e4])
    np.testing.assert_array_equal(act.leaky_relu(EXTREME)[[0, 3, 6]], [-1e3, 0, 1e4])
    np.testing.assert_array_equal(act.elu(EXTREME)[[0, 3, 6]], [-1, 0, 1e4])
    np.testing.assert_array_equal(act.elu.derivative(EXTREME)[[0, 3, 6]], [0, 1, 1])
    np.testing.assert_array_equal(act.sigmoid.derivative(EXTREME)[[0, 3, 6]], [0, 0.25, 0])


def test_at_the_kink_the_documented_side_is_taken():
    zero = np.zeros(1)
    found = [f.derivative(zero)[0] for f in (act.relu, act.leaky_relu, act.Elu(0.5))]
    assert found == [0, 0.1, 1]


def test_value_may_be_written_over_the_scores(activation):
    z = Z.copy()
    assert activation(z, out=z) is z
    np.testing.assert_array_equal(z, activation(Z))


def test_derivative_is_written_where_asked(activation):
    a, out = activation(Z), np.full_like(Z, np.nan)
    assert activation.derivative_from_value(a, out=out) is out
    np.testing.assert_array_equal(out, activation.derivative(Z))
    np.testing.assert_array_equal(a, activation(Z))


def test_nan_is_not_hidden(activation):
    assert np.isnan(activation(np.array([np.nan, 1.0]))[0])


def test_sigmoid_is_antisymmetric_about_one_half():
    np.testing.assert_allclose(act.sigmoid(Z) + act.sigmoid(-Z), 1, rtol=1e-15)


@pytest.mark.parametrize(("make", "wrong"), [
    (act.LeakyRelu, -0.1), (act.LeakyRelu, 1.0), (act.LeakyRelu, np.nan),
    (act.Elu, 0.0), (act.Elu, -1.0), (act.Elu, np.nan), (act.Elu, np.inf),
])
def test_a_wrong_parameter_is_named(make, wrong):
    with pytest.raises(ValueError, match=f"got {wrong}"):
        make(wrong)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_softmax_rows_sum_to_one_at_any_scores(dtype):
    z = np.stack([EXTREME, EXTREME[::-1], 0 * EXTREME, EXTREME + 1e4]).astype(dtype)
    p = act.softmax(z)
    assert p.dtype == dtype
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-6)
    np.testing.assert_array_equal(p[0], [0, 0, 0, 0, 0, 0, 1])
    np.testing.assert_allclose(p[2], 1 / 7, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_softmax_of_scores_whose_difference_no_float_holds(dtype):
    largest = np.finfo(dtype).max
    np.testing.assert_array_equal(act.softmax(np.array([largest, -largest], dtype)), [1, 0])


def test_softmax_does_not_see_a_shift_of_a_row():
    shifted = act.softmax(Z + np.array([[5.0], [-7.0]]))
    np.testing.assert_allclose(shifted, act.softmax(Z), rtol=1e-14)


def test_softmax_jacobian_is_measured_symmetric_and_singular():
    J = act.softmax.jacobian(Z[0])
    np.testing.assert_allclose(J, jacobian(act.softmax, Z[0]), rtol=1e-9)
    np.testing.assert_array_equal(J, J.T)
    np.testing.assert_allclose(J.sum(axis=0), 0, atol=1e-15)


def test_softmax_jacobian_of_a_batch_is_refused():
    with pytest.raises(ValueError, match=r"got shape \(2, 3\)"):
        act.softmax.jacobian(Z)


def test_maxout_takes_the_largest_of_numbers_alone():
    np.testing.assert_array_equal(act.maxout([[1, 3, 2], [0, -1, -2]]), [3, 0])
    with pytest.raises(ValueError, match="need numbers in the pieces; got <U1"):
        act.maxout(["a", "b"])


def test_maxout_of_zero_and_z_is_relu():
    pieces = np.stack([np.zeros_like(Z), Z], axis=-1)
    np.testing.assert_array_equal(act.maxout(pieces), act.relu(Z))
    np.testing.assert_array_equal(act.maxout.derivative(pieces)[..., 1], act.relu.derivative(Z))


def test_maxout_derivative_is_measured_and_gives_a_tie_to_the_first():
    slopes = np.einsum("ij,ik->ikj", act.maxout.derivative(Z), np.eye(2))
    np.testing.assert_array_equal(derivative(act.maxout, Z), slopes)   # by a complex step
    np.testing.assert_array_equal(act.maxout.derivative([2, 2, 1]), [1, 0, 0])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_a_score_of_minus_infinity_has_probability_zero(dtype):
    with np.errstate(all="raise", under="ignore"):
        p = act.softmax(np.array([[0, -np.inf, 0], [1, 1, -np.inf]], dtype))
    np.testing.assert_array_equal(p, [[0.5, 0, 0.5], [0.5, 0.5, 0]])
    assert p.dtype == dtype


def test_a_softmax_of_more_classes_than_float16_counts_is_still_right():
    np.testing.assert_allclose(act.softmax(np.zeros(100_000, np.float16)), 1e-5, rtol=1e-2)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0)])
def test_a_softmax_of_no_scores_is_refused(shape):
    with pytest.raises(ValueError, match=r"need scores \(..., K\), K > 0; got shape"):
        act.softmax(np.zeros(shape))


@pytest.mark.parametrize(("make", "message"), [
    (lambda: act.LeakyRelu(None), "need 0 <= slope < 1; got None"),
    (lambda: act.LeakyRelu("0.1"), "need 0 <= slope < 1; got '0.1'"),
    (lambda: act.Elu([1]), r"need alpha > 0 and finite; got \[1\]"),
])
def test_a_parameter_that_is_no_number_is_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()
