"""How far points are from lines that a homography has moved."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def distance_to_moved_lines(H, lines, points):
    """Distance in pixels of each point to the image of its line.

    H is (3, 3) and maps points of the first picture to the second. lines is (N, 3), a row
    (a, b, c) for the line a x + b y + c = 0 of the first picture; points is (N, 2), rows (x, y)
    of the second. The result is (N,), not negative.
    """
    moved = lines @ np.linalg.inv(H)
    above = (moved[:, :2] * points).sum(axis=1) + moved[:, 2]
    return np.abs(above) / np.hypot(moved[:, 0], moved[:, 1])


def far(moved, points):
    above = (moved[:, :2] * points).sum(axis=1) + moved[:, 2]
    return np.abs(above) / np.hypot(moved[:, 0], moved[:, 1])


def onward(H, points):
    u = np.column_stack([points, np.ones(len(points))]) @ H.T
    return u[:, :2] / u[:, 2:]


@np.errstate(divide="ignore", invalid="ignore")
def by_crossings(H, lines, points):
    (a, b, c), none, one = lines.T, np.zeros(len(lines)), np.ones(len(lines))
    first, second = (np.column_stack(ends) @ H.T for ends in ((none, -c / b, one), (-c / a, none, one)))
    return far(np.cross(first, second), points)


def signed(H, lines, points):
    moved = lines @ np.linalg.inv(H)
    above = (moved[:, :2] * points).sum(axis=1) + moved[:, 2]
    return above / np.hypot(moved[:, 0], moved[:, 1])


def not_scaled(H, lines, points):
    moved = lines @ np.linalg.inv(H)
    return np.abs((moved[:, :2] * points).sum(axis=1) + moved[:, 2])


def scaled_by_all_three(H, lines, points):
    moved = lines @ np.linalg.inv(H)
    return not_scaled(H, lines, points) / np.linalg.norm(moved, axis=1)


def scaled_too_early(H, lines, points):
    length = np.hypot(lines[:, 0], lines[:, 1])
    return not_scaled(H, lines, points) / length


def scaled_by_the_sum(H, lines, points):
    moved = lines @ np.linalg.inv(H)
    return not_scaled(H, lines, points) / np.abs(moved[:, :2]).sum(axis=1)


def c_not_moved(H, lines, points):
    moved = lines @ np.linalg.inv(H)
    return far(np.column_stack([moved[:, :2], lines[:, 2]]), points)


def all_pairs(H, lines, points):
    moved = lines @ np.linalg.inv(H)
    above = points @ moved[:, :2].T + moved[:, 2]
    return np.abs(above) / np.hypot(moved[:, 0], moved[:, 1])


def with_signs(signs):
    return lambda H, lines, points: far(lines @ np.linalg.inv(H) * signs, points)


def scaled_by_the_square(H, lines, points):
    moved = lines @ np.linalg.inv(H)
    return not_scaled(H, lines, points) / (moved[:, :2] ** 2).sum(axis=1)


def in_the_first_picture(H, lines, points):
    u = np.column_stack([points, np.ones(len(points))]) @ np.linalg.inv(H).T
    return far(lines, u[:, :2] / u[:, 2:])


def points_moved_on(H, lines, points):
    u = np.column_stack([points, np.ones(len(points))]) @ H.T
    return far(lines, u[:, :2] / u[:, 2:])


def inputs(rng):
    N = draws.sizes(rng, 1, low=4, high=12)[0]
    H = np.eye(3) + rng.uniform(-0.3, 0.3, (3, 3))
    H[:2, 2] = rng.uniform(-40, 40, 2)
    H[2, :2] = rng.uniform(-2e-3, 2e-3, 2)
    turn = rng.uniform(0, 2 * np.pi, N)
    lines = np.column_stack([np.cos(turn), np.sin(turn), rng.uniform(-60, 60, N)])
    return H, lines * rng.uniform(0.3, 4, (N, 1)), rng.uniform(0, 80, (N, 2))


def mixed(lines, *columns):
    """The lines with zeros in one of the columns each, by turns."""
    lines = lines.copy()
    for i, column in enumerate(columns):
        lines[i :: len(columns), column] = 0
    return lines


def parallel_to_axes(rng):
    H, lines, points = inputs(rng)
    return H, mixed(lines, 0, 1), points


def through_the_origin(rng):
    H, lines, points = inputs(rng)
    return H, mixed(lines, 2), points


def axes(rng):
    H, lines, points = inputs(rng)
    return H, mixed(mixed(lines, 0, 1), 2), points


def upright_when_moved(rng):
    _, lines, points = inputs(rng)
    return np.array([[2.0, 0, 5], [0, 3, -4], [0, 0, 1]]), mixed(lines, 0, 1), points


def one_line(rng):
    H, lines, points = inputs(rng)
    return H, lines[:1], points[:1]


def lines_multiplied(rng):
    H, lines, points = inputs(rng)
    return H, -1e5 * lines, points


def small_scale(rng):
    H, lines, points = inputs(rng)
    return 1e-5 * H, lines, points


def other_scale(rng):
    H, lines, points = inputs(rng)
    return -7 * H, lines, points


EXERCISE = Function(
    id="09.distance_to_moved_lines",
    title="Lines under a homography",
    section="09 §4",
    points=3,
    prompt=r"""
Edges of a house give lines more readily than points. To judge a homography by lines, one moves a line of the first
picture to the second, and measures how far a point found there is from it.

A line is $\ell=(a,b,c)^T$: the points with $ax+by+c=0$, or $\ell^T\tilde x=0$. Points move by $\tilde x'\cong H\tilde
x$. Find the line $\ell'$ on which the moved points of $\ell$ lie. Then give the distance of the point $(x',y')$ from
it, in pixels:

$$d = \frac{|a'x'+b'y'+c'|}{\sqrt{a'^2+b'^2}}.$$

Row $i$ of `lines` ($N\times3$) belongs to row $i$ of `points` ($N\times2$). A line keeps its place if $a,b,c$ are
multiplied by a factor, and $H$ means the same map if it is; the distance must not change then. A line may be parallel
to an axis, or run through $(0,0)$.
""",
    reference=distance_to_moved_lines,
    inputs=inputs,
    edges={"H multiplied by -7": other_scale, "H multiplied by 1e-5": small_scale,
           "lines multiplied by -1e5": lines_multiplied, "lines parallel to an axis": parallel_to_axes,
           "lines through (0, 0)": through_the_origin, "the axes themselves": axes,
           "moved lines parallel to an axis": upright_when_moved, "one line": one_line},
    example="distance_to_moved_lines(np.diag([2.0, 2.0, 1.0]), np.array([[1.0, 0.0, -5.0]]), "
            "np.array([[13.0, 8.0]]))",
    misconceptions=(
        Misconception(
            "The lines are moved as if they were points, by H. Put a moved point into the moved line: is the result 0?",
            lambda H, lines, points: far(lines @ H.T, points)),
        Misconception(
            "The lines are moved by the transpose of H. That is the way back: it takes a line of the second picture to "
            "the first.", lambda H, lines, points: far(lines @ H, points)),
        Misconception(
            "Each line is moved by the inverse of H, and it should be the transpose of that inverse. Written for one "
            "line as a column, then for lines as rows, everything is transposed once more: what is left of the "
            "transpose?",
            lambda H, lines, points: far(lines @ np.linalg.inv(H).T, points)),
        Misconception(
            "The points were moved back, and the distances are those in the first picture. Its pixels are not the "
            "pixels of the second: move the lines.", in_the_first_picture),
        Misconception(
            "The distances have signs: they tell on which side of the line a point lies. A distance has none.",
            signed),
        Misconception(
            "The moved line is not divided by the length of (a', b'). Without that the number is no distance: it "
            "doubles when the line's three entries are doubled.", not_scaled),
        Misconception(
            "The moved line is divided by the length of all three entries. The distance needs the length of its normal "
            "(a', b') alone.", scaled_by_all_three),
        Misconception(
            "The lines were scaled before they were moved. Moving changes the length of (a, b): scale afterwards.",
            scaled_too_early),
        Misconception(
            "The root is forgotten: the moved line is divided by a'^2 + b'^2.", scaled_by_the_square),
        Misconception(
            "The lines are not moved at all. They belong to the first picture, the points to the second.",
            lambda H, lines, points: far(lines, points)),
        Misconception(
            "c' is left out. Without it every line runs through (0, 0).",
            lambda H, lines, points: far(lines @ np.linalg.inv(H) * [1, 1, 0], points)),
        Misconception(
            "c stayed where it was: only a and b are moved. All three entries of a line change.", c_not_moved),
        Misconception(
            "x and y of the points have changed places. a' belongs to x, b' to y.",
            lambda H, lines, points: far(lines @ np.linalg.inv(H), points[:, ::-1])),
        Misconception(
            "The moved line is divided by |a'| + |b'|. The length of its normal is the root of a sum of squares.",
            scaled_by_the_sum),
        Misconception(
            "The distances are squared.",
            lambda H, lines, points: distance_to_moved_lines(H, lines, points) ** 2),
        Misconception(
            "These are distances of all points from all lines. Row i of lines belongs to row i of points: N distances "
            "are asked.", all_pairs),
        *(Misconception(
            "One sign of the three is turned round. A point on the moved line has a'x + b'y + c' = 0, y down.",
            with_signs(signs)) for signs in ((1, 1, -1), (1, -1, 1), (-1, 1, 1))),
        Misconception(
            "Here H moves the points, and the lines stay. But the points belong to the second picture already, and "
            "the lines to the first.", points_moved_on),
        Misconception(
            "The points are moved by H as well. They were found in the second picture already.",
            lambda H, lines, points: far(lines @ np.linalg.inv(H), onward(H, points))),
        Misconception(
            "This is the distance straight down, along the y axis: only b' is below the bar. The nearest point of the "
            "line lies along its normal.",
            lambda H, lines, points: not_scaled(H, lines, points) / np.abs((lines @ np.linalg.inv(H))[:, 1])),
        Misconception(
            "Right, until a line is parallel to an axis or runs through (0, 0): its crossings with the axes are moved, "
            "and then it has not two of them. There is a way that needs no points of the line.", by_crossings),
        Misconception(
            "The moved line is divided by the larger of |a'| and |b'|. The length of its normal is the root of a sum of squares.",
            lambda H, lines, points: not_scaled(H, lines, points)
            / np.abs((lines @ np.linalg.inv(H))[:, :2]).max(axis=1)),
        Misconception(
            "The distances are half of what they should be.",
            lambda H, lines, points: far(lines @ np.linalg.inv(H), points) / 2),
    ),
    hints=(
        "Take a point on the line, $\\ell^T\\tilde x=0$. It moves to $\\tilde x'\\cong H\\tilde x$. Which vector is "
        "orthogonal to all the moved points?",
        "Write $\\tilde x$ by means of $\\tilde x'$, and put that into $\\ell^T\\tilde x=0$.",
        "$0=\\ell^T\\tilde x\\cong\\ell^TH^{-1}\\tilde x'$.",
    ),
)
