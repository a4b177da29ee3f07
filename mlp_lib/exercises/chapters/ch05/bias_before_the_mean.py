"""A bias in front of a mean that is taken away."""

from mlp_lib.exercises.kinds import Choice

EXERCISE = Choice(
    id="05.bias_before_the_mean",
    title="A bias that a mean takes away",
    section="05 §6",
    points=1,
    prompt=r"""
A hidden layer first computes $S = XW + \vec1^{\,T} B$ for a batch of $N$ samples. Then, before the activation, the mean
over the batch is taken away from each column: $C_{nj} = S_{nj} - \frac1N\sum_m S_{mj}$. The values are $\theta(C)$.

What is $\partial E/\partial B$ of this layer?
""",
    options={
        "a": r"As in the chapter: $\frac1N$ times the sum of the rows of the error in $C$.",
        "b": "Zero, for every batch and every activation.",
        "c": "Zero only if the columns of $XW$ have the mean 0 before the bias is added.",
        "d": r"As in the chapter, but smaller by the factor $1-\frac1N$.",
        "e": r"Zero only if $\theta$ is linear, because otherwise the samples have different slopes.",
    },
    right="b",
    sentences={
        "a": "That would hold if the mean stayed where it is. But it feels the bias as well. Raise one entry of B by "
             "1: what happens to C?",
        "c": "Look at the bias alone: it is the same number in each row of its column. What is left of a constant "
             "column when its mean is taken away? Where would the mean of XW come in?",
        "d": "That is the slope of one entry of C in its own score. The bias moves all N scores of the column at once, "
             "so N slopes have to be added.",
        "e": "The activation comes later. If the bias does not reach C, it cannot reach anything behind it.",
    },
    hints=(
        "Add 5 to one entry of $B$, and follow that column from $S$ to $C$.",
        "The mean of a column rises by just as much as each of its entries.",
        "$C_{nj} = (XW)_{nj} + B_j - \\frac1N\\sum_m (XW)_{mj} - \\frac1N\\,N\\,B_j$.",
    ),
)
