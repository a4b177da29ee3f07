"""The gradient of a chain of three links, one wave, one tanh, one sum."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def three_link_gradient(z, A, B, c):
    """Gradient of c . tanh(B sin(A z)) in z.

    z is (k,), A is (m, k), B is (n, m), c is (n,). The result is (k,).
    """
    s = A @ z
    t = np.tanh(B @ np.sin(s))
    by_y = B.T @ (c * (1 - t**2))
    return A.T @ (np.cos(s) * by_y)


def drawn(rng, k, m, n):
    z, c = rng.normal(size=k), rng.normal(size=n)
    return z, rng.normal(size=(m, k)) / np.sqrt(k), rng.normal(size=(n, m)) / np.sqrt(m), c


def inputs(rng):
    return drawn(rng, *draws.sizes(rng, 3, high=6))


def one_in_the_middle(rng):
    return drawn(rng, 4, 1, 3)


def with_slopes(z, A, B, c, inner, outer):
    """The product of the chain, with given slopes of the sine and of the tanh."""
    return A.T @ (inner * (B.T @ (c * outer)))


def links(z, A, B):
    s = A @ z
    return s, np.sin(s), np.tanh(B @ np.sin(s))


def sine_slope_at_wrong_place(z, A, B, c):
    _, y, t = links(z, A, B)
    return with_slopes(z, A, B, c, np.cos(y), 1 - t**2)


def tanh_slope_at_wrong_place(z, A, B, c):
    s, _, _ = links(z, A, B)
    return with_slopes(z, A, B, c, np.cos(s), 1 - np.tanh(B @ s) ** 2)


def tanh_slope_from_input(z, A, B, c):
    s, y, _ = links(z, A, B)
    return with_slopes(z, A, B, c, np.cos(s), 1 - (B @ y) ** 2)


def tanh_slope_of_output(z, A, B, c):
    s, _, t = links(z, A, B)
    return with_slopes(z, A, B, c, np.cos(s), 1 - np.tanh(t) ** 2)


def slope_of_a_sigmoid(z, A, B, c):
    s, _, t = links(z, A, B)
    return with_slopes(z, A, B, c, np.cos(s), t * (1 - t))


def tanh_not_squared(z, A, B, c):
    s, _, t = links(z, A, B)
    return with_slopes(z, A, B, c, np.cos(s), 1 - t)


def square_of_tanh(z, A, B, c):
    s, _, t = links(z, A, B)
    return with_slopes(z, A, B, c, np.cos(s), t**2)


def sine_taken_for_tanh(z, A, B, c):
    _, y, t = links(z, A, B)
    return with_slopes(z, A, B, c, 1 - y**2, 1 - t**2)


def sine_for_its_slope(z, A, B, c):
    _, y, t = links(z, A, B)
    return with_slopes(z, A, B, c, y, 1 - t**2)


def sine_slope_at_start(z, A, B, c):
    _, _, t = links(z, A, B)
    return np.cos(z) * with_slopes(z, A, B, c, np.ones(len(A)), 1 - t**2)


def cosh_not_squared(z, A, B, c):
    s, y, _ = links(z, A, B)
    return with_slopes(z, A, B, c, np.cos(s), 1 / np.cosh(B @ y))


def slope_of_a_tangent(z, A, B, c):
    s, _, t = links(z, A, B)
    return with_slopes(z, A, B, c, np.cos(s), 1 + t**2)


def no_sine_slope(z, A, B, c):
    _, _, t = links(z, A, B)
    return with_slopes(z, A, B, c, np.ones(len(A)), 1 - t**2)


def no_tanh_slope(z, A, B, c):
    s, _, _ = links(z, A, B)
    return with_slopes(z, A, B, c, np.cos(s), np.ones(len(c)))


def jacobian_of_x(z, A, B):
    s, _, t = links(z, A, B)
    return (1 - t**2)[:, None] * B @ (np.cos(s)[:, None] * A)


EXERCISE = Function(
    id="01.three_link_gradient",
    title="Three links of a chain",
    section="01 §7",
    points=3,
    prompt=r"""
Three links, each with its own kind of slope:

$$y = \sin(Az), \qquad x = \tanh(By), \qquad h = c\cdot x = \sum_j c_jx_j.$$

$z$ has $k$ entries, $A$ is $m\times k$, $B$ is $n\times m$, $c$ has $n$ entries. Sine and tanh are taken entry by
entry.

Write the gradient of the number $h$ in $z$. It has $k$ entries.
""",
    reference=three_link_gradient,
    inputs=inputs,
    edges={"a single value in the middle": one_in_the_middle},
    example="A = np.array([[1.0, 0.5], [0.0, 2.0], [1.0, 1.0]])\n"
            "np.round(three_link_gradient(np.array([0.5, -1.0]), A, np.eye(3), np.array([1.0, -1.0, 2.0])), 4)",
    misconceptions=(
        Misconception(
            "The slope of the sine is taken at sin(Az), its output. Each slope is taken at what goes into its "
            "function.", sine_slope_at_wrong_place),
        Misconception(
            "The slope of the sine is taken at z. What goes into the sine has passed A already.",
            sine_slope_at_start),
        Misconception(
            "The slope of the tanh is taken at B(Az). What goes into the tanh has passed the sine already.",
            tanh_slope_at_wrong_place),
        Misconception(
            "In 1 - t squared, t is the output of the tanh. Here the number that goes into it was squared.",
            tanh_slope_from_input),
        Misconception(
            "The tanh is taken twice: its slope is asked for at what goes into it, not at its output.",
            tanh_slope_of_output),
        Misconception(
            "The slope is that of a sigmoid, x (1 - x). What is the derivative of tanh, written with its value?",
            slope_of_a_sigmoid),
        Misconception(
            "The tanh is not squared. What is the derivative of tanh, written with its value?", tanh_not_squared),
        Misconception(
            "The cosh is not squared: the slope of tanh is one over cosh squared.", cosh_not_squared),
        Misconception(
            "The plus belongs to the tangent, tan. What is the derivative of tanh, written with its value?",
            slope_of_a_tangent),
        Misconception(
            "The sine itself stands where its slope belongs. What is the derivative of the sine?",
            sine_for_its_slope),
        Misconception(
            "The slope of the sine is missing. A way from z to h passes A, the sine, B, the tanh and c; each gives a "
            "factor.", no_sine_slope),
        Misconception(
            "The slope of the tanh is missing. A way from z to h passes A, the sine, B, the tanh and c; each gives a "
            "factor.", no_tanh_slope),
        Misconception(
            "Both slopes, of the sine and of the tanh, are missing. This is the gradient of a chain of matrices alone.",
            lambda z, A, B, c: A.T @ (B.T @ c)),
        Misconception(
            "The weights c are missing: this is the gradient of the plain sum of the entries of x.",
            lambda z, A, B, c: three_link_gradient(z, A, B, np.ones(len(c)))),
        Misconception(
            "This is the Jacobian of x in z, n by k. One link is left, from x to the number h: what does it do to the "
            "rows?",
            lambda z, A, B, c: jacobian_of_x(z, A, B)),
        Misconception(
            "The rows are multiplied by c and not added up. h is a sum over them, so its gradient is, too.",
            lambda z, A, B, c: c[:, None] * jacobian_of_x(z, A, B)),
        Misconception(
            "The square of the tanh stands where its slope belongs. Far out, where tanh is flat, that would be 1.",
            square_of_tanh),
        Misconception(
            "The slope of the sine has the wrong sign. It is the slope of the cosine that has a minus.",
            lambda z, A, B, c: -three_link_gradient(z, A, B, c)),
        Misconception(
            "In place of the slope of the sine stands 1 minus the square of its value: that is the slope of a tanh.",
            sine_taken_for_tanh),
        Misconception(
            "The weights c count twice. In h each stands once.",
            lambda z, A, B, c: three_link_gradient(z, A, B, c**2)),
    ),
    hints=(
        "Name what goes into each function: $s = Az$ and $u = By$. Write the slope of each link alone.",
        "A function that works entry by entry has a diagonal Jacobian. Start at the single number $h$ and multiply "
        "from there, so that a vector meets a matrix at every step.",
        "$\\dfrac{\\partial h}{\\partial z_i} = \\sum_j\\sum_r c_j\\,\\tanh'(u_j)\\,B_{jr}\\,\\sin'(s_r)\\,A_{ri}$.",
    ),
)
