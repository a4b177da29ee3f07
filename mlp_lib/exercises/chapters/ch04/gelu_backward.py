"""The way back through a GELU, in its sigmoid form."""

import math

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


C = 1.702  # in the sigmoid


def of_terms(terms):
    """dH times what ``terms`` makes of A and S = sigmoid(1.702 A)."""
    return lambda A, dH: dH * terms(A, sigmoid(C * A))


@np.errstate(over="ignore", invalid="ignore")
def quotient_that_overflows(A, dH):
    E = np.exp(C * A)
    S = E / (1 + E)
    return dH * (S + C * A * S * (1 - S))


@np.errstate(over="ignore", invalid="ignore")
def slope_that_overflows(A, dH):
    E = np.exp(-C * A)
    return dH * (sigmoid(C * A) + C * A * E / (1 + E) ** 2)


def exact_form(A, dH):
    density = np.exp(-A ** 2 / 2) / np.sqrt(2 * np.pi)
    return dH * (np.vectorize(lambda a: math.erfc(-a / math.sqrt(2)) / 2)(A) + A * density)


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
            of_terms(lambda A, S: S)),
        Misconception(
            "The term in which the factor A itself is differentiated is missing. Which rule is there for a product?",
            of_terms(lambda A, S: C * A * S * (1 - S))),
        Misconception(
            "The inner derivative is missing: what comes out in front when sigmoid(1.702 A) is differentiated in A?",
            of_terms(lambda A, S: S + A * S * (1 - S))),
        Misconception(
            "In the second term the factor A is missing. The product rule differentiates one factor and keeps the "
            "other.", of_terms(lambda A, S: S + C * S * (1 - S))),
        Misconception(
            "In the second term both the factor A and the inner derivative are missing. The product rule keeps the "
            "factor that it does not differentiate.", of_terms(lambda A, S: S + S * (1 - S))),
        Misconception(
            "The slopes of the two factors are multiplied. The derivative of a product is a sum of two terms.",
            of_terms(lambda A, S: C * S * (1 - S))),
        Misconception(
            "This is the slope of the sigmoid alone. A stands in front of it, and the derivative of a product is a sum "
            "of two terms.", of_terms(lambda A, S: S * (1 - S))),
        Misconception(
            "Only one term of the product rule is here, and in it the inner derivative is missing.",
            of_terms(lambda A, S: A * S * (1 - S))),
        Misconception(
            "The slope of the sigmoid is taken for 1 - S. What is it, written with its value S?",
            of_terms(lambda A, S: S + C * A * (1 - S))),
        Misconception(
            "The sigmoid itself stands where its slope belongs, in the second term.",
            of_terms(lambda A, S: S + C * A * S)),
        Misconception(
            "The slope of the sigmoid is taken for 1 minus S squared, which is that of a tanh.",
            of_terms(lambda A, S: S + C * A * (1 - S ** 2))),
        Misconception(
            "The slope of the sigmoid has a plus where S (1 - S) has a minus. Far to the right a sigmoid is flat.",
            of_terms(lambda A, S: S + C * A * S * (1 + S))),
        Misconception(
            "The two terms are subtracted. The derivative of a product is their sum.",
            of_terms(lambda A, S: S - C * A * S * (1 - S))),
        Misconception(
            "The inner derivative stands in front of both terms. It belongs to the one in which the sigmoid is "
            "differentiated.", of_terms(lambda A, S: C * (S + A * S * (1 - S)))),
        Misconception(
            "The inner derivative is in both terms, in the second one twice. It belongs there once, and not to the first.",
            of_terms(lambda A, S: C * (S + C * A * S * (1 - S)))),
        Misconception(
            "The inner derivative is in it twice.", of_terms(lambda A, S: S + C ** 2 * A * S * (1 - S))),
        Misconception(
            "In the second term A is squared. The inner derivative is 1.702, without A.",
            of_terms(lambda A, S: S + C * A ** 2 * S * (1 - S))),
        Misconception(
            "In the term in which A is differentiated, A is still there. Its derivative is 1.",
            of_terms(lambda A, S: A * S + C * A * S * (1 - S))),
        Misconception(
            "In the term in which A is differentiated, the sigmoid is missing. The product rule keeps it.",
            of_terms(lambda A, S: 1 + C * A * S * (1 - S))),
        Misconception(
            "This is the slope of A times sigmoid(A). In the exercise the sigmoid is taken at 1.702 A.",
            lambda A, dH: dH * (sigmoid(A) + A * sigmoid.derivative(A))),
        Misconception(
            "This is the slope of the GELU alone. The chain rule multiplies it with the gradient dH that comes from "
            "above.", lambda A, dH: gelu_backward(A, np.ones_like(dH))),
        Misconception(
            "The slope and dH are added. The chain rule multiplies them.",
            lambda A, dH: gelu_backward(A, np.ones_like(dH)) + dH),
        Misconception(
            "This is the mask of a ReLU. The slope of a GELU does not jump at 0: it changes smoothly, on both sides.",
            lambda A, dH: (A > 0) * dH),
        Misconception(
            "The sigmoid is taken twice: its slope is asked for at the score 1.702 A, not at the value of the sigmoid. "
            "From the value S it would be S (1 - S).", of_terms(lambda A, S: S + C * A * sigmoid.derivative(S))),
        Misconception(
            "The slope of the sigmoid is taken at A. What goes into the sigmoid is 1.702 A.",
            of_terms(lambda A, S: S + C * A * sigmoid.derivative(A))),
        Misconception(
            "The first sigmoid is taken at A. What goes into it is 1.702 A, in both terms.",
            of_terms(lambda A, S: sigmoid(A) + C * A * S * (1 - S))),
        Misconception(
            "The sigmoids are taken at A, though the inner derivative is there. What goes into them is 1.702 A.",
            lambda A, dH: dH * (sigmoid(A) + C * A * sigmoid.derivative(A))),
        Misconception(
            "The slope is taken at the place H. What goes into the activation is A.",
            lambda A, dH: gelu_backward(A * sigmoid(C * A), dH)),
        Misconception(
            "This is the slope of the GELU's exact form. The exercise asks for that of its fast form, with the sigmoid.",
            exact_form),
        Misconception(
            "dH is multiplied with the GELU itself. The chain rule wants its slope.",
            of_terms(lambda A, S: A * S)),
        Misconception(
            "This is the forward pass, H. The gradient needs the slope of that function, and dH.",
            lambda A, dH: A * sigmoid(C * A)),
        Misconception(
            "exp(1e4) is inf, and inf/inf is nan. Write the sigmoid so that no large exponential stands in both parts "
            "of a fraction.", quotient_that_overflows),
        Misconception(
            "exp(1e4) is inf, and inf/inf and 0 times inf are nan. The slope of the sigmoid can be written with its "
            "value alone.", slope_that_overflows),
        Misconception(
            "dH is a factor of the first term alone. Both terms of the product rule are the slope, and dH multiplies "
            "all of it.",
            lambda A, dH: gelu_backward(A, np.ones_like(dH)) - sigmoid(1.702 * A) * (1 - dH)),
        Misconception(
            "This is divided by the number of samples. If the loss is a mean, dH knows it already.",
            lambda A, dH: gelu_backward(A, dH) / len(A)),
    ),
    hints=(
        "Only the table that takes the place of the mask $(A>0)$ is new. It holds the slope of the activation.",
        "The activation is a product of $a$ and $\\sigma(1.702\\,a)$. Use the product rule, then the chain rule.",
        "$\\dfrac{\\mathrm d}{\\mathrm da}\\,a\\,\\sigma(ca) = \\sigma(ca) + a\\,\\dfrac{\\mathrm d}{\\mathrm "
        "da}\\sigma(ca)\\;$ with $\\;\\sigma' = \\sigma(1-\\sigma)$ and $c = 1.702$.",
    ),
)
