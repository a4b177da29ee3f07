"""Running means used in training."""

from mlp_lib.exercises.kinds import Choice

EXERCISE = Choice(
    id="10.means_that_stand_still",
    title="Running means used in training",
    section="10 §5 and §6",
    points=1,
    prompt=r"""
Somebody normalises with the *running* mean and variance in training already, "because a batch alone is noisy". They are
moved a little after each batch; in the gradient they count as constants. So the layer is $Y = (X - \mathbf
1m)\,\mathrm{diag}(\gamma/\sqrt{v+\varepsilon}) + \mathbf 1\beta$ with fixed $m$ and $v$. For this layer the gradient is
right.

What is lost?
""",
    options={
        "a": "Nothing: after some hundred batches the running means are those of a batch.",
        "b": r"$\gamma$ and $\beta$ have the gradient 0 and cannot learn any more.",
        "c": r"The gradient in the weights before the layer is no longer at right angles to them: their length counts "
             "again, and so does the bias.",
        "d": "Batches of one and of two samples become impossible.",
        "e": "The layer can no longer be folded into the one before it after the training.",
    },
    right="c",
    sentences={
        "a": "Their values may come near. But what stands still has no slope: where are the two projections?",
        "b": "Their gradients are sums of G and of G times Z, whatever Z was made with.",
        "d": "On the contrary: fixed means need no batch at all. What was impossible with one sample is now allowed.",
        "e": "Folding needs fixed means and variances, and nothing else. Here they are fixed even earlier.",
    },
    hints=(
        "With fixed $m$ and $v$ the layer is a linear map. What is its Jacobian in one column?",
        "Make the weights before it twice as large, for one and the same batch. Does $Y$ change, now and with the batch's "
        "own statistics?",
        "$\\nabla_X L = G\\,\\mathrm{diag}(\\gamma/\\sqrt{v+\\varepsilon})$: no $C$, and nothing along $z$ is taken off.",
    ),
)
