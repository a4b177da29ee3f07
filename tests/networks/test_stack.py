"""Networks made of layers: whole gradients measured, training, writing on, and what is refused."""

import copy
import pickle

import numpy as np
import pytest

import mlp_lib.networks.transformer as transformers
from mlp_lib.calculus import check_gradient
from mlp_lib.networks import (
    SGD,
    Adam,
    DeepNet,
    Linear,
    PatchTransformer,
    Stack,
    Transformer,
    cross_entropy,
    squared_error,
    tanh,
    train,
)

RNG = np.random.default_rng(8)
WORDS = RNG.integers(6, size=(4, 5))
PICTURES = RNG.random((3, 36))


def transformer(**options):
    return Transformer(6, 5, width=8, heads=2, blocks=2, **{"dtype": np.float64, **options})


def deep(norm, residual):
    return DeepNet((7, 5, 5, 5, 3), tanh, norm=norm, residual=residual, dtype=np.float64)


NETWORKS = {
    **{f"{norm} {residual}": (lambda n=norm, r=residual: deep(n, r),
                              RNG.normal(size=(9, 7)), RNG.integers(3, size=9))
       for norm in (None, "batch", "layer", "rms") for residual in (False, True)},
    "transformer": (transformer, WORDS, WORDS),
    "sees all": (lambda: transformer(causal=False), WORDS, WORDS),
    "no order": (lambda: transformer(positions=False), WORDS, WORDS),
    "patches": (lambda: PatchTransformer(6, 2, 4, width=8, heads=2, dtype=np.float64),
                PICTURES, np.array([3, 0, 1])),
    "patches anywhere": (lambda: PatchTransformer(6, 2, 4, width=8, heads=2, positions=False,
                                                  dtype=np.float64),
                         PICTURES, np.array([3, 0, 1])),
}
every_network = pytest.mark.parametrize(("make", "X", "Y"), NETWORKS.values(), ids=NETWORKS)


@every_network
def test_the_whole_gradient_is_as_measured(make, X, Y):
    model = make()
    model.theta += 0.1 * np.random.default_rng(1).normal(size=model.theta.shape)
    start, (_, gradient) = model.theta.copy(), model.gradient(X, Y)

    def at(theta):
        model.theta[:] = theta
        return model.gradient(X, Y)[0]

    directions = np.random.default_rng(2).normal(size=(5, start.size))
    slopes = [check_gradient(lambda t, d=d: at(start + t[0] * d), np.zeros(1), [d @ gradient],
                             rtol=1e-6) for d in directions]
    assert len(slopes) == 5


@every_network
def test_a_training_lowers_the_loss_and_a_copy_learns_by_itself(make, X, Y):
    model = make()
    before, other = model.gradient(X, Y)[0], pickle.loads(pickle.dumps(model))
    train(model, (X, Y), epochs=30, batch_size=len(X), optimizer=Adam(0.01), progress=False)
    assert model.gradient(X, Y)[0] < 0.7 * before
    assert other.gradient(X, Y)[0] == before
    train(other, (X, Y), epochs=30, batch_size=len(X), optimizer=Adam(0.01), progress=False)
    np.testing.assert_array_equal(other.theta, model.theta)


@every_network
def test_all_parameters_are_views_of_theta(make, X, Y):
    model = copy.deepcopy(make())
    model.theta[:] = 0
    for layer in model.layers:
        assert all(not getattr(layer, name).any() for name in layer.shapes)
    assert np.isfinite(model.predict_scores(X)).all()


@every_network
def test_what_is_saved_is_loaded(make, X, Y, tmp_path):
    model = make()
    model.gradient(X, Y)
    model.save(tmp_path / "model.npz")
    again = type(model).load(tmp_path / "model.npz")
    assert (again.dtype, again.theta.shape) == (model.dtype, model.theta.shape)
    np.testing.assert_array_equal(again.predict_scores(X), model.predict_scores(X))


def test_a_file_of_another_shape_is_refused(tmp_path):
    transformer().save(tmp_path / "model.npz")
    with pytest.raises(ValueError, match="holds a network of width 8, expected 16"):
        Transformer.load(tmp_path / "model.npz", width=16)
    with pytest.raises(ValueError, match="kind 'Transformer', expected 'DeepNet'"):
        DeepNet.load(tmp_path / "model.npz")


def test_one_linear_layer_is_softmax_regression():
    model = Stack([Linear(7, 3)], 7, 3, dtype=np.float64)
    X, Y = RNG.normal(size=(9, 7)), RNG.integers(3, size=9)
    W, b = model.layers[0].W, model.layers[0].b
    dZ = cross_entropy.gradient(X @ W + b, Y)
    loss, gradient = model.gradient(X, Y)
    assert loss == pytest.approx(cross_entropy(X @ W + b, Y))
    np.testing.assert_allclose(gradient, np.r_[(X.T @ dZ).ravel(), dZ.sum(axis=0)])
    assert model.accuracy(X, (X @ W + b).argmax(axis=1)) == 1


def test_prediction_by_batch_norm_does_not_depend_on_the_other_rows():
    model = deep("batch", True)
    X = RNG.normal(size=(9, 7))
    train(model, (X, RNG.integers(3, size=9)), epochs=3, batch_size=9, progress=False)
    np.testing.assert_allclose(model.predict_scores(X)[:2], model.predict_scores(X[:2]))


def test_the_loss_may_be_another():
    model = Stack([Linear(7, 2)], 7, 2, loss=squared_error, dtype=np.float64)
    X, Y = RNG.normal(size=(9, 7)), RNG.normal(size=(9, 2))
    assert model.loss(X, Y) == pytest.approx(np.mean(np.sum((model.predict_scores(X) - Y) ** 2, 1)))


# -- sequences ----------------------------------------------------------------------------------


def test_no_word_sees_itself_or_a_later_one():
    model = transformer()
    scores = model.predict_scores(WORDS).reshape(4, 5, 6)
    for place in range(5):
        changed = WORDS.copy()
        changed[:, place:] = (changed[:, place:] + 1) % 6
        found = model.predict_scores(changed).reshape(4, 5, 6)
        np.testing.assert_array_equal(found[:, : place + 1], scores[:, : place + 1])
        if place < 4:
            assert abs(found[:, place + 1] - scores[:, place + 1]).max() > 1e-4


def test_without_positions_the_order_of_what_is_seen_does_not_matter():
    model = transformer(positions=False, causal=False)
    rolled = WORDS[:, [2, 0, 1, 3, 4]]  # the last word is not seen, nor its place
    np.testing.assert_allclose(model.predict_scores(rolled).reshape(4, 5, 6)[:, 4],
                               model.predict_scores(WORDS).reshape(4, 5, 6)[:, 4])


@pytest.mark.parametrize("positions", [True, False])
def test_where_a_patch_lies_counts_only_with_positions(positions):
    model = PatchTransformer(6, 2, 4, width=8, heads=2, positions=positions, dtype=np.float64)
    patches = model.layers[0]
    shuffled = patches.backward(patches.forward(PICTURES)[:, RNG.permutation(9)])
    same = np.allclose(model.predict_scores(shuffled), model.predict_scores(PICTURES))
    assert same == (not positions)
    assert [P.shape for P in model.attentions()] == [(3, 2, 9, 9)] * 2


@pytest.mark.parametrize("make", [
    lambda: (transformer(dtype=np.float64), WORDS, WORDS),
    lambda: (PatchTransformer(6, 2, 4, width=8, heads=2, dtype=np.float64), PICTURES,
             np.array([3, 0, 2])),
])
def test_the_gradient_is_the_same_in_two_halves(make, monkeypatch):
    model, X, Y = make()
    loss, whole = model.gradient(X, Y)
    whole_accuracy = model.accuracy(X, Y) if Y.ndim == 1 else None
    monkeypatch.setattr(transformers, "_LEAST_IN_TWO", 0)
    threads = count_threads(monkeypatch)
    for _ in range(2):  # the second time in memory that is there
        found, gradient = model.gradient(X, Y)
        assert found == pytest.approx(loss, rel=1e-12)
        np.testing.assert_allclose(gradient, whole, rtol=1e-9, atol=1e-12)
    assert threads == [2, 2]
    assert whole_accuracy is None or model.accuracy(X, Y) == whole_accuracy
    model.gradient(X[:1], Y[:1])  # one sequence has no halves
    assert threads == [2, 2]


def test_a_training_in_two_halves_is_that_of_the_whole(monkeypatch):
    def trained():
        model = transformer(dtype=np.float64)
        history = train(model, (WORDS, WORDS), epochs=3, batch_size=3, optimizer=SGD(0.3),
                        progress=False)
        return model.theta, history

    whole, before = trained()
    monkeypatch.setattr(transformers, "_LEAST_IN_TWO", 0)
    theta, history = trained()
    np.testing.assert_allclose(theta, whole, rtol=1e-9, atol=1e-12)
    assert (history.loss, history.accuracy) == (pytest.approx(before.loss), before.accuracy)


def count_threads(monkeypatch):
    """How many halves each call of `at_once` in the transformer has computed."""
    counted, at_once = [], transformers.at_once

    def counting(work, *parts):
        found = at_once(work, *parts)
        counted.append(len(found))
        return found

    monkeypatch.setattr(transformers, "at_once", counting)
    return counted


def test_the_loss_is_the_mean_over_all_words():
    model = transformer()
    scores = model.predict_scores(WORDS)
    assert model.loss(WORDS, WORDS) == pytest.approx(
        cross_entropy(scores.reshape(-1, 6), WORDS.ravel()))


def test_it_learns_to_count_and_goes_on_from_what_is_known():
    start = np.arange(6)[:, None]
    words = (start + np.arange(5)) % 6
    model = transformer(dtype=np.float32)
    history = train(model, (words, words), epochs=150, batch_size=6, optimizer=Adam(0.01),
                    validation=(words, words), progress=False)
    assert history.accuracy[-1] == pytest.approx(model.classes(model.predict_scores(words))[:, 1:]
                                                 .size / 30 + 1 / 30, abs=0.06)
    known = words.copy()
    known[:, 2:] = 0
    np.testing.assert_array_equal(model.write(known, 2, temperature=0.1), words)
    several = model.write(known, 0, temperature=1.0, rng=3)
    np.testing.assert_array_equal(several, model.write(known, 0, temperature=1.0, rng=3))
    assert len(list(model.write_step_by_step(known, 2))) == 3
    assert [P.shape for P in model.attentions()] == [(6, 2, 5, 5)] * 2


@pytest.mark.parametrize(("wrong", "words"), [
    (lambda: transformer().predict_scores(WORDS + 2), "0..5; got 6|0..5; got 7"),
    (lambda: transformer().predict_scores(WORDS + 0.5), "whole numbers"),
    (lambda: transformer().predict_scores(WORDS[:, :4]), r"\(N, 5\)"),
    (lambda: transformer().gradient(WORDS, WORDS[:, :4]), r"words of shape \(4, 5\); got \(4, 4\)"),
    (lambda: list(transformer().write_step_by_step(WORDS, 2, temperature=0)), "> 0; got 0"),
    (lambda: DeepNet((4, 3, 2), norm="group"), "batch.*got 'group'"),
])
def test_what_does_not_fit_is_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        wrong()


def test_what_went_wrong_is_told_by_its_layer():
    model = deep("layer", False)
    model.layers[1].inner[0].W[0, 0] = np.nan
    assert "layer that went wrong is 2: its weights hold nan" in model.first_non_finite(
        np.ones((1, 7)))
