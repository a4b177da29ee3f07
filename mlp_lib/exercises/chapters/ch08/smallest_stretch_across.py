"""The smallest |Ax| among the unit vectors perpendicular to a given one."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.linear_algebra import homogeneous_least_squares, null_space


def smallest_stretch_across(A, c):
    """Projector x x^T of the unit vector x with c^T x = 0 that makes |A x| smallest.

    A is (m, n) with m > n, c is (n,), not zero and of any length. The result is (n, n).
    """
    across = null_space(c[None, :])
    x = across @ homogeneous_least_squares(A @ across)
    return np.outer(x, x)


def inputs(rng):
    n, m = sorted(draws.sizes(rng, 2, low=3))
    return rng.normal(size=(m, n)), rng.normal(size=n)


def long_c(rng):
    A, c = inputs(rng)
    return A, 1e6 * c


def short_c(rng):
    A, c = inputs(rng)
    return A, 1e-6 * c


def large_entries(rng):
    A, c = inputs(rng)
    return 1e4 * A, c


def along_an_axis(axis):
    """Inputs in which all of c lies in one coordinate."""
    def drawn(rng):
        A, c = inputs(rng)
        return A, 3 * np.eye(len(c))[axis]

    return drawn


def in_the_plane(rng):
    A, c = inputs(rng)
    return A[:, :2], c[:2]


def weakest_excluded(rng):
    A, _ = inputs(rng)
    U, s, Vt = np.linalg.svd(A, full_matrices=False)
    s[-1] = 1e-3
    return (U * s) @ Vt, 2 * Vt[-1]


def last(M):
    x = np.linalg.svd(M).Vh[-1]
    return np.outer(x, x)


@np.errstate(invalid="ignore")
def projected_afterwards(A, c):
    x = np.linalg.svd(A).Vh[-1]
    x = x - c * (c @ x) / (c @ c)
    return np.outer(x, x) / (x @ x)


def projected_too_short(A, c):
    x = np.linalg.svd(A).Vh[-1]
    x = x - c * (c @ x) / (c @ c)
    return np.outer(x, x)


def c_as_a_unit(A, c):
    x = np.linalg.svd(A @ (np.eye(len(c)) - np.outer(c, c))).Vh[-2]
    return np.outer(x, x)


def second_smallest(A, c):
    x = np.linalg.svd(A).Vh[-2]
    return np.outer(x, x)


def largest(A, c):
    x = np.linalg.svd(A).Vh[0]
    return np.outer(x, x)


def best_vector(A, c):
    across = null_space(c[None, :])
    return across @ homogeneous_least_squares(A @ across)


def largest_across(A, c):
    across = null_space(c[None, :])
    x = across @ np.linalg.svd(A @ across).Vh[0]
    return np.outer(x, x)


def in_coordinates(A, c):
    y = homogeneous_least_squares(A @ null_space(c[None, :]))
    return np.outer(y, y)


A_VECTOR = ("This is x itself, whose sign is free. Asked is the matrix of all products of two of its entries, which is "
            "the same for x and -x.")


def column_of_vh(A, c):
    basis = null_space(c[None, :])
    x = basis @ np.linalg.svd(A @ basis).Vh[:, -1]
    return np.outer(x, x)


EXERCISE = Function(
    id="08.smallest_stretch_across",
    title="Smallest stretch, one direction forbidden",
    section="08 §7",
    points=3,
    prompt=r"""
You know one solution $c$ of a homogeneous problem and want the next best, or $c$ is a direction that makes no sense.
So there are two constraints now:

$$\min_x \|Ax\|^2 \quad\text{subject to}\quad \|x\|^2 = 1 \ \text{ and }\ c^Tx = 0.$$

$A$ is $m \times n$ with $m > n$; $c$ has $n$ entries, is not zero, and has any length. With $x$ also $-x$ is a
solution, so return the matrix $x\,x^T$ of $n \times n$, which is the same for both. No other unit vector is as good.
""",
    reference=smallest_stretch_across,
    inputs=inputs,
    edges={"c a million long": long_c, "c a millionth long": short_c,
           "A of large entries": large_entries, "c along the first axis": along_an_axis(0),
           "c along the last axis": along_an_axis(-1), "two unknowns": in_the_plane,
           "c is the best direction itself": weakest_excluded},
    example="smallest_stretch_across(np.diag([1.0, 2.0, 3.0, 4.0])[:, :3], np.array([5.0, 0.0, 0.0])).round(6) + 0.0",
    misconceptions=(
        Misconception(
            "The second constraint is forgotten: this x need not be perpendicular to c.", lambda A, c: last(A)),
        Misconception(
            "The best x of all is found first, and projected then. It is perpendicular to c, but of such vectors it "
            "is not the best: first restrict, then minimise.", projected_afterwards),
        Misconception(
            "The best x of all is projected, and not even of length 1 afterwards. First restrict to the vectors "
            "perpendicular to c, then minimise among them.", projected_too_short),
        Misconception(
            "This is the projector on c itself, the one direction that is forbidden. A matrix from which the part along "
            "c is taken out stretches c by 0: whoever looks for the smallest stretch of such a matrix finds c. How can "
            "it be kept out of the search?", lambda A, c: np.outer(c, c) / (c @ c)),
        Misconception(A_VECTOR, best_vector),
        Misconception(A_VECTOR, lambda A, c: -best_vector(A, c)),
        Misconception(
            "These are the squares of the entries of x: the diagonal of the matrix that is asked. All products of two "
            "entries belong to it.", lambda A, c: best_vector(A, c) ** 2),
        Misconception(
            "This is the product of x transposed with x, a number, and always 1. Asked is x times x transposed, a "
            "matrix.", lambda A, c: best_vector(A, c) @ best_vector(A, c)),
        Misconception(
            "This takes x away and leaves the rest. Asked is the matrix that keeps x alone.",
            lambda A, c: np.eye(len(c)) - smallest_stretch_across(A, c)),
        Misconception(
            "Here c is written below A with length 1, as one more equation. So c^T x is only made small, not 0: what "
            "must hold exactly is no equation among others.",
            lambda A, c: last(np.vstack([A, c / np.linalg.norm(c)]))),
        Misconception(
            "This x is perpendicular to c, but it makes |Ax| largest. Singular values descend: which column of V belongs "
            "to the smallest?", largest_across),
        Misconception(
            "A is not used: this is a direction perpendicular to c, but which one of them is stretched least?",
            lambda A, c: np.outer(*[null_space(c[None, :])[:, -1]] * 2)),
        Misconception(
            "This is made of the coordinates y in a basis of the vectors across c. Put the basis back: x = By.",
            in_coordinates),
        Misconception(
            "The part along c is taken off as if c had length 1. It has any length.",
            lambda A, c: last(A - np.outer(A @ c, c))),
        Misconception(
            "Here c is written below A as one more equation, so c^T x is only made small, not 0. How much it weighs "
            "depends on the length of c.", lambda A, c: last(np.vstack([A, c]))),
        Misconception(
            "This is the singular vector of A before the last. It is perpendicular to the last one, which is the "
            "right thing only if c is that one.", second_smallest),
        Misconception(
            "This x makes |Ax| largest, and nothing keeps it across c. Singular values descend: which column of V belongs "
            "to the smallest?", largest),
        Misconception(
            "In the coordinates across c, a column was taken of what numpy calls Vh. It is V transposed: singular "
            "vectors are its rows.", column_of_vh),
        Misconception(
            "This is the projector on all that is perpendicular to c. Of these directions one is asked: the one that A "
            "stretches least.", lambda A, c: np.eye(len(c)) - np.outer(c, c) / (c @ c)),
        Misconception(
            "This is how much x is stretched, a number. Asked is the matrix x x^T.",
            lambda A, c: np.linalg.norm(A @ best_vector(A, c))),
        Misconception(
            "This is the square of how much x is stretched, a number. Asked is the matrix x x^T.",
            lambda A, c: np.sum((A @ best_vector(A, c)) ** 2)),
        Misconception(
            "The matrix is multiplied by the square of the smallest stretch. Asked is x times x transposed, of a unit "
            "vector.", lambda A, c: smallest_stretch_across(A, c) * np.sum((A @ best_vector(A, c)) ** 2)),
        Misconception(
            "c is taken for a unit vector in the matrix that takes out the part along c. c has any length: divide by the "
            "square of it.", c_as_a_unit),
        Misconception(
            "Everything has the wrong sign. The product of a vector with itself has squares on its diagonal.",
            lambda A, c: -smallest_stretch_across(A, c)),
        Misconception(
            "The matrix is multiplied by the length of c. Asked is that of a unit vector.",
            lambda A, c: smallest_stretch_across(A, c) * np.linalg.norm(c)),
    ),
    hints=(
        "The vectors perpendicular to $c$ are a space of $n-1$ dimensions. Section 5 has a function for its basis.",
        "With an orthonormal basis as the columns of $B$: $n\\times(n-1)$, every allowed $x$ is $By$, and $|x| = "
        "|y|$. Which problem is left for $y$?",
        "$\\min_y \\|(AB)\\,y\\|^2$ subject to $\\|y\\|^2 = 1$: section 7, for the matrix $AB$ of $m\\times(n-1)$.",
    ),
)
