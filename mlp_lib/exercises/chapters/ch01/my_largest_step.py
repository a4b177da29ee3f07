"""The largest step size for a quadratic valley, with the learner's own numbers."""

import numpy as np

from mlp_lib.exercises.kinds import Misconception, Number


def largest_step(p, q, s):
    """Step size above which descent on p x1^2 + q x1 x2 + s x2^2 runs away."""
    return 2 / np.linalg.eigvalsh([[2 * p, q], [q, 2 * s]])[-1]


def curvatures(p, q, s):
    return np.linalg.eigvalsh([[2 * p, q], [q, 2 * s]])


EXERCISE = Number(
    id="01.my_largest_step",
    title="The largest step of a walk",
    section="01 §9",
    points=2,
    prompt=r"""
A valley with its minimum at the origin:

$$f(x_1, x_2) = p\,x_1^2 + q\,x_1x_2 + s\,x_2^2.$$

You walk down, $x \leftarrow x - \eta\nabla f(x)$, from a random start. For small $\eta$ the walk arrives. Beyond a
certain $\eta$ it runs away. Which $\eta$ is that limit? Four significant digits are enough, as in 0.05123.
""",
    reference=largest_step,
    tolerance=1e-3,
    misconceptions=(
        Misconception(
            "With this step the walk reaches the bottom of the steepest direction at once. It may be longer: "
            "overshooting is allowed as long as the distance shrinks.",
            lambda p, q, s: 1 / curvatures(p, q, s)[-1]),
        Misconception(
            "This is the limit along the flattest direction. The steepest one gives way much earlier.",
            lambda p, q, s: 2 / curvatures(p, q, s)[0]),
        Misconception(
            "This looks along the two axes only. The steepest direction lies between them: the mixed term counts.",
            lambda p, q, s: 1 / max(p, s)),
        Misconception(
            "This takes the matrix of the form itself for its Hessian. What is the second derivative of p times x1 "
            "squared?",
            lambda p, q, s: 4 / curvatures(p, q, s)[-1]),
        Misconception(
            "The mixed entries of your Hessian are twice too large. Differentiate q times x1 times x2 once in each of "
            "the two: what is left?",
            lambda p, q, s: 2 / np.linalg.eigvalsh([[2 * p, 2 * q], [2 * q, 2 * s]])[-1]),
        Misconception(
            "The mixed entries of your Hessian are half of what they should be. Differentiate q times x1 times x2 once "
            "in each of the two: what is left?",
            lambda p, q, s: 2 / np.linalg.eigvalsh([[2 * p, q / 2], [q / 2, 2 * s]])[-1]),
        Misconception(
            "The diagonal of your Hessian is half of what it should be. What is the second derivative of p times x1 "
            "squared?",
            lambda p, q, s: 2 / np.linalg.eigvalsh([[p, q], [q, s]])[-1]),
        Misconception(
            "This is the largest curvature itself. The step is measured against it: a steep valley needs a small step.",
            lambda p, q, s: curvatures(p, q, s)[-1]),
        Misconception(
            "This divides by the sum of both curvatures, the trace. What limits the step is the larger of the two.",
            lambda p, q, s: 1 / (p + s)),
    ),
    hints=(
        "First the Hessian. For this $f$ it is the same everywhere.",
        "Along each eigenvector of the Hessian the walk is that of section 4, with the eigenvalue as curvature.",
        "$x \\leftarrow (I - \\eta H)\\,x$ with $H = \\begin{pmatrix}2p & q\\\\ q & 2s\\end{pmatrix}$: each eigenvalue "
        "$\\lambda$ of $H$ gives a factor $1-\\eta\\lambda$.",
    ),
)
