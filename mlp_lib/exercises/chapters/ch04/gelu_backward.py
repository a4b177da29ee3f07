"""The way back through a GELU, in its sigmoid form."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception
from mlp_lib.networks import sigmoid


def gelu_backward(A, dH):
    """Gradient in the pre-activations A, from the gradient dH in H = A * sigmoid(1.702 * A).

    A and dH are (N, M). The result is (N, M).
    """
    S = sigmoid(1.702 * A)
    return dH * (S + 1.702 * A * S * (1 - S))


def inputs(rng):
    shape = draws.sizes(rng, 2)
    return 1.5 * rng.normal(size=shape), rng.normal(size=shape)


def extreme(rng):
    A, dH = inputs(rng)
    A[:2] = np.abs(A[:2]) * [[1.0], [-1.0]]
    return 1e4 * A, dH


@np.errstate(over="ignore", invalid="ignore")
def quotient_that_overflows(A, dH):
    E = np.exp(1.702 * A)
    S = E / (1 + E)
    return dH * (S + 1.702 * A * S * (1 - S))


@np.errstate(over="ignore", invalid="ignore")
def slope_that_overflows(A, dH):
    E = np.exp(-1.702 * A)
    return dH * (sigmoid(1.702 * A) + 1.702 * A * E / (1 + E) ** 2)


def slope_without_sigmoid(A, dH):
    S = sigmoid(1.702 * A)
    return dH * (S + A * S * (1 - S))


def second_term(A, dH):
    S = sigmoid(1.702 * A)
    return dH * 1.702 * A * S * (1 - S)


def factor_lost(A, dH):
    S = sigmoid(1.702 * A)
    return dH * (S + 1.702 * S * (1 - S))


def slopes_multiplied(A, dH):
    S = sigmoid(1.702 * A)
    return dH * 1.702 * S * (1 - S)


def plain_sigmoid(A, dH):
    S = sigmoid(A)
    return dH * (S + A * S * (1 - S))


def sigmoid_of_a_sigmoid(A, dH):
    S = sigmoid(1.702 * A)
    return dH * (S + 1.702 * A * sigmoid.derivative(S))


EXERCISE = Function(
    id="04.gelu_backward",
    title="Back through a GELU",
    section="04 §4",
    points=2,
    prompt=r"""
Many networks of today have no ReLU but a *GELU*: a ReLU without the corner. In its fast form, entry by entry,

$$H = A \odot \sigma(1.702\,A),$$

with $A$ and $H$ of shape $N \times M$ and the sigmoid $\sigma$. Far to the right it is close to $A$, far to the left
close to 0. In between it dips a little below 0.

You get $A$ and $\partial L/\partial H$, called `dH`. Write $\partial L/\partial A$. Entries of $A$ may be as large as
$10^4$, with either sign.
""",
    reference=gelu_backward,
    inputs=inputs,
    edges={"pre-activations of 1e4": extreme},
    example="np.round(gelu_backward(np.array([[-2.0, 0.5], [1.0, 3.0]]), np.array([[1.0, 1.0], [2.0, -1.0]])), 4)",
    misconceptions=(
        Misconception(
            "Only one term of the product rule is here: A stands in front of the sigmoid and inside it.",
            lambda A, dH: dH * sigmoid(1.702 * A)),
        Misconception(
            "The term in which the factor A itself is differentiated is missing. Which rule is there for a product?",
            second_term),
        Misconception(
            "The inner derivative is missing: what comes out in front when sigmoid(1.702 A) is differentiated in A?",
            slope_without_sigmoid),
        Misconception(
            "In the second term the factor A is missing. The product rule differentiates one factor and keeps the "
            "other.", factor_lost),
        Misconception(
            "The slopes of the two factors are multiplied. The derivative of a product is a sum of two terms.",
            slopes_multiplied),
        Misconception(
            "This is the slope of A times sigmoid(A). In the exercise the sigmoid is taken at 1.702 A.",
            plain_sigmoid),
        Misconception(
            "This is the slope of the GELU alone. The chain rule multiplies it with the gradient dH that comes from "
            "above.", lambda A, dH: gelu_backward(A, np.ones_like(dH))),
        Misconception(
            "This is the mask of a ReLU. The slope of a GELU does not jump at 0: it changes smoothly, on both sides.",
            lambda A, dH: (A > 0) * dH),
        Misconception(
            "The sigmoid is taken twice: its slope is asked for at the score 1.702 A, not at the value of the sigmoid. "
            "From the value S it would be S (1 - S).", sigmoid_of_a_sigmoid),
        Misconception(
            "The slope of the sigmoid is taken at A. What goes into the sigmoid is 1.702 A.",
            lambda A, dH: dH * (sigmoid(1.702 * A) + 1.702 * A * sigmoid.derivative(A))),
        Misconception(
            "The slope is taken at the place H. What goes into the activation is A.",
            lambda A, dH: gelu_backward(A * sigmoid(1.702 * A), dH)),
        Misconception(
            "dH is multiplied with the GELU itself. The chain rule wants its slope.",
            lambda A, dH: dH * A * sigmoid(1.702 * A)),
        Misconception(
            "This is the forward pass, H. The gradient needs the slope of that function, and dH.",
            lambda A, dH: A * sigmoid(1.702 * A)),
        Misconception(
            "exp(1e4) is inf, and inf/inf is nan. Write the sigmoid so that no large exponential stands in both parts "
            "of a fraction.", quotient_that_overflows),
        Misconception(
            "exp(1e4) is inf, and inf/inf is nan. The slope of the sigmoid can be written with its value alone.",
            slope_that_overflows),
    ),
    hints=(
        "Only the table that takes the place of the mask $(A>0)$ is new. It holds the slope of the activation.",
        "The activation is a product of $a$ and $\\sigma(1.702\\,a)$. Use the product rule, then the chain rule.",
        "$\\dfrac{\\mathrm d}{\\mathrm da}\\,a\\,\\sigma(ca) = \\sigma(ca) + a\\,\\dfrac{\\mathrm d}{\\mathrm "
        "da}\\sigma(ca)\\;$ with $\\;\\sigma' = \\sigma(1-\\sigma)$ and $c = 1.702$.",
    ),
)
