"""Where two lines of a picture meet, by hand."""

import numpy as np

from mlp_lib.exercises.kinds import Misconception, Number


def meeting_point(left, right):
    """Point (x, y) where the lines through two points each meet; both are (2, 2), a row a point."""
    one, two = (np.cross([*line[0], 1], [*line[1], 1]) for line in (left, right))
    u, v, w = np.cross(one, two)
    return np.array([u / w, v / w])


def homogeneous(left, right):
    return np.cross(*(np.cross([*line[0], 1], [*line[1], 1]) for line in (left, right)))


def not_divided(left, right):
    return homogeneous(left, right)[:2]


EXERCISE = Number(
    id="09.vanishing_point",
    title="Where the rails meet",
    section="09 §2",
    points=2,
    prompt=r"""
A railway runs straight away from the camera. Its two rails are parallel in the world. In the picture they are not: a
homography sends the point at infinity, where parallels meet, to a point like any other, the *vanishing point*.

`left` and `right` hold two points $(x,y)$ of each rail, a row a point, in pixels, $y$ down. Where do the rails meet in
the picture? Give the two coordinates, as in `(30, 20)`.

In homogeneous coordinates the line through two points is their cross product, $\ell = \tilde p\times\tilde q$. For two
lines a product of the same kind gives their common point.
""",
    reference=meeting_point,
    misconceptions=(
        Misconception(
            "These are the first two of the three homogeneous coordinates. A point (u, v, w) of the picture lies at "
            "(u/w, v/w).", not_divided),
        Misconception(
            "These are all three homogeneous coordinates. A point of the picture has two, and (u, v, w) lies at "
            "(u/w, v/w).", homogeneous),
        Misconception(
            "The point is right, and the 1 of its homogeneous coordinates still stands behind it. Two coordinates were "
            "wanted.", lambda left, right: np.append(meeting_point(left, right), 1)),
        Misconception(
            "The first coordinate is divided by w, the second is not. Both are: (u, v, w) lies at (u/w, v/w).",
            lambda left, right: np.array([meeting_point(left, right)[0], homogeneous(left, right)[1]])),
        Misconception(
            "x and y have changed places. A point is (x, y): first to the right, then down.",
            lambda left, right: meeting_point(left, right)[::-1]),
        Misconception(
            "The sign of y is turned round. In a picture y points down, and it stays as the points give it.",
            lambda left, right: meeting_point(left, right) * [1, -1]),
        Misconception(
            "Here the first points of both rails make one line, and the second points the other. Those lines are "
            "sleepers. Which two points lie on one rail?",
            lambda left, right: meeting_point(*np.stack([left, right], axis=1))),
        Misconception(
            "This is the middle of the four points. The rails meet outside the part that was marked.",
            lambda left, right: np.mean([left, right], axis=(0, 1))),
        Misconception(
            "Here each rail is continued by its first point with the other rail's second: a pair of diagonals. Which "
            "two points lie on one rail?",
            lambda left, right: meeting_point([left[0], right[1]], [right[0], left[1]])),
    ),
    hints=(
        "Append a 1 to each of the four points, as the chapter does.",
        "A line $\\ell=(a,b,c)$ holds the point $(x,y)$ if $ax+by+c=0$. The common point of two lines is orthogonal to "
        "both vectors, and so is a cross product.",
        "With $\\ell=\\tilde p\\times\\tilde q$ for the left rail and $m$ likewise for the right: $\\;(u,v,w)^T=\\ell"
        "\\times m$.",
    ),
)
