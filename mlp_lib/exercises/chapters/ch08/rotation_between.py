"""The rotation that lays one cloud of points on another."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def rotation_between(A, B):
    """The rotation R for which A R is nearest to B: orthogonal, with determinant +1.

    A and B are (m, n), a point a row, with m > n. The result is (n, n).
    """
    U, _, Vt = np.linalg.svd(A.T @ B)
    U[:, -1] *= np.linalg.det(U) * np.linalg.det(Vt)
    return U @ Vt


def orthogonal(rng, n, determinant):
    Q = np.linalg.qr(rng.normal(size=(n, n))).Q
    Q[:, 0] *= determinant * np.linalg.det(Q)
    return Q


def clouds(rng, m, n, determinant):
    A = rng.normal(size=(m, n)) + 0.5
    return A, A @ orthogonal(rng, n, determinant) + 0.2 * rng.normal(size=(m, n))


def inputs(rng):
    n, m = sorted(draws.sizes(rng, 2, low=3, high=7))
    return clouds(rng, 2 * m, n, 1)


def mirrored(rng):
    return clouds(rng, 13, 3, -1)


def mirrored_again(rng):
    return clouds(rng, 11, 4, -1)


def in_the_plane(rng):
    return clouds(rng, 9, 2, 1)


def mirrored_in_the_plane(rng):
    return clouds(rng, 9, 2, -1)


def one_point_more(rng):
    return clouds(rng, 5, 4, 1)


def any_orthogonal(A, B):
    U, _, Vt = np.linalg.svd(A.T @ B)
    return U @ Vt


def sign_of_all(A, B):
    Q = any_orthogonal(A, B)
    return Q * np.linalg.det(Q)


def first_turned(A, B):
    U, _, Vt = np.linalg.svd(A.T @ B)
    U[:, 0] *= np.linalg.det(U) * np.linalg.det(Vt)
    return U @ Vt


def column_turned(A, B):
    Q = any_orthogonal(A, B)
    Q[:, -1] *= np.linalg.det(Q)
    return Q


def row_turned(A, B):
    Q = any_orthogonal(A, B)
    Q[-1] *= np.linalg.det(Q)
    return Q


def least_squares_rotated(A, B):
    M = np.linalg.lstsq(A, B)[0]
    return rotation_between(np.eye(len(M)), M)


def v_not_transposed(A, B):
    U, _, Vt = np.linalg.svd(A.T @ B)
    U[:, -1] *= np.linalg.det(U) * np.linalg.det(Vt)
    return U @ Vt.T


def v_not_transposed_unguarded(A, B):
    U, _, Vt = np.linalg.svd(A.T @ B)
    return U @ Vt.T


def last_turned(sign):
    """The last direction multiplied by ``sign`` of both factors."""
    def rotation(A, B):
        U, _, Vt = np.linalg.svd(A.T @ B)
        U[:, -1] *= sign(U, Vt)
        return U @ Vt

    return rotation


ONE_FACTOR = ("Only the determinant of one factor is looked at. Each of the two may mirror, and only their product tells "
              "whether the result does.")


def determinant_for_sign(A, B):
    U, _, Vt = np.linalg.svd(A.T @ B)
    U[:, -1] *= np.linalg.det(A.T @ B)
    return U @ Vt


def factors_swapped(A, B):
    U, _, Vt = np.linalg.svd(A.T @ B)
    Vt[:, -1] *= np.sign(np.linalg.det(U @ Vt))
    return Vt @ U


def scaled_columns(A, B):
    R = np.linalg.lstsq(A, B)[0]
    return R / np.linalg.norm(R, axis=0)


def scaled_too(A, B):
    R = rotation_between(A, B)
    return R * np.sum((A @ R) * B) / np.sum(A**2)


V_AS_IT_IS = "The second factor is V, and it should be V transposed, which is what numpy hands out."


RESULT_TURNED = ("Where the best orthogonal matrix mirrors, a row or a column of it is reversed. That "
                 "is a coordinate, not one of the directions of the decomposition. Reverse the one "
                 "with the smallest singular value, before the factors are multiplied.")

EXERCISE = Function(
    id="08.rotation_between",
    title="Turn one cloud onto another",
    section="08 §4",
    points=4,
    prompt=r"""
Two scans of one object, point by point: the rows of $A$ and $B$ ($m \times n$, $m > n$). The second scan is turned
about the origin, and noisy. Which rotation $R$ ($n \times n$) lays $A$ on $B$?

$$\min_R \|A R - B\|_F^2 \quad\text{subject to}\quad R^TR = I,\ \ \det R = +1.$$

The rows of $AR$ are the turned points. The determinant keeps mirror images out: an orthogonal matrix with determinant
$-1$ mirrors. Even if $B$ looks like a mirror image of $A$, the best *rotation* is wanted. Both scans stay where they
are: do not centre them.
""",
    reference=rotation_between,
    inputs=inputs,
    edges={"a mirror image in space": mirrored, "a mirror image in four dimensions": mirrored_again,
           "points of the plane": in_the_plane, "one point more than dimensions": one_point_more,
           "a mirror image in the plane": mirrored_in_the_plane},
    example="rotation_between(np.array([[2.0, 0.0], [0.0, 1.0], [1.0, 1.0]]), "
            "np.array([[0.0, 2.0], [-1.0, 0.0], [-1.0, 1.0]])).round(6) + 0.0",
    misconceptions=(
        Misconception(
            "This is right unless the best orthogonal matrix mirrors. Compute the determinant: where it is -1, which "
            "of the directions can be reversed at the least cost?", any_orthogonal),
        Misconception(
            "Where the best orthogonal matrix mirrors, all of it is multiplied by -1. For even n that does not change "
            "the determinant, and for odd n it costs far too much: reverse one direction only.", sign_of_all),
        Misconception(
            "Where the best orthogonal matrix mirrors, the first direction is reversed, the one with the largest "
            "singular value. Which one costs least?", first_turned),
        Misconception(RESULT_TURNED, column_turned),
        Misconception(RESULT_TURNED, row_turned),
        Misconception(
            "This rotation lays B on A: it is the inverse of the one asked for. Which of the two stands transposed in "
            "the product?", lambda A, B: rotation_between(B, A)),
        Misconception(
            "This is the least-squares solution without the constraint. It stretches; a rotation keeps all lengths.",
            lambda A, B: np.linalg.lstsq(A, B)[0]),
        Misconception(
            "The least-squares solution was found first, and the rotation next to it then. That is not the rotation "
            "for which AR is nearest to B: first restrict, then minimise.", least_squares_rotated),
        Misconception(
            "The points were centred first. The rotation is one about the origin, and the scans stay where they are.",
            lambda A, B: rotation_between(A - A.mean(axis=0), B - B.mean(axis=0))),
        Misconception(
            "The last direction is reversed where it should not be, and left where it should. Which determinant has a "
            "mirror image?", last_turned(lambda U, Vt: -np.linalg.det(U) * np.linalg.det(Vt))),
        Misconception(
            "The last direction is reversed always. That is right only where the best orthogonal matrix mirrors: look "
            "at its determinant.", last_turned(lambda U, Vt: -1)),
        Misconception(ONE_FACTOR, last_turned(lambda U, Vt: np.linalg.det(U))),
        Misconception(ONE_FACTOR, last_turned(lambda U, Vt: np.linalg.det(Vt))),
        Misconception(V_AS_IT_IS, v_not_transposed),
        Misconception(V_AS_IT_IS, v_not_transposed_unguarded),
        Misconception(
            "This is the product of A transposed with B, with its singular values. They stretch. What is left of U D V^T "
            "if nothing may be stretched?", lambda A, B: A.T @ B),
        Misconception(
            "This lays B on A, and where the best orthogonal matrix mirrors, it mirrors. Which of the two stands "
            "transposed in the product? And what does the determinant have to be?",
            lambda A, B: any_orthogonal(B, A)),
        Misconception(
            "The rotation is right, but it is multiplied by a scale. A rotation keeps all lengths.", scaled_too),
        Misconception(
            "The turned cloud came, A R. The matrix R is asked.", lambda A, B: A @ rotation_between(A, B)),
        Misconception(
            "This is the product of A transposed with B over its own length. Its singular values are still in it, and "
            "they differ; a rotation stretches nothing.",
            lambda A, B: A.T @ B / np.linalg.norm(A.T @ B)),
        Misconception(
            "This is the first factor of the decomposition alone. It turns to the directions in which A and B belong "
            "together; which factor turns on from there?", lambda A, B: np.linalg.svd(A.T @ B).U),
        Misconception(
            "The determinant of the product of A transposed with B is put in for its sign. It holds all singular values; "
            "a rotation needs 1 or -1 there.", determinant_for_sign),
        Misconception(
            "U and V have changed places. In the product R leads from A to B: which of the two factors meets A first?",
            factors_swapped),
        Misconception(
            "Each point was made a unit vector first. The sum of squares lets points far out count more.",
            lambda A, B: rotation_between(A / np.linalg.norm(A, axis=1, keepdims=True),
                                          B / np.linalg.norm(B, axis=1, keepdims=True))),
        Misconception(
            "The least-squares solution has had its columns scaled to length 1. They are still not perpendicular.",
            scaled_columns),
        Misconception(
            "The rotation is multiplied by the mean singular value. A rotation keeps all lengths.",
            lambda A, B: rotation_between(A, B) * np.linalg.svd(A.T @ B).S.mean()),
        Misconception(
            "Everything has the wrong sign.",
            lambda A, B: -rotation_between(A, B)),
    ),
    hints=(
        "Write the square out: $\\|AR-B\\|_F^2 = \\|A\\|_F^2 + \\|B\\|_F^2 - 2\\,\\mathrm{Tr}(R^TA^TB)$. What is left "
        "to be made as large as possible?",
        "Take $M = A^TB = UDV^T$. Then $\\mathrm{Tr}(R^TM) = \\mathrm{Tr}(QD)$ with $Q = V^TR^TU$, which is "
        "orthogonal, too. No entry on its diagonal exceeds 1.",
        "$\\mathrm{Tr}(QD) = \\sum_i Q_{ii}\\sigma_i$ is largest for $Q = I$. If then $\\det R = -1$, the best $Q$ "
        "with the other determinant is $\\mathrm{diag}(1, \\dots, 1, -1)$.",
    ),
)
