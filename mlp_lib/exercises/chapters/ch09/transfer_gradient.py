"""The gradient of the squared transfer error in the entries of H."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.chapters.ch09.transfer_mistakes import (
    algebraic,
    as_if_affine,
    denominator_constant,
    differences_not_divided,
    first_rows,
    not_divided_by_w,
    of_plain_distances,
    parts,
    third_row,
    third_row_from_dst,
    third_row_of_one,
    third_row_over_w_once,
    third_row_over_w_too_often,
    upper_rows_not_over_w,
    upper_rows_over_size,
    with_absolute_w,
)
from mlp_lib.exercises.kinds import Function, Misconception


def transfer_gradient(H, src, dst):
    """Gradient of the mean squared transfer error in the nine entries of H.

    H is (3, 3) and maps src to dst, both (N, 2), rows (x, y). The result is (3, 3).
    """
    x = np.column_stack([src, np.ones(len(src))])
    u = x @ H.T
    y = u[:, :2] / u[:, 2:]
    r = 2 * (y - dst) / len(src)
    slope = np.column_stack([r, -(r * y).sum(axis=1)]) / u[:, 2:]
    return slope.T @ x


def third_row_without_minus(H, src, dst):
    return transfer_gradient(H, src, dst) * [[1], [1], [-1]]


def of_each_pair(H, src, dst):
    return np.array([transfer_gradient(H, p[None], q[None]) for p, q in zip(src, dst)])


def row_signs(*signs):
    return lambda H, src, dst: transfer_gradient(H, src, dst) * np.array(signs)[:, None]


def last_entry_fixed(H, src, dst):
    slope = transfer_gradient(H, src, dst)
    slope[2, 2] = 0
    return slope


def inputs(rng):
    N = draws.sizes(rng, 1, low=4, high=12)[0]
    H = np.eye(3) + rng.uniform(-0.3, 0.3, (3, 3))
    src = rng.uniform(-1, 1, (N, 2))
    u = np.column_stack([src, np.ones(N)]) @ H.T
    return H, src, u[:, :2] / u[:, 2:] + rng.normal(0, 0.3, (N, 2))


def both_signs_of_w(rng):
    src = rng.uniform(-1, 1, (8, 2))
    src[:, 0] = np.linspace(-1, 1, 8) * rng.uniform(0.9, 1.1)
    H = np.array([[0.8, -0.3, 0.2], [0.1, 1.2, -0.4], [2.0, 0.0, 0.1]])
    u = np.column_stack([src, np.ones(8)]) @ H.T
    return H, src, u[:, :2] / u[:, 2:] + rng.normal(0, 0.3, (8, 2))


def one_pair(rng):
    H, src, dst = inputs(rng)
    return H, src[:1], dst[:1]


def other_scale(rng):
    H, src, dst = inputs(rng)
    return -7 * H, src, dst


EXERCISE = Function(
    id="09.transfer_gradient",
    title="The slope of the transfer error",
    section="09 §6",
    points=4,
    prompt=r"""
The last column of $V$ makes the *algebraic* error small. What one wants small are the distances in the picture. To
improve an $H$ by gradient descent, one needs their slope.

With $\tilde x_n=(x_n,y_n,1)^T$ and $(u_n,v_n,w_n)^T=H\tilde x_n$, the mean squared transfer error is

$$E(H)=\frac1N\sum_n\bigg[\Big(\frac{u_n}{w_n}-x'_n\Big)^2+\Big(\frac{v_n}{w_n}-y'_n\Big)^2\bigg].$$

Write its gradient in all nine entries of $H$: a $3\times3$ matrix with $\partial E/\partial H_{ij}$ in row $i$, column
$j$. `src` holds the $(x_n,y_n)$ and `dst` the $(x'_n,y'_n)$, both $N\times2$. $H$ may have any scale, and $w$ any sign.
""",
    reference=transfer_gradient,
    inputs=inputs,
    tolerance=1e-4,
    edges={"H multiplied by -7": other_scale, "w of both signs": both_signs_of_w,
           "one pair": one_pair},
    example="transfer_gradient(np.eye(3), np.array([[0.0, 0.0], [1.0, 2.0]]), "
            "np.array([[1.0, 0.0], [1.0, 1.0]]))",
    misconceptions=(
        Misconception(
            "The third row is zero: the denominator w was treated as a constant. It holds the third row of H.",
            denominator_constant),
        Misconception(
            "The third row has the wrong sign. A larger w makes u/w smaller: what sign has the derivative of 1/w?",
            third_row_without_minus),
        Misconception(
            "The factor 1/w is missing. The derivative of u/w in u is 1/w, and it stands in all three rows.",
            not_divided_by_w),
        Misconception(
            "The division by w is missing altogether: this is the gradient for an affine map.", as_if_affine),
        Misconception(
            "The third row is made with the points of dst. The derivative of u/w in w holds u/w itself, where the "
            "point is mapped to.", third_row_from_dst),
        Misconception(
            "In the third row one factor 1/w is missing. What is the derivative of u/w in w?", third_row_over_w_once),
        Misconception(
            "In the third row there is one factor 1/w too many. The mapped point has been divided by w already.",
            third_row_over_w_too_often),
        Misconception(
            "The third row is right. In the first two the factor 1/w is missing: the derivative of u/w in u.",
            upper_rows_not_over_w),
        Misconception(
            "This is the gradient of the algebraic error, in which nothing is divided by w. Asked is that of the "
            "distances in the picture.", algebraic),
        Misconception(
            "The last entry is 0, as if that of H were fixed. Here all nine entries may move.", last_entry_fixed),
        Misconception(
            "The factor 1/N is missing. E is a mean over the pairs.",
            lambda H, src, dst: len(src) * transfer_gradient(H, src, dst)),
        Misconception(
            "This is half of it. A square has a 2 in its derivative; and E is a mean over the N pairs, not over their 2N "
            "coordinates.",
            lambda H, src, dst: transfer_gradient(H, src, dst) / 2),
        Misconception(
            "Source and target have changed places: H maps src, and dst is what it is compared with.",
            lambda H, src, dst: transfer_gradient(H, dst, src)),
        Misconception(
            "This is E itself. Its gradient is asked, a slope for each entry of H.",
            lambda H, src, dst: np.sum((parts(H, src, dst)[2] - dst) ** 2) / len(src)),
        Misconception(
            "The first row has the wrong sign, the others are right. It is the slope in what makes u.",
            row_signs(-1, 1, 1)),
        Misconception(
            "The second row has the wrong sign, the others are right. It is the slope in what makes v.",
            row_signs(1, -1, 1)),
        Misconception(
            "In the third row one of the two terms has the wrong sign. u/w and v/w become smaller alike if w grows.",
            third_row(lambda r, y, w: -(r[:, 0] * y[:, 0] - r[:, 1] * y[:, 1]) / w)),
        Misconception(
            "In the third row one of the two terms has the wrong sign. u/w and v/w become smaller alike if w grows.",
            third_row(lambda r, y, w: (r[:, 0] * y[:, 0] - r[:, 1] * y[:, 1]) / w)),
        Misconception(
            "The first two rows are right. In the third the factors 1/w are missing. What is the derivative of u/w in w?",
            third_row(lambda r, y, w: -(r * y).sum(axis=1) * w)),
        Misconception(
            "The mapped points are compared with src. dst is where they are to come.",
            lambda H, src, dst: transfer_gradient(H, src, src)),
        Misconception(
            "In the differences, dst is added. It is taken off.",
            lambda H, src, dst: transfer_gradient(H, src, -dst)),
        Misconception(
            "dst is left out: this is the slope of the squared lengths of the mapped points.",
            lambda H, src, dst: transfer_gradient(H, src, 0 * dst)),
        Misconception(
            "In the differences, u and v are not divided by w. Compared are points of the picture, (u/w, v/w).",
            differences_not_divided),
        Misconception(
            "The slopes in u and v are multiplied by w. The derivative of u/w in u is 1/w.",
            first_rows(lambda r, w: r * w)),
        Misconception(
            "These are the slopes of each pair by itself. E is their mean: what happens to the parts of the pairs?",
            of_each_pair),
        Misconception(
            "This is the gradient of the mean distance. In E the distances are squared.", of_plain_distances),
        Misconception(
            "In the third row only x is counted. Both u/w and v/w have w in them, so two terms come together there.",
            third_row_of_one(0)),
        Misconception(
            "In the third row only y is counted. Both u/w and v/w have w in them, so two terms come together there.",
            third_row_of_one(1)),
        Misconception(
            "The slopes are those of H transposed: the rows of H make u, v and w.",
            lambda H, src, dst: transfer_gradient(H.T, src, dst)),
        Misconception(
            "The result is transposed: row i belongs to row i of H.",
            lambda H, src, dst: transfer_gradient(H, src, dst).T),
        Misconception(
            "This is half of E, without its gradient. Asked is a slope for each entry of H.",
            lambda H, src, dst: np.mean((parts(H, src, dst)[2] - dst) ** 2)),
        Misconception(
            "In the first two rows there is one factor 1/w too many. The derivative of u/w in u is 1/w.",
            first_rows(lambda r, w: r / w**2)),
        Misconception(
            "It is divided by the absolute value of w. The sign of w belongs to it: u/w changes its sign with w.",
            with_absolute_w),
        Misconception(
            "Everything has the wrong sign: the error is the mapped point minus that of dst.",
            lambda H, src, dst: -transfer_gradient(H, src, dst)),
        Misconception(
            "In the first two rows stands the size of w. w may be negative, and the derivative of u/w in u is 1/w with "
            "its sign.",
            upper_rows_over_size),
        Misconception(
            "This is twice what it should be. Each square gives one factor 2.",
            lambda H, src, dst: 2 * transfer_gradient(H, src, dst)),
        Misconception(
            "The first two rows have changed places: row 1 of H makes u, row 2 makes v.",
            lambda H, src, dst: transfer_gradient(H, src, dst)[[1, 0, 2]]),
    ),
    hints=(
        "Go in three steps, as for a network: from $H$ to $(u,v,w)$, from there to $(u/w,v/w)$, from there to $E$. The "
        "last step gives $r_n=\\frac2N\\big((u/w,v/w)-(x',y')\\big)$.",
        "$u/w$ depends on $u$ *and* on $w$. Three numbers a pair are wanted: the slopes of $E$ in $u_n$, $v_n$, $w_n$. "
        "Then $H\\tilde x$ is a linear layer without bias.",
        "$\\dfrac{\\partial E}{\\partial u_n}=\\dfrac{r_{n1}}{w_n},\\qquad\\dfrac{\\partial E}{\\partial w_n}="
        "-\\dfrac{r_{n1}u_n+r_{n2}v_n}{w_n^2}$.",
    ),
)
