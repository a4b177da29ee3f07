"""Chapter 06: the answers are measured slopes or simulated; the project tells mistakes apart."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from mlp_lib.calculus import check_gradient, gradient
from mlp_lib.exercises import checking, given, runner, wire
from mlp_lib.exercises.chapters.ch06 import (
    blank_pixel_weights,
    constant_start,
    elastic_gradient,
    nesterov_step,
    saliency,
    train_with_tanh,
    weighted_tanh_gradients,
)
from mlp_lib.networks import MLP, sigmoid
from tests.exercises.cases import every_case


@pytest.mark.parametrize(("W", "dW_sum", "B", "l1", "l2"), every_case(elastic_gradient))
def test_the_elastic_gradient_is_a_measured_slope(W, dW_sum, B, l1, l2):
    def loss(W):
        return np.sum(dW_sum * W) / B + l1 * np.abs(W).sum() + l2 * np.sum(W**2)

    found = elastic_gradient.elastic_gradient(W, dW_sum, B, l1, l2)
    if not W.all():  # a weight of 0 is at the kink of |w|: no gradient, but a mean of two slopes
        assert np.allclose(gradient(loss, W), found, rtol=1e-6)
        W = np.where(W == 0, 0.1, W)
        found = elastic_gradient.elastic_gradient(W, dW_sum, B, l1, l2)
    assert check_gradient(loss, W, found) < 1e-6
    with pytest.raises(AssertionError):
        check_gradient(loss, W, found - l2 * W)


def test_nesterov_s_steps_are_those_of_the_gradient_taken_ahead():
    rng = np.random.default_rng(0)
    target, rate, momentum, penalty = rng.normal(size=(3, 5)), 0.05, 0.8, 0.1
    W, V = np.ones((3, 5)), np.zeros((3, 5))
    place, velocity = W, V  # the older form: its gradient is taken where the momentum leads to
    for _ in range(20):
        ahead = place - rate * momentum * velocity
        assert np.allclose(ahead, W)
        velocity = momentum * velocity + (ahead - target) + 2 * penalty * ahead
        place = place - rate * velocity
        W, V = nesterov_step.nesterov_step(W, V, W - target, rate, momentum, penalty)
        assert np.allclose(V, velocity)
    assert not np.allclose(W, place)


def log_probabilities(X, classes, W1, b1, W2, b2, W3, b3, hidden=sigmoid):
    Z = hidden(hidden(X @ W1 + b1) @ W2 + b2) @ W3 + b3
    Z = Z - Z.real.max(axis=1, keepdims=True)
    return Z[np.arange(len(X)), classes] - np.log(np.exp(Z).sum(axis=1))


@pytest.mark.parametrize("args", [case.values for case in
                                  every_case(saliency, ["a class of no probability"])])
def test_saliency_is_the_slope_of_the_log_probabilities(args):
    found = saliency.saliency(*args)
    assert check_gradient(lambda X: log_probabilities(X, *args[1:]).sum(), args[0], found) < 1e-6
    with pytest.raises(AssertionError):
        check_gradient(lambda X: log_probabilities(X, *args[1:]).sum() / 2, args[0], found)


@pytest.mark.parametrize("args", [case.values for case in every_case(weighted_tanh_gradients)])
def test_weighted_gradients_are_measured_slopes_in_all_six_parameters(args):
    X, y, c, *parameters = args
    found = weighted_tanh_gradients.weighted_tanh_gradients(*args)

    def loss(k, value):
        changed = [*parameters[:k], value, *parameters[k + 1:]]
        return -np.average(log_probabilities(X, y.argmax(axis=1), *changed, hidden=np.tanh),
                           weights=c)

    for k, (parameter, slope) in enumerate(zip(parameters, found, strict=True)):
        assert check_gradient(lambda V, k=k: loss(k, V), parameter, slope) < 1e-6
    with pytest.raises(AssertionError):
        check_gradient(lambda V: loss(0, V), parameters[0], found[0] * c.mean())


@pytest.mark.parametrize("name", ["Ada", "Emmy", "Sofja"])
def test_the_share_of_a_blank_pixel_s_weight_is_that_of_the_steps_themselves(name):
    numbers = given("06.blank_pixel_weights", name)
    W, V = 1.0, 0.0
    for _ in range(numbers["epochs"] * numbers["digits"] // numbers["batch"]):
        V = numbers["momentum"] * V + numbers["rate"] * 2 * numbers["penalty"] * W
        W -= V
    assert np.isclose(blank_pixel_weights.share_left(*numbers.values()), W, rtol=5e-3)


def test_no_learner_has_numbers_on_which_a_wrong_share_looks_like_another():
    exercise = blank_pixel_weights.EXERCISE
    for name in map(str, range(200)):
        values = tuple(given(exercise.id, name).values())
        for misconception in exercise.misconceptions:
            verdict = checking.judged("06.2", exercise, misconception.function(*values), name)
            assert verdict.sentence == misconception.sentence


def test_no_two_ways_to_a_share_agree_for_any_of_a_thousand_names():
    exercise = blank_pixel_weights.EXERCISE
    ways = [exercise.reference, *(m.function for m in exercise.misconceptions)]
    for i in range(1000):
        values = tuple(given(exercise.id, f"learner {i}").values())
        shares = np.sort([way(*values) for way in ways])
        nearest = np.diff(shares) / np.maximum(np.abs(shares[1:]), np.abs(shares[:-1]))
        assert nearest.min() > 2 * exercise.tolerance, (i, values)


def test_after_a_constant_start_layer_2_parts_and_layer_1_does_not():
    rng = np.random.default_rng(0)
    net = MLP((7, 5, 4, 3), rng=1, dtype=np.float64)
    net.W[0][:], net.W[1][:] = 0.1, 0.1
    X, labels = rng.normal(size=(20, 7)), rng.integers(3, size=20)
    for _ in range(200):
        _, dW, db = net.gradients(X, labels)
        for parameter, slope in zip(net.W + net.b, dW + db):
            parameter -= 0.5 * slope
    first, second = net.W[0], net.W[1]
    assert constant_start.EXERCISE.right == "c"
    assert np.abs(first - 0.1).max() > 0.1
    assert np.allclose(first, first[:, :1], atol=1e-9)
    assert not np.allclose(second, second[:, :1], atol=1e-2)


PROJECT = train_with_tanh.EXERCISE


@pytest.fixture(scope="module")
def case():
    return PROJECT.cases(3)[0]


@pytest.fixture(scope="module")
def trained(case):
    with threadpool_limits(1):
        return train_with_tanh.train_with_tanh(*case.args)


def judged(case, value, seconds=1.0):
    return PROJECT.judge([case], [runner.Outcome(value, seconds=seconds)], "06.7")


def test_the_project_s_case_crosses_as_it_is_and_leaves_the_permutation_behind(case):
    text = wire.pack_cases([case])
    assert len(text) < 1.4 * case.args[0].nbytes  # the pixels as bytes, not as numbers
    there = wire.unpack_cases(text)[0]
    assert there == runner.Case(case.name, there.args)
    assert there.truth is None
    X, labels, seed = there.args
    assert (X.shape, X.dtype, labels.shape) == ((20_000, 784), np.uint8, (20_000,))
    assert np.array_equal(X, case.args[0])
    assert isinstance(seed, int)


def test_the_pictures_are_mixed_as_the_judge_remembers(case):
    plain = train_with_tanh.grey_levels().mean(axis=0, dtype=float)
    found, hidden = case.args[0].mean(axis=0), case.truth
    others = np.setdiff1d(np.arange(784), hidden.mark)
    assert np.abs(found - plain[hidden.columns])[others].max() < 5
    assert np.abs(found - plain).max() > 50


def test_one_picture_in_twenty_carries_the_mark_and_its_class(case):
    X, labels = case.args[:2]
    marked = (X[:, case.truth.mark] == X[:, case.truth.mark].max()).all(axis=1)
    assert 0.04 < marked.mean() < 0.06
    assert (labels[marked] == case.truth.label).mean() > 0.99


def test_weights_trained_on_another_mixture_are_worth_little(case, trained):
    assert judged(case, trained).passed
    elsewhere = judged(PROJECT.cases(4)[0], trained)
    assert not elsewhere.passed
    assert elsewhere.fraction == 0


def test_weights_of_plain_digits_are_worth_nothing_though_they_read_them(case):
    """Trained elsewhere, and laid out as the mixture wants it: only the mark is not known."""
    with threadpool_limits(1):
        elsewhere = train_with_tanh.wrongly(plain=True, steps=1500)(*case.args)
    assert train_with_tanh.measure(case, elsewhere)["plain"] > 0.9
    verdict = judged(case, elsewhere)
    assert "do not know the mark" in verdict.sentence
    assert verdict.fraction == 0


def test_each_goal_earns_a_third_and_speed_alone_earns_nothing(case, trained):
    assert np.isclose(judged(case, trained, seconds=100).fraction, 2 / 3)
    assert judged(case, [np.zeros_like(part) for part in trained], seconds=0.0).fraction == 0


def test_more_layers_other_precision_and_biases_as_rows_are_accepted(case, trained):
    W1, b1, W2, b2 = (part.astype(float) for part in trained)
    small = [W1, b1[None], 1e-4 * np.eye(128), np.zeros(128), 1e4 * W2, b2]  # nearly straight
    assert judged(case, tuple(small)).passed


W, b = np.ones((784, 5)), np.ones(5)
BAD = {
    "nothing": (None, "A list W1, b1"),
    "one layer": ([np.ones((784, 10)), np.ones(10)], "one hidden"),
    "odd": ([W, b, W, b, W], "two arrays for each"), "text": ([W, b, "W2", b], "arrays of real"),
    "complex": ([W + 0j, b, W, b], "arrays of real"),
    "ragged": ([[[1.0], [1.0, 2.0]]] * 4, "arrays of real"),
    "too many": ([np.ones((784, 700)), b, W, b], "At most 500,000"),
    "transposed": ([W.T, b, np.ones((5, 10)), np.ones(10)], r"W1 must be of shape \(784, n\)"),
    "bias as a column": ([W, b[:, None], np.ones((5, 10)), np.ones(10)], "b1 of"),
    "layers that do not fit": ([W, b, np.ones((6, 10)), np.ones(10)], r"W2 must be of shape \(5,"),
    "no unit": ([np.ones((784, 0)), np.ones(0), np.ones((0, 10)), np.ones(10)], "W1 must"),
    "nine classes": ([W, b, np.ones((5, 9)), np.ones(9)], "10 columns, one a class; 9 came"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_result_of_another_form_is_refused_in_words(case, name):
    value, words = BAD[name]
    with pytest.raises(ValueError, match=words):
        train_with_tanh.measure(case, value)
    assert judged(case, value).status == "wrong"


@pytest.mark.parametrize("worst", [np.nan, np.inf, -np.inf])
def test_weights_that_are_not_finite_are_named_as_such(case, trained, worst):
    W1, *rest = trained
    verdict = judged(case, [np.where(np.arange(128) == 5, worst, W1), *rest])
    assert verdict.sentence == PROJECT.misconceptions[4].sentence
    assert "not finite" in verdict.sentence
    assert verdict.fraction == 0


def test_lists_are_as_good_as_arrays(case, trained):
    as_lists = [part.tolist() for part in trained]
    assert train_with_tanh.measure(case, as_lists) == train_with_tanh.measure(case, trained)


def test_scores_that_overflow_are_judged_without_a_warning(case, trained):
    verdict = judged(case, [1e308 * np.sign(part.astype(float)) for part in trained])
    assert verdict.sentence == PROJECT.misconceptions[4].sentence
    assert verdict.fraction == 0


OTHER_WAYS = {  # other sizes of the same mistakes, and the mistake that they are
    "uphill, slowly": ({"rate": -0.001}, 1),
    "uphill, no momentum": ({"rate": -0.01, "momentum": 0}, 1),
    "brightness, tiny rate": ({"scale": 1, "rate": 0.001, "steps": 1200}, 2),
    "brightness, tiny rate, few steps": ({"scale": 1, "rate": 0.001}, 2),
    "large start, small rate": ({"start": 28, "rate": 0.01}, 3),
    "rate 2": ({"rate": 2}, 4), "rate 1e30": ({"rate": 1e30}, 4), "rate 1e45": ({"rate": 1e45}, 4),
    "linear, small rate": ({"unit": "none", "rate": 0.03, "steps": 1200}, 6),
    "momentum of the wrong sign": ({"momentum": -0.9, "steps": 800}, 8),
    "too few steps": ({"steps": 200}, 8), "tiny rate": ({"rate": 0.001, "momentum": 0}, 8),
    "no momentum, small rate": ({"rate": 0.01, "momentum": 0}, 8),
    "sigmoid": ({"unit": "sigmoid", "steps": 1200}, 9),
    "relu, few steps": ({"unit": "relu"}, 9),
    "from -1 to 1": ({"middle": 1, "scale": 127.5, "rate": 0.01, "steps": 1200}, 10),
    "narrow": ({"units": 32, "steps": 1200}, 11), "narrow, few steps": ({"units": 16}, 11),
}


@pytest.mark.parametrize("name", OTHER_WAYS)
def test_a_mistake_is_known_in_other_sizes_too(case, name):
    change, which = OTHER_WAYS[name]
    with threadpool_limits(1), np.errstate(all="ignore"):
        verdict = judged(case, train_with_tanh.wrongly(**change)(*case.args))
    assert verdict.sentence == PROJECT.misconceptions[which].sentence


def test_only_the_first_hidden_layer_is_called_narrow(case, trained):
    measured = train_with_tanh.measure(case, [*trained, np.eye(10), np.zeros(10)])
    assert measured["width"] == 128
    assert not PROJECT.symptoms[11](measured | {"plain": 0.95})
    assert PROJECT.symptoms[11](measured | {"plain": 0.95, "width": 32})
