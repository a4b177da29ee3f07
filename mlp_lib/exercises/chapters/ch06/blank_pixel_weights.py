"""How far the weights of a pixel that is never inked fade, for the learner's own settings."""

import numpy as np

from mlp_lib.exercises.kinds import Misconception, Number


def share_left(penalty, rate, momentum, epochs, digits, batch):
    """Share of a weight that only the penalty moves, after a training with momentum."""
    return np.exp(-2 * penalty * rate / (1 - momentum) * epochs * digits / batch)


def pulled(times):
    """The share that another pull would leave: ``times`` takes rate, momentum, epochs and batch."""
    def answer(p, r, m, e, n, B):
        return np.exp(times(r, m, e, B / n) * np.log(share_left(p, r, m, e, n, B)))

    return answer


NOT_LENGTHENED = ("This is the share (almost) without momentum. Momentum keeps part of every step, and the parts add up: how "
                  "many times longer does a steady step become?")

EXERCISE = Number(
    id="06.blank_pixel_weights",
    title="Weights of a blank pixel",
    section="06 §8",
    points=1,
    prompt=r"""
A corner pixel is blank in all training digits. So only the penalty $\lambda\,\|W^{[1]}\|^2$ (`penalty`, with the
Frobenius norm) moves its weights. You train with SGD at a constant learning rate (`rate`), with momentum as in the
chapter, of the size `momentum`, for `epochs` epochs of `digits` digits in batches of `batch`.

Which share of such a weight is left at the end? Three significant digits are enough.
""",
    reference=share_left,
    tolerance=1e-2,
    misconceptions=(
        Misconception(
            "The pull is half of what it should be. The slope of a square is twice the weight; and the rate is constant "
            "here, so the chapter's mean of a falling rate has no place.", pulled(lambda r, m, e, part: 1 / 2)),
        Misconception(
            "The pull is twice what it should be. The slope of a square has one factor 2.",
            pulled(lambda r, m, e, part: 2)),
        Misconception(NOT_LENGTHENED, pulled(lambda r, m, e, part: 1 - m)),
        Misconception(NOT_LENGTHENED, pulled(lambda r, m, e, part: m * (1 - m))),
        Misconception(
            "Two things are missing: the 2 from the slope of a square, and the momentum, which makes a steady step "
            "longer.", pulled(lambda r, m, e, part: (1 - m) / 2)),
        Misconception(
            "Momentum was followed back by one step only. The last step holds part of the one before it, which holds "
            "part of the one before that, and so on.", pulled(lambda r, m, e, part: 1 - m ** 2)),
        Misconception(
            "Momentum makes a step ten times as long here, as in the chapter. Yours has another size: how many times "
            "longer does a steady step become?", pulled(lambda r, m, e, part: 10 * (1 - m))),
        Misconception(
            "Momentum lengthens the step twice here. It does so once.", pulled(lambda r, m, e, part: 1 / (1 - m))),
        Misconception(
            "The learning rate is missing: a step is the rate times the gradient.",
            pulled(lambda r, m, e, part: 1 / r)),
        Misconception(
            "Hardly anything has faded. Is each epoch counted as one step? The weights move after every batch.",
            pulled(lambda r, m, e, part: part)),
        Misconception(
            "This is the share that is left after one epoch. How many epochs are there?",
            pulled(lambda r, m, e, part: 1 / e)),
        Misconception(
            "The share is larger than 1: here the weight grows. The penalty pulls it towards 0.",
            pulled(lambda r, m, e, part: -1)),
        Misconception(
            "This is in percent. A share of what there was is a number from 0 to 1.",
            lambda *numbers: 100 * share_left(*numbers)),
        Misconception(
            "This takes the same piece away in each step. But the pull is in proportion to what is still left of the "
            "weight.", lambda *numbers: 1 + np.log(share_left(*numbers))),
        Misconception(
            "This is the share that is lost. What is left was asked for.", lambda *numbers: 1 - share_left(*numbers)),
        Misconception(
            "This is the chapter's forecast, for the chapter's own settings. Put in your own numbers; your rate is "
            "constant.", lambda *numbers: share_left(1e-5, 0.25, 0.9, 12, 938, 1)),
    ),
    hints=(
        "The chapter does this for its own training, at the end of section 8.",
        "How many steps are there? Which factor does one step put on the weight, with no momentum? How does momentum "
        "lengthen a step that hardly changes?",
        "One step is worth the factor $1 - \\dfrac{2\\lambda\\eta}{1-\\mu}$, with rate $\\eta$ and momentum $\\mu$.",
    ),
)
