"""The same function, with other gradients."""

from mlp_lib.exercises.kinds import Choice

EXERCISE = Choice(
    id="04.rescaled_layers",
    title="The same function, other weights",
    section="04 §4",
    points=1,
    prompt=r"""
A two-layer network: $H = \mathrm{ReLU}(XW_1 + \mathbf 1 b_1)$, scores $A_2 = HW_2 + \mathbf 1 b_2$, mean
cross-entropy. You multiply $W_1$ and $b_1$ by 10 and divide $W_2$ by 10. What happens to the scores and to the four
gradients?
""",
    options={
        "a": "The scores change: a ReLU is not linear, so the 10 does not pass through it.",
        "b": "The scores stay, so the loss stays, so all four gradients stay.",
        "c": "The scores stay. The gradients of $W_1$ and $b_1$ become 10 times as large, that of $W_2$ a tenth, that "
             "of $b_2$ stays.",
        "d": "The scores stay. The gradients of $W_1$ and $b_1$ become a tenth, that of $W_2$ 10 times as large, that "
             "of $b_2$ stays.",
        "e": "The scores stay. The gradients of $W_1$ and $b_1$ stay, because the mask stays; that of $W_2$ becomes 10 "
             "times as large.",
    },
    right="d",
    sentences={
        "a": "ReLU is not linear, but it lets positive factors through: the larger of 0 and 10a is 10 times the larger "
             "of 0 and a. What would happen with a factor of -10?",
        "b": "The loss is the same number at another place. A gradient says how it changes from there, and from there "
             "the same step in W1 is a smaller change of the network.",
        "c": "It is the other way round. A step in W1 now moves H as before, but H counts only a tenth in the scores.",
        "e": "The mask stays, but the slope that reaches it comes through W2, and W2 is a tenth of what it was.",
    },
    hints=(
        "Write down the forward pass with the new weights. Where does the 10 go?",
        "Then the gradients: which of the arrays in their formulas have changed, and by which factor? $A_2$ has not.",
        "$\\dfrac{\\partial L}{\\partial H} = \\dfrac{\\partial L}{\\partial A_2}\\,W_2^T\\;$ and "
        "$\\;\\dfrac{\\partial L}{\\partial W_2} = H^T\\,\\dfrac{\\partial L}{\\partial A_2}$: put the new $W_2$ and "
        "$H$ in.",
    ),
)
