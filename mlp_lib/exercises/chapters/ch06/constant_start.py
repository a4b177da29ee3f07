"""Which symmetry a constant start leaves behind."""

from mlp_lib.exercises.kinds import Choice

EXERCISE = Choice(
    id="06.constant_start",
    title="A constant start",
    section="06 §12",
    points=1,
    prompt=r"""
The chapter's network starts from other weights: all entries of $W^{[1]}$ and of $W^{[2]}$ are $0.1$, those of $W^{[3]}$
are random, all biases are 0. It is trained with SGD for many steps, in exact arithmetic.

What becomes of the units of the two hidden layers?
""",
    options={
        "a": "In both layers all units stay equal to each other.",
        "b": "In both layers the units become different, because $W^{[3]}$ is random.",
        "c": "The units of layer 2 become different; those of layer 1 stay equal to each other.",
        "d": "The units of layer 1 become different; those of layer 2 stay equal to each other.",
        "e": "Nothing moves: the gradients of $W^{[1]}$ and $W^{[2]}$ are zero.",
    },
    right="c",
    sentences={
        "a": "Layer 2 starts with equal values, but what comes back to its units through the random weights above is "
             "different for each. So are their steps.",
        "b": "The error does reach layer 1, but through the second weights. Look at their rows: are they equal at the "
             "start, and do their steps differ?",
        "d": "All units of layer 1 see all pixels with equal weights, so they have equal values. To part they would "
             "have to be blamed differently, through the rows of the second weights.",
        "e": "From zeros that is so in the first step alone, when nothing comes back through the last weights. Here "
             "these are random from the start: does their error not reach layers 2 and 1 at once?",
    },
    hints=(
        "Two units of a layer stay equal if they have equal weights below, and are blamed equally from above, at every "
        "step.",
        "Blame for layer 2 comes through the rows of $W^{[3]}$, blame for layer 1 through the rows of $W^{[2]}$.",
        "dW2 $= a_1^T\\,$dz2. If all columns of $a_1$ are equal, then all rows of dW2 are equal.",
    ),
)
