"""A slope of second order where only one side can be measured."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def slope_at_the_edge(values, h):
    """Slopes at the first of three points, with an error of order h**2.

    values is (K, 3): for each of K curves f(a), f(a + h), f(a + 2h). The result is (K,).
    """
    short = (values[:, 1] - values[:, 0]) / h
    long = (values[:, 2] - values[:, 0]) / (2 * h)
    return 2 * short - long


def waves(rng, h):
    K, = draws.sizes(rng, 1, low=4, high=9)
    speed, shift = rng.uniform(0.8, 2, size=(K, 1)), rng.uniform(0, 6, size=(K, 1))
    return np.sin(speed * h * np.arange(3) + shift) + rng.normal(size=(K, 1)), h


def inputs(rng):
    return waves(rng, rng.uniform(0.2, 0.5))


def right_edge(rng):
    return waves(rng, -rng.uniform(0.2, 0.5))


def short(values, h):
    return (values[:, 1] - values[:, 0]) / h


def long(values, h):
    return (values[:, 2] - values[:, 0]) / (2 * h)


EXERCISE = Function(
    id="01.slope_at_the_edge",
    title="A slope at the edge",
    section="01 §3",
    points=2,
    prompt=r"""
At the edge of a table there is no point on the other side, so the central difference is not possible. The one-sided
difference is, but its error has order 1. A third point mends that. For each of $K$ curves
three values are known:

$$f(a),\quad f(a+h),\quad f(a+2h).$$

Combine them into a slope **at $a$** whose error has order 2: halve $h$, and a quarter of the error is left. For every
parabola the result is exact.

`values` is $K\times3$, one curve in each row; `h` is one number. The result has $K$ entries. At the right edge of a
table the three points go to the left; then $h$ is negative, and the formula is the same.
""",
    reference=slope_at_the_edge,
    inputs=inputs,
    edges={"the right edge, h negative": right_edge},
    example="slope_at_the_edge(np.array([[0.0, 1.0, 4.0], [3.0, 5.0, 7.0]]), 1.0)  # x**2 and 3 + 2x, both at 0",
    misconceptions=(
        Misconception(
            "This is the slope at the third point, a + 2h. It was asked for at the first.",
            lambda values, h: slope_at_the_edge(values[:, ::-1], -h)),
        Misconception(
            "Both one-sided slopes get the same weight. Their errors have the same sign, so a mean does not cancel "
            "them. How much larger is the error with the double step?",
            lambda values, h: (short(values, h) + long(values, h)) / 2),
        Misconception(
            "The correction of the one-sided slope is twice too large. Its error is h/2 times the second derivative, "
            "not h times.",
            lambda values, h: 3 * short(values, h) - 2 * long(values, h)),
        Misconception(
            "This is the one-sided difference of the first two points. Its error has order 1. The third point is there "
            "to take that error away.", short),
        Misconception(
            "This is the central difference: a good slope, but at the point in the middle, a + h. It was asked for at "
            "a.", long),
        Misconception(
            "The weights are those for two errors that fall with the square of the step. The one-sided error is "
            "proportional to the step itself: how much larger is it with the double step?",
            lambda values, h: (4 * short(values, h) - long(values, h)) / 3),
        Misconception(
            "This is the slope between the second and the third point, even further from a. If you combined two slopes "
            "at a: the worse one, over the double step, got the larger weight, or the correction has the wrong sign.",
            lambda values, h: 2 * long(values, h) - short(values, h)),
        Misconception(
            "The step from the first to the third point is 2h. Here the rise over both steps is divided by h only.",
            lambda values, h: 2 * short(values, h) - 2 * long(values, h)),
        Misconception(
            "This is multiplied by h. In Python a / 2 * h means (a / 2) times h: a product below the fraction bar "
            "needs brackets.",
            lambda values, h: slope_at_the_edge(values, h) * h**2),
        Misconception(
            "The first and the third point are exchanged. The first column holds f(a), and there the slope is asked "
            "for.",
            lambda values, h: slope_at_the_edge(values[:, ::-1], h)),
        Misconception(
            "For a negative h the columns are turned round here. That is not needed: the first column still holds "
            "f(a), and the formula is the same.",
            lambda values, h: slope_at_the_edge(values[:, ::-1] if h < 0 else values, h)),
        Misconception(
            "For a negative h the columns are turned round here, and the slope comes out at the left of the three "
            "points. It was asked for at a, the first column.",
            lambda values, h: slope_at_the_edge(values[:, ::-1], -h) if h < 0 else slope_at_the_edge(values, h)),
        Misconception(
            "The size of h is used without its sign. With a negative h the points go to the left, and rise over run "
            "needs the run as it is.",
            lambda values, h: slope_at_the_edge(values, abs(h))),
        Misconception(
            "This is the second derivative, divided by h squared: it tells how the slope changes. The slope itself was "
            "asked for.",
            lambda values, h: (values[:, 0] - 2 * values[:, 1] + values[:, 2]) / h**2),
        Misconception(
            "The sum of the weights is not 0, so a curve that is lifted by a number gets another slope. Which sign has "
            "the weight of the third point?",
            lambda values, h: slope_at_the_edge(values, h) + values[:, 2] / h),
        Misconception(
            "The step from the first to the third point is 2h. Here the rise from the one to the other is divided by h, "
            "and the point between them is not used.",
            lambda values, h: 2 * long(values, h)),
        Misconception(
            "Everything has the wrong sign. On a curve that rises from a to a + h, which sign has the slope?",
            lambda values, h: -slope_at_the_edge(values, h)),
        Misconception(
            "The weights -3, 4 and -1 belong over 2h. Here they stand over h, so every slope is twice what it should be.",
            lambda values, h: 2 * slope_at_the_edge(values, h)),
        Misconception(
            "A slope is a rise over a run. Here h stands squared below the fraction bar, as for a second derivative.",
            lambda values, h: slope_at_the_edge(values, h) / h),
    ),
    hints=(
        "Make two one-sided slopes at $a$: one with the step $h$, one with the step $2h$. Try both on a curve that you "
        "know. How are their errors related?",
        "Take the two slopes with weights, so that the right slope is kept and the errors of order 1 cancel.",
        "$\\dfrac{f(a+h)-f(a)}{h} = f' + \\dfrac h2 f'' + \\dots$ and $\\dfrac{f(a+2h)-f(a)}{2h} = f' + h f'' + "
        "\\dots$",
    ),
)
