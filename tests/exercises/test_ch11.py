"""Chapter 11: the answers are measured slopes; the project tells wrong ways back apart."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from mlp_lib.calculus import check_gradient
from mlp_lib.exercises import runner, wire
from mlp_lib.exercises.chapters.ch11 import (
    branch_mistakes,
    capped_head_gradients,
    head_gradients,
    head_measures,
    head_mistakes,
    share_slips,
    shared_key_gradients,
    tied_table_gradient,
    train_a_masked_head,
    two_branches_gradient,
)
from mlp_lib.networks import (
    SelfAttention,
    attend,
    attend_gradients,
    causal_mask,
    cross_entropy,
)
from tests.exercises.cases import every_case


def tied_loss(E, A, words, targets):
    counts = targets != 0
    return cross_entropy(E[words[counts]] @ A @ E.T, targets[counts])


@pytest.mark.parametrize(("E", "A", "words", "targets"), every_case(
    tied_table_gradient, but=["scores of 1e4", "a single place of 1e4"]))
def test_the_gradient_in_a_table_that_is_used_twice_is_a_measured_slope(E, A, words, targets):
    found = tied_table_gradient.tied_table_gradient(E, A, words, targets)
    assert check_gradient(lambda E: tied_loss(E, A, words, targets), E, found) < 1e-6
    with pytest.raises(AssertionError):
        check_gradient(lambda E: tied_loss(E, A, words, targets), E, 1.01 * found)


@pytest.mark.parametrize("seed", range(20))
def test_in_each_batch_words_come_more_than_once_and_lengths_differ(seed):
    for case in tied_table_gradient.EXERCISE.cases(seed)[:4]:
        _, _, words, targets = case.args
        read = words[targets != 0]
        assert len(read) > len(np.unique(read))
        assert len(set((targets != 0).sum(axis=1).tolist())) > 1
        assert (words[:, 1:] == targets[:, :-1]).all()


def capped_head(Q, K, V, c):
    A = Q @ K.T / np.sqrt(Q.shape[1])
    return share_slips.shares(c * np.tanh(A / c), share_slips.allowed(len(Q))) @ V


@pytest.mark.parametrize(("Q", "K", "V", "G", "c"), every_case(
    capped_head_gradients, but=["scores far beyond the cap", "a cap of 1e4"]))
def test_gradients_of_a_capped_head_are_measured_slopes(Q, K, V, G, c):
    dQ, dK = capped_head_gradients.capped_head_gradients(Q, K, V, G, c)
    assert check_gradient(lambda Q: np.sum(G * capped_head(Q, K, V, c)), Q, dQ) < 1e-6
    assert check_gradient(lambda K: np.sum(G * capped_head(Q, K, V, c)), K, dK) < 1e-6
    with pytest.raises(AssertionError):
        check_gradient(lambda K: np.sum(G * capped_head(Q, K, V, c)), K, dK + 1e-3)


def test_without_a_cap_it_is_the_library_s_head():
    Q, K, V, G, _ = capped_head_gradients.EXERCISE.cases(0)[0].args
    found = capped_head_gradients.capped_head_gradients(Q, K, V, G, 1e9)
    _, P = attend(Q, K, V, causal_mask(len(Q)))
    for one, other in zip(found, attend_gradients(Q, K, V, P, G)):
        assert np.allclose(one, other)


def test_a_single_place_and_scores_at_their_cap_have_no_slope():
    cases = {case.name: case for case in capped_head_gradients.EXERCISE.cases(0)}
    dQ, dK = capped_head_gradients.capped_head_gradients(*cases["a single place"].args)
    assert not dQ.any()
    assert not dK.any()
    _, dK = capped_head_gradients.capped_head_gradients(*cases["scores far beyond the cap"].args)
    assert dK[1].any()
    assert not np.delete(dK, 1, axis=0).any()


def block(X, P, A, B, C, eps):
    Z = X - X.mean(axis=1, keepdims=True)
    Z = Z / np.sqrt(X.var(axis=1, keepdims=True) + eps)
    return X + P @ Z @ A + np.maximum(Z @ B, 0) ** 2 @ C


@pytest.mark.parametrize(("X", "P", "A", "B", "C", "G", "eps"), every_case(two_branches_gradient))
def test_the_gradient_behind_two_branches_is_a_measured_slope(X, P, A, B, C, G, eps):
    found = two_branches_gradient.two_branches_gradient(X, P, A, B, C, G, eps)
    assert check_gradient(lambda X: np.sum(G * block(X, P, A, B, C, eps)), X, found) < 1e-6
    if len(X) > 1:
        wrong = branch_mistakes.past_the_normalisation(X, P, A, B, C, G, eps)
        with pytest.raises(AssertionError):
            check_gradient(lambda X: np.sum(G * block(X, P, A, B, C, eps)), X, wrong)


def heads_output(X, WQ, WK, WV, heads):
    K, V, mask = X @ WK, X @ WV, causal_mask(X.shape[1])
    return np.concatenate([attend(Q, K, V, mask)[0]
                           for Q in np.split(X @ WQ, heads, axis=2)], axis=2)


@pytest.mark.parametrize(("X", "WQ", "WK", "WV", "G", "heads"), every_case(shared_key_gradients))
def test_gradients_of_heads_that_share_their_keys_are_measured_slopes(X, WQ, WK, WV, G, heads):
    found = shared_key_gradients.shared_key_gradients(X, WQ, WK, WV, G, heads)
    W = [WQ, WK, WV]
    for k, slope in enumerate(found):
        def loss(A, k=k):
            return np.sum(G * heads_output(X, *W[:k], A, *W[k + 1:], heads))

        assert check_gradient(loss, W[k], slope) < 1e-6
        with pytest.raises(AssertionError):
            check_gradient(loss, W[k], 1.01 * slope)


def test_with_one_head_it_is_the_library_s_layer():
    X, WQ, WK, WV, G, _ = shared_key_gradients.EXERCISE.cases(0)[0].args
    n = X.shape[2]
    rng = np.random.default_rng(0)
    WQ, WK, WV = rng.normal(size=(3, n, n))
    G = rng.normal(size=X.shape)
    layer = SelfAttention(n, causal=True)
    into, out = layer.inner
    into.W, into.b = np.hstack([WQ, WK, WV]), np.zeros(3 * n)
    out.W, out.b = np.eye(n), np.zeros(n)
    into.dW, into.db, out.dW, out.db = (np.zeros_like(a) for a in (into.W, into.b, out.W, out.b))
    layer.forward(X)
    layer.backward(G)
    found = shared_key_gradients.shared_key_gradients(X, WQ, WK, WV, G, 1)
    assert np.allclose(np.hstack(found), into.dW)


@pytest.mark.parametrize(("_", "wrong"), share_slips.BACK)
def test_no_wrong_way_through_the_shares_is_the_right_one(_, wrong):
    rng = np.random.default_rng(0)
    P, dP = share_slips.shares(rng.normal(size=(5, 5)), share_slips.allowed(5)), rng.normal(
        size=(5, 5))
    assert not np.allclose(wrong(P, dP), share_slips.gradient_in_scores(P, dP))


# ---------------------------------------------------------------- the project

PROJECT = train_a_masked_head.EXERCISE


@pytest.fixture(scope="module")
def case():
    return PROJECT.cases(3)[0]


@pytest.fixture(scope="module")
def answered(case):
    with threadpool_limits(1):
        return train_a_masked_head.train_a_masked_head(*case.args)


def judged(case, value, seconds=1.0):
    return PROJECT.judge([case], [runner.Outcome(value, seconds=seconds)], "11.5")


def test_the_six_gradients_are_measured_slopes(case):
    words, start, _ = case.args
    words = words[:3]
    found = train_a_masked_head.gradients(start, words)

    def loss(k, part):
        parameters = [*start[:k], part, *start[k + 1:]]
        scores = head_gradients.scores(parameters, words[:, :-1])
        return cross_entropy(scores.reshape(-1, scores.shape[2]), words[:, 1:].ravel())

    for k, (part, slope) in enumerate(zip(start, found, strict=True)):
        assert check_gradient(lambda A, k=k: loss(k, A), part, slope) < 1e-5
    for one, other in zip(found, head_gradients.gradients(start, words), strict=True):
        assert np.allclose(one, other)


def test_the_second_half_follows_the_rule_that_the_judge_knows_and_the_case_does_not_tell(case):
    words, rule = case.args[0], case.truth
    k = len(rule.places)
    assert (words[:, k:] == rule.words[words[:, rule.places]]).all()
    assert sorted(rule.places) == list(range(k))
    there = wire.unpack_cases(wire.pack_cases([case]))[0]
    assert there.truth is None
    assert np.array_equal(there.args[0], words)
    assert len({size for part in case.args[1] for size in part.shape}) == 5


def test_each_goal_earns_a_quarter_and_speed_alone_earns_nothing(case, answered):
    gradients, trained = answered
    start = case.args[1]
    assert judged(case, answered).passed
    assert judged(case, answered, seconds=100).fraction == 0.75
    assert judged(case, (gradients, start), seconds=0.0).fraction == 0.25
    assert judged(case, (start, trained)).fraction == 0.5
    assert judged(case, (start, start), seconds=0.0).fraction == 0


def test_a_head_trained_on_another_rule_is_worth_nothing_here(case, answered):
    words, start, _ = case.args
    others = head_measures.Rule(case.truth.places[::-1], case.truth.words[::-1])
    elsewhere = train_a_masked_head.train_a_masked_head(
        others.sequences(np.random.default_rng(0), len(words)), start, 0)[1]
    assert judged(case, (answered[0], elsewhere)).fraction == 0.25


def test_it_looks_where_the_word_was_copied_from(case, answered):
    E, S, WQ, WK, *_ = answered[1]
    X = E[case.args[0][:, :-1]] + S
    A = (X @ WQ) @ (X @ WK).swapaxes(1, 2) / np.sqrt(WQ.shape[1])
    P = share_slips.shares(A, share_slips.allowed(len(S))).mean(axis=0)
    assert (P[len(case.truth.places) - 1:].argmax(axis=1) == case.truth.places).all()


def test_float32_and_lists_are_as_good(case, answered):
    single = [[part.astype(np.float32) for part in parts] for parts in answered]
    lists = [[part.tolist() for part in parts] for parts in answered]
    assert judged(case, single).passed
    assert judged(case, lists).passed


BAD = {
    "nothing": (lambda a: None, "Two lists were wanted"),
    "one list": (lambda a: a[0], "Two lists were wanted"),
    "five arrays": (lambda a: (a[0][:5], a[1]), "The gradients: a list of the six arrays E, S"),
    "no list": (lambda a: (a[0], a[1][0]), "The parameters: a list of the six"),
    "transposed": (lambda a: ([a[0][0].T, *a[0][1:]], a[1]), "The gradients: E must be"),
    "text": (lambda a: (a[0], [*a[1][:5], "U"]), "The parameters: U must be .* something else"),
    "complex": (lambda a: (a[0], [1j * part for part in a[1]]), "E must be an array of real"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_result_of_another_form_is_refused_in_words(case, answered, name):
    change, words = BAD[name]
    with pytest.raises(ValueError, match=words):
        head_measures.measure(case, change(answered))
    assert judged(case, change(answered)).status == "wrong"


def sentence_of(text):
    (found,) = [m.sentence for m in PROJECT.misconceptions if text in m.sentence]
    return found


@pytest.mark.parametrize("worst", [np.nan, np.inf, 1e300])
def test_numbers_that_are_not_finite_or_too_large_are_named(case, answered, worst):
    gradients, (E, *rest) = answered
    broken = [np.where(np.arange(len(E))[:, None] == 2, worst, E), *rest]
    verdict = judged(case, (gradients, broken))
    assert verdict.sentence == head_mistakes.WORSE
    assert verdict.fraction == 0.25
    verdict = judged(case, ([np.full_like(part, worst) for part in gradients], answered[1]))
    assert verdict.sentence == sentence_of(
        "Some of the six gradients are wrong" if worst == 1e300 else "hold nan or inf")


def test_a_wrong_way_back_is_named_even_where_its_training_reaches_the_goal(case):
    """Copying is so easy that it is learned with many a wrong gradient: so the gradients count."""
    with threadpool_limits(1):
        answer = head_mistakes.wrongly(way=head_gradients.changed(
            back=lambda P, dP: P * dP), steps=300, rate=0.3)(*case.args)
    verdict = judged(case, answer)
    assert "entry by entry" in verdict.sentence
    assert verdict.fraction < 1


OTHER_WAYS = {  # other sizes of the same mistakes, and what they are
    "uphill, faster": ({"rate": -0.5}, "the loss has grown"),
    "one of the two keys stands still": ({"frozen": (2,), "steps": 2}, "has made no step"),
    "few steps": ({"steps": 20, "rate": 0.1}, "not far enough"),
}


@pytest.mark.parametrize("name", OTHER_WAYS)
def test_a_mistake_is_known_in_other_sizes_too(case, name):
    change, words = OTHER_WAYS[name]
    assert words in judged(case, head_mistakes.wrongly(**change)(*case.args)).sentence
