"""Wrong ways to make shares of scores under a causal mask, and to go back through them.

`FORWARD` holds functions of scores (..., T, T) and of where a row may look, (T, T) of bool; `BACK`
functions of the shares and their gradient. Both are pairs with a sentence.
"""

import numpy as np

from mlp_lib.networks import softmax


def allowed(T):
    """(T, T) of bool: whether row i may look at row j, j <= i."""
    return np.tri(T, dtype=bool)


def shares(S, may):
    """The right shares."""
    return softmax(np.where(may, S, -np.inf))


def gradient_in_scores(P, dP):
    """The right way back through the softmax of each row."""
    return P * (dP - (P * dP).sum(axis=-1, keepdims=True))


@np.errstate(over="ignore", invalid="ignore")
def without_maximum(S, may):
    powers = np.where(may, np.exp(S), 0)
    return powers / powers.sum(axis=-1, keepdims=True)


@np.errstate(invalid="ignore")
def mask_after_exponential(S, may):
    """The maximum is taken before the mask: where it is of the future, all shares may be 0/0."""
    powers = np.exp(S - S.max(axis=-1, keepdims=True)) * may
    return powers / powers.sum(axis=-1, keepdims=True)


def down_the_columns(S, may):
    S = np.where(may, S, -np.inf)
    return softmax(S.swapaxes(-1, -2)).swapaxes(-1, -2)


def over_the_whole_table(S, may):
    S = np.where(may, S, -np.inf)
    powers = np.exp(S - S.max(axis=(-1, -2), keepdims=True))
    return powers / powers.sum(axis=(-1, -2), keepdims=True)


@np.errstate(invalid="ignore")
def strictly_before(S, may):
    """The first row may look nowhere."""
    S = np.where(may & ~np.eye(len(may), dtype=bool), S, -np.inf)
    powers = np.exp(S - np.where(np.isinf(top := S.max(axis=-1, keepdims=True)), 0, top))
    return powers / powers.sum(axis=-1, keepdims=True)


STRICT = ("A row may not look at itself here, so the first row may look nowhere. The mask forbids what comes "
          "later, not the row itself.")

FORWARD = (
    ("There is no mask: each row looks at what comes later, too.", lambda S, may: softmax(S)),
    ("The mask comes after the softmax: what is forbidden was counted in the sum already, so the rest of a row does "
     "not add up to 1. Forbid before the softmax.", lambda S, may: softmax(S) * may),
    ("The mask is turned round: a row looks at itself and at what comes later. Which triangle is allowed?",
     lambda S, may: shares(S, may.T)),
    ("A forbidden score is made 0 here, and exp(0) is 1: it still gets a share. Which score gives a share of 0?",
     lambda S, may: softmax(S * may)),
    (STRICT, strictly_before),
    (STRICT, lambda S, may: softmax(np.where(may & ~np.eye(len(may), dtype=bool), S, -1e9))),
    (STRICT, lambda S, may: softmax(S - 1e9 * ~(may & ~np.eye(len(may), dtype=bool)))),
    ("The softmax is taken down the columns. The shares of the row that asks must add up to 1.",
     down_the_columns),
    ("The shares are normalised over the whole table. Each row that asks has shares of its own.",
     over_the_whole_table),
    ("exp of a large score is inf, and inf/inf is nan. Subtract the largest score of each row before the "
     "exponential; the shares stay the same.", without_maximum),
    ("The largest score was looked for before the mask. If it is a forbidden one, far above the others, the allowed "
     "ones become 0/0. Forbid first, then subtract the maximum.", mask_after_exponential),
    ("There is no softmax: the scores themselves mix the contents.", lambda S, may: np.where(may, S, 0)),
)

BACK = (
    ("The slope through the softmax is taken for P times the gradient, entry by entry. A softmax is no activation of "
     "single entries: each share depends on all scores of its row.", lambda P, dP: P * dP),
    ("The slope through the softmax is taken for P (1 - P), entry by entry. That is the diagonal of its Jacobian. Each "
     "share depends on all scores of its row.", lambda P, dP: P * (1 - P) * dP),
    ("The softmax is passed as if it were not there: the gradient in the shares is not the gradient in the scores.",
     lambda P, dP: dP),
    ("The sums that go off are taken down the columns. A softmax ties the scores of a row together.",
     lambda P, dP: P * (dP - (P * dP).sum(axis=-2, keepdims=True))),
    ("One sum over the whole table goes off. A softmax ties the scores of one row together: each row has its own sum.",
     lambda P, dP: P * (dP - (P * dP).sum(axis=(-1, -2), keepdims=True))),
    ("A mean over the row goes off where the sum of P times the gradient belongs. The shares are the weights of that "
     "mean already.", lambda P, dP: P * (dP - (P * dP).mean(axis=-1, keepdims=True))),
    ("The plain mean of the row goes off. The softmax takes the mean that its shares weight.",
     lambda P, dP: P * (dP - dP.mean(axis=-1, keepdims=True))),
    ("The sum of the row's gradients goes off without their shares. Each counts by its share.",
     lambda P, dP: P * (dP - dP.sum(axis=-1, keepdims=True))),
    ("In the slope through the softmax there is a plus where a minus belongs: if one share grows, the others shrink.",
     lambda P, dP: P * (dP + (P * dP).sum(axis=-1, keepdims=True))),
    ("The factor P in front is missing on the way through the softmax. What has no share has no slope.",
     lambda P, dP: dP - (P * dP).sum(axis=-1, keepdims=True)),
    ("The row sums are subtracted outside of the bracket: P belongs to both terms.",
     lambda P, dP: P * dP - (P * dP).sum(axis=-1, keepdims=True)),
)
