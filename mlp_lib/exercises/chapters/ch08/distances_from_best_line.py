"""Total least squares for a line in a space of any dimension."""

import numpy as np

from mlp_lib.exercises.chapters.ch08.line_mistakes import (
    across,
    across_the_ordinary_line,
    along_the_line,
    centred_along_rows,
    centred_parts,
    column_of_vh,
    from_first_to_last,
    from_the_middle,
    from_the_plane,
    last_part,
    least_direction,
    median_in_the_middle,
    one_mean_of_all,
    ordinary,
    parts_across,
    row_of_eigenvectors,
    second_direction,
    sides_subtracted,
    signed,
    through_the_first,
    through_the_origin,
    to_the_furthest,
    to_the_last,
    uncentred_direction,
)
from mlp_lib.exercises.kinds import Function, Misconception


def distances_from_best_line(points):
    """Distance of each point from the line that fits them best.

    points is (N, d), a point a row. The line minimises the sum of the squared distances,
    measured perpendicular to it. The result is (N,).
    """
    centred = points - points.mean(axis=0)
    direction = np.linalg.svd(centred, full_matrices=False).Vh[0]
    across = centred - np.outer(centred @ direction, direction)
    return np.linalg.norm(across, axis=1)


def cloud(rng, N, direction, spread=0.5):
    d = len(direction)
    along = np.linspace(-3, 3, N)[:, None] * direction / np.linalg.norm(direction)
    return along + spread * rng.normal(size=(N, d)) + rng.uniform(2, 4, size=d)


def inputs(rng):
    N, d = int(rng.integers(9, 20)), int(rng.integers(3, 7))
    return (cloud(rng, N, rng.normal(size=d)),)


def in_the_plane(rng):
    return (cloud(rng, 12, np.array([1.0, 2.0])),)


def along_axis(rng, d, axis, N=14):
    """A cloud whose best line is parallel to an axis to the last bits, since its errors know no side."""
    half = 0.5 * rng.normal(size=(N // 2, d))
    half[:, axis] = np.linspace(1, 4, N // 2)
    back = half.copy()
    back[:, axis] *= -1
    return (np.vstack([half, back]) + rng.uniform(2, 4, size=d),)


def upright(rng):
    return along_axis(rng, 3, 2)


def level(rng):
    return along_axis(rng, 4, 0)


def upright_in_the_plane(rng):
    return along_axis(rng, 2, 1)


def level_in_the_plane(rng):
    return along_axis(rng, 2, 0)


def far_away(rng):
    points, = inputs(rng)
    return (points + 1e6 * rng.choice([-1, 1], points.shape[1]),)


def few_points(rng):
    return (cloud(rng, 4, rng.normal(size=6)),)


def standardised(points):
    centred = points - points.mean(axis=0)
    return distances_from_best_line(centred / centred.std(axis=0))


ALONG_WITH_SIGN = ("These are coordinates along the line, with signs. Take that part away from each point; the length of the "
                   "rest is asked.")
NORMAL_WITH_SIGN = ("These are coordinates along the last right singular vector, with signs. A distance has no sign, and in "
                    "more than two dimensions a line has more than one normal.")

EXERCISE = Function(
    id="08.distances_from_best_line",
    title="A line through a cloud",
    section="08 §9",
    points=3,
    prompt=r"""
Section 9 fits a line to points of the plane, by its normal. In a space of $d$ dimensions a line has many normals, and
one direction. Write the line as $p = q + t\,v$ with a point $q$, a unit vector $v$ and all numbers $t$.

The rows of `points` ($N \times d$) are measured with errors in every coordinate. Let $r_i$ be the distance
of point $i$ from the line, measured perpendicular to it. The best line minimises

$$r_1^2 + r_2^2 + \dots + r_N^2.$$

Return the $N$ distances from that line. (The sign of $v$ is free, the distances are not.) The line may be
parallel to an axis, $d$ may be 2, $N$ may be less than $d$. The cloud may lie far from the origin, a million times as
far as it is wide: six digits of the distances are to be right there, too.
""",
    reference=distances_from_best_line,
    inputs=inputs,
    edges={"points of the plane": in_the_plane, "a line along the last axis": upright,
           "a line along the first axis": level, "an upright line of the plane": upright_in_the_plane,
           "a level line of the plane": level_in_the_plane,
           "fewer points than dimensions": few_points, "a cloud far from the origin": far_away},
    example="distances_from_best_line(np.array([[0.0, 0, 1], [2, 0, -1], [4, 0, -1], [6, 0, 1]])).round(3)",
    misconceptions=(
        Misconception(
            "The points are not centred, so the line is forced through the origin. Through which point does the best "
            "line run?", lambda points: across(points, np.linalg.svd(points).Vh[0])),
        Misconception(
            "The direction is right, but the distances are those from a parallel line through the origin. The best "
            "line runs through another point.", through_the_origin),
        Misconception(
            "The line runs through the right point, but its direction comes from points that were not centred. That "
            "direction leads from the origin to the cloud.", uncentred_direction),
        Misconception(
            "One number was taken off all coordinates, the mean of them all. The middle of the cloud is a point: it "
            "has a mean for each coordinate.", one_mean_of_all),
        Misconception(
            "From each point the mean of its own coordinates was taken off. The middle of the cloud is the mean over the "
            "points, one number for each coordinate: over which axis does it run?", centred_along_rows),
        Misconception(
            "The line runs through the medians of the coordinates. The sum of squares is smallest for a line through "
            "another point.", median_in_the_middle),
        Misconception(
            "Each coordinate was divided by its spread first. That changes what is perpendicular, and the distances "
            "are asked in the units that the points have.", standardised),
        Misconception(
            "These are the distances from the middle of the cloud. From each point its part along the line is still to "
            "be taken away.", from_the_middle),
        Misconception(
            "The part along the line is added to each point. It is to be taken away; what is left is perpendicular.",
            lambda points: np.linalg.norm(2 * (points - points.mean(axis=0)) - parts_across(points), axis=1)),
        Misconception(
            "These are the vectors from the line to the points. Their lengths are asked, one a point.", parts_across),
        Misconception(
            "The parts across the line are added up over the points: this is a length for each coordinate. Asked is one "
            "for each point.", lambda points: np.linalg.norm(parts_across(points), axis=0)),
        Misconception(
            "The absolute parts are added up. A length is the root of a sum of squares.",
            lambda points: np.abs(parts_across(points)).sum(axis=1)),
        Misconception(
            "This is the length of all distances together, a single number. The N distances are asked.",
            lambda points: np.linalg.norm(parts_across(points))),
        Misconception(
            "This is the sum of the squared distances, which is minimised. The N distances are asked.",
            lambda points: np.sum(parts_across(points) ** 2)),
        Misconception(
            "The direction is the second right singular vector. Entries are numbered from 0: which one is the first?",
            second_direction),
        Misconception(
            "The direction is the last right singular vector. That one is the best normal; along which one do the "
            "points spread most?", least_direction),
        Misconception(
            "These are the distances from a plane, across the last right singular vector. With d = 2 it is the same "
            "thing; in general a line has d - 1 normals.", from_the_plane),
        Misconception(
            "These are the lengths along the line, measured from its middle. Take that part away from each point; the "
            "rest is asked.", along_the_line),
        Misconception(
            "The distances are squared. Squares are what is minimised; the distances are asked.",
            lambda points: distances_from_best_line(points) ** 2),
        Misconception(
            "The direction is a column of what numpy calls Vh. It is V transposed: singular vectors are its rows.",
            column_of_vh),
        Misconception(
            "The direction is a row of what eigh returns. Its eigenvectors are the columns.", row_of_eigenvectors),
        Misconception(
            "These are the distances at equal first coordinate, as in ordinary least squares. All coordinates have "
            "errors, so measure perpendicular to the line.", ordinary),
        Misconception(
            "The distances are perpendicular, but to the line of ordinary least squares, which takes the first "
            "coordinate as exact. Another line has a smaller sum of squares.", across_the_ordinary_line),
        *(Misconception(ALONG_WITH_SIGN, signed(sign, 0)) for sign in (1, -1)),
        *(Misconception(NORMAL_WITH_SIGN, signed(sign, -1)) for sign in (1, -1)),
        Misconception(
            "This is the root of the mean square of the distances, a single number. The N distances are asked.",
            lambda points: np.sqrt(np.mean(distances_from_best_line(points) ** 2))),
        Misconception(
            "The line was laid through the first and the last point. The best line need not hold any of the points.",
            from_first_to_last),
        Misconception(
            "The direction is right, but the line is laid through the first point. The best line runs through another "
            "point.", lambda points: across(points - points[0], centred_parts(points)[1][0])),
        Misconception(
            "The line is laid through the first point, in the direction in which the cloud is longest from there. "
            "Through which point does the best line run?", through_the_first),
        Misconception(
            "The distance along the line is taken off that from the centre. The two and the wanted one are the sides of "
            "a right triangle: it is their squares that are subtracted.", sides_subtracted),
        Misconception(
            "Only the last coordinate of what lies across the line is counted. The distance has a part in each.",
            last_part),
        Misconception(
            "The line is laid through the middle, in the direction of the last point less the first. Which direction makes the sum of squares smallest?",
            to_the_last),
        Misconception(
            "The line is laid through the middle and the point that is furthest from it. Which direction makes the sum of squares smallest?",
            to_the_furthest),
        Misconception(
            "The distances are divided by the root of N. That is part of a mean of squares; the distances are asked as they are.",
            lambda points: distances_from_best_line(points) / np.sqrt(len(points))),
    ),
    hints=(
        "Two questions: through which point does the line run, and in which direction? Section 9 answers the first.",
        "By Pythagoras each centred point has $|p|^2 = (v^Tp)^2 + r^2$. The left sides do not depend on "
        "$v$. So what must be as large as possible?",
        "With the centred points as rows of $A$: $\\;\\sum_i r_i^2 = \\|A\\|_F^2 - |Av|^2$, and $|Av|$ "
        "is largest for one of the singular vectors.",
    ),
)
