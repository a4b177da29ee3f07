"""What a constant added to all scores does."""

from mlp_lib.exercises.kinds import Choice

EXERCISE = Choice(
    id="03.shift_of_scores",
    title="A constant added to the scores",
    section="03 §4",
    points=1,
    prompt=r"""
The score rows of a batch are $Z$ ($N \times C$). To **each row** you add a number of its own: $Z_{ij} + c_i$.
What happens to the probabilities $P = \mathrm{softmax}(Z)$, and to the gradient $\partial L/\partial Z$ of the mean
cross-entropy?
""",
    options={
        "a": "The probabilities grow with $c_i$; the gradient grows too.",
        "b": "The probabilities stay, the gradient stays.",
        "c": "The probabilities stay, the gradient is multiplied by $e^{c_i}$.",
        "d": "Both stay only if all $c_i$ are the same number.",
        "e": "The probabilities stay, and the gradient becomes zero.",
    },
    right="b",
    sentences={
        "a": "Each term of a row is multiplied by the same e to the c, above and below the fraction bar.",
        "c": "The gradient is (P - Y)/N: it knows the scores through P alone.",
        "d": "Each row has its own denominator, so each may have its own constant.",
        "e": "The loss does not change along this shift, so each row of the gradient sums to zero. That does not make "
             "its entries zero.",
    },
    hints=(
        "Take one row of three scores, and compute its probabilities with and without a constant.",
        "Factor $e^{c_i}$ out of the numerator and of the sum. Then ask what the gradient is made of.",
        "$\\dfrac{e^{Z_{ij}+c_i}}{\\sum_k e^{Z_{ik}+c_i}} = \\dfrac{e^{c_i}\\,e^{Z_{ij}}}{e^{c_i}\\sum_k e^{Z_{ik}}}$.",
    ),
)
