"""The Hessian of a weighted loss that is a square near zero and a straight line far away."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def log_cosh_hessian(x, A, b, w):
    """Hessian in x of the sum over i of w_i ln cosh(r_i), with r = A x - b.

    x is (n,), A is (K, n), b and w are (K,), w is not negative. The result is (n, n).
    """
    curvature = w * (1 - np.tanh(A @ x - b) ** 2)
    return A.T @ (curvature[:, None] * A)


def drawn(rng, K, n):
    A = rng.normal(size=(K, n))
    return rng.normal(size=n), A, rng.normal(size=K), rng.uniform(0.5, 2, size=K)


def inputs(rng):
    return drawn(rng, *draws.sizes(rng, 2, high=6))


def outliers(rng):
    x, A, b, w = drawn(rng, 5, 3)
    b[:2] = 1e4, -1e4
    return x, A, b, w


def weight_zero(rng):
    x, A, b, w = drawn(rng, 6, 3)
    w[[1, 4]] = 0
    return x, A, b, w


def weighted_square(A, curvature):
    return A.T @ (curvature[:, None] * A)


def slope_of(x, A, b):
    return np.tanh(A @ x - b)


def square_of_gradient(x, A, b, w):
    g = A.T @ (w * slope_of(x, A, b))
    return np.outer(g, g)


@np.errstate(over="ignore", invalid="ignore")
def plain_exponentials(x, A, b, w):
    up, down = np.exp(A @ x - b), np.exp(b - A @ x)
    return weighted_square(A, w * (1 - ((up - down) / (up + down)) ** 2))


EXERCISE = Function(
    id="01.log_cosh_hessian",
    title="A Hessian for robust fitting",
    section="01 §8",
    points=3,
    prompt=r"""
A sum of squares lets one wild measurement pull the whole fit. The function $\ln\cosh r$ does not: near 0 it is the
parabola $\frac12r^2$, far away the straight line $|r| - \ln 2$. The loss of a fit with it is

$$f(x) = \sum_{i=1}^K w_i\,\ln\cosh r_i, \qquad r = Ax - b.$$

$x$ has $n$ entries, $A$ is $K\times n$, $b$ and the weights $w$ have $K$ entries, and $w_i\ge0$: a weight may be 0.

For Newton's step one needs the Hessian of $f$ in $x$: $n\times n$. Write it. A residual may be as large as $10^4$.
""",
    reference=log_cosh_hessian,
    inputs=inputs,
    edges={"residuals of 1e4 and -1e4": outliers, "weights of zero": weight_zero},
    example="A = np.array([[1.0, 2.0], [0.0, 1.0], [3.0, 1.0]])\n"
            "np.round(log_cosh_hessian(np.array([0.5, -1.0]), A, np.array([0.0, 1.0, -1.0]), np.ones(3)), 4)",
    misconceptions=(
        Misconception(
            "The slope of ln cosh stands where its curvature belongs. The Hessian holds second derivatives: "
            "differentiate once more.",
            lambda x, A, b, w: weighted_square(A, w * slope_of(x, A, b))),
        Misconception(
            "This is the gradient, with n entries. The Hessian is its Jacobian, n by n.",
            lambda x, A, b, w: A.T @ (w * slope_of(x, A, b))),
        Misconception(
            "This is K by K: the Hessian in the residuals. A leads from x to them, and each of the two derivatives "
            "brings it in.",
            lambda x, A, b, w: np.diag(w * (1 - slope_of(x, A, b) ** 2))),
        Misconception(
            "The tanh is not squared. What is the derivative of tanh, written with its value?",
            lambda x, A, b, w: weighted_square(A, w * (1 - slope_of(x, A, b)))),
        Misconception(
            "The weights w are missing. They are factors in front of each term, and a factor stays when one "
            "differentiates.",
            lambda x, A, b, w: weighted_square(A, 1 - slope_of(x, A, b) ** 2)),
        Misconception(
            "The weights count twice here. A comes in with each of the two derivatives, w only once.",
            lambda x, A, b, w: weighted_square(A, w**2 * (1 - slope_of(x, A, b) ** 2))),
        Misconception(
            "The curvature is taken at Ax. What goes into the function is the residual, Ax - b.",
            lambda x, A, b, w: log_cosh_hessian(x, A, 0 * b, w)),
        Misconception(
            "This is the Hessian of a sum of squares, the same for every x. The curvature of ln cosh depends on the "
            "residual.",
            lambda x, A, b, w: weighted_square(A, w)),
        Misconception(
            "Only the diagonal is filled. Each residual mixes all entries of x, so there are mixed derivatives too.",
            lambda x, A, b, w: np.diag(np.diag(log_cosh_hessian(x, A, b, w)))),
        Misconception(
            "In 1 - t squared, t is the tanh of the residual. Here the residual itself was squared.",
            lambda x, A, b, w: weighted_square(A, w * (1 - (A @ x - b) ** 2))),
        Misconception(
            "The cosh is not squared: the slope of tanh is one over cosh squared.",
            lambda x, A, b, w: weighted_square(A, w / np.cosh(np.clip(A @ x - b, -700, 700)))),
        Misconception(
            "The plus belongs to the tangent, tan. What is the derivative of tanh, written with its value?",
            lambda x, A, b, w: weighted_square(A, w * (1 + slope_of(x, A, b) ** 2))),
        Misconception(
            "The curvature is taken at Ax + b. What goes into the function is the residual, Ax - b.",
            lambda x, A, b, w: log_cosh_hessian(x, A, -b, w)),
        Misconception(
            "The weights are inside the tanh. They stand in front of ln cosh, not in the residual.",
            lambda x, A, b, w: weighted_square(A, 1 - np.tanh(w * (A @ x - b)) ** 2)),
        Misconception(
            "Right, until a residual is 1e4: then the exponentials overflow, and inf/inf is nan. Which function of "
            "numpy stays finite for every residual?", plain_exponentials),
        Misconception(
            "The square of the tanh stands where the curvature belongs. It is 0 at r = 0, where ln cosh is a parabola.",
            lambda x, A, b, w: weighted_square(A, w * slope_of(x, A, b) ** 2)),
        Misconception(
            "This is the Hessian of a sum of squares without a factor one half, the same for every x. The curvature of "
            "ln cosh depends on the residual, and is 1 at most.",
            lambda x, A, b, w: 2 * weighted_square(A, w)),
        Misconception(
            "Everything is twice what it should be. Near 0 ln cosh is half a square: which curvature has that?",
            lambda x, A, b, w: 2 * log_cosh_hessian(x, A, b, w)),
        Misconception(
            "The triangle below the diagonal is empty. A Hessian is symmetric: f moves with x_j and x_k in either order.",
            lambda x, A, b, w: np.triu(log_cosh_hessian(x, A, b, w))),
        Misconception(
            "The triangle above the diagonal is empty. A Hessian is symmetric: f moves with x_j and x_k in either order.",
            lambda x, A, b, w: np.tril(log_cosh_hessian(x, A, b, w))),
        Misconception(
            "This is the product of the gradient with itself. The Hessian is the derivative of the gradient, not its "
            "square.", square_of_gradient),
        Misconception(
            "Everything has the wrong sign. ln cosh curves upwards everywhere.",
            lambda x, A, b, w: -log_cosh_hessian(x, A, b, w)),
        Misconception(
            "The weights are divided by their sum. The loss is a plain sum, not a weighted mean.",
            lambda x, A, b, w: log_cosh_hessian(x, A, b, w / w.sum())),
        Misconception(
            "This is divided by K, the number of residuals. The loss is a sum here, not a mean.",
            lambda x, A, b, w: log_cosh_hessian(x, A, b, w) / len(w)),
        Misconception(
            "The roots of the weights are in it. Each weight stands in front of its term as it is.",
            lambda x, A, b, w: log_cosh_hessian(x, A, b, np.sqrt(w))),
    ),
    hints=(
        "First the gradient. The derivative of $\\ln\\cosh r$ is $\\sinh r/\\cosh r$. What is the short name of that?",
        "Then the Jacobian of the gradient. Each of the two derivatives brings out one factor of $A$.",
        "$\\dfrac{\\partial f}{\\partial x_j} = \\sum_i w_i\\tanh(r_i)\\,A_{ij}$. Now this, in $x_k$.",
    ),
)
