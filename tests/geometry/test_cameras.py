"""Calibration from planes and the geometry of two views, on cameras that are known."""

import numpy as np
import pytest

from mlp_lib import datasets
from mlp_lib.geometry import (
    apply,
    calibrate,
    epipolar_lines,
    fit_fundamental,
    fit_homography,
    fit_robust,
)

K = np.array([[820, 1.5, 410], [0, 790, 290], [0, 0, 1.0]])


def rotation(vector):
    """Turn about a vector by its length, in radians."""
    x, y, z = vector
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = np.linalg.norm(vector)
    return (np.eye(3) + np.sin(angle) / angle * cross
            + (1 - np.cos(angle)) / angle**2 * cross @ cross)


def views(n, seed, camera=K):
    """Homographies of a plane seen by a camera, each with another factor."""
    rng = np.random.default_rng(seed)
    poses = [np.c_[rotation(rng.uniform(-0.6, 0.6, 3))[:, :2], [*rng.uniform(-9, 9, 2), 60]]
             for _ in range(n)]
    return [rng.uniform(0.1, 5) * rng.choice([-1, 1]) * camera @ pose for pose in poses]


def two_views(seed, n=40):
    """A scene in both pictures of a camera that moved: (src, dst, true F)."""
    rng = np.random.default_rng(seed)
    R, t = rotation(rng.uniform(-0.2, 0.2, 3)), np.array([2, 0.3, 0.4])
    points = rng.uniform((-5, -4, 8), (5, 4, 20), (n, 3))
    (x, y, z), (u, v, w) = (points @ K.T).T, ((points @ R.T + t) @ K.T).T
    cross = np.array([[0, -t[2], t[1]], [t[2], 0, -t[0]], [-t[1], t[0], 0]])
    F = np.linalg.inv(K).T @ cross @ R @ np.linalg.inv(K)
    return np.c_[x / z, y / z], np.c_[u / w, v / w], F / np.linalg.norm(F)


def distances(F, src, dst):
    return np.abs((epipolar_lines(F, src) * np.c_[dst, np.ones(len(dst))]).sum(axis=1))


# -- calibration ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("n", [3, 8])
def test_exact_views_give_the_camera(seed, n):
    np.testing.assert_allclose(calibrate(views(n, seed)), K, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("unit", [1e-3, 1e3])
def test_the_unit_on_the_plane_does_not_matter(unit):
    Hs = [H @ np.diag([unit, unit, 1]) for H in views(4, 0)]
    np.testing.assert_allclose(calibrate(Hs), K, rtol=1e-6, atol=1e-6)


def test_views_of_a_board_with_noise_give_nearly_the_camera():
    rng = np.random.default_rng(0)
    board = np.stack(np.meshgrid(np.arange(-8, 9, 2.0), np.arange(-6, 7, 2.0)), -1).reshape(-1, 2)
    seen = [apply(H, board) + 0.2 * rng.normal(size=board.shape) for H in views(12, 1)]
    found = calibrate([fit_homography(board, points) for points in seen])
    np.testing.assert_allclose(found[[0, 1], [0, 1]], K[[0, 1], [0, 1]], rtol=0.02)
    np.testing.assert_allclose(found[:2, 2], K[:2, 2], atol=15)
    factors = 1e3 ** rng.uniform(-1, 1, (12, 1, 1))                    # of no view counts more
    scaled = calibrate(factors * [fit_homography(board, points) for points in seen])
    np.testing.assert_allclose(scaled, found, rtol=1e-3, atol=0.1)


def test_the_columns_of_a_pose_are_orthonormal():
    Hs = views(5, 2)
    h, k, _ = (np.linalg.inv(calibrate(Hs)) @ Hs[0]).T
    assert abs(h @ k) < 1e-9 * (h @ h)
    assert h @ h == pytest.approx(k @ k)


def test_fewer_than_three_views_are_refused():
    with pytest.raises(ValueError, match="at least 3 homographies; got 2"):
        calibrate(views(2, 0))
    with pytest.raises(ValueError, match="at least 3 homographies; got 0"):
        calibrate([])


def test_parallel_planes_count_as_one():
    R = rotation([0.3, 0.2, 0.1])[:, :2]
    Hs = [K @ np.c_[R, t] for t in ([0, 0, 60], [5, 1, 70], [-4, 3, 80], [1, 1, 50])]
    with pytest.raises(ValueError, match=r"4 views do not determine a camera.*parallel planes"):
        calibrate(Hs)


def test_matrices_that_no_camera_saw_are_refused():
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="no camera can have taken"):
        calibrate(rng.normal(size=(3, 3, 3)))
    with pytest.raises(ValueError, match=r"each homography of shape \(3, 3\); got \(2, 2\)"):
        calibrate([np.eye(2)] * 3)


# -- two views -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("n", [8, 40])
def test_exact_pairs_give_the_fundamental_matrix(seed, n):
    src, dst, true = two_views(seed, n)
    F = fit_fundamental(src, dst)
    sign = np.sign((F * true).sum())
    np.testing.assert_allclose(sign * F, true, atol=1e-6)
    assert distances(F, src, dst).max() < 1e-5
    assert distances(F.T, dst, src).max() < 1e-5


def test_it_has_rank_two_and_norm_one_also_from_noisy_pairs():
    src, dst, _ = two_views(0)
    F = fit_fundamental(src, dst + np.random.default_rng(0).normal(size=dst.shape))
    sigma = np.linalg.svd(F)[1]
    assert sigma[2] < 1e-12 * sigma[1]
    assert np.linalg.norm(F) == pytest.approx(1)


def test_the_lines_meet_in_the_epipole():
    src, dst, _ = two_views(3)
    F = fit_fundamental(src, dst)
    u, v, w = np.linalg.svd(F.T)[2][2]
    lines = epipolar_lines(F, src)
    np.testing.assert_allclose(lines @ [u / w, v / w, 1], 0, atol=1e-6)
    np.testing.assert_allclose(np.hypot(lines[:, 0], lines[:, 1]), 1)


def test_normalisation_brings_noisy_pairs_nearer_to_their_lines():
    good, bare = [], []
    for seed in range(10):
        src, dst, _ = two_views(seed, 20)
        noisy = dst + 0.5 * np.random.default_rng(seed).normal(size=dst.shape)
        good.append(distances(fit_fundamental(src, noisy), src, dst).mean())
        bare.append(distances(fit_fundamental(src, noisy, normalise=False), src, dst).mean())
    assert np.median(bare) > 1.5 * np.median(good)


def test_the_street_has_an_epipolar_geometry():
    src, dst = datasets.load_matches("leuven")
    _, near = fit_robust(src, dst, threshold=15.0)   # right pairs, off the one plane as well
    F = fit_fundamental(src[near], dst[near])
    assert near.sum() > 180
    assert np.median(distances(F, src[near], dst[near])) < 0.6


def test_pairs_of_one_plane_do_not_determine_it():
    src, _, _ = two_views(0)
    with pytest.raises(ValueError, match=r"40 pairs do not determine .*homography maps them all"):
        fit_fundamental(src, apply([[1.1, 0.1, 5], [0, 0.9, 7], [1e-4, 2e-4, 1]], src))


def test_wrong_pairs_are_refused():
    src, dst, _ = two_views(0)
    with pytest.raises(ValueError, match="at least 8 pairs of points; got 7"):
        fit_fundamental(src[:7], dst[:7])
    with pytest.raises(ValueError, match="finite dst"):
        fit_fundamental(src, np.where(dst == dst[3], np.nan, dst))
    with pytest.raises(ValueError, match="do not determine"):
        fit_fundamental(src[[0, 1, 2, 3, 4, 5, 6, 6]], dst[[0, 1, 2, 3, 4, 5, 6, 6]])


def test_the_epipole_has_no_line():
    F = np.array([[0, -1, 20], [1, 0, -30], [-20, 30, 0.0]])         # all lines through (30, 20)
    with pytest.raises(ValueError, match=r"\(30, 20\) is the epipole"):
        epipolar_lines(F, [[1, 2], [30, 20]])
    with pytest.raises(ValueError, match=r"\(1, 2\) is the epipole"):
        epipolar_lines(np.diag([0, 0, 1]), [[1, 2]])               # no point has a line
    with pytest.raises(ValueError, match=r"F of shape \(3, 3\)"):
        epipolar_lines(np.eye(2), [[1, 2]])
