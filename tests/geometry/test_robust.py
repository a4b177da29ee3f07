"""RANSAC: it finds what is true among what is false, by seed; samples, candidates, refinement."""

import numpy as np
import pytest

from mlp_lib import datasets
from mlp_lib.geometry import (
    apply,
    chance,
    compose,
    fit_affine,
    fit_homography,
    fit_rigid,
    fit_robust,
    fit_similarity,
    fit_translation,
    refine_homography,
    robust,
    samples,
    transfer_error,
    trials_needed,
)

KINDS = {
    "translation": (fit_translation, 1, samples.translations),
    "rigid": (fit_rigid, 2, samples.rigids),
    "similarity": (fit_similarity, 2, samples.similarities),
    "affine": (fit_affine, 3, samples.affines),
    "homography": (fit_homography, 4, samples.homographies),
}
TRUE = {
    "translation": [[1, 0, 30], [0, 1, -50], [0, 0, 1]],
    "rigid": [[0.8, -0.6, 30], [0.6, 0.8, -50], [0, 0, 1]],
    "similarity": [[1.6, -1.2, 30], [1.2, 1.6, -50], [0, 0, 1]],
    "affine": [[1.1, 0.3, 30], [-0.2, 0.7, -50], [0, 0, 1]],
    "homography": [[1.1, 0.3, 30], [-0.2, 0.7, -50], [2e-4, -3e-4, 1]],
}
BOX = ((0, 0), (800, 600))
every_kind = pytest.mark.parametrize("kind", KINDS)


def pairs(kind, seed, right=60, false=90, noise=0.5):
    """Pairs of which the first ``right`` are so, up to noise."""
    rng = np.random.default_rng(seed)
    src = rng.uniform(*BOX, (right + false, 2))
    dst = apply(TRUE[kind], src)
    dst[:right] += rng.normal(scale=noise, size=(right, 2))
    dst[right:] = rng.uniform(dst.min(axis=0), dst.max(axis=0), (false, 2))
    return src, dst


def grid(columns=40, rows=32):
    x, y = np.meshgrid(np.linspace(0, 799, columns), np.linspace(0, 639, rows))
    return np.c_[x.ravel(), y.ravel()]


# -- what it finds -------------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("seed", range(10))
def test_three_pairs_of_five_may_be_false(kind, seed):
    src, dst = pairs(kind, seed)
    H, inliers = fit_robust(src, dst, fit=KINDS[kind][0], rng=seed)
    assert inliers[:60].sum() >= 59
    assert inliers[60:].sum() <= 3
    points = np.random.default_rng(seed).uniform(*BOX, (200, 2))
    assert transfer_error(H, points, apply(TRUE[kind], points)).mean() < 0.5


@every_kind
def test_exact_pairs_give_the_exact_matrix(kind):
    src, dst = pairs(kind, 0, noise=0)
    H, inliers = fit_robust(src, dst, fit=KINDS[kind][0])
    np.testing.assert_allclose(H, TRUE[kind], rtol=1e-8, atol=1e-10)
    assert inliers[:60].all()


def test_a_view_from_very_near_is_found_as_well():
    src, H = pairs("homography", 0)[0], [[1.1, 0.3, 30], [-0.2, 0.7, -50], [1e-2, -1e-3, 1]]
    found, inliers = fit_robust(src, apply(H, src))
    np.testing.assert_allclose(found, H, rtol=1e-6)
    assert inliers.all()


@every_kind
def test_the_mask_is_that_of_the_matrix_and_the_matrix_that_of_the_mask(kind):
    src, dst = pairs(kind, 1)
    fit = KINDS[kind][0]
    H, inliers = fit_robust(src, dst, fit=fit, threshold=2.0)
    np.testing.assert_array_equal(inliers, transfer_error(H, src, dst) < 2)
    again = fit(src[inliers], dst[inliers])
    if kind == "homography":
        again = refine_homography(again, src[inliers], dst[inliers])
    np.testing.assert_allclose(H, again, rtol=1e-6, atol=1e-9)


def test_the_truth_of_the_wall_is_found_with_every_seed():
    src, dst = datasets.load_matches("graf")
    truth, points = datasets.load_ground_truth(), grid()
    for seed in range(20):
        H, inliers = fit_robust(src, dst, rng=seed)
        assert transfer_error(H, points, apply(truth, points)).mean() < 0.65
        assert abs(int(inliers.sum()) - 362) < 10


def test_one_half_of_the_street_agrees_with_every_seed():
    src, dst = datasets.load_matches("leuven")
    found = [fit_robust(src, dst, rng=seed) for seed in range(20)]
    first = found[0][0]
    for H, inliers in found:
        assert 124 < inliers.sum() < 132
        assert np.median(transfer_error(H, src[inliers], apply(first, src[inliers]))) < 1


def test_a_seed_gives_the_same_result_and_a_generator_is_taken_as_one():
    src, dst = datasets.load_matches("graf")
    H, inliers = fit_robust(src, dst, rng=3)
    for rng in (3, np.random.default_rng(3)):
        again, same = fit_robust(src, dst, rng=rng)
        np.testing.assert_array_equal(again, H)
        np.testing.assert_array_equal(same, inliers)


@pytest.mark.parametrize(("factor", "shift"), [(1e-4, 0), (1e5, 0), (1, 1e7)])
def test_the_unit_and_the_origin_do_not_matter(factor, shift):
    src, dst = pairs("homography", 2)
    _, inliers = fit_robust(src, dst)
    _, same = fit_robust(factor * src + shift, factor * dst + shift, threshold=3 * factor)
    np.testing.assert_array_equal(same, inliers)


@every_kind
def test_as_many_pairs_as_a_sample_has_are_enough(kind):
    fit, size, _ = KINDS[kind]
    src = np.array([[0, 0], [700, 20], [650, 500], [30, 550]])[:size]
    H, inliers = fit_robust(src, apply(TRUE[kind], src), fit=fit)
    assert inliers.all()
    assert transfer_error(H, src, apply(TRUE[kind], src)).max() < 1e-9


def test_a_pair_that_a_candidate_sends_to_infinity_does_not_agree():
    H = [[2, 0, 1], [0, 2, 3], [1, 0, -8]]
    src = np.array([[0, 0], [4, 0], [4, 4], [0, 4], [2, 1], [8, 3]])
    found, inliers = fit_robust(src, np.r_[apply(H, src[:5]), [[5, 5]]], threshold=0.1)
    np.testing.assert_allclose(found, np.array(H) / -8, atol=1e-9)
    assert inliers.tolist() == [True] * 5 + [False]


def test_small_batches_find_the_same_truth(monkeypatch):
    src, dst = pairs("homography", 0)
    whole = fit_robust(src, dst)[1]
    monkeypatch.setattr(robust, "SCORED", len(src))
    assert (fit_robust(src, dst)[1] != whole).sum() <= 2


# -- against pairs that agree on something else ---------------------------------------------


def against(kind, seed):
    """40 pairs with 1 px of noise under the true map, and 25 more."""
    rng = np.random.default_rng(seed)
    src = rng.uniform(*BOX, (65, 2))
    return rng, src, apply(TRUE[kind], src) + rng.normal(size=(65, 2))


def right_are_found(kind, src, dst, seed, right=40):
    _, inliers = fit_robust(src, dst, fit=KINDS[kind][0], rng=seed)
    return inliers[:right].mean() > 0.8


@every_kind
@pytest.mark.parametrize("width", [0.2, 1.0])
@pytest.mark.parametrize("turned", [False, True])
def test_a_crowd_of_targets_or_sources_does_not_beat_more_pairs(kind, width, turned):
    for seed in range(30):
        rng, src, dst = against(kind, seed)
        crowded = src if turned else dst
        crowded[40:] = rng.uniform((200, 200), (600, 400)) + rng.uniform(-width, width, (25, 2))
        assert right_are_found(kind, src, dst, seed), seed


@pytest.mark.parametrize("kind", ["similarity", "affine", "homography"])
def test_a_crowd_does_not_even_beat_fewer_pairs(kind):
    for seed in range(10):
        rng, src, dst = against(kind, seed)
        dst[30:] = rng.uniform((300, 200), (300.4, 200.4), (35, 2))
        assert right_are_found(kind, src, dst, seed, right=30), seed


@pytest.mark.parametrize("kind", ["rigid", "similarity", "affine", "homography"])
def test_fewer_pairs_that_agree_exactly_do_not_beat_more(kind):
    second = {"rigid": [[0.28, -0.96, 300], [0.96, 0.28, 150], [0, 0, 1]],
              "similarity": [[-0.6, 0.9, 300], [-0.9, -0.6, 450], [0, 0, 1]],
              "affine": [[0.7, -0.4, 200], [0.5, 0.9, 40], [0, 0, 1]],
              "homography": [[0.8, -0.2, 200], [0.3, 0.9, 40], [-3e-4, 1e-4, 1]]}[kind]
    for seed in range(30):
        _, src, dst = against(kind, seed)
        dst[40:] = apply(second, src[40:])
        assert right_are_found(kind, src, dst, seed), seed


@every_kind
def test_a_tight_threshold_finds_few_pairs_with_noise_near_it(kind):
    found = 0
    for seed in range(50):
        src, dst = pairs(kind, seed, right=10, false=19, noise=0.004)
        _, inliers = fit_robust(src, dst, fit=KINDS[kind][0], threshold=0.01, rng=seed)
        found += inliers[:10].sum() >= 8
    assert found >= 45


# -- no more than chance --------------------------------------------------------------------


@every_kind
@pytest.mark.parametrize("n", [8, 12, 30, 100])
def test_unrelated_pairs_are_refused_with_the_number_that_would_be_enough(kind, n):
    for seed in range(5):
        src, dst = np.random.default_rng([seed, n]).uniform(*BOX, (2, n, 2))
        with pytest.raises(ValueError, match=rf"no {kind} is found: \d+ of {n} pairs agree with "
                                             r"the best to 3 px, .* unrelated ones; at least \d+"):
            fit_robust(src, dst, fit=KINDS[kind][0], max_trials=1000, rng=seed)


def test_thirty_unrelated_pairs_need_seven_that_agree_and_right_ones_have_them():
    src, dst = np.random.default_rng(0).uniform(*BOX, (2, 30, 2))
    with pytest.raises(ValueError, match="at least 7 are needed"):
        fit_robust(src, dst)
    for seed in range(10):
        _, inliers = fit_robust(*pairs("homography", seed, right=8, false=22), rng=seed)
        assert inliers[:8].sum() >= 7


@pytest.mark.parametrize("name", ["graf", "leuven"])
def test_matches_with_shuffled_partners_are_refused(name):
    src, dst = datasets.load_matches(name)
    for seed in range(3):
        with pytest.raises(ValueError, match="no homography is found"):
            fit_robust(src, np.random.default_rng(seed).permutation(dst), max_trials=1000)


@every_kind
def test_one_exact_pair_more_than_fixes_the_map_is_no_chance(kind):
    fit, size, _ = KINDS[kind]
    src = np.array([[0, 0], [70, 2], [65, 50], [3, 55], [33, 21]])[: size + 1]
    dst = apply(TRUE[kind], src)
    assert fit_robust(src, dst, fit=fit)[1].all()
    assert fit_robust([*src, (40, 13)], [*dst, (900, 900)], fit=fit)[1].tolist() == (
        [True] * (size + 1) + [False])


@pytest.mark.parametrize("threshold", [1e3, 1e9])
def test_a_threshold_that_all_pairs_keep_is_too_wide(threshold):
    src, dst = pairs("affine", 0)
    with pytest.raises(ValueError, match=r"not even all would be enough.*a smaller threshold"):
        fit_robust(src, dst, fit=fit_affine, threshold=threshold)


def test_the_least_number_can_be_asked_for():
    src, dst = pairs("homography", 0, right=20, false=10)
    assert fit_robust(src, dst, least=18)[1].sum() >= 18
    with pytest.raises(ValueError, match="20 of 30 pairs agree with the best to 3 px; at least 25"):
        fit_robust(src, dst, least=25)
    unrelated = np.random.default_rng(0).uniform(*BOX, (2, 30, 2))
    assert fit_robust(*unrelated, least=0)[1].sum() < 7


def test_false_alarms_are_counted_over_all_choices():
    n, k, size, p = 7, np.array([5, 6]), 4, np.array([0.01, 0.02])
    wanted = [3 * 21 * 5 * 0.01, 3 * 7 * 15 * 0.02**2]
    np.testing.assert_allclose(np.exp(chance.log_alarms(n, k, size, p)), wanted)


# -- it stops early ------------------------------------------------------------------------


def drawn_samples(monkeypatch, src, dst, **options):
    counts, draw = [], samples.draw

    def counted(rng, n, size, count):
        counts.append(count if size == 4 else 0)     # not the swapped pairs
        return draw(rng, n, size, count)

    monkeypatch.setattr(samples, "draw", counted)
    fit_robust(src, dst, **options)
    return sum(counts)


def test_the_more_pairs_are_right_the_fewer_samples_are_drawn(monkeypatch):
    easy = drawn_samples(monkeypatch, *pairs("homography", 0, right=140, false=10))
    hard = drawn_samples(monkeypatch, *pairs("homography", 0, right=50, false=100))
    assert easy == robust.BATCH
    assert 300 < hard < 2000


@pytest.mark.parametrize("most", [70, 170])
def test_it_never_draws_more_than_it_may(monkeypatch, most):
    src, dst = pairs("homography", 0, right=0, false=150)
    assert drawn_samples(monkeypatch, src, dst, max_trials=most, least=4) == most


def test_few_pairs_are_drawn_without_replacement_which_needs_more_samples(monkeypatch):
    src, dst = pairs("homography", 0, right=5, false=5, noise=0)
    assert trials_needed(0.5, 4) < 200 < trials_needed(5 / 210, 1) < 300     # 4 of 5, of 10
    assert drawn_samples(monkeypatch, src, dst) == 300


@pytest.mark.parametrize(("ratio", "size", "confidence", "wanted"), [
    (0.5, 4, 0.99, 72), (0.5, 2, 0.99, 17), (0.7, 4, 0.99, 17), (1, 4, 0.999, 1),
    (0, 4, 0.999, np.inf), (0.5, 1, 0.5, 1)])
def test_the_number_of_trials_is_the_one_of_the_textbooks(ratio, size, confidence, wanted):
    assert trials_needed(ratio, size, confidence) == wanted


# -- samples and candidates ----------------------------------------------------------------


@pytest.mark.parametrize(("n", "size"), [(4, 4), (5, 4), (3, 2), (1, 1), (652, 4)])
def test_no_pair_stands_twice_in_a_sample_and_each_is_drawn_as_often(n, size):
    picks = samples.draw(np.random.default_rng(0), n, size, 20_000)
    assert picks.shape == (20_000, size)
    assert all(len(set(row)) == size for row in picks[:1000].tolist())
    for column in picks.T:
        counts = np.bincount(column, minlength=n)
        assert len(counts) == n
        assert np.abs(counts - 20_000 / n).max() < 6 * np.sqrt(20_000 / n)


@every_kind
def test_every_sample_of_true_pairs_fixes_the_true_matrix(kind):
    _, size, solve = KINDS[kind]
    src = np.random.default_rng(0).uniform(*BOX, (50, size, 2))
    dst = apply(TRUE[kind], src.reshape(-1, 2)).reshape(src.shape)
    Hs = solve(src, dst)
    assert len(Hs) == 50
    for H, points, wanted in zip(Hs, src, dst):
        assert transfer_error(H, points, wanted).max() < 1e-7


@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize(("kind", "points"), [
    ("rigid", [[3, 4], [3, 4]]), ("similarity", [[3, 4], [3, 4]]),
    ("affine", [[0, 0], [1, 2], [2, 4]]), ("affine", [[0, 0], [5, 1], [0, 0]]),
    ("affine", [[0, 0], [10, 0], [5, 5e-9]]),
    ("homography", [[0, 0], [1, 2], [2, 4], [5, 0]]),
    ("homography", [[5, 0], [0, 0], [1, 2], [2, 4]]),
    ("homography", [[0, 0], [.1, .3], [5, 0], [.2, .6]]),
    ("homography", [[0, 0], [5, 1], [0, 0], [1, 7]]),
])
def test_a_degenerate_sample_is_left_out_and_the_others_stay(kind, points, swap):
    sound = np.array([[0, 0], [9, 1], [8, 7], [1, 6.0]])[: len(points)]
    src, dst = np.array([sound, points]), np.array([sound, sound]) + 1
    Hs = KINDS[kind][2](*((dst, src) if swap else (src, dst)))
    assert Hs.shape == (1, 3, 3)


def test_a_thin_triangle_is_not_left_out():
    src = np.array([[[0, 0], [10, 0], [5, 1e-6]]])
    (H,) = samples.affines(src, 2 * src)
    np.testing.assert_allclose(apply(H, src[0]), 2 * src[0], atol=1e-12)


def test_each_sample_has_a_translation_of_its_own():
    src, dst = np.array([[[3, 4]], [[5, 7]]]), np.array([[[4, 6]], [[5, 8]]])
    np.testing.assert_array_equal(samples.translations(src, dst)[:, :2, 2], [[1, 2], [0, 1]])


def test_a_rigid_sample_turns_and_never_scales():
    src, dst = np.array([[[3, 4], [7, 4]]]), np.array([[[10, 0], [10, 8]]])      # twice as long
    (H,) = samples.rigids(src, dst)
    np.testing.assert_allclose(H, [[0, -1, 14], [1, 0, -1], [0, 0, 1]], atol=1e-12)


def test_a_sample_that_no_camera_sees_is_left_out():
    src = np.array([[[0, 0], [9, 0], [9, 9], [0, 9.0]]])
    crossed = src[:, [0, 2, 1, 3]]                   # one corner over the opposite side
    assert len(samples.homographies(src, crossed)) == 0
    assert len(samples.homographies(src, src * (1, -1))) == 1          # a mirror image is seen


# -- refinement ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
def test_refined_no_entry_can_be_changed_for_the_better(seed):
    src, dst = (part[:60] for part in pairs("homography", seed, noise=2))
    start = fit_homography(src, dst)
    H = refine_homography(start, src, dst)
    least = (transfer_error(H, src, dst) ** 2).sum()
    assert least < (transfer_error(start, src, dst) ** 2).sum()
    for k in range(8):
        slope = []
        for sign in (1, -1):
            other = H.copy().ravel()
            other[k] *= 1 + sign * 1e-6
            slope.append((transfer_error(other.reshape(3, 3), src, dst) ** 2).sum())
        assert min(slope) > least * (1 - 1e-12)


def test_refinement_finds_the_truth_from_a_poor_start():
    src, _ = pairs("homography", 0)
    H = compose([[1.05, 0.02, 15], [-0.03, 0.97, -9], [2e-5, 1e-5, 1]], TRUE["homography"])
    refined = refine_homography(H, src, apply(TRUE["homography"], src), steps=30)
    np.testing.assert_allclose(refined, TRUE["homography"], rtol=1e-7, atol=1e-9)


def test_refinement_never_makes_it_worse_and_keeps_what_is_exact():
    src, dst = pairs("homography", 4)
    H = fit_homography(src, dst)                     # false pairs and all
    for steps in (0, 1, 2, 5):
        refined = refine_homography(H, src, dst, steps=steps)
        assert (transfer_error(refined, src, dst) ** 2).sum() <= (
            transfer_error(H, src, dst) ** 2).sum() * (1 + 1e-9)
    for seed in (0, 10):                             # far starts, of which a first step is too long
        size = [[2, 2, 900], [2, 2, 900], [0.01, 0.01, 1]]
        far = TRUE["homography"] + size * np.random.default_rng(seed).normal(size=(3, 3))
        assert (transfer_error(refine_homography(far, src, dst, steps=1), src, dst) ** 2).sum() <= (
            transfer_error(far, src, dst) ** 2).sum() * (1 + 1e-9)
    exact = apply(TRUE["homography"], src)
    np.testing.assert_allclose(refine_homography(TRUE["homography"], src, exact),
                               TRUE["homography"], rtol=1e-9)


def test_refinement_of_collinear_points_is_no_crash():
    x = np.linspace(0, 100, 9)
    src = np.c_[x, 2 * x]
    refined = refine_homography(np.eye(3), src, src + 1)
    np.testing.assert_allclose(apply(refined, src), src + 1, atol=1e-6)


def test_refinement_moves_a_vanishing_line_through_the_middle_of_the_points():
    H = np.array([[1, 0.2, 3], [0.1, 1, 2], [1, 2, 0]])          # the mean of the points is on it
    src = np.array([[-3, -2], [3, 2], [-1, 2.5], [1, -2.5], [2, 3], [-2, -3.0]])
    start = H + np.array([[0, 0.01, 0], [0.02, 0, 0.01], [0, 0, 0.05]])
    found = refine_homography(start, src, apply(H, src), steps=50)
    np.testing.assert_allclose(apply(found, src), apply(H, src), atol=1e-9)
    assert np.linalg.norm(found) == pytest.approx(1)


# -- refusals ------------------------------------------------------------------------------


@every_kind
def test_too_few_pairs_are_refused(kind):
    fit, size, _ = KINDS[kind]
    src = np.ones((size - 1, 2))
    with pytest.raises(ValueError, match=rf"at least {size} pairs" if size > 1 else r"\(0, 2\)"):
        fit_robust(src, src, fit=fit)


@pytest.mark.parametrize(("fit", "points", "message"), [
    (fit_homography, np.c_[np.arange(30), 2 * np.arange(30)], "all 30 are on one line"),
    (fit_homography, np.full((30, 2), 7), r"all 30 in src are \(7, 7\)"),
    (fit_affine, np.c_[np.arange(30), 2 * np.arange(30)], "all 30 are on one line"),
    (fit_similarity, np.full((30, 2), 7), r"all 30 in src are \(7, 7\)"),
    (fit_rigid, np.full((30, 2), 7), r"all 30 in src are \(7, 7\)"),
])
def test_points_that_are_degenerate_as_a_whole_are_refused_by_name(fit, points, message):
    dst = np.random.default_rng(0).uniform(*BOX, (30, 2))
    with pytest.raises(ValueError, match=message):
        fit_robust(points, dst, fit=fit, max_trials=200)


def test_samples_that_are_all_degenerate_are_said_to_be():
    src = np.array([[0, 0], [9, 0], [9, 9], [0, 9.0]])
    with pytest.raises(ValueError, match="each of 5000 samples of the 4 pairs was degenerate"):
        fit_robust(src, src[[0, 2, 1, 3]])


@pytest.mark.parametrize("change", [
    {"threshold": 0}, {"threshold": -1}, {"threshold": np.nan}, {"confidence": 0},
    {"confidence": 1}, {"confidence": np.nan}, {"max_trials": 0}])
def test_a_parameter_out_of_its_range_is_refused(change):
    with pytest.raises(ValueError, match=r"threshold > 0, confidence in \(0, 1\).*; got"):
        fit_robust(*pairs("affine", 0), **change)


@pytest.mark.parametrize("change", [(-0.1, 4, 0.9), (1.1, 4, 0.9), (0.5, 0, 0.9), (0.5, 4, 0),
                                    (0.5, 4, 1)])
def test_trials_of_nothing_sensible_are_refused(change):
    with pytest.raises(ValueError, match=r"inlier_ratio in \[0, 1\].*; got"):
        trials_needed(*change)


def test_another_fit_is_refused_with_the_names_there_are():
    with pytest.raises(ValueError, match=r"fit_translation, fit_rigid.*fit_homography; got"):
        fit_robust(*pairs("affine", 0), fit=np.linalg.lstsq)


def test_what_is_not_finite_and_what_goes_to_infinity_is_refused():
    src, dst = pairs("homography", 0)
    with pytest.raises(ValueError, match="finite dst"):
        fit_robust(src, np.where(src == src[5], np.nan, dst))
    with pytest.raises(ValueError, match="sent to infinity"):
        refine_homography([[1, 0, 0], [0, 1, 0], [1, 0, -src[7, 0]]], src, dst)
