"""How the error of a central difference depends on the step."""

from mlp_lib.exercises.kinds import Choice

EXERCISE = Choice(
    id="01.size_of_the_step",
    title="A smaller step",
    section="01 §3",
    points=1,
    prompt=r"""
You measure a slope with the central difference. The function is smooth, and its values and slopes are near 1. With
$h = 10^{-2}$ the slope is wrong by about $10^{-5}$. You want it better and try $h = 10^{-3}$ and $h = 10^{-13}$, in
float64.

What are the two errors, roughly?
""",
    options={
        "a": "$10^{-6}$ and $10^{-16}$",
        "b": "$10^{-7}$ and $10^{-27}$",
        "c": "$10^{-7}$ and $10^{-3}$",
        "d": "$10^{-7}$ and $10^{-16}$",
        "e": "$10^{-5}$ both times",
    },
    right="c",
    sentences={
        "a": "This is how a one-sided difference would begin: a tenth of the step, a tenth of the error. What does "
             "central win? And what becomes of the rounding error when it is divided by h?",
        "b": "Without rounding it would be so. But float64 holds about 16 digits, and with so small a step the two "
             "values agree in nearly all of them.",
        "d": "The first error is right. For the second: the two values are rounded near 1e-16, and so is their "
             "difference. But then it is divided. By what?",
        "e": "The error of a smooth function falls with the step, until rounding takes over.",
    },
    hints=(
        "There are two sources of error. One shrinks with $h$, the other grows.",
        "What is the order of the central difference? And what does a division by $2h$ do to a rounding error near "
        "$10^{-16}$?",
        "$\\text{error} \\approx \\dfrac{h^2}{6}\\,|f'''| + \\dfrac{10^{-16}}{h}$.",
    ),
)
