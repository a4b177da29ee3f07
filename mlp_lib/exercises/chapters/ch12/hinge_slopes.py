"""The slopes of a game whose losses are hinges."""

import numpy as np

from mlp_lib.exercises import draws
from mlp_lib.exercises.kinds import Function, Misconception


def hinge_slopes(s, s_made):
    """Slopes of L_D in the scores of both, and of L_G in those of made pictures.

    s is (N,), the scores of real pictures; s_made is (M,), those of made ones. Returns three arrays:
    dL_D/ds (N,), dL_D/ds_made (M,) and dL_G/ds_made (M,).
    """
    N, M = len(s), len(s_made)
    return (s < 1) / -N, (s_made > -1) / M, np.full(M, -1 / M)


def inputs(rng):
    N, M = draws.sizes(rng, 2, low=5, high=12)
    s, s_made = 2 * rng.normal(size=N), 2 * rng.normal(size=M)
    s[:3], s_made[:3] = (1.5, 0.5, -1.5), (-1.5, -0.5, 1.5)  # on each side of each edge
    return s, s_made


def sure(rng):
    N, M = draws.sizes(rng, 2, low=5, high=12)
    return 2 + rng.random(N), -2 - rng.random(M)


def one_of_each(rng):
    return np.array([0.3]), np.array([-0.4])


def changed(change):
    """The right slopes with a change: it takes the three, N and M."""
    def answer(s, s_made):
        return tuple(change(*hinge_slopes(s, s_made), len(s), len(s_made)))

    return answer


EXERCISE = Function(
    id="12.hinge_slopes",
    title="A game of hinges",
    section="12 §2",
    points=2,
    prompt=r"""
Another pair of losses for the same game, with scores $s_i$ of $N$ real and $s'_j$ of $M$ made pictures:

$$L_D = \frac1N\sum_i\max(0,\,1-s_i) + \frac1M\sum_j\max(0,\,1+s'_j), \qquad L_G = -\frac1M\sum_j s'_j.$$

The discriminator is content with a real picture whose score is above 1, and with a made one below $-1$. The generator never
is. No score lies just on an edge.

Write the slopes $\partial L_D/\partial s$, of shape $(N,)$, $\partial L_D/\partial s'$ and $\partial L_G/\partial s'$, both
of shape $(M,)$.
""",
    reference=hinge_slopes,
    parts=("dL_D/ds", "dL_D/ds_made", "dL_G/ds_made"),
    inputs=inputs,
    edges={"a discriminator that is sure of all": sure, "one picture of each kind": one_of_each},
    example="hinge_slopes(np.array([1.5, 0.2, -3.0]), np.array([-2.0, 0.4]))",
    misconceptions=(
        Misconception(
            "The means were forgotten: these are the slopes of sums. One picture is one part of N, or of M.",
            changed(lambda a, b, c, N, M: (a * N, b * M, c * M))),
        Misconception(
            "All is divided by N + M. Each kind has its own mean in the loss.",
            changed(lambda a, b, c, N, M: (a * N / (N + M), b * M / (N + M), c * M / (N + M)))),
        Misconception(
            "The numbers of real and of made pictures are mixed up: each mean is over its own kind.",
            changed(lambda a, b, c, N, M: (a * N / M, b * M / N, c * M / N))),
        Misconception(
            "The labels are swapped: real pictures are pushed down and made ones up. The discriminator wants the "
            "opposite.", lambda s, s_made: (
                (s > -1) / len(s), (s_made < 1) / -len(s_made), hinge_slopes(s, s_made)[2])),
        Misconception(
            "All signs are wrong: a step against these slopes raises both losses.",
            changed(lambda a, b, c, N, M: (-a, -b, -c))),
        Misconception(
            "The slope of L_G has the wrong sign: the generator wants higher scores, so its loss falls when they rise.",
            changed(lambda a, b, c, N, M: (a, b, -c))),
        Misconception(
            "L_G was given the discriminator's hinge. It has none: each made picture always counts.",
            changed(lambda a, b, c, N, M: (a, b, -b))),
        Misconception(
            "The hinges are missing: beyond its edge a picture costs nothing, and its slope there is 0.",
            changed(lambda a, b, c, N, M: (np.full(N, -1 / N), np.full(M, 1 / M), c))),
        Misconception(
            "The edges lie at 0 here. max(0, 1 - s) becomes 0 at another score.",
            lambda s, s_made: ((s < 0) / -len(s), (s_made > 0) / len(s_made),
                               hinge_slopes(s, s_made)[2])),
        Misconception(
            "The masks are turned round: these pictures lie where the hinge is 0.",
            lambda s, s_made: ((s >= 1) / -len(s), (s_made <= -1) / len(s_made),
                               hinge_slopes(s, s_made)[2])),
        Misconception(
            "These are values of the losses, picture by picture, not their slopes. A hinge has the slope 1 or 0.",
            lambda s, s_made: (np.maximum(0, 1 - s) / len(s), np.maximum(0, 1 + s_made) / len(s_made),
                               -s_made / len(s_made))),
        Misconception(
            "The edge of made pictures is that of real ones. 1 + s' is 0 at another score than 1 - s.",
            lambda s, s_made: (hinge_slopes(s, s_made)[0], (s_made > 1) / len(s_made),
                               hinge_slopes(s, s_made)[2])),
        Misconception(
            "The sign of the real pictures' slope is wrong: the loss falls when a real picture's score rises.",
            changed(lambda a, b, c, N, M: (-a, b, c))),
        Misconception(
            "The sign of the made pictures' slope in L_D is wrong: the loss falls when a made picture's score falls.",
            changed(lambda a, b, c, N, M: (a, -b, c))),
        Misconception(
            "These are the slopes of the sigmoid losses of the chapter. A hinge is straight on both sides of its edge.",
            lambda s, s_made: (-1 / (1 + np.exp(s)) / len(s), 1 / (1 + np.exp(-s_made)) / len(s_made),
                               -1 / (1 + np.exp(s_made)) / len(s_made))),
    ),
    hints=(
        "Draw max(0, 1 − s) over s. How steep is it left of its edge, and right of it?",
        "Each score stands in one term of one mean. The generator's loss is a straight line.",
        "$\\partial L_D/\\partial s_i = -\\tfrac1N$ where $1-s_i>0$, else 0.",
    ),
)
