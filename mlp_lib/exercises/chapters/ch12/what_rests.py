"""Which arrays a step of one player may move, and which gradients are computed."""

from mlp_lib.exercises.kinds import Choice

EXERCISE = Choice(
    id="12.what_rests",
    title="What rests, and what is crossed",
    section="12 §4",
    points=1,
    prompt=r"""
A colleague writes both steps of a pair with a library that finds gradients by itself. In the *generator's* step she wants
to save time, and hands the discriminator's scores over as plain numbers, cut off from all that made them. The
discriminator's step is right. What happens in training?
""",
    options={
        "a": "All is well: the discriminator rests in this step, so nothing of it is needed.",
        "b": "The generator gets no gradient at all and stays as it was drawn; the discriminator soon tells both apart.",
        "c": "The generator learns, but more slowly: it sees the scores and not the slopes.",
        "d": "The discriminator is moved by the generator's loss, and helps it.",
        "e": "The generator moves the wrong way: the sign of its gradient is turned.",
        "f": "The pictures are right, but only the last layer of the generator learns.",
        "g": "The generator's loss rises without end, and its weights become infinite.",
    },
    right="b",
    sentences={
        "a": "That its weights rest does not mean that nothing goes through it. On which way does the score depend on "
             "the generator?",
        "c": "A loss without a way back to a weight has the slope 0 there, not a smaller one. What is left of the "
             "chain if its last link is a plain number?",
        "d": "Whatever is cut off gets no gradient. Does anything of the discriminator come before the scores "
             "where they are plain numbers?",
        "e": "A sign that is turned needs a gradient that is there. What is the slope of a plain number in a weight?",
        "f": "All layers of the generator lie on the same side of the cut. Which of them is still joined to the loss?",
        "g": "The loss does rise, since the discriminator learns. But which weights of the generator move, and by "
             "what?",
    },
    hints=(
        "Write the chain from a weight of the generator to its loss. Which link is missing?",
        "The weights of the discriminator rest; the way through it must stay open. These are two things.",
        "$\\nabla_W L_G = H^T\\,\\nabla_{X'}L_G$, and $\\nabla_{X'}L_G$ is made of $\\nabla_{s'}L_G$ and the "
        "discriminator's weights.",
    ),
)
