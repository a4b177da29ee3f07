"""Answers to the project with one thing wrong, and what shows it."""

import numpy as np

from mlp_lib.exercises.chapters.ch11 import share_slips
from mlp_lib.exercises.chapters.ch11.head_gradients import SLIPS, changed, gradients
from mlp_lib.exercises.chapters.ch11.head_measures import ACCURACY
from mlp_lib.exercises.kinds import Misconception


def wrongly(*, way=gradients, steps=60, rate=0.5, momentum=0.9, frozen=(), back=lambda found: found,
            turned=False):
    """A training with one thing wrong, as a function of the arguments of the exercise.

    ``way`` makes the gradients, ``back`` changes those that are returned; the parameters at the
    positions ``frozen`` make no step, and ``turned`` exchanges WQ and WK at the end.
    """
    def train(words, start, seed):
        rng, P = np.random.default_rng(seed), [part.copy() for part in start]
        V = [np.zeros_like(part) for part in P]
        for _ in range(steps):
            G = way(P, words[rng.integers(len(words), size=32)])
            for k in set(range(len(P))) - set(frozen):
                V[k] = momentum * V[k] + G[k]
                P[k] = P[k] - rate * V[k]
        P = [*P[:2], P[3], P[2], *P[4:]] if turned else P
        return back(way(start, words)), P

    return np.errstate(all="ignore")(train)


def one_larger(k):
    """The gradients, one of them half as large again."""
    return lambda found: [1.5 * part if i == k else part for i, part in enumerate(found)]


def all_shifted(found):
    return [part + 0.1 * np.abs(part).max() for part in found]


def alone(k):
    """Whether this of the six gradients is wrong, and no other."""
    return lambda m: m["wrong"][k] and m["wrong"].sum() == 1


def of_slip(i):
    return lambda m: m["slip"] == i


def right_but(holds):
    """What can be said of the training: the gradients are right, the goal is not reached."""
    return lambda m: not m["wrong"].any() and m["accuracy"] < ACCURACY and holds(m)


def grown(m):
    """Whether the loss has grown, or is no number any more."""
    return not m["finite"] or m["worse"] > 0.02


NOWHERE = [("The gradients hold nan or inf. A row that may look nowhere, not even at itself, has shares of 0/0; and so has one of "
            "large scores, if their maximum is not subtracted.",
            wrongly(way=changed(shares=share_slips.strictly_before), steps=0), lambda m: not m["numbers"])]
KNOWN = [(words, wrongly(way=way, steps=0), of_slip(i)) for i, (words, way) in enumerate(SLIPS)]
PARTLY = [(f"The gradient in {name} is wrong, and the other five are right. Compare it with measured slopes, on three short "
           "sequences.", wrongly(steps=0, back=one_larger(k)), alone(k))
          for k, name in enumerate(("E", "S", "WQ", "WK", "WV", "U"))]
WORSE = ("The gradients are right, but the loss has grown in the training, perhaps beyond all numbers. Was each step "
         "taken against the gradient? Was it far too long?")
TRAINING = [
    ("The gradients are right. The parameters are those of the start, to the last bit. Is there a step at all, and does it "
     "reach the arrays that are returned?", wrongly(steps=0), right_but(lambda m: not m["moved"].any())),
    ("The gradients are right, and the head knows the rule once WQ and WK are exchanged. The list goes E, S, WQ, WK, WV, U.",
     wrongly(steps=300, turned=True), right_but(lambda m: m["exchanged"] > max(0.5, m["accuracy"]))),
    *((WORSE, wrongly(rate=rate, steps=steps), right_but(grown))
      for rate, steps in ((-0.05, 60), (20.0, 8), (1e200, 3))),
    ("The gradients are right, but WQ or WK has made no step. So the head cannot learn where to look: its shares depend on "
     "both.", wrongly(frozen=(2, 3)), right_but(lambda m: not m["moved"][2:4].all())),
    ("The gradients are right, and it learns, but not far enough. Take more steps, or longer ones: a rate of 0.5 with a "
     "momentum of 0.9 is not too much here.", wrongly(rate=0.02, steps=100), right_but(lambda m: True)),
]
UNKNOWN = [("Some of the six gradients are wrong. Measure slopes on three short sequences, from the end: first in U, then "
            "in WV, then in WQ and WK, then in S, then in E. The first that differs shows where to look.",
            wrongly(steps=0, back=all_shifted), lambda m: m["wrong"].any())]

EVERY = [*NOWHERE, *KNOWN, *PARTLY, *TRAINING, *UNKNOWN]
MISCONCEPTIONS = tuple(Misconception(words, function) for words, function, _ in EVERY)
SYMPTOMS = {i: holds for i, (_, _, holds) in enumerate(EVERY)}
