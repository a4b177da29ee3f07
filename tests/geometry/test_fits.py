"""Transformations of the plane: laws, known answers, and every refusal with its cause."""

import numpy as np
import pytest

from mlp_lib import geometry
from mlp_lib.geometry import (
    apply,
    compose,
    dlt_matrix,
    fit_affine,
    fit_homography,
    fit_rigid,
    fit_similarity,
    fit_translation,
    inverse,
    normalisation,
    transfer_error,
)
from mlp_lib.geometry.points import cancellation, off_the_line

FITS = {  # name: (fit, fewest pairs)
    "translation": (fit_translation, 1), "rigid": (fit_rigid, 2), "similarity": (fit_similarity, 2),
    "affine": (fit_affine, 3), "homography": (fit_homography, 4),
}
SEEDS = range(20)
SQUARE = np.array([[0, 0], [100, 0], [100, 80], [0, 80]], float)
SINGULAR = np.array([[1, 2, 3], [2, 4, 6], [0, 0, 1.0]])

every_fit = pytest.mark.parametrize("kind", FITS)
every_seed = pytest.mark.parametrize("seed", SEEDS)


def true_transformation(kind, rng):
    """A random one that keeps the points of an 800 x 600 picture in front of the camera."""
    angle, scale = rng.uniform(-np.pi, np.pi), rng.uniform(0.5, 2)
    c, s = np.cos(angle), np.sin(angle)
    scale = scale if kind != "rigid" else 1
    H = np.array([[scale * c, -scale * s, 0], [scale * s, scale * c, 0], [0, 0, 1]])
    if kind == "translation":
        H = np.eye(3)
    if kind in ("affine", "homography"):
        H[:2, :2] += rng.uniform(-0.2, 0.2, (2, 2))
    if kind == "homography":
        H[2, :2] = rng.uniform(-4e-4, 4e-4, 2)
    H[:2, 2] = rng.uniform(-300, 300, 2)
    return H


def drawn(n, rng):
    return rng.uniform((0, 0), (800, 600), (n, 2))


def noisy(kind, seed, n=25):
    rng = np.random.default_rng(seed)
    src = drawn(n, rng)
    return src, apply(true_transformation(kind, rng), src) + rng.normal(size=(n, 2))


def lines_cross(points):
    """Unit directions of the lines through points 0 1 and points 2 3."""
    a, b = points[1] - points[0], points[3] - points[2]
    return a / np.linalg.norm(a), b / np.linalg.norm(b)


# -- fits: what is known, and what must not matter -----------------------------------------


@every_fit
@every_seed
@pytest.mark.parametrize("n", [12, 300])
def test_exact_points_give_back_the_true_matrix(kind, seed, n):
    rng = np.random.default_rng(seed)
    true, src = true_transformation(kind, rng), drawn(n, rng)
    H = FITS[kind][0](src, apply(true, src))
    np.testing.assert_allclose(H, true, rtol=1e-9, atol=1e-9 * np.abs(true).max(axis=1).min())
    assert transfer_error(H, src, apply(true, src)).max() < 1e-9


@every_fit
@every_seed
def test_as_few_points_as_degrees_of_freedom_ask_for_are_mapped_exactly(kind, seed):
    rng = np.random.default_rng(seed)
    fit, fewest = FITS[kind]
    src = SQUARE[:fewest] + rng.uniform(-20, 20, (fewest, 2))
    dst = apply(true_transformation(kind, rng), src)
    assert transfer_error(fit(src, dst), src, dst).max() < 1e-9


@every_seed
def test_four_points_go_to_any_four_points(seed):
    rng = np.random.default_rng(seed)
    src, dst = (SQUARE + rng.uniform(-30, 30, (4, 2)) for _ in range(2))
    assert transfer_error(fit_homography(src, dst), src, dst).max() < 1e-9


@every_fit
def test_the_order_of_the_pairs_does_not_matter(kind):
    src, dst = noisy(kind, 0)
    order = np.random.default_rng(1).permutation(len(src))
    fit = FITS[kind][0]
    np.testing.assert_allclose(fit(src[order], dst[order]), fit(src, dst), rtol=1e-9, atol=1e-12)


@every_fit
@pytest.mark.parametrize(("factor", "shift"), [(1e-3, (0, 0)), (1e4, (0, 0)), (1, (5e3, -2e4))])
def test_scaling_and_shifting_both_pictures_changes_the_fit_likewise(kind, factor, shift):
    src, dst = noisy(kind, 0)
    S = np.array([[factor, 0, shift[0]], [0, factor, shift[1]], [0, 0, 1]])
    fit = FITS[kind][0]
    moved = fit(apply(S, src), apply(S, dst))
    back = compose(inverse(S), moved, S)
    np.testing.assert_allclose(apply(back, src), apply(fit(src, dst), src), atol=1e-7)


@every_fit
@every_seed
def test_no_matrix_near_the_fit_of_noisy_points_is_better(kind, seed):
    src, dst = noisy(kind, seed)
    H = FITS[kind][0](src, dst)
    if kind == "homography":                         # least algebraic error: see refine_homography
        H = geometry.refine_homography(H, src, dst, steps=30)
    least = (transfer_error(H, src, dst) ** 2).sum()
    rng = np.random.default_rng(seed)
    for _ in range(10):
        other = compose(true_transformation(kind, rng), inverse(true_transformation(kind, rng)))
        step = compose(np.eye(3) + 1e-3 * (other / other[2, 2] - np.eye(3)), H)
        step = FITS[kind][0](src, apply(step, src))  # back into the class, for the rotations
        assert (transfer_error(step, src, dst) ** 2).sum() > least


def test_the_affine_fit_is_that_of_the_normal_equations_as_printed():
    src, dst = noisy("affine", 3)
    zero, one = np.zeros(len(src)), np.ones(len(src))
    (x, y), rows = src.T, []
    for pair in zip(np.c_[x, y, one, zero, zero, zero], np.c_[zero, zero, zero, x, y, one]):
        rows += pair
    A, b = np.array(rows), dst.ravel()
    h = np.linalg.solve(A.T @ A, A.T @ b)
    np.testing.assert_allclose(fit_affine(src, dst)[:2].ravel(), h, rtol=1e-8)


def test_a_positive_angle_turns_from_x_to_y_which_is_clockwise_as_y_points_down():
    H = fit_rigid([[0, 0], [1, 0]], [[0, 0], [0, 1]])
    np.testing.assert_allclose(H, [[0, -1, 0], [1, 0, 0], [0, 0, 1]], atol=1e-15)


@every_seed
def test_affine_data_give_an_affine_homography(seed):
    rng = np.random.default_rng(seed)
    src = drawn(30, rng)
    H = fit_homography(src, apply(true_transformation("affine", rng), src))
    np.testing.assert_allclose(H[2], [0, 0, 1], atol=1e-12)


@pytest.mark.parametrize(("lower", "higher"), [
    ("translation", "rigid"), ("rigid", "similarity"), ("similarity", "affine"),
    ("affine", "homography")])
def test_each_step_of_the_ladder_holds_the_one_below(lower, higher):
    rng = np.random.default_rng(5)
    true, src = true_transformation(lower, rng), drawn(20, rng)
    np.testing.assert_allclose(FITS[higher][0](src, apply(true, src)), true, rtol=1e-9, atol=1e-9)


@every_fit
@every_seed
def test_what_each_transformation_preserves(kind, seed):
    rng = np.random.default_rng(seed)
    H = FITS[kind][0](*noisy(kind, seed))
    a, b, c = drawn(3, rng)
    line = np.array([a, b, 0.3 * a + 0.7 * b])
    p, q = lines_cross(apply(H, line)[[0, 1, 1, 2]])
    assert abs(np.cross([*p, 0], [*q, 0])[2]) < 1e-9                     # straight
    parallel = np.array([a, b, c, c + (b - a)])
    p, q = lines_cross(apply(H, parallel))
    angle = abs(np.cross([*p, 0], [*q, 0])[2])
    assert (angle < 1e-9) == (kind != "homography")
    p, q = lines_cross(np.array([a, b, a, c]))
    r, s = lines_cross(apply(H, [a, b, a, c]))
    assert (abs(p @ q - r @ s) < 1e-9) == (kind not in ("affine", "homography"))
    length = np.linalg.norm(np.subtract(*apply(H, [a, b]))) / np.linalg.norm(a - b)
    assert (abs(length - 1) < 1e-9) == (kind in ("translation", "rigid"))


@every_seed
def test_a_rotation_is_one_even_for_points_that_a_mirror_would_fit_better(seed):
    rng = np.random.default_rng(seed)
    src = drawn(9, rng)
    dst = src * (1, -1) + rng.normal(scale=20, size=src.shape)
    R = fit_rigid(src, dst)[:2, :2]
    np.testing.assert_allclose(R.T @ R, np.eye(2), atol=1e-12)
    assert np.linalg.det(R) > 0
    assert np.linalg.det(fit_similarity(src, dst)) > 0


@pytest.mark.parametrize("kind", ["list", "integers", "float32", "read-only", "strided"])
def test_points_come_in_many_forms_and_are_left_alone(kind):
    src = np.array([[0, 0], [100, 7], [110, 80], [3, 90], [50, 41]])
    dst = src * 2 + (10, 20)
    wide = np.repeat(src, 2, axis=0)
    form = {"list": src.tolist(), "integers": src, "float32": src.astype(np.float32),
            "read-only": src.astype(float), "strided": wide[::2]}[kind]
    if kind == "read-only":
        form.setflags(write=False)
    np.testing.assert_allclose(fit_homography(form, dst), [[2, 0, 10], [0, 2, 20], [0, 0, 1]],
                               atol=1e-9)
    np.testing.assert_array_equal(form, src)


# -- the matrix of the DLT, and normalisation ----------------------------------------------


def test_the_dlt_matrix_is_as_printed():
    x, y, X, Y = 2, 3, 5, 7
    np.testing.assert_array_equal(dlt_matrix([[x, y]], [[X, Y]]), [
        [x, y, 1, 0, 0, 0, -X * x, -X * y, -X], [0, 0, 0, x, y, 1, -Y * x, -Y * y, -Y]])


def test_the_true_homography_is_in_its_null_space():
    rng = np.random.default_rng(0)
    H, src = true_transformation("homography", rng), drawn(7, rng)
    A = dlt_matrix(src, apply(H, src))
    assert A.shape == (14, 9)
    assert np.abs(A @ H.ravel()).max() < 1e-8
    assert np.linalg.svd(A)[1][7] > 1e-3


def test_normalised_points_have_the_mean_zero_and_the_mean_distance_root_two():
    points = drawn(40, np.random.default_rng(0)) + 1000
    q = apply(normalisation(points), points)
    np.testing.assert_allclose(q.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(np.hypot(*q.T).mean(), np.sqrt(2))


def test_normalisation_takes_points_alone():
    T = normalisation([[0, 0], [2, 0]])
    np.testing.assert_allclose(T, np.sqrt(2) * np.array([[1, 0, -1], [0, 1, 0], [0, 0, 0.5**0.5]]))
    with pytest.raises(ValueError, match=r"need points of shape \(N, 2\).*got \(2, 4\)"):
        normalisation(SQUARE.T)


def test_points_nearer_than_any_float_can_scale_up_count_as_one():
    points = drawn(9, np.random.default_rng(0))
    for scale in (1e-310, 1e-60):
        with pytest.raises(ValueError, match="need different points; all 9 in src are"):
            fit_homography(scale * points, points)
    near = 1e-40 * points
    np.testing.assert_allclose(apply(fit_similarity(near, points), near), points, rtol=1e-9)


def test_normalisation_saves_three_digits():
    lost = []
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        H, src = true_transformation("homography", rng), drawn(25, rng)
        dst = apply(H, src)
        good, bare = (fit_homography(src, dst, normalise=way) for way in (True, False))
        lost.append(transfer_error(bare, src, dst).max() / transfer_error(good, src, dst).max())
    assert np.median(lost) > 1e3


def test_without_normalisation_exact_points_still_give_the_matrix():
    rng = np.random.default_rng(1)
    H, src = true_transformation("homography", rng), drawn(30, rng)
    bare = fit_homography(src, apply(H, src), normalise=False)
    np.testing.assert_allclose(apply(bare, src), apply(H, src), atol=1e-5)


def assert_of_norm_one(H, true):
    assert np.linalg.norm(H) == pytest.approx(1)
    true = true / np.linalg.norm(true)
    np.testing.assert_allclose(H * np.sign((H * true).sum()), true, atol=1e-6)


def test_a_homography_that_sends_the_origin_to_infinity_has_the_norm_one():
    src = [(-1, -1), (-2, -2), (-1, 1), (-2, 2), (-1, 0)]
    dst = [(0, -1), (-1, -1), (0, 0), (-1, 0), (0, -0.5)]
    assert_of_norm_one(fit_homography(src, dst), np.array([[2, 0, 2], [0.5, 0.5, 0], [-1, 0, 0]]))


@every_seed
@pytest.mark.parametrize("unit", [1e-3, 1, 1e3])
def test_of_each_way_to_a_homography_without_its_last_entry_the_norm_is_one(seed, unit):
    rng = np.random.default_rng(seed)
    H = np.array([[1, 0.2, 300 * unit], [0.1, 1, 200 * unit],
                  [*rng.uniform(1e-3, 2e-3, 2) / unit, 0]])
    src = rng.uniform(100 * unit, 500 * unit, (10, 2))
    dst = apply(H, src)
    for found in (fit_homography(src, dst), geometry.refine_homography(H, src, dst),
                  geometry.fit_robust(src, dst, threshold=unit)[0]):
        np.testing.assert_allclose(apply(found, src), dst, rtol=1e-6)
        assert np.linalg.norm(found) == pytest.approx(1)


def test_a_last_entry_that_is_small_in_the_unit_of_the_points_is_one():
    H = np.array([[1, 0.2, 300], [0.1, 1, 200], [1e-3, 2e-3, 1e-6]])
    src = drawn(10, np.random.default_rng(0)) + 100
    np.testing.assert_allclose(fit_homography(src, apply(H, src)), H / 1e-6, rtol=1e-6)


# -- matrices ------------------------------------------------------------------------------


@every_seed
def test_the_inverse_undoes(seed):
    rng = np.random.default_rng(seed)
    H, points = true_transformation("homography", rng), drawn(20, rng)
    np.testing.assert_allclose(apply(inverse(H), apply(H, points)), points, rtol=1e-10, atol=1e-9)
    np.testing.assert_allclose(compose(H, inverse(H)), np.eye(3), atol=1e-9)


@every_seed
def test_to_compose_is_to_apply_the_last_first(seed):
    rng = np.random.default_rng(seed)
    A, B, C = (true_transformation("affine", rng) for _ in range(3))
    points = drawn(20, rng)
    np.testing.assert_array_equal(compose(A, B), A @ B)
    np.testing.assert_allclose(apply(compose(A, B, C), points),
                               apply(A, apply(B, apply(C, points))), rtol=1e-9, atol=1e-9)


def test_small_whole_numbers_do_not_overflow():
    H = np.diag([100, 100, 1]).astype(np.int8)
    np.testing.assert_array_equal(compose(H, H), np.diag([10_000, 10_000, 1]))


@every_seed
@pytest.mark.parametrize("factor", [-1, 1e-8, 3e9])
def test_a_factor_changes_nothing(seed, factor):
    rng = np.random.default_rng(seed)
    H, points = true_transformation("homography", rng), drawn(20, rng)
    other = drawn(20, rng)
    np.testing.assert_allclose(apply(factor * H, points), apply(H, points), rtol=1e-12, atol=1e-9)
    np.testing.assert_allclose(transfer_error(factor * H, points, other, symmetric=True),
                               transfer_error(H, points, other, symmetric=True), rtol=1e-9)
    np.testing.assert_allclose(apply(inverse(factor * H), points), apply(inverse(H), points),
                               rtol=1e-9, atol=1e-9)


def test_the_transfer_error_is_a_distance_in_pixels():
    H = np.diag([2, 2, 1.0])
    np.testing.assert_allclose(transfer_error(H, [[1, 1], [0, 0]], [[5, 6], [0, 0]]), [5, 0])
    np.testing.assert_allclose(transfer_error(H, [[1, 1]], [[5, 6]], symmetric=True),
                               np.hypot(5, 2.5))


@pytest.mark.parametrize("H", [
    np.eye(3), np.diag([1e-6, 1e6, 1]), [[1, 0, 1e9], [0, 1, -1e9], [0, 0, 1]],
    [[0, 1, 0], [0, 0, 1], [1, 0, 0]]])
def test_a_sound_matrix_is_not_called_singular(H):
    H = np.array(H)
    np.testing.assert_allclose(compose(inverse(H), H), np.eye(3), atol=1e-6)


@pytest.mark.parametrize("H", [
    SINGULAR, 1e-7 * SINGULAR, np.ones((3, 3)), np.arange(9.0).reshape(3, 3),
    np.outer([1, 2, 3], [0.1, 0.7, 0.3]) + np.outer([3, 1, 2], [0.6, 0.1, 0.9])])
def test_a_singular_matrix_is_not_inverted(H):
    with pytest.raises(ValueError, match=r"H is singular.*onto a line or a point"):
        inverse(H)


def test_scaling_rows_or_columns_does_not_change_what_is_left_of_the_determinant():
    H = np.random.default_rng(0).normal(size=(3, 3))
    scaled = np.diag([1e5, 1, 1e-3]) @ H @ np.diag([1, 1e-4, 10])
    assert cancellation(scaled) == pytest.approx(cancellation(H))
    assert cancellation(np.eye(3)) == 1
    assert cancellation(np.ones((3, 3))) == 0


# -- refusals, each with its cause ---------------------------------------------------------


@every_fit
def test_too_few_pairs_are_refused(kind):
    fit, fewest = FITS[kind]
    src = SQUARE[: fewest - 1]
    wanted = rf"at least {fewest} pairs of points; got {fewest - 1}" if fewest > 1 else r"\(0, 2\)"
    with pytest.raises(ValueError, match=wanted):
        fit(src, src)


@every_fit
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e60])
@pytest.mark.parametrize("name", ["src", "dst"])
def test_a_number_that_is_not_finite_is_refused_with_its_place(kind, value, name):
    points = {"src": SQUARE.copy(), "dst": SQUARE.copy()}
    points[name][2, 1] = value
    with pytest.raises(ValueError, match=rf"need finite {name} .*number 2 is \(100, "):
        FITS[kind][0](**points)


@every_fit
@pytest.mark.parametrize(("src", "dst", "message"), [
    (SQUARE.T, SQUARE.T, r"src of shape \(N, 2\).*got \(2, 4\)"),
    (SQUARE, SQUARE[:3], r"got 4 in src and 3 in dst"),
    (SQUARE, SQUARE[0], r"dst of shape \(N, 2\).*got \(2,\)"),
    (np.zeros((0, 2)), np.zeros((0, 2)), r"got \(0, 2\)"),
])
def test_a_wrong_shape_is_refused(kind, src, dst, message):
    with pytest.raises(ValueError, match=message):
        FITS[kind][0](src, dst)


@pytest.mark.parametrize("kind", ["rigid", "similarity", "affine", "homography"])
@pytest.mark.parametrize("swap", [False, True])
def test_points_that_are_all_the_same_are_refused(kind, swap):
    src, dst = np.full((5, 2), (3.0, 4.0)), drawn(5, np.random.default_rng(0))
    pairs = (dst, src) if swap else (src, dst)
    with pytest.raises(ValueError, match=rf"all 5 in {'dst' if swap else 'src'} are \(3, 4\)"):
        FITS[kind][0](*pairs)


@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize("offset", [0, 1e6])
@pytest.mark.parametrize(("kind", "points", "message"), [
    ("affine", [[0, 0], [5, 5], [5, 5], [0, 0]], r"needs 3 different points.*only 2 different"),
    ("affine", [[0, 0], [1, 2], [2, 4], [3, 6]], r"not on one line.*all 4 are on one line"),
    ("affine", np.outer([-3.3, -.7, .4, 1.3, 2.3], [.3, .7]), r"all 5 are on one line"),
    ("homography", [[0, 0], [9, 1], [9, 1], [4, 7]], r"4 different points.* only 3 different"),
    ("homography", [[0, 0], [1, 2], [2, 4], [3, 6]], r"all 4 are on one line"),
    ("homography", [[0, 0], [1, 2], [2, 4], [9, 1]], r"all but .* are on one line"),
    ("homography", [[0, 0], [.3, .9], [.1, .3], [.7, 2.1], [.2, .6]], r"all 5 are on one line"),
])
def test_degenerate_points_are_refused_by_name(kind, points, message, offset, swap):
    src = np.array(points) + offset
    dst = drawn(len(src), np.random.default_rng(1))
    pairs, name = ((dst, src), "dst") if swap else ((src, dst), "src")
    with pytest.raises(ValueError, match=message) as caught:
        FITS[kind][0](*pairs)
    assert f" {name}" in str(caught.value)


@pytest.mark.parametrize("offset", [0, 1e6])
@pytest.mark.parametrize("fit", [fit_affine, fit_homography])
def test_a_line_that_goes_to_a_line_is_refused(fit, offset):
    along = np.array([-3.3, -.7, .4, 1.3, 2.3])
    with pytest.raises(ValueError, match="all 5 are on one line"):
        fit(np.outer(along, [.3, .7]) + offset, np.outer(along, [.9, -.4]) + offset)


@pytest.mark.parametrize("kind", ["affine", "homography"])
@pytest.mark.parametrize("far", [0, 1e4])
def test_pairs_whose_best_fit_is_flat_are_refused_though_each_side_is_sound(kind, far):
    x, y, u, v = np.array([f(turns * np.arange(8) * np.pi / 4)             # uncorrelated
                           for turns in (1, 3) for f in (np.cos, np.sin)])
    for dst in ([u, v], [u, y], [x, v], [u, x + y], [x + u, x - 2 * u]):
        with pytest.raises(ValueError, match=rf"these 8 pairs .* do not determine an? {kind}"):
            FITS[kind][0](np.c_[x, y] + far, np.transpose(dst) - far)


@pytest.mark.parametrize("unit", [1e-9, 1, 1e9])
def test_the_unit_does_not_decide_which_points_are_off_a_line(unit):
    points = unit * np.array([[0, 0], [1, 2], [2, 4], [3, 6], [9, 1]])
    np.testing.assert_array_equal(off_the_line(points), points[4:])
    assert len(off_the_line(points[:4])) == 0


def test_a_line_and_one_more_point_are_refused():
    src = [[9, 1], [0, 0], [1, 2], [2, 4], [3, 6], [4, 8]]
    with pytest.raises(ValueError, match=r"of those in src, all but \(9, 1\) are on one line"):
        fit_homography(src, drawn(6, np.random.default_rng(1)))


@pytest.mark.parametrize("height", [1e-3, 1.0])
def test_points_that_are_nearly_on_a_line_are_still_fitted(height):
    src = np.array([[0, 0], [500, height], [1000, 0], [400, 700]])
    H = true_transformation("homography", np.random.default_rng(0))
    dst = apply(H, src)
    assert transfer_error(fit_homography(src, dst), src, dst).max() < 1e-6


def test_a_repeated_pair_among_enough_others_is_no_harm():
    rng = np.random.default_rng(0)
    H, src = true_transformation("homography", rng), drawn(5, rng)[[0, 1, 2, 3, 4, 4, 0]]
    np.testing.assert_allclose(fit_homography(src, apply(H, src)), H, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize("fit", [fit_rigid, fit_similarity])
def test_a_mirrored_square_has_no_best_rotation(fit):
    with pytest.raises(ValueError, match=r"no rotation of src fits dst better.*mirror"):
        fit([[1, 1], [-1, 1], [-1, -1], [1, -1]], [[1, -1], [-1, -1], [-1, 1], [1, 1]])


@pytest.mark.parametrize("fit", [fit_rigid, fit_similarity])
@pytest.mark.parametrize("far", [(3e8, 0), (0, 3e8), (0, 0)])
@pytest.mark.parametrize("swap", [False, True])
def test_a_mirrored_square_far_away_is_known_in_spite_of_rounding(fit, far, swap):
    square = np.array([[.1, .1], [-.1, .1], [-.1, -.1], [.1, -.1]])
    pairs = square, 0.3 * square * (1, -1) + np.array(far) / 3
    with pytest.raises(ValueError, match="no rotation of src fits dst better"):
        fit(*(pairs[::-1] if swap else pairs))


def test_a_point_that_goes_to_infinity_is_named():
    H = [[1, 0, 0], [0, 1, 0], [0.01, 0, -1]]
    with pytest.raises(ValueError, match=r"point 1, \(100, 7\), is sent to infinity"):
        apply(H, [[50, 3], [100, 7], [120, 8]])
    with pytest.raises(ValueError, match="infinity"):
        transfer_error(H, [[100, 7]], [[0, 0]])


@pytest.mark.parametrize("factor", [1e-9, 1, 1e9])
@pytest.mark.parametrize(("row", "point"), [
    ([.1, .2, -1.7], (3, 7)), ([.1, -.3, .001], (3000.29, 1000.1))])
def test_rounding_brings_no_point_back_from_infinity(factor, row, point):
    assert np.dot(row, (*point, 1)) != 0
    with pytest.raises(ValueError, match=r"point 0, .* is sent to infinity"):
        apply(factor * np.array([[1, 0, 0], [0, 1, 0], row]), [point])


@pytest.mark.parametrize(("H", "message"), [
    (np.eye(2), r"H of shape \(3, 3\); got \(2, 2\)"), (np.zeros((3, 3)), "all zeros"),
    (np.diag([1, np.nan, 1]), "finite H"), (np.eye(3)[None], r"got \(1, 3, 3\)"),
    (1e60 * np.eye(3), "finite H below 1e.50"),
])
def test_a_wrong_matrix_is_refused(H, message):
    for use in (lambda H: apply(H, SQUARE), inverse, compose, lambda H: compose(np.eye(3), H)):
        with pytest.raises(ValueError, match=message):
            use(H)


def test_nothing_is_not_composed():
    with pytest.raises(ValueError, match="at least one matrix"):
        compose()


def test_the_one_door_names_all_that_it_opens():
    assert sorted(geometry.__all__) == sorted(set(geometry.__all__))
    for name in geometry.__all__:
        assert getattr(geometry, name).__doc__
