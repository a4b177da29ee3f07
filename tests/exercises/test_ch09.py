"""Chapter 09: the answers are what independent ways of computing give."""

from itertools import combinations

import numpy as np
import pytest

from mlp_lib import geometry
from mlp_lib.calculus import check_gradient
from mlp_lib.exercises import checking, given, runner, wire
from mlp_lib.exercises.chapters.ch09 import (
    between_thumbnails,
    distance_to_moved_lines,
    rectify_and_stitch,
    similarity_mistakes,
    stitch_measures,
    stitch_mistakes,
    transfer_gradient,
    vanishing_point,
    weighted_similarity,
)
from mlp_lib.exercises.compare import difference
from tests.exercises.cases import every_case

PROJECT = rectify_and_stitch.EXERCISE


@pytest.mark.parametrize(("H", "lines", "points"), every_case(distance_to_moved_lines))
def test_moved_lines_hold_the_moved_points(H, lines, points):
    a, b, c = lines.T
    foot = np.column_stack([-a * c, -b * c]) / (a**2 + b**2)[:, None]
    along = np.column_stack([b, -a])
    p, q = (geometry.apply(H, foot + step * along) for step in (0, 5))
    assert np.allclose(distance_to_moved_lines.distance_to_moved_lines(H, lines, p), 0, atol=1e-7)
    area = np.abs(np.linalg.det(np.stack([q - p, points - p], axis=1)))
    distance = distance_to_moved_lines.distance_to_moved_lines(H, lines, points)
    assert np.allclose(distance, area / np.hypot(*(q - p).T))


def through_two_points(points_of):
    """The distances from the moved line through the images of two points of it."""
    def answer(H, lines, points):
        p, q = (geometry.apply(H, part) for part in points_of(*lines.T))
        area = np.abs(np.linalg.det(np.stack([q - p, points - p], axis=1)))
        return area / np.hypot(*(q - p).T)

    return answer


def intercepts(a, b, c):
    return np.column_stack([-c / a, 0 * c]), np.column_stack([0 * c, -c / b])


def ends(a, b, c):
    return np.column_stack([0 * c, -c / b]), np.column_stack([0 * c + 1, -(a + c) / b])


def feet(a, b, c):
    foot = np.column_stack([-a * c, -b * c]) / (a**2 + b**2)[:, None]
    return foot, foot + np.column_stack([b, -a])


@pytest.mark.parametrize(("points_of", "passes"),
                         [(intercepts, False), (ends, False), (feet, True)])
@pytest.mark.filterwarnings("ignore")
def test_two_points_of_a_line_must_be_there_for_any_line(points_of, passes):
    answer = through_two_points(points_of)
    verdict = checking.judged("09.3", distance_to_moved_lines.EXERCISE, answer, None)
    assert verdict.passed == passes, verdict


@pytest.mark.parametrize("guarded", [True, False])
def test_a_fit_by_svd_needs_the_guard_against_mirrors(guarded):
    answer = similarity_mistakes.by_svd(guarded, guarded)
    verdict = checking.judged("09.5", weighted_similarity.EXERCISE, answer, None)
    assert verdict.passed == guarded
    assert guarded or "mirrors" in verdict.sentence


def test_thumbnails_agree_with_means_of_blocks():
    ramp = np.stack(np.meshgrid(np.arange(24.0), np.arange(36.0)))       # x and y of each pixel
    small = ramp.reshape(2, 12, 3, 8, 3).mean(axis=(2, 4))
    rows, columns = np.mgrid[:12, :8]
    pixels = np.column_stack([columns.ravel(), rows.ravel()])
    mapped = between_thumbnails.between_thumbnails(np.eye(3), pixels, 3, 1)
    assert np.allclose(mapped, small.reshape(2, -1).T)


@pytest.mark.parametrize(("H", "points", "k", "k2"), every_case(between_thumbnails))
def test_thumbnails_there_and_back(H, points, k, k2):
    there = between_thumbnails.between_thumbnails(H, points, k, k2)
    back = between_thumbnails.between_thumbnails(np.linalg.inv(H), there, k2, k)
    assert np.allclose(back, points)


@pytest.mark.parametrize(("src", "dst", "weights"), every_case(weighted_similarity))
def test_the_similarity_is_the_least_squares_solution_in_complex_numbers(src, dst, weights):
    z, z2, root = src @ (1, 1j), dst @ (1, 1j), np.sqrt(weights)
    centre = src.mean(axis=0) @ (1, 1j)
    system = root[:, None] * np.column_stack([z - centre, np.ones(len(z))])
    (a, b), *_ = np.linalg.lstsq(system, root * z2)
    H = weighted_similarity.weighted_similarity(src, dst, weights)
    assert np.allclose(H[:2] @ [1, 0, 0], [a.real, a.imag])
    assert np.allclose(geometry.apply(H, [[centre.real, centre.imag]]) @ (1, 1j), b)


@pytest.mark.parametrize("seed", range(20))
def test_points_far_from_zero_need_centres(seed):
    *ordinary, far = weighted_similarity.EXERCISE.cases(seed)

    def uncentred(src, dst, weights):
        system = np.column_stack([src @ (1, 1j), np.ones(len(src))])
        across = system.conj().T * weights
        return similarity_mistakes.matrix(*np.linalg.solve(across @ system, across @ dst @ (1, 1j)))

    def wrong(case):
        right = weighted_similarity.weighted_similarity(*case.args)
        return difference(uncentred(*case.args), right, weighted_similarity.EXERCISE.tolerance)

    assert far.name == "points far from (0, 0)"
    assert wrong(far)
    assert not any(wrong(case) for case in ordinary)


def test_equal_weights_are_the_fit_of_the_library():
    src, dst, _ = weighted_similarity.EXERCISE.cases(3)[0].args
    equal = weighted_similarity.weighted_similarity(src, dst, np.full(len(src), 0.3))
    assert np.allclose(equal, geometry.fit_similarity(src, dst))


@pytest.mark.parametrize(("H", "src", "dst"), every_case(transfer_gradient))
def test_the_gradient_is_a_slope_and_knows_no_scale(H, src, dst):
    gradient = transfer_gradient.transfer_gradient(H, src, dst)
    check_gradient(lambda H: np.mean(geometry.transfer_error(H, src, dst) ** 2), H, gradient)
    assert abs(np.sum(gradient * H)) < 1e-9 * np.abs(gradient).max()


@pytest.mark.parametrize("name", ["Ada", "Emmy", "Sofja", "Hypatia", "Grace", "Maryam"])
def test_the_rails_meet_in_a_pixel(name):
    left, right = given("09.vanishing_point", name).values()
    x, y = vanishing_point.meeting_point(left, right)
    for p, q in (left, right):
        assert np.linalg.det([q - p, [x, y] - p]) == pytest.approx(0, abs=1e-6)
    assert np.allclose([x, y], np.rint([x, y]))
    assert left.min() > 0


def test_no_name_gets_lines_on_which_two_ways_agree_or_have_no_point():
    exercise = vanishing_point.EXERCISE
    ways = [exercise.reference, *(m.function for m in exercise.misconceptions)]
    for i in range(200):
        args = given(exercise.id, f"name {i}").values()
        found = [way(*args) for way in ways]
        assert all(np.isfinite(point).all() for point in found)
        assert all(difference(a, b, exercise.tolerance) for a, b in combinations(found, 2))


@pytest.mark.parametrize("seed", range(20, 26))
def test_the_project_is_reached_on_other_pictures_and_mistakes_stay_apart(seed):
    case, = PROJECT.cases(seed)
    lucky = PROJECT.misconceptions[4].function                # four pairs may hit it by luck
    for answer in (PROJECT.reference, *(m.function for m in PROJECT.misconceptions)):
        value = answer(*case.args)
        reached = stitch_measures.measure(case, value) | {"seconds": 1.0}
        good = all(goal(reached[name]) for name, (goal, _) in PROJECT.goals.items())
        found = next((i for i, holds in PROJECT.symptoms.items() if holds(reached)), None)
        if answer is PROJECT.reference:
            assert good, reached
        elif not (good and answer is lucky):
            assert not good, reached
            assert PROJECT.misconceptions[found].function is answer, reached


@pytest.mark.parametrize("seed", range(21, 26))
def test_a_last_draw_that_was_false_is_known_by_its_distance(seed):
    def last_draw(src, dst):
        four = np.random.default_rng(0).choice(len(src), 4, replace=False)
        return geometry.fit_homography(src[four], dst[four])

    case, = PROJECT.cases(seed)
    outcome = runner.Outcome(stitch_mistakes.answer(last_draw)(*case.args), seconds=1.0)
    assert PROJECT.judge([case], [outcome], "09.6").sentence == PROJECT.misconceptions[14].sentence


def look_up(read, margin=0):
    """A reader that reads the first picture at places inside a margin."""
    def reader(first, place, shape):
        h, w = first.shape
        rows, columns = np.indices(shape)
        x, y = geometry.apply(np.linalg.inv(place),
                              np.column_stack([columns.ravel(), rows.ravel()])).T
        inside = (np.minimum(x, w - 1 - x) >= margin) & (np.minimum(y, h - 1 - y) >= margin)
        joined = np.zeros(shape)
        joined.ravel()[inside] = read(first, x[inside], y[inside])
        return joined

    return reader


def corners(first, x, y):
    j = np.minimum(x.astype(int), first.shape[1] - 2)
    i = np.minimum(y.astype(int), first.shape[0] - 2)
    return x - j, y - i, first[i, j], first[i, j + 1], first[i + 1, j], first[i + 1, j + 1]


def bilinear(first, x, y):
    a, b, one, two, three, four = corners(first.astype(float), x, y)
    return (1 - b) * ((1 - a) * one + a * two) + b * ((1 - a) * three + a * four)


def by_differences(first, x, y):
    """As `bilinear`, with differences of uint8 that wrap round."""
    a, b, one, two, three, four = corners(first, x, y)
    above, below = one + a * (two - one), three + a * (four - three)
    return above + b * (below - above)


def sums_of_four(first, x, y):
    """The mean of four pixels, with sums of uint8 that wrap round."""
    _, _, *four = corners(first, x, y)
    return sum(four[1:], four[0]) / 4


def a_and_b_swapped(first, x, y):
    a, b, one, two, three, four = corners(first.astype(float), x, y)
    return (1 - a) * ((1 - b) * one + b * two) + a * ((1 - b) * three + b * four)


@pytest.mark.parametrize("seed", range(20, 24))
@pytest.mark.parametrize(("read", "sentence"), [
    (look_up(bilinear, 8), "a part of it is missing"),
    (look_up(bilinear, 20), "a part of it is missing"),
    (look_up(by_differences), "wrap round"),
    (look_up(sums_of_four), "wrap round"),
    (look_up(a_and_b_swapped), "read between the pixels"),
    (lambda first, place, shape: 255 - look_up(bilinear)(first, place, shape), "in the mean"),
])
def test_what_is_said_of_a_picture_is_what_it_shows(seed, read, sentence):
    case, = PROJECT.cases(seed)
    value = stitch_mistakes.answer(read=read)(*case.args)
    assert sentence in PROJECT.judge([case], [runner.Outcome(value, seconds=1.0)], "09.7").sentence


def test_the_truth_of_the_project_does_not_travel():
    case, = PROJECT.cases(5)
    inside, = wire.unpack_cases(wire.pack_cases([case]))
    assert inside.truth is None
    error = geometry.transfer_error(case.truth, case.args[2], case.args[3])
    assert np.count_nonzero(error < 4 * 0.4) == pytest.approx(0.6 * len(error), abs=3)


@pytest.mark.parametrize(("value", "words"), [
    (np.eye(3), "Two results were wanted"),
    ((np.eye(3), np.zeros((3, 4))), r"of shape \(3, 3\) and \(3, 4\) came"),
    ((np.full((3, 3), np.nan), None), "NaN or infinity"),
    (("H", "joined"), "arrays of numbers"),
    ((np.eye(3), [[1], [2, 3]]), "arrays of numbers"),
    ((np.eye(3), np.ones((2, 2)) * 1j), "arrays of numbers"),
])
def test_a_result_of_another_form_is_said_in_words(value, words):
    case, = PROJECT.cases(5)
    if value[1] is None:
        value = (value[0], np.zeros(case.args[4]))
    with pytest.raises(ValueError, match=words):
        stitch_measures.measure(case, value)


@pytest.mark.parametrize("H", [np.zeros((3, 3)), np.diag([1, 1, 0]), np.ones((3, 3)),
                               1e300 * np.eye(3)])
def test_a_matrix_that_maps_nothing_is_judged_all_the_same(H):
    def answer(*args):
        return H, np.zeros(args[4])

    assert not checking.judged("09.7", PROJECT, answer, None).passed
